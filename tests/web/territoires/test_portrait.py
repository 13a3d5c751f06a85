"""Portraits say what the atlas holds, in words; documents carry the same."""

import html
import re
import subprocess
from types import SimpleNamespace

import pytest

from maillage.atlas.lecture.chiffres import Chiffre
from maillage.atlas.lecture.definitions import Definition
from maillage.reports.rendu import autonome
from maillage.sdaasp.reprise.chargement import load_programme
from maillage.web.programme.models import Declinaison
from maillage.web.programme.reprise.commands import load
from maillage.web.socle import atlas as atlases
from maillage.web.territoires import comparaison, egalite, geographie, petite_carte, profil, queries
from maillage.web.territoires.phrases import ecart


def test_the_opening_sentence(client, db) -> None:
    text = (
        client.get("/territoires/commune/90004/").content.decode().replace("\u202f", " ").replace("\xa0", " ")
    )
    held = atlases.choose(None).chiffre("commune", "90004", "duree_france_services").valeur
    assert (
        f"Ici, il faut <strong>{round(held)} minutes</strong> en voiture pour atteindre un France services"
        in text
    )
    assert "Jeu d’essai" in text
    assert "Temps simulés" in text


def test_unknown_is_said(client, db) -> None:
    text = client.get("/territoires/commune/90009/").content.decode()
    assert 'class="nr">non renseigné' in text
    assert "=Formule" in text


def test_an_unjudged_territory_is_not_cleared(client, db, settings, dossier_zone) -> None:
    """The rule judges communes and their groups; a zone is not judged."""
    settings.MAILLAGE_ATLAS = dossier_zone
    assert "n’a pas été jugé" in client.get("/territoires/zone/QN1/").content.decode()
    assert (
        "Pourquoi ce territoire est prioritaire" in client.get("/territoires/commune/90002/").content.decode()
    )


@pytest.mark.parametrize(
    "address", ["/territoires/commune/00000/", "/territoires/lune/1/", "/?atlas=inconnu", "/methodes/rien/"]
)
def test_what_does_not_exist(client, db, address) -> None:
    assert client.get(address).status_code == 404


