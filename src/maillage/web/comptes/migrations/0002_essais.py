from django.db import migrations, models

# django-axes kept the address typed and the network address in clear, for ever: its tables go, and what they held.
AXES = ("axes_accessattemptexpiration", "axes_accessattempt", "axes_accessfailurelog", "axes_accesslog")


class Migration(migrations.Migration):
    """Attempts are counted by keyed hash."""

    dependencies = [("comptes", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Essai",
            fields=[
                ("cle", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("nombre", models.PositiveIntegerField()),
                ("expire_le", models.DateTimeField(db_index=True, verbose_name="expire le")),
            ],
            options={"verbose_name": "essai"},
        ),
        *(migrations.RunSQL(f"DROP TABLE IF EXISTS {name}", migrations.RunSQL.noop) for name in AXES),
    ]
