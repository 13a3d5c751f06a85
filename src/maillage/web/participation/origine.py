"""From which page one signals something: its theme and its place are those of the form."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve

from maillage.web.programme.noms import Noms


def read_origin(request: HttpRequest, noms: Noms) -> dict[str, str]:
    """``theme``, ``commune`` and ``territoire`` that the page one comes from speaks of, or the address says.

    The page is told by the browser (Referer), and only a page of this site counts.
    """
    found = _read_page(request.headers.get("Referer", ""), request.get_host())
    found |= {
        key: request.GET[key][:60] for key in ("theme", "commune", "territoire") if request.GET.get(key)
    }
    kept = {"commune": found.get("commune", "")}
    kept["theme"] = found["theme"] if found.get("theme") in noms.themes else ""
    kept["territoire"] = found["territoire"] if found.get("territoire") in noms.arrondissements else ""
    return kept


def _read_page(referer: str, host: str) -> dict[str, str]:
    try:
        parts = urlsplit(referer)
        if parts.netloc != host:
            return {}
        match = resolve(parts.path)
    except (ValueError, Resolver404):
        return {}
    query = parse_qs(parts.query)
    said = {key: values[0] for key, values in query.items() if key in {"theme", "territoire", "commune"}}
    given = {key: str(value) for key, value in match.kwargs.items()}
    level, code = given.get("niveau", ""), given.get("code", "")
    if level in {"commune", "arrondissement"}:
        said["commune" if level == "commune" else "territoire"] = code
    for key in ("theme", "cle"):
        if key in given:
            parts_of_key = given[key].split("/")  # « sante/593/2025/1 », « sante.1 »
            said["theme"] = parts_of_key[0].split(".")[0]
            said |= {"territoire": parts_of_key[1]} if len(parts_of_key) > 1 else {}
    if "arrondissement" in given:
        said["territoire"] = given["arrondissement"]
    return said
