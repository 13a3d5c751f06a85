from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('programme', '0007_correspondances'),
    ]

    operations = [
        migrations.AlterField(
            model_name='declinaison',
            name='statut',
            field=models.CharField(blank=True, choices=[('identifiee', 'Identifiée'), ('non_identifiee', 'Non identifiée'), ('non_traitee', 'Non traitée'), ('engagee', 'Engagée'), ('en_cours', 'En cours'), ('achevee', 'Achevée'), ('abandonnee', 'Abandonnée')], max_length=20, null=True, verbose_name='état'),
        ),
        migrations.AlterField(
            model_name='historicaldeclinaison',
            name='statut',
            field=models.CharField(blank=True, choices=[('identifiee', 'Identifiée'), ('non_identifiee', 'Non identifiée'), ('non_traitee', 'Non traitée'), ('engagee', 'Engagée'), ('en_cours', 'En cours'), ('achevee', 'Achevée'), ('abandonnee', 'Abandonnée')], max_length=20, null=True, verbose_name='état'),
        ),
    ]
