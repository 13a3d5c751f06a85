"""The marks by which a producer says that a figure is secret or absent."""

import polars as pl

MARQUES = (
    "nd", "n.d", "n.d.", "nc", "n.c", "n.c.", "n/a", "na", "n.a.", "s", "ns", "n.s.", "c", ":", "..", "...",
    "…", "///", "null", "nan", "secret", "confidentiel",
    "#n/a", "#valeur", "#valeur!", "#value!", "#div/0!", "#ref!", "#nom?", "#name?", "#null!", "#num!",
    "#nombre!",
)  # fmt: skip
SOUS_UN_SEUIL = r"^(<|≤|<=|moinsde)\d+$"


def is_mark(cells: pl.Series) -> pl.Series:
    """Whether each cell is a mark of secrecy or absence: bool, false where empty.

    >>> is_mark(pl.Series(["ND", "nd ", "# VALEUR !", "< 5", "0", None])).to_list()
    [True, True, True, True, False, False]
    """
    text = cells.cast(pl.String).str.replace_all(r"\s", "").str.to_lowercase()
    return (text.is_in(list(MARQUES)) | text.str.contains(SOUS_UN_SEUIL)).fill_null(value=False)
