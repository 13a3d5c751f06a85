"""The programme kept in memory is that of the database, whichever process wrote."""

import os
import shutil
import subprocess
import sys

import pytest

from maillage.web.programme import models
from maillage.web.programme.lecture import read, read_programme
from maillage.web.suivi.commands import update

# One process holds the programme; another, started from it, writes in the same database.
LIRE = """
import subprocess, sys
import django
django.setup()
from maillage.sdaasp.reprise.chargement import load_programme
from maillage.web.programme.lecture import read_programme
from maillage.web.programme.reprise.commands import load
load(load_programme())
def show():
    print(read_programme().fiches[0].titre, len(read_programme().valeurs), read_programme().schema.nom)
show()
for line in sys.argv[1:]:
    subprocess.run([sys.executable, "-c", "import django; django.setup()\\n"
        "from maillage.web.programme import models\\n" + line], check=True)
    show()
"""
FICHE = "f = models.FicheAction.objects.first(); f.titre = 'Autre titre'; f.version += 1; f.save()"
VALEUR = """
row = models.IndicateurSuivi.objects.create(cle='i', objet='sante.1', libelle='n', nature='quantitative')
models.Valeur.objects.create(indicateur=row, date='2026-01-01', valeur=1)
"""
CADRE = "r = models.Referentiel.objects.get(); r.contenu['schema']['nom'] = 'Autre nom'; r.save()"


@pytest.mark.lent
def test_what_another_process_writes_is_read(tmp_path, base_migree):
    shutil.copy(base_migree, tmp_path)
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    environment |= {"MAILLAGE_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "maillage.web.settings.local"}
    done = subprocess.run(
        [sys.executable, "-c", LIRE, FICHE, VALEUR, CADRE],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    first, *after = [line for line in done.stdout.splitlines() if line]
    assert "Autre" not in first
    assert [("Autre titre" in x, " 1 " in x, "Autre nom" in x) for x in after] == [
        (True, False, False), (True, True, False), (True, True, True),
    ]  # fmt: skip


def test_it_is_read_once_while_nothing_is_written(compte, nord, django_assert_num_queries):
    first = read_programme()
    with django_assert_num_queries(2):
        assert read_programme() is first
    row = models.FicheAction.objects.get(cle="sante")
    update(compte("charge_mission"), row, 1, {"titre": "Autre"}, "")
    assert read_programme() is not first
    assert read_programme() == read()


def test_a_write_that_was_taken_back_is_not_read(nord):
    from django.db import transaction  # noqa: PLC0415

    with transaction.atomic():
        measured = {"cle": "i", "objet": "sante.1", "libelle": "Avant", "nature": "quantitative"}
        row = models.IndicateurSuivi.objects.create(**measured)
        models.Cible.objects.create(indicateur=row, annee=2027, valeur=1)
        assert read_programme().cibles[0].valeur == 1
        transaction.set_rollback(True)
    assert read_programme().cibles == ()
    row = models.IndicateurSuivi.objects.create(**measured)
    models.Cible.objects.create(indicateur=row, annee=2027, valeur=2)
    assert read_programme().cibles[0].valeur == 2
