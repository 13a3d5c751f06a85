"""What a key reads beyond the public part; those that exist keep what they read: their person's scenarios."""

from typing import Any

from django.db import migrations, models


def keep_what_they_read(apps: Any, schema_editor: Any) -> None:
    apps.get_model("comptes", "Jeton").objects.update(droits=["scenarios"])


class Migration(migrations.Migration):
    dependencies = [
        ("comptes", "0005_identites_proconnect"),
    ]

    operations = [
        migrations.AddField(
            model_name="jeton",
            name="droits",
            field=models.JSONField(blank=True, default=list, verbose_name="ce qu’elle lit en plus"),
        ),
        migrations.RunPython(keep_what_they_read, migrations.RunPython.noop),
    ]
