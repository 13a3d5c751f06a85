"""One pastes any text of Unicode where people write: it enters clean, or is refused; no document fails.

The reader of a document sees each sign, or its number where no typeface has it.
"""

import json
import random
import re
import shutil
import subprocess
import sys
import unicodedata

import docx
import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from maillage.catalogue.textes import LONGUEUR, check_text, clean_text, tell_changes
from maillage.reports.ecrire import composition
from maillage.reports.ecrire.classeur import find_unfit, write_sheets
from maillage.reports.ecrire.docx import write_docx
from maillage.reports.ecrire.pdf import write_pdf
from maillage.reports.rendu.blocs import Document, Liste, Paragraphe, Tableau, Titre
from maillage.sdaasp.programme.classeur import Feuille
from maillage.sources.classeur import read_workbook
from maillage.web.programme import models
from maillage.web.suivi.models import Commentaire

CLE = "sante/593/2025/1"
# What is pasted from other programs; what the text must become.
COLLES = {
    "Word's bullet": ("\uf0b7 un", "• un"),
    "Word's manual line break": ("un\x0bdeux", "un deux"),
    "a form feed": ("un\x0cdeux", "un deux"),
    "next line (C1)": ("un\x85deux", "un deux"),
    "a line separator": ("un\u2028deux", "un deux"),
    "a bell": ("un\x07deux", "un deux"),
    "a delete": ("un\x7fdeux", "un deux"),
    "macOS accents": ("e\u0301te\u0301", "été"),
    "an emoji": ("\U0001f600", "\U0001f600"),
    "a family of emoji": ("\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469"),
    "Chinese": ("中文", "中文"),
    "Arabic": ("محمد", "محمد"),
    "Greek, arrows": ("Ωμέγα → ⇒", "Ωμέγα → ⇒"),
    "a stack of marks": ("a\u033f\u0302\u0489", "a\u033f\u0302\u0489"),
    "a noncharacter": ("un\ufffedeux", "undeux"),
}


def make_document(texts: list[str]) -> Document:
    rows = tuple((text, text) for text in texts)
    table = Tableau(titre=texts[0], colonnes=("Un", "Deux"), lignes=rows)
    blocs = (Titre(texts[0]), Paragraphe(texts[-1]), Liste(tuple(texts)), table)
    return Document(titre=texts[0], sous_titre=texts[-1], auteur=texts[0], mention=texts[0], blocs=blocs)


def assigned(seed: int, count: int) -> list[str]:
    """One character in each assigned range of Unicode, then more at random; controls and surrogates too."""
    chance = random.Random(seed)
    known = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) != "Cn"]
    blocks = {ord(sign) >> 8: sign for sign in chance.sample(known, len(known))}
    return [*blocks.values(), *chance.sample(known, count)]


@pytest.mark.parametrize("name", COLLES)
def test_what_people_paste(name):
    given_, kept = COLLES[name]
    assert clean_text(given_) == kept
    assert clean_text(kept) == kept


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=30))
@settings(max_examples=500, deadline=None)
def test_a_clean_text_is_what_every_format_holds(text):
    kept = clean_text(text)
    assert clean_text(kept) == kept
    assert unicodedata.is_normalized("NFC", kept)
    kept.encode("utf-8")
    assert all(find_unfit(kept, suffix) is None for suffix in (".ods", ".xlsx"))
    assert bool(tell_changes(text)) == (kept != unicodedata.normalize("NFC", text))


@pytest.mark.parametrize("bad", ["\x00", "\ud800", "\uffff", "\U0001fffe", "x" * (LONGUEUR + 1)])
def test_what_no_program_writes_on_purpose_is_refused(bad):
    with pytest.raises(ValueError, match="caractère"):
        check_text(f"un {bad}")


def test_every_document_sets_every_text(tmp_path):
    """All of Unicode's assigned ranges, sampled: PDF, DOCX, ODS and XLSX; the workbooks give it back."""
    texts = [clean_text(f"a{sign}b") for sign in assigned(7, 1500)]
    document = make_document(texts)
    assert write_pdf(document).startswith(b"%PDF")
    write_docx(document, tmp_path / "tout.docx")
    read = [part.text for part in docx.Document(tmp_path / "tout.docx").paragraphs]
    assert not [text for text in texts if text not in read]
    sheet = Feuille("tout", ("texte",), tuple((text,) for text in texts))
    for name in ("tout.ods", "tout.xlsx"):
        write_sheets([sheet], tmp_path / name)
        (read,) = read_workbook(tmp_path / name)
        assert [row[0] for row in read.lignes] == texts, name


def test_a_sign_without_a_glyph_is_given_by_its_number(tmp_path):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler) is not on this machine")
    pdf = write_pdf(make_document(["Rue 𠀀 et 中", "Ωμέγα → •"]))
    text = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    assert "Rue [U+20000] et [U+4E2D]" in text
    assert "Ωμέγα → •" in text


