"""Answers to nobody in particular: computed once for each state of what they come from.

Without an account, an address says the same to everybody as long as nothing that it comes from is written:
the atlases and the day, always; the versions of the base that it was seen to ask, or whose tables it was
seen to read, while it was made. Their state is read before the view runs, so that an answer is never older
than the state it is kept under. A form's token is taken out of what is kept, and given anew to each reader.
What has none is kept compressed, as it is sent. Processes of one server give each other what they made
(``socle.commun``), but for what somebody typed.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.module_loading import import_string

from maillage.web.socle.atlas import sign_install
from maillage.web.socle.commun import Commun
from maillage.web.socle.compression import PRESSE_MIN, accepts_gzip, is_compressible, press
from maillage.web.socle.etat import VersionDesTables, one_moment, read_stamp, watch
from maillage.web.socle.lecture import wants_simple

# What is for one reader, counted by reader, or true at one moment; what a person may open or close at will.
JAMAIS = (
    "/accueil/",
    "/api/", "/administration/", "/atelier/", "/comptes/", "/elaboration/", "/travaux/", "/sante", "/pret",
    "/annuaire/", "/borne/", "/comites-usagers/", "/consultations/", "/enquetes/", "/flux/", "/ogc/",
    "/signalements/", "/trouver/", "/webhooks/", "/metrics", "/.well-known/",
    "/completer/",
)  # fmt: skip
# Of these, public pages of the directory, the programme and the atlas alone, which have versions.
MALGRE = ("/accueil/themes/", "/annuaire/numerique/", "/annuaire/reseau/")
# Of these, what is the same for everybody as long as nothing is asked of it.
NUES = ("/trouver/",)
PAGE_MAX = 2 * 2**20
PART_PROPRE = 8
# Parameters that choose among what there is, and what they look like: somebody typed what else is asked.
CHOIX = frozenset({
    "atlas", "avec", "c", "classes", "contours", "dans", "densite", "indicateur", "lieux", "mesure",
    "methode", "moyen", "niveau", "page", "page_lieux", "service", "seuil", "sujet", "t", "tri", "x", "y",
})  # fmt: skip
CHOISI = re.compile(r"[\w:.-]{0,80}")
JETON = re.compile(rb'name="csrfmiddlewaretoken" value="(\w+)"')
PLACE = b"@@jeton-du-lecteur@@"


@dataclass(frozen=True)
class PageGardee:
    """One answer kept: its headers and its bytes; ``jeton``: a form in it awaits the reader's token.

    ``presse``: the bytes are compressed (gzip). ``versions``: what it comes from, name → signature.
    """

    entetes: tuple[tuple[str, str], ...]
    corps: bytes
    jeton: bool
    presse: bool = False
    versions: Mapping[str, str] = field(default_factory=dict)

    def answer(self, request: HttpRequest) -> Any:
        """The whole answer, or 304 to who holds it."""
        response = HttpResponse(self._write(request), headers=dict(self.entetes))
        if self.presse and accepts_gzip(request):
            response.headers["Content-Encoding"] = "gzip"
        etag = response.headers.get("ETag")
        return get_conditional_response(request, etag=etag, response=response) if etag else response

    def _write(self, request: HttpRequest) -> bytes:
        """The bytes for this reader."""
        if self.presse:
            return self.corps if accepts_gzip(request) else gzip.decompress(self.corps)
        return self.corps.replace(PLACE, get_token(request).encode()) if self.jeton else self.corps

    def pack(self) -> bytes:
        """As other processes read it."""
        head = [self.entetes, self.jeton, self.presse, dict(self.versions)]
        return json.dumps(head).encode() + b"\n" + self.corps

    @classmethod
    def unpack(cls, held: bytes) -> PageGardee:
        """What another process kept."""
        head, _, body = held.partition(b"\n")
        headers, token, pressed, versions = json.loads(head)
        return cls(tuple((name, value) for name, value in headers), body, token, pressed, versions)


@dataclass(frozen=True)
class EtatLu:
    """What anonymous answers come from: ``toujours``, all of them; ``signes``, the version of each name."""

    toujours: Hashable
    signes: Mapping[str, str]

    def holds(self, page: PageGardee) -> bool:
        """Whether nothing that a page comes from has changed since."""
        return all(self.signes.get(name) == signed for name, signed in page.versions.items())


class Pages:
    """The answers kept; those asked longest ago leave when they weigh too much together."""

    def __init__(self, maximum: int) -> None:
        self.maximum = maximum
        self._lock = threading.Lock()
        self._held: OrderedDict[Hashable, tuple[Hashable, PageGardee]] = OrderedDict()
        self._weight = 0

    def find(self, key: Hashable, state: EtatLu) -> PageGardee | None:
        """The answer, unless it comes from another state."""
        with self._lock:
            always, page = self._held.get(key, (None, None))
            if page is None or always != state.toujours or not state.holds(page):
                return None
            self._held.move_to_end(key)
            return page

    def keep(self, key: Hashable, state: EtatLu, page: PageGardee) -> None:
        """Keep an answer in the place of the one kept under a former state."""
        with self._lock:
            self._forget(key)
            self._held[key] = (state.toujours, page)
            self._weight += len(page.corps)
            while self._weight > self.maximum:
                self._forget(next(iter(self._held)))

    def _forget(self, key: Hashable) -> None:
        if key in self._held:
            self._weight -= len(self._held.pop(key)[1].corps)


# Beside the files that processes share, which the machine holds once, each keeps what is asked most.
_pages = Pages(settings.MAILLAGE_PAGES_OCTETS // (PART_PROPRE if settings.MAILLAGE_PAGES_DOSSIER else 1))
_shared = (
    Commun(settings.MAILLAGE_PAGES_DOSSIER, settings.MAILLAGE_PAGES_OCTETS)
    if settings.MAILLAGE_PAGES_DOSSIER
    else None
)


class PagesMiddleware:
    """Answer from memory what nobody in particular asks again; after the tokens, before the accounts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        found: tuple[VersionDesTables[Any], ...] = tuple(map(import_string, settings.MAILLAGE_VERSIONS))
        self._versions = {version.nom: version for version in found}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "GET":
            return self.get_response(request)
        with one_moment():
            return self._answer(request)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        state = self._read_state() if settings.MAILLAGE_PAGES_OCTETS and is_nobody(request) else None
        if state is None:
            return self.get_response(request)
        key = identify(request)
        kept = _pages.find(key, state)
        shared = _shared if kept is None and is_chosen(request) else None
        if shared is not None and (held := shared.find(key, state.toujours)) is not None:
            kept = PageGardee.unpack(held)
            if state.holds(kept):
                _pages.keep(key, state, kept)
            else:
                kept = None
        if kept is None:
            with watch() as seen:
                response = self.get_response(request)
            kept = take(request, response, {name: state.signes[name] for name in self._name(seen)})
            if kept is None:
                return response
            _pages.keep(key, state, kept)
            if shared is not None:
                shared.keep(key, state.toujours, kept.pack())
        return kept.answer(request)

    def _read_state(self) -> EtatLu | None:
        """All that an anonymous answer may come from; None when it cannot be told."""
        stamp, install = read_stamp(), sign_install()
        if stamp is None or install is None:
            return None
        signed = {name: version.sign() for name, version in self._versions.items()}
        return EtatLu((install, timezone.localdate()), signed)

    def _name(self, seen: Set[str]) -> Set[str]:
        """The versions that an answer comes from, by what it asked and read: all, where none tells."""
        found, told = seen & self._versions.keys(), set(self._versions)
        for version in self._versions.values():
            told |= version.tables
            if version.tables & seen:
                found |= {version.nom}
        return found if seen <= told else self._versions.keys()


