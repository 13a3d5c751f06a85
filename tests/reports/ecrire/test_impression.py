"""What is printed, from our PDF and from our DOCX in LibreOffice: whole words, whole rows, right pages."""

import re
import subprocess
from datetime import date

import pytest

from maillage.atlas.ods import make_ods
from maillage.reports.ecrire.classeur import write_sheets
from maillage.reports.ecrire.docx import write_docx
from maillage.reports.ecrire.largeurs import LIGNES, MARGE, cut, fit_table, fit_words, share_width
from maillage.reports.ecrire.pdf import write_pdf
from maillage.reports.programme.document import make_fiche, make_programme
from maillage.reports.programme.edition import Edition
from maillage.reports.rendu.blocs import Document, Liste, Paragraphe, Tableau, Titre
from maillage.sdaasp.completude.loi import answer
from maillage.sdaasp.programme.classeur import make_sheets
from maillage.sdaasp.reprise.chargement import load_programme

EDITION = Edition(date(2026, 11, 28))
MOTS = "prioritaires anticonstitutionnellement territoriales intercommunalités déclinaisons arrondissements"
PROSE = Paragraphe(" ".join([MOTS] * 4))
LONGUES = tuple((f"début{k}", "ligne " * (12 + 7 * k % 40) + f"fin{k}") for k in range(40))


def make_trap():
    """Tables that begin everywhere on a page, rows of many lines, words longer than a column would like."""
    blocs = [Titre("Prose"), PROSE, Tableau("Lignes", ("Première", "Seconde"), LONGUES)]
    for k in range(1, 25):
        blocs += [Titre(f"Partie {k}"), *(Paragraphe(f"Texte {k}-{n}.") for n in range(k % 9))]
        rows = tuple((f"Valenciennes {k}-{n}", "oui") for n in range(5))
        blocs.append(Tableau(f"Légende {k}", ("Ville", "Oui ?"), rows, note=f"Source {k}, 2025."))
    wide = ("", *("Accompagnement", "Intercommunalité", "Avesnes-sur-Helpe", "Parentalité") * 3)
    blocs += [Titre("Large"), Tableau("Couverture", wide, (("Ici", *["à confirmer"] * 12),))]
    blocs += [Titre("Fin"), Paragraphe("Fin.")]
    return Document("Épreuve", "2025", "Préfecture", "Mention longue " * 12, tuple(blocs), sommaire=1)


@pytest.fixture(scope="module")
def documents():
    programme = load_programme("nord-2025-2030")
    fiche = make_fiche(programme, "sante", EDITION)
    return {
        "programme": make_programme(programme, answer(programme), EDITION),
        "fiche": fiche,
        "piege": make_trap(),
    }