def test_reading_figures_needs_no_query(client, db, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        for address in (
            "/",
            "/classements/",
            "/carte/",
            "/prioritaires/",
            "/evolution/",
            "/methodes/densite/",
        ):
            assert client.get(address).status_code == 200


def test_a_portrait_asks_the_programme_once_for_what_is_planned(
    client, db, django_assert_num_queries
) -> None:
    client.get("/territoires/commune/90005/")  # a process reads once what is there: nothing, here
    with django_assert_num_queries(2):  # the mark of the directory, read for every portrait
        assert "Ce qui est prévu ici" not in client.get("/territoires/commune/90004/").content.decode()
    load(load_programme())
    Declinaison.objects.filter(arrondissement="593").update(arrondissement="901")
    with django_assert_num_queries(3):
        text = client.get("/territoires/arrondissement/901/").content.decode()
    named = Declinaison.objects.filter(arrondissement="901").exclude(libelle__isnull=True)
    assert named.first().libelle in html.unescape(text)
    assert f"{Declinaison.objects.filter(arrondissement='901').count()}\u00a0déclinaisons" in text


# Quoted first of the times, in the catalogue's order; one is about one service alone.
QUOTED = ["duree_panier_quotidien", "part_panier_plus_7min", "duree_france_services"]


def test_every_known_figure_of_a_dimension_is_shown(dossier_atlas) -> None:
    atlas = atlases.choose(None)
    lines = {line.cle: line for line in profil.list_profil(atlas, atlas.get_territoire("commune", "90004"))}
    assert len(lines) == 7
    held = [atlas.chiffre("commune", "90004", name) for name in atlas.indicateurs("commune")]
    known = [figure.definition for figure in held if figure.connu]
    for line in lines.values():
        shown = {measure.chiffre.definition.id for measure in line.mesures}
        whole = {d.id for d in known if d.dimension == line.cle and "{type}" not in d.entree}
        assert shown - set(QUOTED) == whole - set(QUOTED)
    first = [measure.chiffre.definition.id for measure in lines["temporelle"].mesures][:3]
    assert first == QUOTED
    assert "horaires" in lines["information"].a_fournir


def test_a_place_agrees_with_a_count(dossier_atlas) -> None:
    atlas = atlases.choose(None)
    here = atlas.get_territoire("commune", "90004")
    pairs = profil.find_pairs(atlas, here)
    peers = {code: atlas.get_territoire("commune", code) for code in pairs.codes}
    places = {code: profil.find_place(atlas, one, pairs, "duree_pharmacie") for code, one in peers.items()}
    values = {code: atlas.chiffre("commune", code, "duree_pharmacie").valeur for code in pairs.codes}
    assert {code for code, place in places.items() if place} == {
        c for c, v in values.items() if v is not None
    }
    for code, place in places.items():
        if place is None:
            continue
        others = [v for other, v in values.items() if other != code and v is not None]
        worse = sum(v > values[code] for v in others) + 0.5 * sum(v == values[code] for v in others)
        assert place.position == pytest.approx(worse / len(others))
        assert place.rang == 1 + sum(v < values[code] for v in others)


def test_those_beyond_are_counted_where_they_live(dossier_atlas) -> None:
    atlas = atlases.choose(None)
    found = egalite.read_egalite(atlas, atlas.get_territoire("epci", "200000001"))
    inside = [t for t in atlas.territoires("commune") if t.parents["epci"] == "200000001"]
    shares = {t.code: atlas.chiffre("commune", t.code, "part_panier_plus_7min").valeur for t in inside}
    counts = sorted((t.population * shares[t.code] for t in inside), reverse=True)
    assert found.concentration.personnes == pytest.approx(sum(counts))
    assert [n for _, n in found.concentration.communes] == pytest.approx([c for c in counts if c >= 1][:5])
    half = next(k for k in range(1, 9) if sum(counts[:k]) >= sum(counts) / 2)
    assert found.concentration.moitie == half


def test_neighbours_touch(dossier_atlas) -> None:
    atlas = atlases.choose(None)
    corner = atlas.get_territoire("commune", "90001")
    # A square touches the next one, the one below, and the one across the corner.
    assert {t.code for t in geographie.voisins(atlas, corner)} == {"90002", "90005", "90006"}


def test_the_rank_of_a_territory(dossier_atlas) -> None:
    atlas = atlases.choose(None)
    lines = comparaison.compute_lignes(
        atlas, comparaison.read_territoires(atlas, ["commune:90001", "commune:90012"])
    )
    ranks = {line.definition.id: line.rangs for line in lines}
    assert ranks["duree_france_services"] == ["1er sur 12", "12e sur 12"]
    # Four communes have more than bakeries; the eight others all have 40 facilities for 10,000 people.
    assert ranks["equipements_10000"] == ["1er sur 12", "5e sur 12"]


@pytest.mark.parametrize("niveau", ["commune", "epci", "departement"])
def test_every_figure_is_shown_under_the_name_of_its_own_indicator(niveau, dossier_atlas) -> None:
    """Where territories do not know the same figures of a dimension, each row quotes one indicator only."""
    atlas = atlases.choose(None)
    territoires = list(atlas.territoires(niveau))
    for row in comparaison.compute_profils(atlas, territoires):
        for cell in row.cases:
            assert cell.chiffre is None or cell.chiffre.definition == row.definition


def test_an_unknown_figure_is_not_replaced_by_another_of_its_dimension() -> None:
    """« Lieux aux horaires publiés : 6,4 ans » was the age of the information, under another name."""
    published = Definition("part_horaires_publies", "Lieux aux horaires publiés", unite="part", arrondi=2)
    age = Definition("anciennete_information", "Ancienneté de l’information", unite="ans", arrondi=1)

    def line(*figures: Chiffre) -> profil.LigneProfil:
        measures = tuple(profil.MesureProfil(figure, figure, None) for figure in figures)
        return profil.LigneProfil("information", "Information", measures, 0, "", "")

    atlas = SimpleNamespace(a=lambda *_: True, generaux=lambda _: [])
    both = line(Chiffre(published, 0.5), Chiffre(age, 2.0))
    row = comparaison._rangee(atlas, "commune", [line(Chiffre(age, 6.4)), both])
    assert row.definition == published
    assert [cell.chiffre and cell.chiffre.valeur for cell in row.cases] == [None, 0.5]


def test_search_minds_neither_accents_nor_case(dossier_atlas) -> None:
    atlas = atlases.choose(None)
    assert queries.search_territoires(atlas, "saint œuf")[0].code == "90003"
    assert queries.search_territoires(atlas, "SAINT OEUF")[0].code == "90003"
    assert queries.search_territoires(atlas, "etang moines")[0].code == "90004"
    assert queries.search_territoires(atlas, "   ") == []


@pytest.mark.parametrize(
    "text", ["Sainte-Vieille-sur-Bourg", "STE VIEILLE S/ BOURG CEDEX 2", "vieille bourg", "90123"]
)
def test_a_commune_answers_to_its_former_names_and_codes(dossier_atlas, client, text) -> None:
    (answer,) = queries.search(atlases.choose(None), text)
    assert (answer.genre, answer.code) == ("commune", "90005")
    assert answer.par in {"dont Ste-Vieille-s/Bourg", "ancien code 90123", "code postal 90123"}


def test_its_own_name_comes_before_a_part_of_another(dossier_atlas) -> None:
    found = queries.search_territoires(atlases.choose(None), "Valbrune")
    assert [t.code for t in found if t.niveau == "commune"] == ["90001", "90006"]


def test_a_number_that_is_code_and_postcode_gives_the_choice(dossier_atlas, client) -> None:
    """90003 is the code of Saint-Œuf and a postcode of Valbrune; nothing is opened for the reader."""
    answer = client.get("/recherche/?q=90003")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "commune/90001" in page
    assert "commune/90003" in page
    assert "code INSEE 90003" in page
    assert "code postal" in page
    assert client.get("/recherche/?q=90002").status_code == 200, "a postcode that no source gives may be one"
    assert client.get("/recherche/?q=Ste Vieille s/Bourg").status_code == 302


@pytest.mark.parametrize(
    ("here", "there", "unite", "expected"),
    [
        (13.4, 8.4, "min", "5\xa0min de plus"),
        (8.4, 8.0, "min", "autant"),
        (0.3, 0.21, "part", "9\xa0points de plus"),
        (None, 8.0, "min", ""),
        (4.4, 4.6, "min", "autant"),  # shown 4 and 5: rounding makes the gap
        (4.6, 5.4, "min", "autant"),  # shown 5 and 5: rounding hides it
        (5.4, 4.4, "min", "1\xa0min de plus"),
        (2.4, 4.6, "min", "2\xa0min de moins"),  # shown 2 and 5: the gap is 2.2
        (0.084, 0.096, "part", "1\xa0point de moins"),
        (0.096, 0.104, "part", "autant"),
    ],
)
def test_a_gap_is_compared_then_rounded(here, there, unite, expected) -> None:
    d = Definition("x", "x", unite=unite, arrondi=2 if unite == "part" else 0)
    assert (
        ecart(Chiffre(d, here, None, None, None, None), Chiffre(d, there, None, None, None, None)) == expected
    )


def test_the_pdf_is_tagged_and_says_the_same(client, db, tmp_path) -> None:
    path = tmp_path / "portrait.pdf"
    path.write_bytes(client.get("/territoires/commune/90004/portrait.pdf").content)
    info = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout
    assert "Tagged:          yes" in info
    assert "L’Étang-aux-Moines" in text
    held = atlases.choose(None).chiffre("commune", "90004", "duree_france_services").valeur
    assert f"{round(held)} min" in text.replace("\xa0", " ").replace("\u202f", " ")


def test_what_is_planned_says_how_far_it_is_on_the_page_and_on_paper(client, db, tmp_path) -> None:
    load(load_programme())
    row = Declinaison.objects.filter(arrondissement="593").exclude(libelle__isnull=True).first()
    Declinaison.objects.filter(pk=row.pk).update(arrondissement="901", statut="engagee", libelle="Un bus")
    text = client.get("/territoires/arrondissement/901/").content.decode()
    planned = text[text.index('id="prevu"') :]
    assert re.search(r"Un bus</a>\s*<[^>]+>\s*Engagée", planned)
    path = tmp_path / "portrait.pdf"
    path.write_bytes(client.get("/territoires/arrondissement/901/portrait.pdf").content)
    printed = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
    ).stdout
    assert re.search(r"Un bus +2025 +Engagée", printed)
    assert "Sources :" in printed.replace("\xa0", " ")
    Declinaison.objects.filter(pk=row.pk).update(statut="achevee", version=2)
    path.write_bytes(client.get("/territoires/arrondissement/901/portrait.pdf").content)
    printed = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
    ).stdout
    assert re.search(r"Un bus +2025 +Achevée", printed)