def is_nobody(request: HttpRequest) -> bool:
    """Whether a request reads, and nothing in it tells who reads."""
    known = {settings.SESSION_COOKIE_NAME, "messages"} & request.COOKIES.keys()
    return (
        request.method == "GET"
        and not known
        and "Authorization" not in request.headers
        and not _is_moving(request)
    )


def _is_moving(request: HttpRequest) -> bool:
    """Whether an address says another thing to each reader, or at each moment."""
    path = request.path_info
    if not path.startswith(JAMAIS) or path.startswith(MALGRE):
        return False
    return path not in NUES or bool(request.META.get("QUERY_STRING"))


def is_chosen(request: HttpRequest) -> bool:
    """Whether an address only chooses among what there is: what somebody typed is written on no disk."""
    return all(
        name in CHOIX and all(CHOISI.fullmatch(value) for value in values)
        for name, values in request.GET.lists()
    )


def identify(request: HttpRequest) -> Hashable:
    """What two requests share when they ask for the same answer."""
    headers = (request.headers.get(name, "") for name in ("Accept", "HX-Request", "Range", "If-Range"))
    address = request.scheme, request.get_host(), request.get_full_path()
    return *address, wants_simple(request), *headers


def take(request: HttpRequest, response: HttpResponse, versions: Mapping[str, str]) -> PageGardee | None:
    """What can be kept of an answer; None when it is for one reader, says that it moves, or is heavy."""
    control = response.headers.get("Cache-Control", "")
    moves = any(word in control for word in ("private", "no-store", "no-cache"))
    if response.status_code != 200 or response.streaming or response.cookies or moves:
        return None
    session: Any = request.session
    if session.modified or len(response.content) > PAGE_MAX:
        return None
    tokens = set(JETON.findall(response.content))
    if bool(request.META.get("CSRF_COOKIE_NEEDS_UPDATE")) != bool(tokens):
        return None  # a token is elsewhere than in a form
    body = response.content
    for token in tokens:
        body = body.replace(token, PLACE)
    if session.accessed:
        patch_vary_headers(response, ("Cookie",))
    if not tokens:
        response.headers.setdefault("ETag", f'"{hashlib.sha256(body).hexdigest()[:24]}"')
        response.headers.setdefault("Cache-Control", "no-cache")
    if tokens or not is_compressible(response) or len(body) < PRESSE_MIN:
        return PageGardee(tuple(response.headers.items()), body, bool(tokens), versions=versions)
    patch_vary_headers(response, ("Accept-Encoding",))
    etag = response.headers["ETag"].removeprefix("W/")  # weak: the same page, in other bytes
    response.headers["ETag"] = f"W/{etag}"
    small = press(body)
    return PageGardee(tuple(response.headers.items()), small, jeton=False, presse=True, versions=versions)
