"""What partners said of places meets the lists: corrected, closed, added, or left for somebody to read again.

The list stays the list (docs/adr/0063, 0167): a line answers to the value that the list had when it was
written. When the list says something else since, or holds another place under this id, the line waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl

from maillage.catalogue import complements as champs
from maillage.catalogue.complements import (
    APPLIQUE,
    AUTRE_LIEU,
    CONFIRME,
    DEJA_LA,
    ETATS,
    LIEU_ABSENT,
    SOURCE_CHANGEE,
)
from maillage.catalogue.constantes import DEGREE_M
from maillage.catalogue.noms import plier
from maillage.catalogue.services_disparus import list_successors
from maillage.sources.base import Table
from maillage.sources.complements import SOURCE
from maillage.sources.lieux import get_departement
from maillage.sources.schemas import SCHEMAS

Ligne = dict[str, Any]
JOURNAL: Final = {**dict.fromkeys([*SCHEMAS["complements"], "base", "etat"], pl.String)}
"""The table ``complements`` of an atlas: each line, what the list says now (``base``), what became of it."""


class Completes(NamedTuple):
    """The places of the lists, corrected; the places to add to them; each line and what became of it."""

    implantations: pl.DataFrame
    ajouts: pl.DataFrame
    journal: pl.DataFrame


def apply_complements(implantations: pl.DataFrame, tables: Iterable[Table]) -> Completes:
    """The lists with what partners said of their places."""
    tables = tuple(tables)
    found = [table for table in tables if table.nature == "complements"]
    outlined = any(table.nature == "contours" for table in tables)
    lines = [row for table in found for row in table.frame.iter_rows(named=True)]
    added = [line for line in lines if line["id"].startswith(champs.PREFIXE)]
    said = [line for line in lines if not line["id"].startswith(champs.PREFIXE)]
    judged = judge_all(said, implantations)
    new, told = make_places(added, implantations)
    return Completes(
        correct(implantations, [line for line in judged if line["etat"] == APPLIQUE], outlined=outlined),
        pl.DataFrame(new, schema=implantations.schema, orient="row"),
        pl.DataFrame([*judged, *told], schema=JOURNAL, orient="row"),
    )


def judge_all(lines: Iterable[Ligne], implantations: pl.DataFrame) -> list[Ligne]:
    """Each line with what the list says now and what becomes of it."""
    lines = list(lines)
    wanted = implantations.filter(pl.col("id").is_in([line["id"] for line in lines]))
    held: dict[str, list[Ligne]] = {}
    for row in wanted.iter_rows(named=True):
        held.setdefault(row["id"], []).append(row)
    return [judge(line, held.get(line["id"], [])) for line in lines]


def judge(line: Ligne, places: list[Ligne]) -> Ligne:
    """One line against the places that bear its id: none, one, or several lists' (which is none of ours)."""
    if len(places) != 1:
        return line | {"base": None, "etat": AUTRE_LIEU if places else LIEU_ABSENT}
    base = champs.write_known(line["champ"], places[0])
    if not is_same(line, places[0]):
        etat = AUTRE_LIEU
    elif base == line["valeur"]:
        etat = CONFIRME
    else:
        etat = APPLIQUE if base == (line["avant"] or "") else SOURCE_CHANGEE
    return line | {"base": base, "etat": etat}


def is_same(line: Ligne, place: Ligne) -> bool:
    """Whether an id still stands for the place that was meant: same type, and a name in common letters.

    Some lists number their rows: in their next vintage, a number may be another place's.
    """
    successors = list_successors()
    types = {successors.get(name, name) for name in (line["type"], place["type"])}
    names = {plier(line["nom"] or ""), plier(place["nom"] or "")}
    renamed = line["champ"] == "nom" and plier(place["nom"] or "") == plier(line["valeur"])
    return len(types) == 1 and (len(names) == 1 or renamed)


def correct(implantations: pl.DataFrame, lines: list[Ligne], *, outlined: bool) -> pl.DataFrame:
    """The lists without the places that closed, the others as the lines say they are.

    A point that moved finds its commune by its outline again, where there are outlines.
    """
    if not lines:
        return implantations
    closed = [line["id"] for line in lines if line["champ"] == champs.FERME]
    changes: dict[str, Ligne] = {}
    for line in lines:
        change = changes.setdefault(line["id"], {})
        change.update(read_columns(line, change))
        if line["champ"] == champs.POSITION and outlined:
            change["code_insee"] = None
    kept = implantations.filter(~pl.col("id").is_in(closed)).with_row_index("_rang")
    touched = kept.filter(pl.col("id").is_in(list(changes)))
    rows = [overlay(row, changes[row["id"]]) for row in touched.iter_rows(named=True)]
    fresh = pl.DataFrame(rows, schema=kept.schema, orient="row")
    rest = kept.filter(~pl.col("id").is_in(list(changes)))
    return pl.concat([rest, fresh]).sort("_rang").drop("_rang")


