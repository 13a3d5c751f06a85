"""A list: cut in pages linked to each other (RFC 8288), in JSON or in CSV as the reader prefers."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import urlencode
from ninja import Field, Schema

from maillage.catalogue.lecture import read_toml
from maillage.reports.ecrire import tableur
from maillage.web.api.demande import choose_form

PAGE: Final = read_toml("api.toml")["page"]
DEFAUT, MAXIMUM = int(PAGE["defaut"]), int(PAGE["maximum"])
CSV: Final = "text/csv; charset=utf-8"
TOTAL: Final = "X-Total-Count"


class ChampsDeListe(Schema):
    """Which part of a list is asked, in which form."""

    page: int = Field(1, ge=1, le=10**9, description="La page, à partir de 1.")
    limit: int | None = Field(
        None, ge=1, le=MAXIMUM, description=f"Le nombre de lignes d’une page, {MAXIMUM} au plus."
    )
    format: Literal["json", "csv"] | None = Field(
        None, description="La forme de la réponse ; sans elle, celle que préfère l’en-tête `Accept`."
    )


@dataclass(frozen=True)
class PageDeListe:
    """The rows of a page, its rank, that of the last page, and how many rows there are in all."""

    lignes: Sequence[Any]
    rang: int
    derniere: int
    total: int


def cut(rows: Any, page: int, limit: int | None) -> PageDeListe:
    """One page of rows in memory or in the base; without ``limit``, one page holds them all.

    >>> cut("abcde", 2, 2)
    PageDeListe(lignes='cd', rang=2, derniere=3, total=5)
    >>> cut("", 1, 2).derniere
    1

    Raises:
        Http404: beyond the last page.
    """
    total = rows.count() if isinstance(rows, QuerySet) else len(rows)
    last = max(1, math.ceil(total / limit)) if limit else 1
    if page > last:
        raise Http404(f"Il n’y a pas de page {page} : la dernière est la {last}.")
    start = (page - 1) * (limit or 0)
    return PageDeListe(rows[start : start + limit if limit else None], page, last, total)


def give(
    request: HttpRequest,
    response: HttpResponse,
    rows: Any,
    vue: ChampsDeListe,
    colonnes: Iterable[str],
    tell: Callable[[Any], dict[str, Any]] = dict,
    defaut: int | None = DEFAUT,
) -> Any:
    """A page of a list, with the links to the others; ``defaut``: its length in JSON when none is asked.

    A CSV is whole unless a length is asked: a spreadsheet follows no link.
    """
    forme = choose_form(request, vue.format, ("json", "csv"))
    limit = vue.limit or (defaut if forme == "json" else None)
    page = cut(rows, vue.page, limit)
    lines = [tell(one) for one in page.lignes]
    if forme == "csv":
        response = write_csv(colonnes, lines)
    response.headers[TOTAL] = str(page.total)
    response.headers["Link"] = link(request, page)
    return response if forme == "csv" else lines


def write_csv(colonnes: Iterable[str], lines: Iterable[dict[str, Any]]) -> HttpResponse:
    """Rows as French spreadsheets read them; a list of texts is « a ; b », what is nested is JSON."""
    heads = list(colonnes)
    body = tableur.make_csv(heads, ([write_cell(one[name]) for name in heads] for one in lines))
    return HttpResponse(body, content_type=CSV)


def write_cell(value: Any) -> Any:
    """What a cell holds.

    >>> write_cell(["a", "b"]), write_cell(True), write_cell([{"le": None}])
    ('a ; b', 'oui', '[{"le": null}]')
    """
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, list | tuple) and all(isinstance(one, str | int | float) for one in value):
        return " ; ".join(map(str, value)) or None
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value if value is None or isinstance(value, int | float) else str(value)


def pick(modele: type[Schema]) -> Callable[[Any], dict[str, Any]]:
    """What tells an object by the attributes that a schema names."""

    def tell(one: Any) -> dict[str, Any]:
        told = {name: getattr(one, name) for name in modele.model_fields}
        return {name: dict(one) if isinstance(one, Mapping) else one for name, one in told.items()}

    return tell


def link(request: HttpRequest, page: PageDeListe) -> str:
    """The ``Link`` field of a page: first, prev, next, last."""
    ranks = {"first": 1, "prev": page.rang - 1, "next": page.rang + 1, "last": page.derniere}
    return ", ".join(
        f'<{_make_address(request, rank)}>; rel="{name}"'
        for name, rank in ranks.items()
        if 1 <= rank <= page.derniere
    )


def _make_address(request: HttpRequest, rank: int) -> str:
    query = [(name, one) for name, values in request.GET.lists() for one in values if name != "page"]
    return request.build_absolute_uri(f"{request.path}?{urlencode([*query, ('page', rank)])}")
