import django.utils.timezone
from django.db import migrations, models


def forget_date(apps, schema_editor):
    """What was never proposed has no date of proposal: drafts, and drafts thrown away, by their history."""
    amendement = apps.get_model("programme", "Amendement")
    history = apps.get_model("programme", "HistoricalAmendement")
    shown = history.objects.exclude(etat__in=("brouillon", "retire")).values("id")
    amendement.objects.filter(etat="brouillon").update(propose_le=None)
    drafted = history.objects.filter(etat="brouillon").values("id")
    amendement.objects.filter(etat="retire", pk__in=drafted).exclude(pk__in=shown).update(propose_le=None)


class Migration(migrations.Migration):
    """A draft exists for its author only: the date of proposal says what was proposed."""

    dependencies = [("programme", "0005_perimetre_des_indicateurs")]

    operations = [
        migrations.AlterModelOptions(
            name="amendement", options={"ordering": ("-pk",), "verbose_name": "amendement"}
        ),
        *(
            migrations.AlterField(
                model_name=name,
                name="propose_le",
                field=models.DateTimeField(
                    default=django.utils.timezone.now, editable=False, null=True, verbose_name="proposé le"
                ),
            )
            for name in ("amendement", "historicalamendement")
        ),
        migrations.RunPython(forget_date, migrations.RunPython.noop),
    ]
