"""Queries as people type them, written before the search was tuned: the right answer comes first."""

import csv
import unicodedata
from pathlib import Path
from time import perf_counter

import pytest

from maillage.atlas.construction.build import build
from maillage.atlas.construction.parametres import Parametres
from maillage.atlas.lecture.lecteur import open_lecteur
from maillage.atlas.recherche.recolte import make_index
from maillage.catalogue.codes_postaux import list_postcodes
from maillage.sources import jeu_essai

HERE = Path(__file__).parent


def read_queries() -> list[tuple[str, set[str]]]:
    """(words, keys of the answers that may come first; none when nothing answers)."""
    with (HERE / "requetes.csv").open(encoding="utf-8", newline="") as file:
        return [(r["requete"], set(filter(None, r["attendu"].split("|")))) for r in csv.DictReader(file)]


def list_misses(folder: Path) -> list[tuple[str, str]]:
    """(words, what came first instead)."""
    index = make_index(open_lecteur(folder))
    missed = []
    for words, wanted in read_queries():
        first = next(iter(index.search(words)), None)
        came = f"{first.genre}:{first.code}" if first else ""
        if came not in (wanted or {""}):
            missed.append((words, came))
    return missed


@pytest.mark.lent
def test_the_embedded_example_answers_what_people_type(une_fois) -> None:
    folder = Path(next(iter(jeu_essai.__path__)))
    chosen = Parametres(tuiles=False)
    built = une_fois("exemple", lambda out: build("59", folder, out / "atlas", chosen)) / "atlas"
    assert list_misses(built) == []


@pytest.mark.lent
def test_the_nord_answers_what_people_type(atlas_du_nord) -> None:
    built = atlas_du_nord.dossier
    assert list_misses(built) == []
    index = make_index(open_lecteur(built))
    begun = perf_counter()
    for words, _ in read_queries():
        index.search(words)
    assert (perf_counter() - begun) / len(read_queries()) < 0.02, "seconds a query"


def write_plain(name: str) -> str:
    """A name as an envelope has it: capitals, no accent, no hyphen, « ST », CEDEX."""
    opened = unicodedata.normalize("NFKD", name.upper().replace("Œ", "OE"))
    words = "".join(c for c in opened if not unicodedata.combining(c)).replace("-", " ").split()
    short = {"SAINT": "ST", "SAINTE": "STE", "SUR": "S/"}
    return " ".join([*(short.get(word, word) for word in words), "CEDEX 3"])


@pytest.mark.lent
def test_each_commune_of_the_nord_answers_to_its_envelope_and_its_postcodes(atlas_du_nord) -> None:
    lecteur = open_lecteur(atlas_du_nord.dossier)
    index = make_index(lecteur)
    communes = lecteur.territoires("commune")
    assert len(communes) == 647
    assert [c.nom for c in communes if index.search(write_plain(c.nom))[0].code != c.code] == []
    sharing = [(post, c.code) for c in communes for post in list_postcodes()[c.code]]
    assert len(sharing) > 650
    found = {post: {one.code for one in index.search(post)} for post, _ in sharing}
    assert [(post, code) for post, code in sharing if code not in found[post]] == []
