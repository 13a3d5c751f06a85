import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
MOVED = ("commentaire", "mouvement", "abonnement")


def move_types(apps, schema_editor, old="programme", new="suivi"):
    """What the administration and permissions say of these models follows them."""
    types = apps.get_model("contenttypes", "ContentType").objects.using(schema_editor.connection.alias)
    types.filter(app_label=old, model__in=MOVED).update(app_label=new)


def move_types_back(apps, schema_editor):
    move_types(apps, schema_editor, "suivi", "programme")


class Migration(migrations.Migration):
    """Three tables of the programme change hands: rows and tables stay as they are."""

    initial = True

    dependencies = [
        ('programme', '0003_suivre_et_partager'),
        ('contenttypes', '0002_remove_content_type_name'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='Commentaire',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('objet', models.CharField(db_index=True, max_length=120, verbose_name='objet')),
                        ('texte', models.TextField(verbose_name='commentaire')),
                        ('cree_le', models.DateTimeField(auto_now_add=True, verbose_name='le')),
                        ('auteur', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'commentaire',
                        'db_table': 'programme_commentaire',
                        'ordering': ('cree_le', 'pk'),
                    },
                ),
                migrations.CreateModel(
                    name='Mouvement',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('sorte', models.CharField(max_length=12)),
                        ('objet', models.CharField(db_index=True, max_length=120)),
                        ('sur', models.CharField(blank=True, max_length=120)),
                        ('theme', models.CharField(blank=True, max_length=60)),
                        ('nature', models.CharField(choices=[('creation', 'créé'), ('changement', 'modifié'), ('valeur', 'valeur'), ('cible', 'cible'), ('commentaire', 'commenté'), ('amendement', 'amendement')], max_length=12)),
                        ('intitule', models.CharField(max_length=300)),
                        ('texte', models.CharField(blank=True, max_length=300)),
                        ('le', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                        ('auteur', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'mouvement',
                        'db_table': 'programme_mouvement',
                        'ordering': ('-le', '-pk'),
                    },
                ),
                migrations.CreateModel(
                    name='Abonnement',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('objet', models.CharField(db_index=True, max_length=120)),
                        ('lu_le', models.DateTimeField(default=django.utils.timezone.now)),
                        ('envoye_le', models.DateTimeField(default=django.utils.timezone.now)),
                        ('par_courriel', models.BooleanField(default=False)),
                        ('personne', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'db_table': 'programme_abonnement',
                        'constraints': [models.UniqueConstraint(fields=('objet', 'personne'), name='un_abonnement')],
                    },
                ),
            ],
        ),
        migrations.RunPython(move_types, move_types_back),
    ]
