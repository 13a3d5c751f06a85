"""What anyone reads holds no word of the machine: no fingerprint, setting, command or name of a variable."""

import html
import json
import re
from datetime import date

import pytest

from maillage.atlas.lecture.ouvert import JOURNAL
from maillage.francais import jour

PAGES = (
    "/",
    "/territoires/arrondissement/901/",
    "/territoires/departement/90/",
    "/territoires/commune/90004/",
    "/classements/",
    "/comparer/?t=commune:90001&t=commune:90002",
    "/prioritaires/",
    "/carte/",
    "/methodes/",
    "/methodes/duree_panier_quotidien/",
    "/methodes/part_panier_plus_7min/",
    "/sources/",
    "/accessibilite/",
    "/programme/",
    "/programme/completude/",
    "/programme/couverture/",
    "/programme/fiches/",
    "/programme/declinaisons/",
)
BANNED = {
    "a fingerprint": r"(?i)empreinte|\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{12,}\b",
    "a setting": r"MAILLAGE_[A-Z]|\(réglage",
    "a command": r"\bmaillage (atlas|sdaasp|demo|serve|install)\b|--[a-z]{3,}",
    "a variable": r"\b[a-z]+_[a-z_]+\b|eloigne\b",
    "one of several": r"(?<![\d,.\u202f\xa0-])\b1[ \xa0\u202f](sont|communes|déclinaisons|habitants|personnes|territoires)\b",  # noqa: E501
    "seconds": r"\b\d{3} s\b|300 ; 500",
    "an arrondissement without its article": r"(entoure|compte|dans|pour) Arrondissement",
    "an acronym in small letters": r"\b(rsa|apl|caf|epci)\b",
    "what helps nobody": r"ce n’est pas un manque|un clic pour compléter|réseau routier chargé|Ce que je suis",  # noqa: E501
}  # fmt: skip


def read_words(page: str) -> str:
    """The text of a page as a reader sees it: no script, no tag; an API's identifier is in ``code``.

    Code that is given to be pasted, which nobody can change, is not read either.
    """
    page = re.sub(r"(?s)<textarea\b[^>]*\breadonly\b.*?</textarea>", " ", page)
    page = re.sub(r"(?s)<(script|style|code|svg)\b.*?</\1>", " ", page)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"(?s)<[^>]+>", " ", page)).replace("\u202f", " "))


def find_banned(words: str) -> dict[str, str]:
    """What a text must not hold: kind → the first found."""
    found = {kind: re.search(pattern, words) for kind, pattern in BANNED.items()}
    return {kind: match[0] for kind, match in found.items() if match}


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Atlas essai, empreinte 0a1b2c3d4e5f6a7b", "a fingerprint"),
        ("(réglage « MAILLAGE_CONTACT »)", "a setting"),
        ("Rendez ce fichier par : maillage sdaasp import FICHIER", "a command"),
        ("Panier eloigne min 7", "a variable"),
        ("1 sont lancées", "one of several"),
        ("Temps panier (300 ; 500)", "seconds"),
        ("Le trait épais entoure Arrondissement de Douai", "an arrondissement without its article"),
        ("Personnes couvertes par le rsa", "an acronym in small letters"),
        ("Non repris du document publié : ce n’est pas un manque.", "what helps nobody"),
    ],
)
def test_each_kind_is_recognised(words: str, kind: str) -> None:
    assert kind in find_banned(words)


@pytest.mark.parametrize("address", PAGES)
def test_what_anyone_reads_is_free_of_it(client, db, address) -> None:
    answer = client.get(address, follow=True)
    assert find_banned(read_words(answer.content.decode())) == {}


def test_the_foot_says_when_the_data_was_renewed(client, db, atlas_du_jour) -> None:
    assert f"Données mises à jour le {atlas_du_jour}." in read_words(client.get("/").content.decode())


@pytest.fixture
def atlas_du_jour(dossier_atlas) -> str:
    """The day the newest atlas was built, in words, from its own journal."""
    journal = json.loads((dossier_atlas / "essai-2026" / JOURNAL).read_text())
    return jour(date.fromisoformat(journal["construit_le"][:10]))
