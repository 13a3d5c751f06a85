"""The diagnosis as a reader meets it: page, PDF and workbook of the small département."""

import re
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import docx
import polars as pl
import pytest

from maillage.atlas.lecture.lecteur import Lecteur
from maillage.atlas.lecture.ouvert import Atlas
from maillage.catalogue.indicateurs import load_dimensions
from maillage.francais import typeset
from maillage.reports.diagnostic import cartes
from maillage.reports.diagnostic.document import Rapport, to_document
from maillage.reports.diagnostic.rapport import make_report, write_report
from maillage.reports.ecrire.page import write_page
from maillage.reports.ecrire.tableur import write_workbook

NASTY = "=HYPERLINK(1)<script>alert(1)</script>"


class Page(HTMLParser):
    """Tags, ids, links and what would be fetched."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.fixture(scope="module")
def rapport(petit_atlas: Atlas) -> Rapport:
    return make_report(petit_atlas)


@pytest.fixture(scope="module")
def written(petit_atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    out = tmp_path_factory.mktemp("rapport") / "sortie"
    return {path.suffix: path for path in write_report(petit_atlas, out)}


def sheets(path: Path) -> str:
    with zipfile.ZipFile(path) as book:
        return book.read("content.xml").decode()


def with_names(atlas: Atlas, names: str) -> Atlas:
    """The same atlas, every commune called ``names``."""
    table = atlas.territoires().with_columns(
        nom=pl.when(pl.col("niveau") == "commune").then(pl.lit(names)).otherwise("nom")
    )
    return replace(atlas, _kept={"territoires": table})


def test_four_files_and_nothing_else(written: dict[str, Path]) -> None:
    assert sorted(p.name for p in written[".html"].parent.iterdir()) == [
        "diagnostic-59.docx",
        "diagnostic-59.html",
        "diagnostic-59.ods",
        "diagnostic-59.pdf",
    ]
    assert sorted(p.name for p in written[".html"].parent.parent.iterdir()) == ["sortie"]


def test_page_fetches_nothing_and_can_be_read_by_ear(rapport: Rapport) -> None:
    html = write_page(to_document(rapport))
    page = Page(html)
    assert not page.all("script") + page.all("link") + page.all("img") + page.all("iframe")
    assert not re.search(r"url\((?!#|data:)|@import", html)
    assert page.all("html") == [{"lang": "fr"}]
    assert len(page.all("h1")) == 1
    assert all("scope" in attrs for attrs in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table"))
    ids = [attrs["id"] for _, attrs in page.tags if attrs.get("id")]
    assert len(ids) == len(set(ids))
    regions = [attrs["aria-label"] for _, attrs in page.tags if attrs.get("role") == "region"]
    assert len(regions) == len(set(regions))
    targets = {str(attrs["href"]).removeprefix("#") for attrs in page.all("a")}
    assert targets <= set(ids)
    described = {attrs.get("aria-describedby") for attrs in page.all("svg")}
    assert described <= set(ids)
    assert None not in described


def test_estimated_times_are_said_wherever_they_show(rapport: Rapport, written: dict[str, Path]) -> None:
    assert any(text.startswith("Temps estimés") for text in rapport.bandeaux)
    assert "Temps estimés" in write_page(to_document(rapport))
    maps = [carte for section in rapport.sections for carte in section.cartes]
    assert maps
    assert all("Temps estimés" in carte.svg for carte in maps)
    tables = sum(len(section.tableaux) for section in rapport.sections)
    assert sheets(written[".ods"]).count("Temps estimés à partir") == tables + 1


def test_pdf_is_tagged_and_universally_accessible(written: dict[str, Path]) -> None:
    data = written[".pdf"].read_bytes()
    assert data.startswith(b"%PDF-")
    for mark in (b"/StructTreeRoot", b"/MarkInfo", b"/Lang", b"pdfuaid:part"):
        assert mark in data, mark


def test_the_docx_warns_first_and_says_each_map_in_words(rapport: Rapport, written: dict[str, Path]) -> None:
    book = docx.Document(str(written[".docx"]))
    texts = [p.text for p in book.paragraphs]
    warned = next(k for k, text in enumerate(texts) if text.startswith("Temps estimés"))
    assert warned < texts.index("Sommaire") < next(k for k, t in enumerate(texts) if "vivent à plus de" in t)
    maps = [carte.description for section in rapport.sections for carte in section.cartes]
    said = [shape._inline.docPr.get("descr") for shape in book.inline_shapes]
    assert said == maps
    listed = [text.split("\t")[0] for text in texts if "\t" in text]
    assert {"L’essentiel en deux pages", "Quoi, et où", "Arrondissement de Cambrai"} <= set(listed)
    begun = [p.text for p in book.paragraphs if p.paragraph_format.page_break_before]
    assert "Arrondissement de Cambrai" in begun
    assert "Pour qui" in begun


def test_page_and_pdf_are_the_same_twice(
    petit_atlas: Atlas, written: dict[str, Path], tmp_path: Path
) -> None:
    again = {path.suffix: path for path in write_report(petit_atlas, tmp_path)}
    for suffix in (".html", ".pdf"):
        assert again[suffix].read_bytes() == written[suffix].read_bytes()


def test_each_map_counts_each_commune_once_and_says_what_the_table_says(
    petit_atlas: Atlas, rapport: Rapport
) -> None:
    section = next(section for section in rapport.sections if section.id == "cartes")
    (table,) = section.tableaux
    assert len(table.lignes) == 6
    people = petit_atlas.territoires("commune")["population"].sum()
    whole = {carte.id: carte for section in rapport.sections for carte in section.cartes}
    for column, entry in enumerate(cartes.list_known(Lecteur(petit_atlas)), start=3):
        carte = whole[entry.id]
        assert carte.tableau == table.id
        assert sum(c.territoires for c in carte.classes) == 6
        assert sum(c.habitants for c in carte.classes) == people
        known = [row[column].valeur for row in table.lignes if row[column].valeur is not None]
        assert sum(c.territoires for c in carte.classes if "non renseigné" not in c.libelle) == len(known)


def test_simulated_figures_are_marked_in_every_name_map_page_and_sheet(
    petit_atlas: Atlas, tmp_path: Path
) -> None:
    simulated = replace(petit_atlas, manifest=replace(petit_atlas.manifest, jeu_essai=True))
    rapport = make_report(simulated)
    files = write_report(simulated, tmp_path / "essai")
    assert all("jeu-essai" in path.name for path in files)
    html = write_page(to_document(rapport))
    assert "<title>Jeu d’essai" in html
    book = docx.Document(str(next(path for path in files if path.suffix == ".docx")))
    assert "Jeu d’essai" in book.sections[0].header.paragraphs[0].text
    assert any("Ne jamais citer un chiffre" in p.text for p in book.paragraphs)
    assert all("JEU D’ESSAI" in carte.svg for section in rapport.sections for carte in section.cartes)
    tables = sum(len(section.tableaux) for section in rapport.sections)
    ods = next(path for path in files if path.suffix == ".ods")
    assert sheets(ods).count("Ne jamais citer un chiffre") == tables + 1
    assert "reference" not in {section.id for section in rapport.sections}


def test_hostile_names_stay_text(petit_atlas: Atlas, tmp_path: Path) -> None:
    rapport = make_report(with_names(petit_atlas, NASTY))
    html = write_page(to_document(rapport))
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    (tmp_path / "a.ods").write_bytes(write_workbook(to_document(rapport)))
    content = sheets(tmp_path / "a.ods")
    assert ">'=HYPERLINK(1)" in content
    assert ">=HYPERLINK" not in content
    assert "table:formula" not in content


def test_atlas_without_outlines_or_basket_still_makes_a_report(petit_atlas: Atlas) -> None:
    bare = {
        "contours": petit_atlas.contours().clear(),
        "indicateurs/departement": pl.DataFrame({"code": ["59"], "nom": ["Nord"]}),
        "indicateurs/commune": pl.DataFrame(schema={"code": pl.String, "nom": pl.String}),
    }
    rapport = make_report(replace(petit_atlas, _kept=bare))
    assert not [carte for section in rapport.sections for carte in section.cartes]
    assert "cartes" not in {section.id for section in rapport.sections}
    assert "Sources" in write_page(to_document(rapport))


def test_territory_near_the_border_has_no_rank(petit_atlas: Atlas) -> None:
    apart = petit_atlas.territoires().with_columns(
        part_frontiere=pl.when(pl.col("code") == "59102").then(0.51).otherwise(0.5)
    )
    wide = petit_atlas.indicateurs("commune").with_columns(
        pl.Series("duree_panier_quotidien", [60.0 * (k + 1) for k in range(6)])
    )
    atlas = replace(petit_atlas, _kept={"territoires": apart, "indicateurs/commune": wide})
    ranking = next(s for s in make_report(atlas).sections if s.id == "classements")
    table = next(t for t in ranking.tableaux if t.id == "rang-commune")
    names = {row[0] for row in table.lignes}
    assert len(names) == 5
    assert atlas.territoires().filter(pl.col("code") == "59102")["nom"][0] not in names
    assert [row[1].valeur for row in table.lignes] == [1, 2, 3, 4, 5]
    assert [row[3].valeur for row in table.lignes] == pytest.approx([6, 5, 4, 2, 1])  # minutes


def test_deficits_are_listed_the_ranked_first(petit_atlas: Atlas) -> None:
    judged = pl.DataFrame(
        {
            "niveau": ["epci"] * 3 + ["commune"],
            "code": ["A", "B", "C", "59100"],
            "profil": ["essai"] * 4,
            "en_deficit": [True, True, False, True],
            "rang": [None, 1, None, 1],
            "robustesse": [1.0, 0.6, 0.1, 0.9],
            "stabilite": ["toujours", "souvent", "selon", "souvent"],
            "typologie": ["Loin des services", None, None, None],
            "raisons": [["Loin."], ["Loin.", "Pauvre."], [], []],
        },
        schema_overrides={"rang": pl.Int64},
    )
    places = petit_atlas.territoires()
    epci = places.head(3).with_columns(
        niveau=pl.lit("epci"), code=pl.Series(["A", "B", "C"]), nom=pl.Series(["A", "B", "C"])
    )
    kept = {"deficits": judged, "territoires": pl.concat([places, epci])}
    report = make_report(replace(petit_atlas, _kept=kept))
    section = next(s for s in report.sections if s.id == "deficits")
    epci, communes = section.tableaux
    assert epci.titre == "Intercommunalités\u00a0: 2 en déficit sur 3\u00a0territoires"
    assert [tuple(map(str, row)) for row in epci.lignes] == [
        ("B", "", "1", "60\u00a0%", "souvent", "", "Loin\u202f; Pauvre"),
        ("A", "", "près de la limite", "100\u00a0%", "toujours", "Loin des services", "Loin"),
    ]
    assert communes.annexe
    assert str(communes.lignes[0][0]) == petit_atlas.territoires("commune")["nom"][0]


@pytest.mark.lent
def test_the_real_nord_beside_its_document(atlas_du_nord: Atlas) -> None:
    sections = {section.id: section for section in make_report(atlas_du_nord).sections}
    ours = {str(row[0]): row for row in sections["reference"].tableaux[0].lignes}
    assert str(ours["Habitants du Nord (2021)"][2]) == "2\u202f611\u202f293"
    assert ours["Densité du Nord (2021), habitants par km²"][3].valeur == 0
    assert ours["France services"][3].valeur == 0
    (table,) = sections["plus-de-7-minutes"].tableaux
    assert [row[0] for row in table.lignes] == ["Avesnes-sur-Helpe", "Bavay", "Steenvoorde"]
    for row in table.lignes:
        shares = [cell.valeur for cell in row[2:]]
        assert len(shares) == 3
        assert all(0 < share < 1 for share in shares)
        assert all("(" in str(cell) for cell in row[2:])
    assert len(sections["cartes"].tableaux[0].lignes) == 647


def test_each_dimension_says_its_figures_or_how_to_supply_them(petit_atlas: Atlas, rapport: Rapport) -> None:
    section = next(section for section in rapport.sections if section.id == "dimensions")
    shown = {table.titre for table in section.tableaux}
    for name in load_dimensions().values():
        unknown = f"{name}\u00a0: non renseigné"
        assert (name in shown) != any(text.startswith(unknown) for text in section.paragraphes)
    table = next(t for t in section.tableaux if t.id == "dimension-temporelle")
    wide = petit_atlas.indicateurs("arrondissement").sort("code")
    line = next(row for row in table.lignes if str(row[0]).startswith("Durée d’accès au panier quotidien"))
    minutes = (wide["duree_panier_quotidien"] / 60).to_list()
    assert [cell.valeur for cell in line[1:-1]] == pytest.approx(minutes)


def test_the_generated_portraits_are_given_in_full(petit_atlas: Atlas, rapport: Rapport) -> None:
    section = next((s for s in rapport.sections if s.id == "portraits"), None)
    written = petit_atlas.deficits().filter(
        pl.col("niveau").is_in(["arrondissement", "epci"]) & pl.col("portrait").is_not_null()
    )
    told = {row[1] for table in section.tableaux for row in table.lignes} if section else set()
    assert told == {typeset(text) for text in written["portrait"]}
