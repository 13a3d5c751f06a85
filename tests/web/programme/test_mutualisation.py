"""What is shared: described, tied to a place, brought by a table, suggested; the plan that the law asks."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx import Document

from maillage.francais import plat
from maillage.reports.programme.pistes import is_recent
from maillage.sdaasp.completude.loi import answer
from maillage.sdaasp.programme.mutualisations import load_types
from maillage.web.programme import models
from maillage.web.programme.lecture import read
from maillage.web.programme.mutualisation import suggestions

CHAMPS = {
    "version": "1",
    "libelle": "Permanence de la CAF à la mairie",
    "type": "permanence",
    "etat": "prevu",
    "partenaires": "CAF\nCommune de Douai",
    "services": "Prestations familiales",
    "arrondissements": ["593"],
    "echeance": "2027",
    "cout_eur": "12 500,50",
}


@pytest.fixture
def charge(nord, compte):
    client = Client()
    client.force_login(compte("charge_mission"))
    return client


def test_a_planned_sharing_is_described_read_by_everybody_and_serves_the_law(client, charge):
    assert charge.post("/programme/mutualisation/nouvelle/", CHAMPS).status_code == 302
    row = models.Mutualisation.objects.get(cle="partage-permanence-de-la-caf-a-la-mairie")
    assert (row.cout_eur, row.partenaires) == (12500.5, ["CAF", "Commune de Douai"])
    assert answer(read()).mutualisation.servi == ("593",)
    page = client.get(row.get_absolute_url()).content.decode()
    assert "12\u202f500,50\xa0€" in page
    assert "Modifier" not in page
    listed = client.get("/programme/mutualisation/?arrondissement=592").content.decode()
    assert "Permanence de la CAF" not in listed
    law = client.get("/programme/completude/").content.decode()
    assert row.get_absolute_url() in law
    told = client.get("/api/1/programme/completude").json()
    asked = next(e for e in told["exigences"] if e["cle"] == "mutualisation")
    assert asked["servi"] == ["593"]
    assert {place["cle"] for place in told["arrondissements"]} == set(asked["attendu"])


def test_a_pilot_of_another_place_is_refused_and_told_why(nord, compte, client):
    client.force_login(compte("pilote_territorial", territoire="arrondissement:592"))
    page = client.post("/programme/mutualisation/nouvelle/", CHAMPS).content.decode()
    assert "ne couvre pas cet endroit" in page
    assert (
        client.post("/programme/mutualisation/nouvelle/", CHAMPS | {"arrondissements": ["592"]}).status_code
        == 302
    )


def test_dates_that_contradict_each_other_and_places_unknown_are_refused(charge):
    wrong = {"convention_debut": "2026-09-01", "convention_fin": "2026-08-31"}
    page = charge.post("/programme/mutualisation/nouvelle/", CHAMPS | wrong).content.decode()
    assert "avant son début" in page
    page = charge.post(
        "/programme/mutualisation/nouvelle/", CHAMPS | {"site": "mairie:nulle-part"}
    ).content.decode()
    assert "L’atlas n’a pas de lieu" in page


def test_a_place_is_found_by_its_commune_and_tied_with_its_name(charge, settings):
    from maillage.web.socle import atlas as atlases  # noqa: PLC0415

    atlas = atlases.choose(None)
    kind = next(k for k in atlas.types_de_lieux() if atlas.implantations(k)[0].code_insee)
    place = atlas.implantations(kind)[0]
    commune = atlas.territoire("commune", place.code_insee)
    page = charge.get(
        "/programme/mutualisation/nouvelle/", {"lieu_type": kind, "q": commune.nom}
    ).content.decode()
    assert f"site={place.id.replace(':', '%3A')}" in page
    charge.post("/programme/mutualisation/nouvelle/", CHAMPS | {"site": place.id})
    row = models.Mutualisation.objects.get(site=place.id)
    assert commune.nom in row.site_nom
    # changed without touching the place, it keeps its name
    charge.post(f"/programme/modifier/partage/{row.cle}/", CHAMPS | {"site": place.id, "libelle": "Autre"})
    row.refresh_from_db()
    assert (row.libelle, row.site) == ("Autre", place.id)
    assert commune.nom in row.site_nom


def test_the_places_shared_by_nature_are_taken_once(charge, monkeypatch):
    from maillage.web.programme.mutualisation import queries  # noqa: PLC0415
    from maillage.web.socle import atlas as atlases  # noqa: PLC0415

    atlas = atlases.choose(None)
    kind = next(k for k in atlas.types_de_lieux() if all(map(is_recent, atlas.implantations(k))))
    shared = {
        "maison_services": load_types()["permanence"].__class__("maison_services", "M", "lieu", (kind,))
    }
    monkeypatch.setattr(queries, "load_types", lambda: shared)
    held = len(atlas.implantations(kind))
    assert held
    page = charge.get("/programme/mutualisation/").content.decode()
    assert f"L’atlas connaît {held}\xa0lieu" in page
    charge.post("/programme/mutualisation/reprendre")
    rows = models.Mutualisation.objects.filter(type="maison_services")
    assert rows.count() == held
    assert {row.etat for row in rows} == {"existant"}
    charge.post("/programme/mutualisation/reprendre")
    assert rows.count() == held


def give(text: str, name: str = "inventaire.csv") -> dict[str, SimpleUploadedFile]:
    return {"fichier": SimpleUploadedFile(name, text.encode())}


def test_a_table_comes_back_whole_and_every_fault_is_told_at_once(charge):
    before = models.Mutualisation.objects.count()
    bad = "libelle;type;etat;cout_eur\nA;salle;;\n;permanence;;\nC;permanence;fermée;dix\n"
    page = plat(charge.post("/programme/mutualisation/importer/", give(bad)).content.decode())
    for said in ("ligne 3", "ligne 4, colonne « etat »", "ligne 4, colonne « cout_eur »"):
        assert said in page
    assert models.Mutualisation.objects.count() == before
    heads = "libelle;type;etat;partenaires;cout_eur;convention_fin"
    good = f'{heads}\nBus partagé;bus_partage;prevu;"CAF\nCPAM";1 200,5;31/12/2027\n'
    charge.post("/programme/mutualisation/importer/", give(good))
    row = models.Mutualisation.objects.get(cle="partage-bus-partage")
    assert (row.partenaires, row.cout_eur, f"{row.convention_fin}") == (["CAF", "CPAM"], 1200.5, "2027-12-31")


@pytest.mark.parametrize("forme", ["csv", "ods"])
def test_what_is_exported_is_read_back_and_changes_nothing(charge, forme):
    charge.post("/programme/mutualisation/nouvelle/", CHAMPS | {"libelle": "=1+1"})
    before = read().mutualisations
    body = charge.get(f"/programme/mutualisation/inventaire.{forme}").content
    back = {"fichier": SimpleUploadedFile(f"inventaire.{forme}", body)}
    page = charge.post("/programme/mutualisation/importer/", back, follow=True).content.decode()
    assert "0\xa0mutualisation écrite" in page
    assert read().mutualisations == before


def test_a_table_filled_in_by_hand_completes_what_was_not_said(charge):
    text = charge.get("/programme/mutualisation/inventaire.csv").content.decode("utf-8-sig")
    heads = text.splitlines()[0].split(";")
    row = next(line for line in text.splitlines() if line.startswith("partage-le-central")).split(";")
    row[heads.index("partenaires")], row[heads.index("libelle")] = "Commune de Fourmies", "Autre nom"
    body = f"{';'.join(heads)}\n{';'.join(row)}\n"
    page = charge.post("/programme/mutualisation/importer/", give(body), follow=True).content.decode()
    assert "1\xa0mutualisation écrite ou complétée" in page
    assert "partage-le-central (libelle)" in page
    one = models.Mutualisation.objects.get(cle="partage-le-central")
    assert (one.libelle, one.partenaires) == ("Le Central, à Fourmies", ["Commune de Fourmies"])


def test_the_plan_is_a_document_in_three_forms(client, charge):
    charge.post("/programme/mutualisation/nouvelle/", CHAMPS)
    written = Document(io.BytesIO(client.get("/programme/mutualisation/plan.docx").content))
    cells = (cell.text for table in written.tables for row in table.rows for cell in row.cells)
    text = " ".join([*(p.text for p in written.paragraphs), *cells])
    for said in (
        "Plan de développement de la mutualisation",
        "1 arrondissement sur 6 est atteint par le plan",
        "Permanence de la CAF à la mairie",
        "iNord",
        "Développement des tiers-lieux (VII.E)",
    ):
        assert said in text.replace("\u202f", " ").replace("\xa0", " "), said
    for forme, begins in (("pdf", b"%PDF"), ("ods", b"PK")):
        assert client.get(f"/programme/mutualisation/plan.{forme}").content.startswith(begins)
    assert client.get("/programme/mutualisation/plan.txt").status_code == 404


def test_what_the_atlas_and_scenarios_suggest_is_kept_in_one_click(charge, compte, monkeypatch):
    from maillage.scenarios.fichier import write_scenario  # noqa: PLC0415
    from maillage.scenarios.modifications import Fermeture, Scenario  # noqa: PLC0415
    from maillage.web.atelier.models import ScenarioEnregistre  # noqa: PLC0415
    from maillage.web.socle import atlas as atlases  # noqa: PLC0415

    place = atlases.choose(None).implantations()[0]
    text = write_scenario(Scenario(nom="Fermer", modifications=(Fermeture(lieu=place.id),)))
    for key, visibilite in (("a", "public"), ("b", "brouillon")):
        ScenarioEnregistre.objects.create(
            cle=key, titre=f"Essai {key}", contenu=text, visibilite=visibilite, auteur=compte()
        )
    page = charge.get("/programme/mutualisation/pistes/").content.decode()
    assert "Un scénario ferme ce lieu" in page
    assert "Essai a" in page
    assert "Essai b" not in page
    kept = suggestions.gather(compte(), atlases.choose(None))[0]
    charge.post("/programme/mutualisation/nouvelle/", CHAMPS | {"origine": kept.origine_dite})
    assert kept not in suggestions.gather(compte(), atlases.choose(None))


def test_each_kind_of_sharing_is_offered(charge):
    page = charge.get(
        "/programme/mutualisation/nouvelle/?type=ingenierie&libelle=Essai&partenaires=CAF"
    ).content.decode()
    for kind in load_types().values():
        assert f'value="{kind.cle}"' in page
    assert '<option value="ingenierie" selected>' in page
