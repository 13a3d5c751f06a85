from django.db import migrations


class Migration(migrations.Migration):
    """Comments, moves and subscriptions belong to ``suivi``: tables and rows stay as they are."""

    dependencies = [
        ("programme", "0003_suivre_et_partager"),
        ("suivi", "0001_initial"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.DeleteModel("Commentaire"),
                migrations.DeleteModel("Mouvement"),
                migrations.DeleteModel("Abonnement"),
            ],
        ),
    ]