@pytest.fixture(scope="module")
def pdfs(documents, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pdf")
    for name, document in documents.items():
        (folder / f"{name}.pdf").write_bytes(write_pdf(document))
    return {name: folder / f"{name}.pdf" for name in documents}


@pytest.fixture(scope="module")
def docx_pdfs(documents, tmp_path_factory, convert):
    folder = tmp_path_factory.mktemp("docx")
    for name, document in documents.items():
        write_docx(document, folder / f"{name}.docx")
    write_sheets(make_sheets(load_programme("nord-2025-2030")), folder / "classeur.ods")
    (folder / "chiffres.ods").write_bytes(make_ods([("Temps", ("lieu", "minutes"), [("Douai", 12.5)])]))
    names = [*(f"{name}.docx" for name in documents), "classeur.ods", "chiffres.ods"]
    return {name.removesuffix(".docx"): pdf for name, pdf in convert([folder / n for n in names]).items()}


@pytest.fixture(params=["pdfs", "docx_pdfs"])
def imprimes(request):
    return request.getfixturevalue(request.param)


def read_pages(path, order="-layout"):
    asked = ["pdftotext", order, str(path), "-"]
    done = subprocess.run(asked, check=True, capture_output=True, text=True, timeout=30)
    return done.stdout.split("\f")[:-1]


def list_texts(document):
    for bloc in document.blocs:
        if isinstance(bloc, Titre | Paragraphe):
            yield bloc.texte
        elif isinstance(bloc, Liste):
            yield from bloc.elements
        elif isinstance(bloc, Tableau):
            yield from (str(cell) for row in (bloc.colonnes, *bloc.lignes) for cell in row)


@pytest.mark.parametrize("name", ["programme", "fiche", "piege"])
def test_no_word_is_cut_at_the_end_of_a_line(imprimes, documents, name):
    words = {word for text in list_texts(documents[name]) for word in re.findall(r"\w+", text)}
    printed = set(re.findall(r"\w+", " ".join(read_pages(imprimes[name]))))
    extracted = " ".join(read_pages(imprimes[name], "-raw"))
    assert words - printed == set()
    assert words - set(re.findall(r"\w+", extracted)) == set()


@pytest.mark.parametrize("name", ["programme", "fiche"])
def test_the_docx_has_as_many_pages_as_the_pdf(pdfs, docx_pdfs, name):
    pages, expected = len(read_pages(docx_pdfs[name])), len(read_pages(pdfs[name]))
    assert 0.8 * expected <= pages <= 1.2 * expected


@pytest.mark.parametrize("name", ["programme", "piege"])
def test_the_contents_say_the_page_of_each_heading(imprimes, documents, name):
    pages = read_pages(imprimes[name])
    contents = re.findall(r"^ *(\S.*?) ?(?:\. ?){3,}\W*(\d+)$", "\n".join(pages[:3]), re.MULTILINE)
    first = [b.texte for b in documents[name].blocs if isinstance(b, Titre) and b.niveau == 1]
    assert [words(title) for title, _ in contents] == [words(title) for title in first]
    for title, page in contents:
        assert words(title) in words(pages[int(page) - 1])


def words(text):
    return " ".join(re.findall(r"\w+", text))


def test_each_page_says_its_number_and_how_many_there_are(imprimes):
    pages = read_pages(imprimes["piege"])
    for number, page in enumerate(pages[1:], 2):
        assert re.search(rf"Page {number} sur {len(pages)}\b", page)


def test_a_row_stays_whole_and_heads_come_back(imprimes):
    pages = read_pages(imprimes["piege"])
    for k in range(len(LONGUES)):
        at = [
            n for word in ("début", "fin") for n, page in enumerate(pages) if re.search(rf"{word}{k}\b", page)
        ]
        assert len(at) == 2
        assert at[0] == at[1]
    held = [page for page in pages if "début" in page]
    assert len(held) > 1
    assert all("Première" in page for page in held)


def test_libreoffice_opens_the_workbooks(docx_pdfs):
    assert re.search(r"Douai\s+12[.,]5", " ".join(read_pages(docx_pdfs["chiffres.ods"])))
    told = " ".join(read_pages(docx_pdfs["classeur.ods"]))
    assert "Une feuille par famille d’objets" in told
    assert "nord-2025-2030" in told


def test_a_heading_never_ends_a_page(imprimes):
    pages = read_pages(imprimes["piege"])
    for k in (k for k in range(1, 25) if k % 9):
        titles = [n for n, page in enumerate(pages) if re.search(rf"Partie {k}$", page, re.MULTILINE)]
        texts = [n for n, page in enumerate(pages) if f"Texte {k}-0." in page]
        assert titles == texts


def test_a_caption_and_a_note_stay_with_their_table(imprimes):
    pages = [page.replace("\n", " ") + " " for page in read_pages(imprimes["piege"])]
    for k in range(1, 25):
        (caption,) = [n for n, page in enumerate(pages) if re.search(rf"Légende {k} ", page)]
        rows = [n for n, page in enumerate(pages) for _ in re.findall(rf"Valenciennes {k}-\d ", page)]
        (note,) = [n for n, page in enumerate(pages) if f"Source {k}, 2025." in page]
        assert (len(rows), caption, note) == (5, rows[0], rows[-1])


def test_the_room_goes_where_it_saves_most_lines():
    rows = tuple(("court", "mieux que 98 % de ses semblables", "12 min") for _ in range(30))
    once = (
        ("court", "mieux", "8,5 établissements pour 10 000 enfants de moins de 15 ans, et bien davantage"),
    )
    setting = fit_table(Tableau("", ("Un", "Rang", "Ici"), rows + once))
    one_line = share_width(
        Tableau("", ("Rang",), (("mieux que 98 % de ses semblables",),)), setting.taille, 400
    )
    assert setting.largeurs[1] >= one_line[0] - 2
    assert sum(setting.largeurs) <= LIGNES[False]


def test_no_sign_is_wider_than_what_columns_count(polices):
    fonts = pytest.importorskip("fontTools.ttLib")
    font = fonts.TTFont(polices / "AtkinsonHyperlegibleNext_700Bold.ttf")
    glyphs, advances, em = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    french = "àâäçéèêëîïôöùûüÿœæÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŒÆ«»—…€’"
    for sign in (*map(chr, range(33, 0x7F)), *french):
        wide = 100 * advances[glyphs[ord(sign)]][0] / em
        held = fit_words(Tableau("", (sign,), ()), 100)[0] - 2 * MARGE
        assert wide <= held, sign


def test_a_hyphen_and_a_space_are_where_a_line_breaks():
    assert cut("Sambre-Avesnois ouest 1\u202f234\u00a0min") == [
        "Sambre-",
        "Avesnois",
        "ouest",
        "1\u202f234\u00a0min",
    ]
