import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from maillage.catalogue.lecture import read_toml


def fill(apps, schema_editor):
    """An install that holds a shipped programme takes what its zones cover; any other tells it by hand."""
    referentiel = apps.get_model("programme", "Referentiel").objects.first()
    if referentiel is None:
        return
    zones = {t["code"] for t in referentiel.contenu["territoires"] if t["niveau"] == "zone"}
    for row in read_shipped(referentiel.contenu["schema"]["cle"]):
        if row["cle"] in zones:
            fields = {"territoires": list(row.get("territoires", ())), "source": row.get("source")}
            apps.get_model("programme", "Correspondance").objects.create(cle=row["cle"], **fields)


def read_shipped(programme):
    try:
        return read_toml(f"programmes/{programme}/programme.toml").get("correspondances", ())
    except FileNotFoundError:
        return ()


class Migration(migrations.Migration):

    dependencies = [
        ('programme', '0006_brouillons_a_leur_auteur'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Correspondance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cle', models.CharField(max_length=120, unique=True, verbose_name='clé')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('modifie_le', models.DateTimeField(auto_now=True, verbose_name='modifié le')),
                ('index', models.TextField(default='', editable=False)),
                ('territoires', models.JSONField(blank=True, default=list, verbose_name='territoires de l’atlas')),
                ('confirme', models.BooleanField(default=False, verbose_name='confirmée par le département')),
                ('source', models.CharField(blank=True, max_length=300, null=True, verbose_name='source')),
            ],
            options={
                'verbose_name': 'correspondance',
                'ordering': ('cle',),
            },
        ),
        migrations.CreateModel(
            name='HistoricalCorrespondance',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('cle', models.CharField(db_index=True, max_length=120, verbose_name='clé')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('modifie_le', models.DateTimeField(blank=True, editable=False, verbose_name='modifié le')),
                ('index', models.TextField(default='', editable=False)),
                ('territoires', models.JSONField(blank=True, default=list, verbose_name='territoires de l’atlas')),
                ('confirme', models.BooleanField(default=False, verbose_name='confirmée par le département')),
                ('source', models.CharField(blank=True, max_length=300, null=True, verbose_name='source')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical correspondance',
                'verbose_name_plural': 'historical correspondances',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
