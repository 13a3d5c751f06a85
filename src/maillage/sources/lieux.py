"""Départements from codes, postcodes and names."""

from __future__ import annotations

import polars as pl

from maillage.catalogue.departements import list_capital_names

DOM = r"^(97\d|98\d)"


def get_departement(codes: pl.Series) -> pl.Series:
    """Département of INSEE codes: two characters, three overseas; null where malformed.

    >>> get_departement(pl.Series(["59350", "2A004", "97411", None])).to_list()
    ['59', '2A', '974', None]
    """
    frame = pl.DataFrame({"c": codes.cast(pl.String)})
    overseas = pl.col("c").str.contains(DOM)
    return frame.select(
        departement=pl.when(overseas).then(pl.col("c").str.head(3)).otherwise(pl.col("c").str.head(2))
    )["departement"]


def mend_postcodes(postcodes: pl.Series) -> pl.Series:
    """Postcodes with the leading zero that a spreadsheet lost; what is no postcode is null.

    >>> mend_postcodes(pl.Series(["1440", "02000", "59000.0", "BP 12", None])).to_list()
    ['01440', '02000', '59000', None, None]
    """
    digits = postcodes.cast(pl.String).str.replace_all(r"\s", "").str.extract(r"^(\d{4,5})(?:\.0)?$")
    return digits.str.zfill(5)


def get_departement_of_postcode(postcodes: pl.Series) -> pl.Series:
    """Département of postcodes; Corsica split at 20 200 (20 0xx and 20 1xx are Corse-du-Sud).

    97133 is Saint-Barthélemy, 97150 Saint-Martin, and 978xx serve the companies of La Réunion (CEDEX). A few
    communes bear the postcode of a neighbouring département: an approximation; 2000 is Laon's 02000.

    >>> get_departement_of_postcode(pl.Series(["59000", "20167", "20200", "97150", "2000"])).to_list()
    ['59', '2A', '2B', '978', '02']
    """
    codes = mend_postcodes(postcodes)
    first = get_departement(codes.str.replace(r"^978", "974").replace({"97133": "97701", "97150": "97801"}))
    corsica = pl.DataFrame({"p": codes, "d": first})
    south = pl.col("p").str.contains(r"^20[01]")
    return corsica.select(
        departement=pl.when(pl.col("d") == "20")
        .then(pl.when(south).then(pl.lit("2A")).otherwise(pl.lit("2B")))
        .otherwise("d")
    )["departement"]


def get_departement_of_name(names: pl.Series) -> pl.Series:
    """Département of upper-case names without accents; null where unknown."""
    return names.replace_strict(list_capital_names(), default=None, return_dtype=pl.String).alias(
        "departement"
    )
