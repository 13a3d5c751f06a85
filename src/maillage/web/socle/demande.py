"""Reading what a request says: every number and every date of an address or a form passes here."""

from __future__ import annotations

import math
import re
from datetime import date

from django.http import Http404, HttpRequest
from django.views.decorators.http import require_http_methods

get_and_post = require_http_methods(["GET", "POST"])

# No page counts further, and every database holds it.
ENTIER_MAXIMUM = 2**31 - 1
_ENTIER = re.compile(r"-?[0-9]{1,10}")
_NOMBRE = re.compile(r"[+-]?([0-9]{1,30}([.,][0-9]{0,30})?|[.,][0-9]{1,30})([eE][+-]?[0-9]{1,3})?")
_JOUR = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BLANCS = str.maketrans("", "", " \u00a0\u202f")
ANNEES = range(1900, 2200)


def read_int(text: str | None, minimum: int = 0, maximum: int = ENTIER_MAXIMUM) -> int | None:
    """The whole number that a text writes in the digits 0 to 9, bounds included; ``None`` for anything else.

    >>> read_int("2026"), read_int("²"), read_int("٣"), read_int("-1"), read_int("9" * 5000), read_int(None)
    (2026, None, None, None, None, None)
    """
    if text is None or not _ENTIER.fullmatch(text):
        return None
    return value if minimum <= (value := int(text)) <= maximum else None


def read_float(text: str | None) -> float | None:
    """The finite number that a text writes, with a point or a comma; ``None`` for anything else.

    >>> read_float("12 500,5"), read_float("-1e3"), read_float("nan"), read_float("1e400"), read_float("٣")
    (12500.5, -1000.0, None, None, None)
    """
    cleaned = (text or "").translate(_BLANCS)
    if not _NOMBRE.fullmatch(cleaned):
        return None
    return value if math.isfinite(value := float(cleaned.replace(",", "."))) else None


def read_day(text: str | None) -> date | None:
    """The date that a text writes as 2026-01-31, in the years people speak of; ``None`` for anything else.

    >>> read_day("2026-01-31"), read_day("2026-02-30"), read_day("0001-01-01"), read_day("20260131")
    (datetime.date(2026, 1, 31), None, None, None)
    """
    if text is None or not _JOUR.fullmatch(text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in ANNEES else None


def read_number(request: HttpRequest, name: str) -> int:
    """The number of a row in a form; what is not one names nothing: 404."""
    value = read_int(request.POST.get(name))
    if value is None:
        raise Http404("Ce que ce formulaire désigne n’existe pas ici.")
    return value
