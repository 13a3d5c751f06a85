"""What partners said comes back in the atlas, line by line: each expectation is worked out by hand.

The small département (see ``tests/petit_monde.py``): a fixed France services in commune 1, a travelling one
in commune 2, both without hours; pharmacies known by commune only. Its town halls stand in the middle of
communes of 4 km × 3 km.
"""

import polars as pl
import pytest

from maillage.atlas.construction.build import build
from maillage.atlas.construction.complements import apply_complements
from maillage.atlas.construction.parametres import Parametres
from maillage.atlas.etapes.acces import keep_said
from maillage.catalogue.complements import ETATS
from maillage.catalogue.constantes import DEGREE_M
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sources.base import Table
from maillage.sources.complements import COLONNES
from maillage.sources.decouverte import recognise
from maillage.sources.registre import read
from maillage.sources.schemas import SCHEMAS

FIXED, MOBILE = "france_services:1", "france_services:2"
CODES = [f"5910{c}" for c in range(6)]


def write_lines(path, *rows):
    base = {"source": "Relevé sur place", "date": "2026-03-01", "organisme": "CAF du Nord"}
    lines = [",".join(COLONNES)]
    lines += [",".join(str((base | row).get(name, "")) for name in COLONNES) for row in rows]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


@pytest.fixture(scope="module")
def after(petit_monde, petit_atlas, tmp_path_factory):
    folder = petit_monde.write_sources(tmp_path_factory.mktemp("apres") / "sources")
    names = dict(petit_atlas.implantations().select("id", "nom").iter_rows())
    fixed = {"id": FIXED, "type": "france_services", "nom": names[FIXED]}
    new = {"id": "ajout:abc", "type": "france_services", "nom": "France services de la Poste"}
    told = rows(petit_atlas)[FIXED]["horaires"]
    write_lines(
        folder / "complements.csv",
        fixed | {"champ": "horaires", "valeur": "Tu 09:00-12:00", "avant": told},
        fixed | {"champ": "capacite", "valeur": "1000", "proposition": "p1"},
        fixed | {"champ": "activite", "valeur": "1250"},
        fixed | {"champ": "delai_jours", "valeur": "9", "avant": "4"},
        {**fixed, "id": MOBILE, "nom": "Un autre lieu", "champ": "ferme", "valeur": "2026-01-01"},
        {"id": "france_services:99", "type": "france_services", "nom": "X", "champ": "nom", "valeur": "Y"},
        new | {"champ": "ajout", "valeur": CODES[5]},
        new | {"champ": "horaires", "valeur": "Sa 09:00-12:00"},
        fixed | {"id": "ajout:double", "champ": "ajout", "valeur": CODES[1]},
    )  # fmt: skip
    return build("59", folder, folder.parent / "atlas", Parametres(tuiles=False))


def rows(atlas):
    return {row["id"]: row for row in atlas.implantations().to_dicts()}


def test_the_list_stays_the_list_and_says_who_completed_it(petit_atlas, after):
    old, new = rows(petit_atlas)[FIXED], rows(after)[FIXED]
    told = ("horaires", "capacite", "activite", "maj", "complement_source", "complement_millesime")
    assert [new[name] for name in told] == ["Tu 09:00-12:00", 1000, 1250, "2026-03-01", "complements", "2026"]
    assert {name: new[name] for name in new if name not in told} == {
        name: old[name] for name in old if name not in told
    }
    assert after.manifest.sources["complements"]["millesime"] == "2026"


def test_each_line_says_what_became_of_it(after):
    journal = after.table("complements")
    found = {(row["id"], row["champ"]): row["etat"] for row in journal.to_dicts()}
    assert found == {
        (FIXED, "horaires"): "applique",
        (FIXED, "capacite"): "applique",
        (FIXED, "activite"): "applique",
        (FIXED, "delai_jours"): "source_changee",
        (MOBILE, "ferme"): "autre_lieu",
        ("france_services:99", "nom"): "lieu_absent",
        ("ajout:abc", "ajout"): "applique",
        ("ajout:abc", "horaires"): "applique",
        ("ajout:double", "ajout"): "deja_la",
    }
    assert set(found.values()) <= set(ETATS)
    assert journal.filter(pl.col("proposition") == "p1").height == 1
    assert sum("laissé de côté" in text for text in after.manifest.avertissements) == 4


def test_saturation_is_the_activity_over_the_capacity_that_partners_said(petit_atlas, after):
    assert "saturation_france_services" not in petit_atlas.indicateurs("commune").columns
    assert after.indicateurs("commune")["saturation_france_services"].to_list() == [
        None,
        pytest.approx(125),
        *[None] * 4,
    ]


def test_an_added_place_counts_with_its_list_and_replaces_none(petit_atlas, after):
    """Known by its commune: at the town hall of commune 5, which is then nearer to it than commune 1's."""
    added = rows(after)["ajout:abc"]
    assert (added["precision"], added["fiabilite"], added["code_insee"]) == ("commune", "impute", CODES[5])
    assert (added["source"], added["horaires"]) == ("complements", "Sa 09:00-12:00")
    assert set(rows(after)) - set(rows(petit_atlas)) == {"ajout:abc"}
    sources = after.index().filter(pl.col("indicateur") == "duree_france_services")["sources"][0].to_list()
    assert "france_services" in sources
    name = "duree_france_services"
    was, now = (atlas.indicateurs("commune")[name].to_list() for atlas in (petit_atlas, after))
    assert now[5] < was[5]
    assert now[1] == was[1]


