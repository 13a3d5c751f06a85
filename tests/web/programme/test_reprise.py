"""What an import announces is what it writes, for every kind of object of the exchange format."""

import json
from dataclasses import fields, replace
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.francais import accord, plat
from maillage.sdaasp.programme import modele as pur
from maillage.sdaasp.programme.afom import ItemAfom
from maillage.sdaasp.programme.echange import export_programme, read_programme
from maillage.sdaasp.programme.fne import OrientationFne
from maillage.sdaasp.programme.mesures import Cible, IndicateurSuivi, Valeur
from maillage.sdaasp.programme.mutualisations import Mutualisation
from maillage.sdaasp.programme.vocabulaire import EtatValeur, NatureAfom, NatureCible
from maillage.sdaasp.reprise.chargement import load_programme
from maillage.sdaasp.reprise.fusion import merge
from maillage.web.programme import models
from maillage.web.programme.lecture import read
from maillage.web.programme.reprise.commands import complete

ADDRESS = "/programme/importer/"
OP, SLOT = "sante.1", "sante/593/2025/1"
NEUFS = {
    "territoires": pur.TerritoireDuSchema(code="zone-x", nom="Zone X", niveau="zone"),
    "correspondances": pur.Correspondance(
        cle="zone-x", territoires=(pur.TerritoireLie(cle="epci:1", nom="A"),)
    ),
    "themes": pur.Theme(cle="essai", nom="Essai", ordre=99),
    "dimensions_transversales": pur.DimensionTransversale(cle="essai", nom="Essai"),
    "dimensions_accessibilite": pur.DimensionAccessibilite(cle="essai", nom="Essai", liste="essai"),
    "orientations_strategiques": pur.OrientationStrategique(cle="essai", titre="Essai"),
    "leviers": pur.Levier(cle="essai", nom="Essai"),
    "plans_externes": pur.PlanExterne(cle="plan-essai", nom="Essai"),
    "labels": pur.Label(cle="mon-label", nom="Label"),
    "bonnes_pratiques": pur.BonnePratique(cle="ma-pratique", titre="Pratique", objectifs=(OP,)),
    "mutualisations": Mutualisation(cle="partage-essai", libelle="Essai", type="permanence"),
    "fiches": pur.FicheAction(cle="essai", theme="essai", titre="Essai"),
    "objectifs": pur.ObjectifPrioritaire(cle="essai.1", fiche="essai", ordre=1, libelle="Essai"),
    "declinaisons": pur.Declinaison(theme="sante", arrondissement="593", annee=2027),
    "orientations_fne": OrientationFne(cle="fne-x", titre="Essai", ordre=99),
    "afom": ItemAfom(
        cle="sante/593/afom1", arrondissement="593", theme="sante", nature=NatureAfom.ATOUT, texte="A", voix=5
    ),
    "indicateurs": IndicateurSuivi(cle=f"{SLOT}#1", objet=SLOT, libelle="n", nature=NatureCible.QUANTITATIVE),
    "cibles": Cible(indicateur=f"{SLOT}#1", annee=2027, valeur=4.0),
    "valeurs": Valeur(
        indicateur=f"{SLOT}#1", date=date(2026, 1, 1), valeur=3.0, etat=EtatValeur.VALIDEE, auteur="A"
    ),
}


@pytest.fixture
def chargee(client, compte, nord):
    personne = compte("charge_mission")
    client.force_login(personne, "django.contrib.auth.backends.ModelBackend")
    return personne


def grow(programme, names):
    return replace(programme, **{name: (*getattr(programme, name), NEUFS[name]) for name in names})


def test_every_collection_is_tried():
    assert set(NEUFS) == {f.name for f in fields(pur.Programme)} - {"schema"}


@pytest.mark.parametrize("name", NEUFS)
def test_each_kind_of_object_is_written_as_announced_and_once(chargee, name):
    needed = {"cibles": ("indicateurs",), "valeurs": ("indicateurs",), "fiches": ("themes",)}
    needed |= {"objectifs": ("themes", "fiches"), "correspondances": ("territoires",)}
    complete(chargee, grow(read(), needed.get(name, ())))
    imported = grow(read(), [name])
    announced = merge(read(), imported).objets
    assert announced == 1
    assert complete(chargee, imported) == announced
    assert NEUFS[name] in getattr(read(), name)
    assert (merge(read(), imported).objets, complete(chargee, imported)) == (0, 0)


def test_a_whole_programme_goes_out_and_comes_back(chargee):
    imported = grow(read(), NEUFS)
    assert complete(chargee, imported) == len(NEUFS)
    again = read_programme(json.loads(json.dumps(export_programme(read()))))
    assert {name: set(getattr(again, name)) for name in NEUFS} == {
        name: set(getattr(imported, name)) for name in NEUFS
    }


