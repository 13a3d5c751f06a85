"""A page of the application made into one of the site: links to files, nothing that asks a server."""

from __future__ import annotations

import re
from collections.abc import Container
from html import escape, unescape
from typing import Final
from urllib.parse import urljoin, urlsplit

from maillage.web.publication.statique.adresses import PIECES, find_file, lead, publish

ANCRE: Final = re.compile(r'<a\b([^>]*?)\shref="([^"]*)"([^>]*)>(.*?)</a>', re.DOTALL)
ENTREE: Final = re.compile(r'<li>\s*<a\b[^>]*?\shref="([^"]*)"[^>]*>(?:(?!</a>).)*</a>\s*</li>', re.DOTALL)
LIEN: Final = re.compile(r'(<(?:link|img|image)\b[^>]*?\s(?:href|src)=")(/[^"]*)(")')
SERVEUR: Final = re.compile(
    r"<form\b.*?</form>|<script\b.*?</script>|<meta name=\"htmx-config\"[^>]*>", re.DOTALL
)
DONNEE: Final = re.compile(r'\s(?:hx-[a-z-]+|data-[a-z-]+)="/[^"]*"')
ADRESSE: Final = re.compile(r'\b(?:href|src)="([/?][^"]*)"')
FEUILLE: Final = re.compile(r"url\(([^)]+)\)")


def list_addresses(page: str, address: str) -> list[str]:
    """Every address of the application that a page, at its own, leads to or shows; once, in order."""
    found = (urljoin(address, unescape(one)) for one in ADRESSE.findall(page))
    return [one for one in dict.fromkeys(found) if one.startswith("/")]


def rewrite(page: str, address: str, held: Container[str]) -> str:
    """The page of an address as a file of the site.

    ``held``: the files of the site. What leads elsewhere in the application is plain text; a button, or an
    entry of a list, that is nothing but such a link is gone, and so is what would ask a server.

    >>> page = '<li><a href="/x/">X</a></li><a href="/atelier/">Atelier</a> <a href="/#a">Accueil</a>'
    >>> rewrite(page, "/sources/", {"index.html"})
    'Atelier <a href="../index.html#a">Accueil</a>'
    """
    here = find_file(address)

    def keep(found: re.Match[str]) -> str:
        there = urljoin(address, unescape(found[1]))
        gone = there.startswith("/") and not found[1].startswith("#") and find_target(there, held) is None
        return "" if gone else found[0]

    def point(found: re.Match[str]) -> str:
        before, link, after, inner = found.groups()
        there = urljoin(address, unescape(link))
        if link.startswith("#") or not there.startswith("/"):
            return found[0]
        target = find_target(there, held)
        if target is None:
            return "" if "bouton" in before + after else inner
        mark = urlsplit(there).fragment
        file = escape(lead(here, target)) + (f"#{mark}" if mark else "")
        return f'<a{before} href="{file}"{after}>{inner}</a>'

    def show(found: re.Match[str]) -> str:
        target = find_target(unescape(found[2]), held)
        return f"{found[1]}{escape(lead(here, target))}{found[3]}" if target else ""

    bare = ENTREE.sub(keep, DONNEE.sub("", SERVEUR.sub("", page)))
    return LIEN.sub(show, ANCRE.sub(point, bare))


def find_target(address: str, held: Container[str]) -> str | None:
    """The file of the site that an address leads to; null when the site does not hold it."""
    path = urlsplit(address).path
    kept = path if PIECES.fullmatch(path) else publish(address)
    if kept is None:
        return None
    file = find_file(kept)
    return file if file in held else None