def read_columns(line: Ligne, known: Mapping[str, Any]) -> Ligne:
    """The columns of a place that one line changes, ``known``: those that others change already.

    Who says it stands in ``complement_source`` when nobody said so before, and always for a gauge; the day
    it was checked is the newest of the lines.
    """
    champ, text = line["champ"], line["valeur"]
    change: Ligne = {"maj": max(known.get("maj") or "", line["date"])}
    if champ == champs.POSITION:
        lon, lat = champs.parse_position(text)
        change |= {"lon": lon, "lat": lat, "precision": "adresse"}
    elif champ != champs.FERME:
        change[champ] = champs.parse_known(champ, text)
    gauge = champs.list_champs()[champ].jauge or bool(known.get("_jauge"))
    return change | {"_jauge": gauge, "_annee": max(known.get("_annee") or "", line["date"][:4])}


def overlay(row: Ligne, change: Ligne) -> Ligne:
    """A place with what is changed, and who says it."""
    told = {name: value for name, value in change.items() if not name.startswith("_")}
    own = change["_jauge"] or row["complement_source"] is None
    who = {"complement_source": SOURCE, "complement_millesime": change["_annee"]} if own else {}
    return row | told | who


def make_places(lines: Iterable[Ligne], implantations: pl.DataFrame) -> tuple[list[Ligne], list[Ligne]]:
    """The places to add, and what became of each of their lines."""
    groups: dict[str, list[Ligne]] = {}
    for line in lines:
        groups.setdefault(line["id"], []).append(line)
    places, told = [], []
    for ident, said in groups.items():
        place = make_place(ident, said)
        already = find_alike(place, implantations)
        told += [line | {"base": already, "etat": DEJA_LA if already else APPLIQUE} for line in said]
        if already is None:
            places.append(place)
    return places, told


def make_place(ident: str, lines: list[Ligne]) -> Ligne:
    """One place to add, from its lines; known by its commune only when nobody says its point."""
    change: Ligne = {}
    for line in lines:
        if line["champ"] != champs.AJOUT:
            change |= read_columns(line, change)
    commune = next(line["valeur"] for line in lines if line["champ"] == champs.AJOUT)
    first, day = lines[0], max(line["date"] for line in lines)
    told = {name: value for name, value in change.items() if not name.startswith("_")}
    blank: Ligne = dict.fromkeys(SCHEMAS["implantations"])
    return blank | {"nom": first["nom"], "precision": "commune", "itinerant": False} | told | {
        "id": ident, "type": first["type"], "code_insee": commune, "departement": get_departement_of(commune),
        "effectif": 1, "source": SOURCE, "millesime": day[:4], "maj": day, "complement_source": SOURCE,
        "complement_millesime": day[:4],
    }  # fmt: skip


def get_departement_of(code: str) -> str:
    """The département of one commune."""
    return str(get_departement(pl.Series([code]))[0])


def find_alike(place: Ligne, implantations: pl.DataFrame) -> str | None:
    """The id of a listed place that this one seems to be: same type, and close by, or of its name there.

    Close by: at most ``doublon_m`` metres (≤).
    """
    same = implantations.filter(pl.col("type") == place["type"])
    for row in same.filter(pl.col("code_insee") == place["code_insee"]).iter_rows(named=True):
        if plier(row["nom"] or "") == plier(place["nom"] or ""):
            return str(row["id"])
    if place["lon"] is None:
        return None
    placed = same.filter(pl.col("lon").is_not_null() & (pl.col("precision") != "commune"))
    gaps = measure_gaps(placed, place["lon"], place["lat"])
    near = np.flatnonzero(gaps <= champs.get_reglage("doublon_m"))
    return str(placed["id"][int(near[0])]) if len(near) else None


def measure_gaps(places: pl.DataFrame, lon: float, lat: float) -> Any:
    """Metres (equirectangular) from each place to a point."""
    dx = (places["lon"].to_numpy() - lon) * np.cos(np.radians(lat)) * DEGREE_M
    dy = (places["lat"].to_numpy() - lat) * DEGREE_M
    return np.hypot(dx, dy)


def list_waiting(journal: pl.DataFrame) -> tuple[str, ...]:
    """The lines that somebody has to read again, each in a sentence."""
    waiting = journal.filter(~pl.col("etat").is_in([APPLIQUE, CONFIRME]))
    labels = champs.list_champs()
    return tuple(
        f"Complément de {row['organisme']} sur « {row['nom'] or row['id']} » "
        f"({labels[row['champ']].libelle.lower()}), laissé de côté : {ETATS[row['etat']]}."
        for row in waiting.iter_rows(named=True)
    )
