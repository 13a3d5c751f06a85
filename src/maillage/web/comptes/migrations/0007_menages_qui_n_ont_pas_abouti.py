"""A retention rule that fails leaves a trace: no count."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("comptes", "0006_droits_des_cles"),
    ]

    operations = [
        migrations.AlterField(
            model_name="menage",
            name="nombre",
            field=models.PositiveIntegerField(null=True, verbose_name="lignes concernées"),
        ),
    ]
