"""The table that a département fills in to state capacity and activity of places the atlas knows."""

from __future__ import annotations

from maillage.atlas.lecture.ouvert import Atlas
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sources.saisies import AIDES, CAPACITES


def make_model(atlas: Atlas, genre: str) -> bytes:
    """A CSV of the known places of one type, with empty columns to fill in; readable by a spreadsheet.

    Raises:
        EntreeInvalide: the atlas knows no place of this type one by one.
    """
    places = atlas.implantations()
    one_by_one = places.filter(places["precision"] != "commune")
    found = one_by_one.filter(one_by_one["type"] == genre)
    if found.is_empty():
        known = ", ".join(one_by_one["type"].unique().sort().to_list()) or "aucun"
        raise EntreeInvalide(
            f"Aucun lieu de type « {genre} » n'est connu un par un dans cet atlas (types connus : {known})."
        )
    table = found.select(*(name for name in (CAPACITES[0], *AIDES, *CAPACITES[1:]) if name in found.columns))
    return b"\xef\xbb\xbf" + table.write_csv(separator=";").encode()
