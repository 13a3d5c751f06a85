"""The API of data·inclusion v1: the structures and services of a département, page by page, into one file.

``GET /structures`` and ``/services`` with ``code_departement``, ``page`` and ``size``; the key goes in the
header ``Authorization: Bearer``; each page says how many there are (``pages``). Read in the producer's public
code; ``eprouve``: no, never met the real server.
"""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from maillage import __version__
from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.sources.telechargement import Coupure, name_failure

ADRESSE: Final = "https://api.data.inclusion.gouv.fr/api/v1"
PAR_PAGE: Final = 1000
PAGES_AU_PLUS: Final = 2000
OCTETS_AU_PLUS: Final = 64 << 20
ESSAIS: Final = 3
ICI: Final = ("127.0.0.1", "localhost")
REFUS: Final = {401: "la clé est refusée", 403: "la clé n’y donne pas droit", 404: "adresse inconnue"}
PASSAGERS: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


class _SansDetour(urllib.request.HTTPRedirectHandler):
    """A key is not carried to another address."""

    def redirect_request(self, *_: Any) -> None:
        """No redirection is followed."""


def receive(
    departement: str,
    cle: str,
    out: Path,
    *,
    adresse: str = ADRESSE,
    progress: Callable[[str, int, int], None] | None = None,
) -> Path:
    """Write the whole of a département in ``out`` (JSON, two lists), once all of it came.

    ``progress``: told the list, the page and how many there are.

    Raises:
        EntreeInvalide: the key is refused, the server does not answer, or answers something else.
    """
    parts = urlsplit(adresse)
    if parts.scheme != "https" and parts.hostname not in ICI:
        raise EntreeInvalide(f"L’adresse {adresse} n’est pas en https : la clé y serait lisible.")
    lists = {name: list_all(name, departement, cle, adresse, progress) for name in ("structures", "services")}
    out.write_text(json.dumps(lists, ensure_ascii=False), "utf-8")
    return out


def list_all(
    name: str, departement: str, cle: str, adresse: str, progress: Callable[[str, int, int], None] | None
) -> list[Any]:
    """Every record of a list."""
    found: list[Any] = []
    page = pages = 1
    while page <= pages:
        query = urlencode({"code_departement": departement, "page": page, "size": PAR_PAGE})
        told = ask_patiently(f"{adresse}/{name}?{query}", cle)
        items, count = (told.get(key) if isinstance(told, dict) else None for key in ("items", "pages"))
        if not isinstance(items, list) or not isinstance(count, int) or not 0 <= count <= PAGES_AU_PLUS:
            quoi = f"la page {page} de « {name} » n’a pas la forme attendue"
            fault = Faute(quoi, que_faire="Prenez le fichier publié sur data.gouv.fr.")
            raise EntreeInvalide("L’API de data·inclusion ne répond pas comme prévu.", (fault,))
        pages = count
        found.extend(items)
        if progress:
            progress(name, page, pages)
        page += 1
    return found


def ask_patiently(url: str, cle: str) -> Any:
    """One page; what may pass is asked again."""
    reason = ""
    for _ in range(ESSAIS):
        try:
            return ask(url, cle)
        except Coupure as cut:
            reason = str(cut)
    fault = Faute(reason, que_faire="Recommencez plus tard.")
    raise EntreeInvalide("L’API de data·inclusion n’a pas pu être lue.", (fault,))


def ask(url: str, cle: str) -> Any:
    """One page, asked once.

    Raises:
        Coupure: worth another try.
        EntreeInvalide: not worth one.
    """
    headers = {"Authorization": f"Bearer {cle}", "User-Agent": f"maillage/{__version__}"}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - https, or this machine, by receive
    try:
        with urllib.request.build_opener(_SansDetour).open(request, timeout=60) as answer:
            body = answer.read(OCTETS_AU_PLUS + 1)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code in PASSAGERS:
            raise Coupure(f"le serveur répond {error.code}") from error
        quoi = REFUS.get(error.code, "réponse inattendue")
        raise EntreeInvalide("L’API de data·inclusion refuse.", (Faute(f"{quoi} ({error.code})"),)) from error
    except (urllib.error.URLError, TimeoutError, http.client.HTTPException, OSError) as error:
        raise Coupure(name_failure(getattr(error, "reason", error))) from error
    if len(body) > OCTETS_AU_PLUS:
        raise EntreeInvalide("L’API de data·inclusion répond trop : une page démesurée.")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Coupure("réponse qui n’est pas du JSON") from error
