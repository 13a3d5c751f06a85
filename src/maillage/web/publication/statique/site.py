"""The copy of the site: pages asked of the application itself, one after the other, then put together."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.handlers.base import BaseHandler
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory, override_settings

from maillage.atlas.publication.fichiers import weigh, write_all
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.reports.dcat import ECRITURES, write_catalogue
from maillage.web.annuaire.queries import read_annuaire
from maillage.web.publication.donnees.fichiers import write_directory
from maillage.web.publication.donnees.jeux import ANNUAIRE, AdressesPubliees, OffreOuverte, make_catalogue
from maillage.web.publication.statique.adresses import DEPARTS, find_file, publish
from maillage.web.publication.statique.reecriture import FEUILLE, list_addresses, rewrite
from maillage.web.socle.atlas import AtlasOuvert

Progress = Callable[[str, float], None]
HOTE = "localhost"
MONTREES = re.compile(r"/static/(?!.*\.js$)|/methodes/[\w.-]+/formule\.svg$")


class Copie:
    """What is read of the application before it is written: pages by address, pieces by file.

    ``programme``: whether there is one to copy. ``refus``: what pages lead to or show, and the application
    did not give, with its status.
    """

    def __init__(self, *, programme: bool) -> None:
        self.programme = programme
        self.pages: dict[str, str] = {}
        self.pieces: dict[str, bytes] = {}
        self.refus: dict[str, int] = {}
        self._handler = BaseHandler()
        self._handler.load_middleware()

    def ask(self, address: str) -> HttpResponseBase:
        """What the application answers to somebody without an account."""
        request = RequestFactory(SERVER_NAME=HOTE).get(address)
        request.statique = True  # type: ignore[attr-defined]
        return self._handler.get_response(request)

    def read_pages(self, suivi: Progress) -> None:
        """Every page that the first ones lead to; one that the application refuses is left out, and told.

        Raises:
            EntreeInvalide: one of the first pages is refused: there is no site without it.
        """
        waiting, seen = deque(DEPARTS), set(DEPARTS)
        while waiting:
            address = waiting.popleft()
            answer = self.ask(address)
            suivi("Pages", len(self.pages) / len(seen))
            if answer.status_code != 200 or not isinstance(answer, HttpResponse):
                self.refuse(address, answer.status_code)
                continue
            page = self.pages[address] = answer.content.decode()
            found = list_addresses(page, address)
            for piece in found:
                if MONTREES.match(piece):
                    self.read_piece(urlsplit(piece).path)
            new = [one for one in map(publish, found) if one and one not in seen]
            for one in dict.fromkeys(new):
                if one.startswith("/programme/") and not self.programme:
                    continue
                seen.add(one)
                waiting.append(one)

    def refuse(self, address: str, status: int) -> None:
        """Keep what the application did not give; one of the first pages ends the copy."""
        if address in DEPARTS:
            raise EntreeInvalide(f"Aucun site écrit : la page {address} a répondu {status}, et non 200.")
        self.refus[address] = status

    def read_piece(self, path: str) -> None:
        """A picture, a style sheet and what it shows; asked once."""
        file = find_file(path)
        if file in self.pieces:
            return
        data = self.pieces[file] = self.fetch(path)
        if file.endswith(".css"):
            for name in FEUILLE.findall(data.decode()):
                shown = normpath(join(dirname(path), name.strip("\"'")))
                if not name.strip("\"'").startswith("data:"):
                    self.read_piece(shown)

    def fetch(self, path: str) -> bytes:
        """The bytes of a file of our own, or of a picture that the application draws."""
        held = (
            finders.find(path.removeprefix(settings.STATIC_URL))
            if path.startswith(settings.STATIC_URL)
            else None
        )
        if held:
            return Path(held).read_bytes()
        answer = self.ask(path)
        if answer.status_code == 200 and isinstance(answer, HttpResponse):
            return answer.content
        self.refuse(path, answer.status_code)
        return b""


def write_site(atlas: AtlasOuvert, folder: Path, base: str, suivi: Progress) -> Copie:
    """The whole site in a folder; what was copied. ``base``: its address, ending with a slash, or empty: the
    catalogue then names things from where it is itself.

    The hosts and the HTTPS of an install are those of its readers: we ask from here, under our own name.
    """
    data = folder / "donnees"
    data.mkdir(parents=True)
    written = write_all(atlas.tables, data, lambda _, share: suivi("Données", share))
    suivi("Données", 1.0)
    offre = OffreOuverte(atlas, {one.nom: weigh(data / one.nom) for one in written})
    with override_settings(ALLOWED_HOSTS=[HOTE], SECURE_SSL_REDIRECT=False):
        copie = Copie(programme=offre.programme)
        copie.read_pages(suivi)
    suivi("Pages", 1.0)
    if offre.annuaire:
        (data / ANNUAIRE.nom).write_bytes(write_directory(read_annuaire()))
    files = {f"donnees/{path.name}" for path in data.iterdir()} | {f"catalogue.{one}" for one in ECRITURES}
    held = files | copie.pieces.keys() | set(map(find_file, copie.pages))
    for address, page in copie.pages.items():
        put(folder / find_file(address), rewrite(page, address, held).encode())
    for file, piece in copie.pieces.items():
        put(folder / file, piece)
    write_catalogues(offre, folder, base)
    return copie


def put(path: Path, data: bytes) -> None:
    """Write a file, and the folders it is in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def write_catalogues(offre: OffreOuverte, folder: Path, base: str) -> None:
    """The catalogue of the files of the site, in each writing."""

    def find(path: str) -> str:
        return find_file(publish(path) or path)

    for suffix in ECRITURES:
        name = f"catalogue.{suffix}"
        at = AdressesPubliees(base, find, programme=None, catalogue=name, services=False)
        (folder / name).write_bytes(write_catalogue(make_catalogue(offre, at), suffix))
