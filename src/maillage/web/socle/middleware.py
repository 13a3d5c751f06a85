"""What each request passes through: its line in the log, clean text, and the atlas it reads."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse

from maillage.catalogue.textes import clean_text, tell_changes
from maillage.web.socle import atlas, pannes
from maillage.web.socle.demande import read_int
from maillage.web.socle.mesures import observe

logger = logging.getLogger("maillage.requete")


class JournalMiddleware:
    """Number each request; log its method, path (without its query), status and server time; count it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        start = time.perf_counter()
        request.numero = secrets.token_hex(6)  # type: ignore[attr-defined]
        response = self.get_response(request)
        elapsed_s = time.perf_counter() - start
        observe(request, response.status_code, elapsed_s)
        elapsed_ms = round(elapsed_s * 1000, 1)
        response.headers.setdefault("Server-Timing", f"app;dur={elapsed_ms}")
        response.headers["X-Request-ID"] = request.numero  # type: ignore[attr-defined]
        fields = {"methode": request.method, "chemin": request.path, "statut": response.status_code}
        logger.info("requête", extra={**fields, "duree_ms": elapsed_ms, "numero": request.numero})  # type: ignore[attr-defined]
        return response


class TeteMiddleware:
    """HEAD wherever GET is: the same answer, its headers alone. No server we use removes the body itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "HEAD":
            return self.get_response(request)
        request.method = "GET"
        response = self.get_response(request)
        if response.streaming:
            response.streaming_content = ()  # what it would have sent is closed with it
            return response
        response.headers.setdefault("Content-Length", str(len(response.content)))
        response.content = b""
        return response


class BornesMiddleware:
    """Keep out what no page can mean: a body longer than forms take (413, unread), null characters.

    PostgreSQL has no text with a null character. In a query it is dropped, like any nonsense; in the path it
    names nothing (404). The API answers for itself, in JSON, and asks the database nothing by its path.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.META["QUERY_STRING"] = request.META.get("QUERY_STRING", "").replace("%00", "")
        if "\0" in request.path and not request.path.startswith("/api/"):
            return _refuse(404, "Cette adresse ne mène à rien ici.")
        length = request.META.get("CONTENT_LENGTH") or "0"
        if read_int(length, maximum=settings.MAILLAGE_CORPS_MAX) is None:
            return HttpResponse(
                "Cet envoi est trop gros.", status=413, content_type="text/plain; charset=utf-8"
            )
        return self.get_response(request)


def _refuse(status: int, text: str) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


class TexteMiddleware:
    """What a form sends enters clean (``catalogue.textes``); what was changed is said on the next page.

    Secrets are left as they were typed.
    """

    SECRETS = ("password", "mot_de_passe", "encore")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            self._clean(request)
        return self.get_response(request)

    def _clean(self, request: HttpRequest) -> None:
        sent, said = request.POST.copy(), dict[str, None]()
        for name, values in request.POST.lists():
            if not any(secret in name for secret in self.SECRETS):
                sent.setlist(name, [clean_text(value) for value in values])
                said |= dict.fromkeys(words for value in values for words in tell_changes(value))
        sent._mutable = False  # noqa: SLF001  Django's own way of freezing it again
        request.POST = sent
        if said:
            messages.info(request, f"Dans ce que vous avez envoyé, {', '.join(said)}.", "info")


class EcrituresMiddleware:
    """At most so many writes at once, each of which may wait for the base: threads are left for readers."""

    ENSEMBLE = 16

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._places = threading.BoundedSemaphore(self.ENSEMBLE)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in {"GET", "OPTIONS"}:
            return self.get_response(request)
        if not self._places.acquire(blocking=False):
            return pannes.write(request, pannes.OCCUPE)
        try:
            return self.get_response(request)
        finally:
            self._places.release()


class AtlasMiddleware:
    """``request.atlas``: the atlas named by ``?atlas=``, else the newest; None when there is none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            request.atlas = atlas.choose(request.GET.get("atlas"))  # type: ignore[attr-defined]
        except Http404:
            if not request.path.startswith(("/api/", "/ogc/")):
                raise
            request.atlas = None  # type: ignore[attr-defined]  # the API says so itself, in JSON
        return self.get_response(request)
