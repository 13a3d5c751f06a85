"""The two pages, the page of each territory, the themes: what they say, of any département, in what order."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from maillage.atlas.lecture.lecteur import Lecteur
from maillage.atlas.lecture.ouvert import Atlas
from maillage.reports.diagnostic import pages, pistes, synthese
from maillage.reports.diagnostic.constats import choose_mesh
from maillage.reports.diagnostic.document import Rapport, to_document
from maillage.reports.diagnostic.phrases import flow
from maillage.reports.diagnostic.rapport import make_report
from maillage.reports.ecrire.page import write_page
from maillage.reports.ecrire.pdf import write_pdf
from maillage.reports.rendu.blocs import Carte, Document, EnRegard, Paragraphe, Titre

DATED = re.compile(r"\((?:[^()]*\b(?:19|20)\d\d\b[^()]*)\)")
METHOD = re.compile(r"\b(Gini|Palma|Moran|LISA|Foster|quantiles?|percentiles?|amas)\b", re.IGNORECASE)


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\xa0", " ").replace("’", "'")


def change(atlas: Atlas, **tables: pl.DataFrame) -> Atlas:
    """The same atlas with other tables, by name (``__`` for a slash)."""
    return replace(atlas, _kept={name.replace("__", "/"): table for name, table in tables.items()})


def without(atlas: Atlas, *meshes: str, only: str = "") -> Atlas:
    """The same atlas without some meshes; ``only``: the one code kept of the arrondissements."""
    rows = atlas.territoires().filter(~pl.col("niveau").is_in(meshes))
    if only:
        rows = rows.filter((pl.col("niveau") != "arrondissement") | (pl.col("code") == only))
    return change(atlas, territoires=rows)


@pytest.fixture(scope="module")
def rapport(petit_atlas: Atlas) -> Rapport:
    return make_report(petit_atlas)


@pytest.fixture(scope="module")
def pages_du_pdf(rapport: Rapport, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    path = tmp_path_factory.mktemp("pdf") / "r.pdf"
    path.write_bytes(write_pdf(to_document(rapport)))
    done = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True
    )
    return [plain(page) for page in done.stdout.split("\f")]


def test_the_cover_then_two_pages_with_the_map_on_the_first_then_one_page_each(
    pages_du_pdf: list[str],
) -> None:
    cover, first, second, third, fourth, fifth, *_ = pages_du_pdf
    for words in ("Département : Nord (59)", "État", "projet", "Millésimes", "Sommaire", "Que faire"):
        assert words in cover
    assert "Quoi, et où" in first
    assert "Carte 1" in first
    assert [heading for heading in ("Pour qui", "Quels services", "Que faire") if heading in second] == [
        "Pour qui",
        "Quels services",
        "Que faire",
    ]
    assert "Arrondissement d'Avesnes-sur-Helpe" in third
    assert "Arrondissement de Cambrai" in fourth
    assert "Par thème" in fifth


def read_lines(blocs: tuple[Paragraphe, ...], folder: Path) -> list[str]:
    (folder / "d.pdf").write_bytes(write_pdf(Document("T", "", "A", "P", blocs)))
    done = subprocess.run(
        ["pdftotext", str(folder / "d.pdf"), "-"], capture_output=True, text=True, check=True
    )
    return [plain(line) for line in done.stdout.splitlines()]


def test_no_number_is_cut_at_the_end_of_a_line(tmp_path: Path) -> None:
    texts = tuple(Paragraphe(f"{'a' * k} " + "12\u202f345\xa0hab. " * 40) for k in range(12))
    lines = read_lines(texts, tmp_path)
    assert sum("12 345 hab." in line for line in lines) > 50
    assert not [line for line in lines if line.endswith("12") or line.startswith(("345", "hab"))]


def test_a_paragraph_keeps_the_spaces_that_hold_numbers() -> None:
    assert flow("Sur 1\u202f200\xa0habitants,\n    ici.") == "Sur 1\u202f200\xa0habitants, ici."


def test_the_first_sentences_hold_the_figures_of_the_atlas(petit_atlas: Atlas) -> None:
    """A quarter of 6,300 people: 1,575, told with two figures."""
    whole = petit_atlas.indicateurs("departement").with_columns(
        part_panier_plus_7min=pl.lit(0.25),
        part_panier_plus_7min_bas=pl.lit(0.1),
        part_panier_plus_7min_haut=pl.lit(0.4),
        eloignes_panier=pl.lit(1575.0),
    )
    lecteur = Lecteur(change(petit_atlas, indicateurs__departement=whole))
    assert lecteur.departement is not None
    section = synthese.tell_where(lecteur, lecteur.departement)
    assert section is not None
    assert plain(section.entree[0]).startswith(
        "25 % (10 à 40 %) des habitants du département, environ 1 600 personnes, vivent à plus de 7 minutes"
    )


def test_without_daily_services_the_report_is_about_france_services(petit_atlas: Atlas) -> None:
    """A national file gives them anywhere: the two pages, their map and one page a territory all the same."""
    tables = {
        f"indicateurs__{mesh}": petit_atlas.indicateurs(mesh).with_columns(
            part_panier_plus_7min=pl.lit(None, pl.Float64), part_france_services_plus_20min=pl.lit(0.5)
        )
        for mesh in ("departement", "arrondissement", "commune")
    }
    lecteur = Lecteur(change(petit_atlas, **tables))
    assert lecteur.departement is not None
    section = synthese.tell_where(lecteur, lecteur.departement)
    assert section is not None
    assert plain(section.entree[0]).startswith("50 %")
    assert "à plus de 20 minutes de voiture de la France services la plus proche" in plain(section.entree[0])
    assert section.tableaux[0].colonnes[3] == "À plus de 20 min"
    (carte,) = section.cartes
    assert "France services" in carte.titre
    part = pages.make_part(lecteur)
    assert part is not None
    assert [len(s.cartes) for s in part.sections] == [1, 1]
    assert "France services" in part.sections[0].tableaux[0].titre


def test_no_territory_has_more_people_far_than_people(petit_atlas: Atlas) -> None:
    """A grid of an older year counts others than the population that stands beside."""
    counts = petit_atlas.indicateurs("commune").with_columns(
        part_panier_plus_7min=pl.lit(1.0), eloignes_panier=pl.lit(5000.0)
    )
    part = pages.make_part(Lecteur(change(petit_atlas, indicateurs__commune=counts)))
    assert part is not None
    for section in part.sections:
        for row in section.tableaux[0].lignes:
            assert row[4].valeur == row[1].valeur


def test_where_names_the_farthest_and_never_the_same_at_both_ends(petit_atlas: Atlas) -> None:
    wide = petit_atlas.indicateurs("arrondissement").sort("code")
    wide = wide.with_columns(
        part_panier_plus_7min=pl.Series([0.4, 0.1]), eloignes_panier=pl.Series([1440.0, 270.0])
    )
    (text,) = synthese.tell_territories(Lecteur(change(petit_atlas, indicateurs__arrondissement=wide)))
    assert plain(text).startswith(
        "C'est le cas le plus souvent dans l'arrondissement d'Avesnes-sur-Helpe (40 %), le moins souvent "
        "dans l'arrondissement de Cambrai (10 %). Le plus grand nombre de ces habitants, environ 1 400 "
        "personnes (84 % d'entre eux), vit dans l'arrondissement d'Avesnes-sur-Helpe"
    )


def test_every_figure_of_the_two_pages_says_its_year_and_how_it_was_made(rapport: Rapport) -> None:
    essentiel = rapport.volets[0]
    told = [t for s in essentiel.sections for t in (*s.entree, *s.paragraphes)]
    for text in map(plain, told):
        if re.search(r"\d %|\d min\b", text) and "cumulent" not in text:
            assert DATED.search(text), text
            assert re.search("estimé|observé|imputé", text), text
    assert all("Temps estimés" in plain(c.svg) for s in essentiel.sections for c in s.cartes)


def test_the_map_numbers_what_the_list_beside_it_names(rapport: Rapport) -> None:
    (section,) = [s for s in rapport.sections if s.id == "quoi-ou"]
    (carte,) = section.cartes
    assert [text.split(" ")[0] for text in section.liste] == [str(k + 1) for k in range(len(section.liste))]
    assert carte.svg.count('class="numero"') == len(section.liste)
    for text in section.liste:
        assert f">{text.split(' · ')[1].split(chr(160))[0]}</text>" not in carte.svg


def test_small_communes_and_those_near_the_border_are_not_put_forward(petit_atlas: Atlas) -> None:
    """Of six communes, the first holds 300 people and the last is near the border."""
    rows = petit_atlas.territoires().with_columns(
        part_frontiere=pl.when(pl.col("code") == "59105").then(0.9).otherwise(0.0)
    )
    report = make_report(change(petit_atlas, territoires=rows))
    (section,) = [s for s in report.sections if s.id == "quoi-ou"]
    named = " ".join(section.liste)
    assert "Commune 0" not in named
    assert "Commune 5" not in named
    assert "parmi les communes de 500 habitants ou plus, loin de la limite" in plain(section.paragraphes[-1])


def test_leads_name_the_communes_where_most_people_wait(petit_atlas: Atlas) -> None:
    """More than half: 0.5 is not enough."""
    rows = petit_atlas.territoires().with_columns(part_frontiere=pl.lit(0.0))
    shares = (
        petit_atlas.indicateurs("commune")
        .sort("code")
        .with_columns(part_pharmacie_plus_20min=pl.Series([0.5, 0.51, 0.0, 0.9, None, 0.2]))
    )
    lecteur = Lecteur(change(petit_atlas, territoires=rows, indicateurs__commune=shares))
    assert lecteur.departement is not None
    told = [plain(t) for t in pistes.say_services(lecteur, lecteur.departement) if "pharmacie" in t]
    assert told
    assert told[0].startswith(
        "Rapprocher : pharmacie. À plus de 20 minutes pour la plupart des habitants de 2 communes "
        "(1 800 habitants), d'abord Commune 3 et Commune 1 ("
    )


def test_each_territory_has_its_map_its_sentences_and_its_tables(petit_atlas: Atlas) -> None:
    part = pages.make_part(Lecteur(petit_atlas))
    assert part is not None
    assert [s.titre for s in part.sections] == [
        "Arrondissement d’Avesnes-sur-Helpe",
        "Arrondissement de Cambrai",
    ]
    for section, communes in zip(part.sections, (4, 2), strict=True):
        (carte,) = section.cartes
        assert sum(c.territoires for c in carte.classes) == communes
        assert 3 <= len(section.paragraphes) <= 4
        assert next(len(t.lignes) for t in section.tableaux) == communes


@pytest.mark.parametrize(
    ("meshes", "only", "titles"),
    [
        ((), "591", ["CC de l’Est", "CC de l’Ouest"]),
        (("arrondissement",), "", ["CC de l’Est", "CC de l’Ouest"]),
        (("arrondissement", "epci"), "", []),
        (("arrondissement", "epci", "bassin_vie", "canton"), "", []),
    ],
)
def test_any_cut_of_the_departement_makes_a_whole_report(
    petit_atlas: Atlas, meshes: tuple[str, ...], only: str, titles: list[str]
) -> None:
    atlas = without(petit_atlas, *meshes, only=only)
    report = make_report(atlas)
    part = next((p for p in report.volets if p.id == "territoires"), None)
    assert [s.titre for s in part.sections] if part else titles == []
    assert report.volets[0].id == "essentiel"
    assert bool(choose_mesh(Lecteur(atlas))) == bool(titles)
    document = to_document(report)
    assert write_pdf(document).startswith(b"%PDF-")
    headed = zip(document.blocs, document.blocs[1:], strict=False)
    assert not [
        a for a, b in headed if isinstance(a, Titre) and isinstance(b, Titre) and b.niveau <= a.niveau
    ]
    assert not isinstance(document.blocs[-1], Titre)


def test_words_of_method_stand_in_the_annex_only(rapport: Rapport) -> None:
    for part in rapport.volets:
        texts = [
            text
            for s in part.sections
            for text in (s.titre, *s.entree, *s.paragraphes, *s.liste, *(t.note for t in s.tableaux))
        ]
        texts += [head for s in part.sections for t in s.tableaux for head in (t.titre, *t.colonnes)]
        if part.id != "annexes":
            assert not [text for text in texts if METHOD.search(text)], part.id
    (words,) = [s for s in rapport.sections if s.id == "indices"]
    told = " ".join(str(cell) for row in words.tableaux[0].lignes for cell in row)
    for name in ("Gini", "Palma", "Moran", "LISA", "quantiles"):
        assert name in told
    assert all(re.search(r" /methodes/(\w+/)?$", str(row[1])) for row in words.tableaux[0].lignes)


def test_nothing_of_one_departement_is_said_of_another() -> None:
    """Names come from the atlas: the modules that write sentences hold none."""
    here = Path(synthese.__file__).parent
    names = re.compile(
        r"\b(Nord|Lille|Avesnes|Cambrai|Douai|Dunkerque|Valenciennes|Maubeuge|Cassel|Belgique)\b"
    )
    for name in (
        "synthese",
        "pistes",
        "pages",
        "themes",
        "constats",
        "phrases",
        "lexique",
        "cartes",
        "rapport",
    ):
        assert not names.search((here / f"{name}.py").read_text("utf-8")), name


def test_a_report_of_another_departement_has_no_word_of_the_first(petit_atlas: Atlas) -> None:
    here = {"Nord": "Landes", "Avesnes-sur-Helpe": "Dax", "Cambrai": "Mont-de-Marsan"}
    manifest = petit_atlas.manifest
    atlas = replace(
        petit_atlas,
        manifest=replace(manifest, departement="40", parametres=manifest.parametres | {"profil": "neutre"}),
        _kept={"territoires": petit_atlas.territoires().with_columns(pl.col("nom").replace(here))},
    )
    told = re.sub(r"<style>.*?</style>", "", write_page(to_document(make_report(atlas))), flags=re.DOTALL)
    assert "Arrondissement de Dax" in told
    # A generated portrait is a text of the atlas itself: it keeps the names it was built with.
    told = re.sub(r'<div id="portraits-\w+">.*?</table>', "", told, flags=re.DOTALL)
    assert not re.findall(r".{30}\b(?:Nord|Belgique|Lille|Cassel|Avesnes|Cambrai|Bavay)\b.{30}", told)


def test_themes_set_a_map_beside_its_sentences(rapport: Rapport) -> None:
    shown = [b for b in to_document(rapport).blocs if isinstance(b, EnRegard)]
    assert {b.carte.id for b in shown} >= {"panier", "panier_loin", "france_services", "medecin"}
    assert all(b.textes for b in shown)
    assert not [b for b in to_document(rapport).blocs if isinstance(b, Carte)]


def test_the_state_stands_on_the_cover_and_on_each_page(petit_atlas: Atlas) -> None:
    report = make_report(petit_atlas, "approuvé")
    assert dict(report.couverture.lignes)["État"] == "approuvé"
    assert report.pied.endswith("approuvé")