def judge(lines, frame, **others):
    """What becomes of lines on a list of places: neither file nor atlas."""
    table = Table("complements", pl.DataFrame(lines, schema=SCHEMAS["complements"]), None)
    return apply_complements(frame, (table, *others.values()))


@pytest.fixture
def listed():
    """Two places 1.1 km apart on a meridian, one without hours; the second known by its commune only."""
    blank = dict.fromkeys(SCHEMAS["implantations"])
    places = [
        {"id": "a", "nom": "Poste A", "lon": 3.0, "lat": 50.0, "precision": "adresse"},
        {"id": "b", "nom": "Poste B", "code_insee": "59002", "precision": "commune"},
    ]
    places = [blank | {"type": "poste"} | place for place in places]
    return pl.DataFrame(places, schema=SCHEMAS["implantations"])


def line(ident, champ, valeur, **more):
    named = {"a": "POSTE A", "b": "Poste-B"}.get(ident, "Poste neuve")
    base = {"id": ident, "type": "poste", "nom": named, "champ": champ, "valeur": valeur, "avant": None}
    return base | {"date": "2026-03-01", "organisme": "La Poste"} | more


def test_a_place_that_closed_leaves_and_a_point_is_told(listed):
    lines = [line("a", "ferme", "2026-01-01"), line("b", "position", "3.000000 50.010000")]
    found = judge(lines, listed)
    (place,) = found.implantations.to_dicts()
    assert [place[name] for name in ("id", "lon", "lat", "precision")] == ["b", 3.0, 50.01, "adresse"]
    assert (place["code_insee"], place["complement_source"]) == ("59002", "complements")
    assert found.journal["base"].to_list() == ["", ""]


@pytest.mark.parametrize(
    ("line_said", "etat"),
    [
        (line("a", "accessible", "oui"), "applique"),
        (line("a", "accessible", "oui", avant="non"), "source_changee"),
        (line("a", "nom", "Poste A"), "confirme"),
        (line("a", "accessible", "oui", type="mairie"), "autre_lieu"),
        (line("a", "accessible", "oui", nom="La Mairie"), "autre_lieu"),
        (line("z", "accessible", "oui"), "lieu_absent"),
    ],
)
def test_a_line_answers_to_what_the_list_said(listed, line_said, etat):
    found = judge([line_said], listed)
    assert found.journal["etat"].to_list() == [etat]
    changed = not found.implantations.equals(listed)
    assert changed == (etat == "applique")


@pytest.mark.parametrize(("north_m", "there"), [(99.9, True), (100.2, False)])
def test_an_added_place_close_to_a_listed_one_waits(listed, north_m, there):
    """One degree of latitude is DEGREE_M metres: 100 m is the limit, itself included."""
    lat = 50.0 + north_m / DEGREE_M
    new = [line("ajout:1", "ajout", "59001"), line("ajout:1", "position", f"3.000000 {lat:.6f}")]
    found = judge(new, listed)
    assert found.journal["etat"].to_list() == (["deja_la"] * 2 if there else ["applique"] * 2)
    assert found.ajouts.height == (0 if there else 1)


def test_a_few_capacities_of_partners_are_no_inventory():
    places = pl.DataFrame({"capacite": [30.0, None], "complement_source": ["complements", None]})
    assert keep_said(places).is_empty()
    assert keep_said(places.head(1)).height == 1
    own = places.with_columns(complement_source=pl.Series(["lieux_departement", "lieux_departement"]))
    assert keep_said(own).height == 1


def test_a_file_with_faults_lists_them_all(tmp_path):
    path = write_lines(
        tmp_path / "x.csv",
        {"id": "a", "type": "poste", "champ": "horair", "valeur": "x"},
        {"id": "a", "type": "poste", "champ": "horaires", "valeur": "lundi matin"},
        {"id": "a", "type": "poste", "champ": "capacite", "valeur": "-3"},
        {"id": "a", "type": "poste", "champ": "capacite", "valeur": "4"},
        {"id": "b", "type": "poste", "champ": "ajout", "valeur": "59001"},
        {"id": "ajout:1", "type": "postte", "nom": "Neuf", "champ": "nom", "valeur": "Neuf", "organisme": ""},
        {"id": "b", "type": "poste", "champ": "ferme", "valeur": "30/02/2026", "date": "bientôt"},
    )  # fmt: skip
    assert recognise(path) == "complements"
    with pytest.raises(EntreeInvalide) as raised:
        read("complements", path)
    assert sorted((f.ligne, f.colonne) for f in raised.value.fautes) == [
        (2, "champ"), (3, "valeur"), (4, "valeur"), (5, "champ"), (6, "id"), (7, "id"), (7, "organisme"),
        (7, "type"), (8, "date"), (8, "valeur"),
    ]  # fmt: skip
