"""A feed written as Atom (RFC 4287) or as JSON Feed 1.1."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape

from maillage.web.publication.flux.parution import GENRES_DITS, Parution

ATOM: Final = "application/atom+xml"
JSON_FEED: Final = "application/feed+json"


@dataclass(frozen=True, kw_only=True)
class FluxDecrit:
    """A feed: its name, what it tells, whose it is, its own address, that of its page, that of the site.

    ``autorite``: who names its entries (RFC 4151); ``choix``: which part of what changes, as in its address.
    """

    titre: str
    resume: str
    auteur: str
    soi: str
    page: str
    site: str
    autorite: str
    choix: str

    @property
    def identifiant(self) -> str:
        """Its own id, the same by whatever name the install was reached."""
        return uuid.uuid5(uuid.NAMESPACE_URL, f"https://{self.autorite}/flux?{self.choix}").urn

    def locate(self, one: Parution) -> str:
        """The whole address of the page that says it."""
        return self.site.rstrip("/") + one.adresse


class _Atom(Atom1Feed):
    def latest_post_date(self) -> datetime:
        """When the last entry appeared; an empty feed says midnight: it is the same all day."""
        days = [item["updateddate"] for item in self.items]
        return max(days, default=timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0))


def write_atom(flux: FluxDecrit, parutions: Sequence[Parution]) -> bytes:
    """The feed as RFC 4287 asks."""
    feed = _Atom(
        flux.titre,
        flux.page,
        "",
        language="fr",
        author_name=flux.auteur,
        subtitle=flux.resume,
        feed_url=flux.soi,
        feed_guid=flux.identifiant,
    )
    for one in parutions:
        day = timezone.localtime(one.le)
        feed.add_item(
            one.titre,
            flux.locate(one),
            escape(one.texte),
            unique_id=one.make_tag(flux.autorite),
            pubdate=day,
            updateddate=day,
            categories=(str(one.genre), *one.themes),
        )
    written: str = feed.writeString("utf-8")
    return written.encode()


def write_json(flux: FluxDecrit, parutions: Sequence[Parution]) -> bytes:
    """The feed as jsonfeed.org/version/1.1 asks; what is ours stands in ``_maillage``."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": flux.titre,
        "home_page_url": flux.page,
        "feed_url": flux.soi,
        "description": flux.resume,
        "language": "fr",
        "authors": [{"name": flux.auteur}],
        "items": [_tell(flux, one) for one in parutions],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def _tell(flux: FluxDecrit, one: Parution) -> dict[str, object]:
    day = timezone.localtime(one.le).isoformat(timespec="seconds")
    return {
        "id": one.make_tag(flux.autorite),
        "url": flux.locate(one),
        "title": one.titre,
        "content_text": one.texte or GENRES_DITS[one.genre],
        "date_published": day,
        "date_modified": day,
        "tags": [str(one.genre), *one.themes],
        "_maillage": {
            "about": flux.page,
            "genre": str(one.genre),
            "themes": list(one.themes),
            "arrondissements": list(one.arrondissements),
            "champs": list(one.champs),
        },
    }