# What French offices paste: names of people, bullets, arrows, tick boxes, emoji, units.
COURANTS = [
    "Łukasz Śmiełowski, Ștefan Țurcanu, Đặng Thị Nguyễn, Çağla Yıldız, Ångström, Tōkyō",
    "Γιώργος Παπαδόπουλος, Владимир Київ",
    "محمد بن عبد الله، وهران",
    "שלום ירושלים",
    "• ▪ ○ □ ■ ◆ ➢ ➔ → ⇒ ↔ ↗ ✓ ✔ ✗ ☐ ☑ ☒ ★ ☎ ✉ ⚠ ♿ ━ ┃",
    "😀 👍🏽 👨‍👩‍👧 🇫🇷 ✅ ❌ 🚌 🏥 🏫 1️⃣ ❤️ 🧑‍🦽",
    "½ ⅓ ² ³ ⁴ ₂ ℃ № ≤ ≥ ≠ ≈ ∑ √ ∞ € ₤ ‰ ← ↑ ↓",
]


@pytest.mark.parametrize("text", COURANTS)
@pytest.mark.parametrize("gras", [False, True])
def test_what_offices_paste_has_its_glyphs(text, gras, polices, monkeypatch) -> None:
    """Without one number in brackets, in a paragraph as in a title."""
    seen = []
    monkeypatch.setattr(composition, "find_missing", lambda told: seen.append(told) or {})
    blocs = (Titre(text),) if gras else (Paragraphe(text),)
    made = write_pdf(Document(titre="Essai", sous_titre="", auteur="", mention="", blocs=blocs))
    assert made.startswith(b"%PDF")
    assert not seen


def test_an_arabic_name_is_joined_and_set_from_right_to_left(polices) -> None:
    """Four letters joined are other glyphs than four letters apart; the first stands on the right."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler) is not on this machine")
    pdf = write_pdf(make_document(["محمد وهران"]))
    words = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True)
    found = re.findall(r'<word xMin="([\d.]+)"[^>]*>([^<]+)</word>', words.stdout.decode())
    left = {sign: float(x) for x, word in found for sign in "مو" if sign in word}
    assert left["م"] > left["و"]


@pytest.fixture
def chargee(client, compte, nord):
    client.force_login(personne := compte("charge_mission"), "django.contrib.auth.backends.ModelBackend")
    return personne


FORMES = ("json", "ods", "xlsx", "docx", "pdf")


def paste(client, text: str) -> str:
    """Make a good practice of this title, by its form; the page that follows."""
    sent = {"titre": f"Accueil {text}.", "version": "1"}
    return client.post("/programme/creer/pratique/", sent, follow=True).content.decode()


@pytest.mark.parametrize("name", COLLES)
def test_a_pasted_text_enters_clean_and_is_told(client, chargee, name):
    given_, kept = COLLES[name]
    page = paste(client, given_)
    assert models.BonnePratique.objects.get().titre == f"Accueil {kept}."
    assert ("vous avez envoyé" in page) == bool(tell_changes(given_))


@pytest.mark.lent
def test_pasted_texts_break_no_document(client, chargee):
    """The titles of good practices are in every document of the programme: all these, in each form."""
    for text, _ in COLLES.values():
        paste(client, text)
    bodies = {}
    for forme in FORMES:
        answer = client.get(f"/programme/exporter/{forme}")
        assert answer.status_code == 200, forme
        bodies[forme] = b"".join(answer.streaming_content) if answer.streaming else answer.content
    told = {row["titre"] for row in json.loads(bodies["json"])["programme"]["bonnes_pratiques"]}
    assert told >= {f"Accueil {kept}." for _, kept in COLLES.values()}


@pytest.mark.lent
def test_what_was_kept_before_the_gate_breaks_nothing_either(client, nord):
    dirty = "un\x0bdeux \x07\uf0b7 \U0001f600"
    models.BonnePratique.objects.bulk_create([models.BonnePratique(cle="vieille", titre=dirty)])
    for forme in FORMES:
        assert client.get(f"/programme/exporter/{forme}").status_code == 200, forme
    assert client.get("/programme/pratiques/").status_code == 200


def test_every_other_way_in_is_the_same_gate(client, chargee):
    client.post(f"/programme/commenter/declinaison/{CLE}", {"texte": "un\x0bdeux"})
    assert Commentaire.objects.get().texte == "un deux"
    client.post(f"/programme/commenter/declinaison/{CLE}", {"texte": "x" * (LONGUEUR + 1)})
    assert Commentaire.objects.count() == 1


def test_secrets_are_left_as_typed(client, compte):
    personne = compte()
    personne.set_password("e\u0301te\u0301 a\x0bb")
    personne.save()
    sent = {"auth-username": personne.email, "username": personne.email, "password": "e\u0301te\u0301 a\x0bb"}
    assert client.post(reverse("comptes:connexion"), sent).status_code == 302
