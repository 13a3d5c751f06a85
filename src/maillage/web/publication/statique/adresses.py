"""Which pages the static site has, and the file of each."""

from __future__ import annotations

import re
from posixpath import relpath
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

DEPARTS: Final = ("/", "/donnees/")
"""Where the copy begins; the rest is what these pages lead to."""
PAGES: Final = re.compile(
    r"/(?:|donnees/|sources/|glossaire/|accessibilite/(?:schema/)?|sans-voiture/|prioritaires/|carte/|classements/"
    r"|territoires/|territoires/[a-z_]+/[^/]+/|methodes/|methodes/[\w.-]+/"
    r"|programme/(?:|cadre/|droits/|couverture/|completude/|indicateurs/|pratiques/|demarches/|afom/|mutualisation/"
    r"|(?:fiches|objectifs|pratiques|demarches|indicateurs|numerique)/[^/]+/|declinaisons/.+/|ici/[a-z_]+/[^/]+/))"
)
PIECES: Final = re.compile(
    r"/methodes/[\w.-]+/formule\.svg|/static/.+(?<!\.js)|/donnees/[\w.-]+|/catalogue\.(?:ttl|jsonld|rdf)"
)
"""What is no page: pictures, style sheets, typefaces, data; never a script."""
GARDES: Final = {
    "/carte/": ("indicateur",),
    "/prioritaires/": ("niveau", "page"),
    "/territoires/": ("niveau", "page"),
}
"""What of a question makes another page; the rest of it is dropped, and the page shown as it opens."""


def publish(address: str) -> str | None:
    """The address of the page of the site that an address of the application leads to; null when it has none.

    >>> publish("/carte/?indicateur=densite&niveau=epci#carte"), publish("/comptes/connexion/")
    ('/carte/?indicateur=densite', None)
    >>> publish("/classements/?c=densite"), publish("/territoires/commune/59350/?impression=1")
    (None, '/territoires/commune/59350/')
    """
    split = urlsplit(address)
    path = unquote(split.path)
    if split.scheme or split.netloc or not PAGES.fullmatch(path):
        return None
    asked = dict(parse_qsl(split.query))
    if path == "/classements/" and asked:
        return None
    kept = {name: asked[name] for name in GARDES.get(path, ()) if name in asked}
    return f"{split.path}?{urlencode(kept)}" if kept else split.path


def find_file(address: str) -> str:
    """The file of a page or of a piece, from the root of the site.

    >>> find_file("/"), find_file("/carte/?indicateur=densite"), find_file("/static/socle/style.css")
    ('index.html', 'carte/indicateur-densite/index.html', 'static/socle/style.css')
    """
    split = urlsplit(address)
    path = unquote(split.path).strip("/")
    if not split.path.endswith("/"):
        return path
    choices = [f"{name}-{value}" for name, value in parse_qsl(split.query)]
    return "/".join(part for part in (path, *choices, "index.html") if part)


def lead(here: str, there: str) -> str:
    """The relative address of a file from a page, as a browser asks for it.

    >>> lead("carte/densite/index.html", "territoires/commune/59350/index.html")
    '../../territoires/commune/59350/index.html'
    """
    folder = here.rpartition("/")[0]
    return quote(relpath(there, folder or "."))
