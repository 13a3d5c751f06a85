"""Three tables of the programme became those of ``suivi``: what they held is still there, row for row."""

import datetime as dt

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

AVANT = [("programme", "0003_suivre_et_partager"), ("suivi", None)]
TABLES = ("programme_commentaire", "programme_mouvement", "programme_abonnement")
LE = dt.datetime(2026, 5, 4, 10, 30, tzinfo=dt.UTC)


def migrate(targets) -> MigrationExecutor:
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return MigrationExecutor(connection)


def read_rows() -> dict[str, list[tuple]]:
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table} ORDER BY id")
            found[table] = cursor.fetchall()
    return found


@pytest.mark.django_db(transaction=True)
def test_rows_permissions_and_what_follows_survive_the_move(compte):
    personne = compte("charge_mission")
    latest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    try:
        old = migrate(AVANT).loader.project_state(AVANT[:1]).apps
        someone = {"auteur_id": personne.pk}
        old.get_model("programme", "Commentaire").objects.create(objet="sante", texte="À voir", **someone)
        old.get_model("programme", "Abonnement").objects.create(
            objet="sante", personne_id=personne.pk, lu_le=LE, envoye_le=LE, par_courriel=True
        )
        old.get_model("programme", "Mouvement").objects.create(
            sorte="fiche", objet="sante", nature="changement", intitule="Santé", le=LE, **someone
        )
        slot = {"theme": "sante", "arrondissement": "593", "annee": 2026}
        old.get_model("programme", "Declinaison").objects.create(cle="sante/593/2026/1", **slot)
        measure = {"libelle": "n", "nature": "quantitative", "objet": "sante/593/2026/1"}
        old.get_model("programme", "IndicateurSuivi").objects.create(cle="i", **measure)  # as an import did
        before = read_rows()
        assert [len(rows) for rows in before.values()] == [1, 1, 1]
        kind = ContentType.objects.get(app_label="programme", model="commentaire")
        right = Permission.objects.create(codename="essai", name="Essai", content_type=kind)
    finally:
        migrate(latest)
    assert read_rows() == before
    kind.refresh_from_db()
    assert (kind.app_label, Permission.objects.get(pk=right.pk).content_type_id) == ("suivi", kind.pk)
    from maillage.web.programme.models import IndicateurSuivi  # noqa: PLC0415
    from maillage.web.suivi.models import Abonnement, Commentaire, Mouvement  # noqa: PLC0415

    assert (Commentaire.objects.get().auteur, Abonnement.objects.get().lu_le) == (personne, LE)
    Mouvement.objects.create(sorte="fiche", objet="sante", nature="creation", intitule="Suite")
    assert Mouvement.objects.count() == 2
    measured = IndicateurSuivi.objects.get()
    assert (measured.themes, measured.territoires) == (["sante"], ["arrondissement:593"])
