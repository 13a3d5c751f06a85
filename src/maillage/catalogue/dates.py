"""Dates as people write them: the one rule of forms, workbooks and files."""

from __future__ import annotations

import re
from datetime import date

ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]0{1,2}:00(?::00(?:\.0+)?)?Z?)?")
FRANCAISE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: 0{1,2}:00(?::00)?)?")
COURTE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}")
RANG_DE_TABLEUR = re.compile(r"\d{5}([.,]\d+)?")
ATTENDU = "écrivez 31/12/2026 ou 2026-12-31"


def read_period(text: str) -> str:
    """A year, a month or a day as ISO text; raises as ``read_date``.

    >>> read_period("2026"), read_period("12/2026"), read_period("2026-12"), read_period("31/12/2026")
    ('2026', '2026-12', '2026-12', '2026-12-31')
    """
    bare = " ".join(text.split())
    if re.fullmatch(r"(19|20)\d\d", bare):
        return bare
    if found := re.fullmatch(r"(?P<a>\d{4})-(?P<m>0[1-9]|1[0-2])|(?P<m2>0?[1-9]|1[0-2])/(?P<a2>\d{4})", bare):
        return f"{found['a'] or found['a2']}-{(found['m'] or found['m2']).zfill(2)}"
    return read_date(bare).isoformat()


def read_date(text: str) -> date:
    """The day written ``31/12/2026``, ``31.12.2026`` or ``2026-12-31``, with or without a midnight.

    Days come before months: ``02/03/2026`` is 2 March.

    Raises:
        ValueError: in French: no such day, a year of two digits, a spreadsheet's count of days, other text.

    >>> read_date(" 31/12/2026 "), read_date("2026-12-31 00:00:00")
    (datetime.date(2026, 12, 31), datetime.date(2026, 12, 31))
    >>> read_date("12/31/2026")
    Traceback (most recent call last):
        ...
    ValueError: « 12/31/2026 » : ce jour n’existe pas ; écrivez 31/12/2026 ou 2026-12-31
    """
    bare = " ".join(text.split())
    if COURTE.fullmatch(bare):
        raise ValueError(f"« {bare} » : année sur deux chiffres, ambiguë ; {ATTENDU}")
    if RANG_DE_TABLEUR.fullmatch(bare):
        raise ValueError(f"« {bare} » : numéro de jour d’un tableur, sans format de date ; {ATTENDU}")
    if found := ISO.fullmatch(bare):
        year, month, day = map(int, found.groups())
    elif found := FRANCAISE.fullmatch(bare):
        day, month, year = map(int, found.groups())
    else:
        raise ValueError(f"« {bare} » n’est pas une date ; {ATTENDU}")
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"« {bare} » : ce jour n’existe pas ; {ATTENDU}") from None