def test_the_screen_announces_what_the_writing_does(client, chargee):
    document = json.dumps(export_programme(grow(read(), NEUFS))).encode()
    for expected in (len(NEUFS), 0):
        upload = SimpleUploadedFile("programme.json", document)
        page = client.post(ADDRESS, {"etape": "fichier", "fichier": upload})
        assert page.context["objets"] == expected
        page = client.post(ADDRESS, {"etape": "ecrire"}, follow=True)
        assert accord(expected, "objet complété", "objets complétés") in page.content.decode()


def test_the_nord_imported_again_is_nothing(chargee):
    before = read()
    assert complete(chargee, load_programme()) == 0
    assert read() == before


def test_an_import_is_a_write_like_another_signed_and_told(chargee, compte):
    from maillage.web.suivi.commands import follow  # noqa: PLC0415
    from maillage.web.suivi.queries import list_nouveautes  # noqa: PLC0415

    reader = compte("partenaire")
    follow(reader, models.FicheAction.objects.get(cle="sante"), oui=True)
    complete(chargee, grow(read(), ["declinaisons", "afom"]))
    record = models.ItemAfom.objects.get(cle="sante/593/afom1").history.get()
    assert (record.history_user, record.history_change_reason) == (chargee, "Repris d’un document")
    (news,) = list_nouveautes(reader)
    assert {m.nature for m in news.mouvements} == {"creation"}


@pytest.mark.parametrize(
    ("objet", "territory", "allowed"),
    [(SLOT, {"territoire": "arrondissement:593"}, True), (SLOT, {"territoire": "arrondissement:592"}, False),
     (SLOT, {"theme": "sante"}, True), (OP, {"theme": "sante"}, True), (OP, {"theme": "sports"}, False)],
)  # fmt: skip
def test_an_imported_indicator_has_the_perimeter_of_what_it_measures(
    chargee, compte, objet, territory, allowed
):
    item = replace(NEUFS["indicateurs"], cle=f"{objet}#9", objet=objet)
    complete(chargee, replace(read(), indicateurs=(item,)))
    row = models.IndicateurSuivi.objects.get(cle=item.cle)
    assert compte("pilote_territorial", **territory).has_perm("programme.modifier_indicateur", row) is allowed


def test_keys_made_after_an_import_are_free(chargee):
    from maillage.web.programme.afom.commands import create_item  # noqa: PLC0415
    from maillage.web.programme.indicateurs.commands import create_indicateur  # noqa: PLC0415
    from maillage.web.programme.pratiques.commands import create_label  # noqa: PLC0415

    item = replace(NEUFS["indicateurs"], cle=f"{OP}#2", objet=OP)
    complete(
        chargee, replace(read(), indicateurs=(item,), afom=(replace(NEUFS["afom"], cle="sante/593/afom2"),))
    )
    objective = models.ObjectifPrioritaire.objects.get(cle=OP)
    made = [
        create_indicateur(chargee, objective, {"libelle": "n", "nature": "quantitative"}) for _ in range(2)
    ]
    assert [row.cle for row in made] == [f"{OP}#1", f"{OP}#3"]
    place = {"arrondissement": "593", "theme": "sante", "nature": "atout", "texte": "A"}
    assert [create_item(chargee, place).cle for _ in range(2)] == ["sante/593/afom1", "sante/593/afom3"]
    assert create_label(chargee, {"nom": "Santé"}).cle == "sante-2"  # « sante » is the key of a fiche


def test_imported_voices_stay_when_people_vote(chargee, compte):
    from maillage.web.programme.afom.commands import vote  # noqa: PLC0415

    complete(chargee, grow(read(), ["afom"]))
    item = models.ItemAfom.objects.get()
    for person, expected in ((chargee, 6), (compte("charge_mission"), 7), (chargee, 6)):
        vote(person, item)
        item.refresh_from_db()
        assert item.voix == expected


@pytest.mark.parametrize(
    ("name", "item", "words"),
    [
        ("cibles", Cible(indicateur="absent", annee=2027, valeur=1.0), "« absent » n’existe pas"),
        ("valeurs", Valeur(indicateur="absent", date=date(2026, 1, 1)), "« absent » n’existe pas"),
        ("indicateurs", replace(NEUFS["indicateurs"], objet="absent"), "« absent » n’existe pas"),
        ("labels", pur.Label(cle="sante", nom="Santé"), "cette clé est déjà celle d’un objet de « fiches »"),
    ],
)
def test_what_would_not_hold_is_refused_when_read_not_when_written(client, chargee, name, item, words):
    before = read()
    broken = replace(before, **{name: (*getattr(before, name), item)})
    upload = SimpleUploadedFile("programme.json", json.dumps(export_programme(broken)).encode())
    page = client.post(ADDRESS, {"etape": "fichier", "fichier": upload}).content.decode()
    assert words in plat(page)
    assert "Écrire dans le programme" not in client.get(ADDRESS).content.decode()
    with pytest.raises(EntreeInvalide):
        complete(chargee, broken)
    assert read() == before