@pytest.mark.parametrize("place", ["arrondissement:901", "commune:90004", "departement:90"])
def test_the_outline_of_a_map_is_thin_however_close_the_window(dossier_atlas, place) -> None:
    atlas = atlases.choose(None)
    drawn = petite_carte.carte_autour(atlas, atlas.get_territoire(*place.split(":"))).dessin
    width = float(re.search(r'viewBox="\S+ \S+ (\S+) ', drawn)[1])
    outlines = re.findall(r'class="(?:contour|ici)" stroke-width="([\d.]+)"', drawn)
    assert outlines
    assert all(float(stroke) <= width / 250 for stroke in outlines)
    assert "stroke-width:2}" not in autonome.STYLE.split("path.contour")[1][:60]


def test_two_atlases_side_by_side(client, db) -> None:
    text = client.get("/territoires/commune/90004/").content.decode()
    assert "Entre l’atlas «\u00a0essai-2025\u00a0» et celui-ci" in text
    older = client.get("/territoires/commune/90004/?atlas=essai-2025").content.decode()
    assert "Aucun atlas plus ancien n’est installé" in older
    assert "/methodes/?atlas=essai-2025" in older


def test_without_any_atlas_the_page_says_what_to_do(client, db, settings, tmp_path) -> None:
    settings.MAILLAGE_ATLAS = tmp_path
    answer = client.get("/")
    assert answer.status_code == 503
    assert "maillage demo" in answer.content.decode()
