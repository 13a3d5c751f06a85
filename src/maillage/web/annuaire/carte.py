"""The map of an answer, and the card of a record to print: large, two languages, a code to scan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import segno
from django.utils.safestring import SafeString, mark_safe

from maillage.catalogue.lecture import read_toml
from maillage.horaires.dire import dire
from maillage.reports.rendu.carte import Lieu, carte
from maillage.reports.rendu.formes import Boite, Formes, cadre_autour, overlap
from maillage.web.annuaire.trouver import ReponseTrouver
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.territoires import geographie

LANGUES: Final = "carte_langues.toml"
MARGE, AU_MOINS, NOMS = 1.35, 26.0, 12


def draw(atlas: AtlasOuvert, reponse: ReponseTrouver) -> SafeString | None:
    """The places told and where one leaves from, numbered as in the list; null where there is no outline."""
    shapes = geographie.formes_de(atlas, "commune")
    if shapes is None or reponse.depart is None:
        return None
    places = [
        Lieu(one.offre.lon, one.offre.lat, one.nom, str(one.rang))
        for one in (*reponse.resultats, *reponse.loin)
        if one.offre.lon is not None and one.offre.lat is not None
    ]
    here = Lieu(reponse.depart.lon, reponse.depart.lat, "Départ", "D")
    return _draw(atlas, shapes, [*places, here], "Les réponses autour du départ", reponse.depart.code or None)


def draw_places(
    atlas: AtlasOuvert, places: list[Lieu], titre: str, sans_nom: frozenset[str]
) -> SafeString | None:
    """Places on the communes around them, those of ``sans_nom`` unnamed; null where there is no outline."""
    shapes = geographie.formes_de(atlas, "commune")
    return None if shapes is None else _draw(atlas, shapes, places, titre, None, sans_nom)


def _draw(
    atlas: AtlasOuvert,
    shapes: Formes,
    places: list[Lieu],
    titre: str,
    ici: str | None,
    sans_nom: frozenset[str] = frozenset(),
) -> SafeString | None:
    window = frame(shapes, places)
    if window is None:
        return None
    shown = {code for code, box in shapes.boites.items() if overlap(box, window)}
    towns = sorted(
        (t for t in atlas.territoires("commune") if t.code in shown - sans_nom),
        key=lambda t: -(t.population or 0),
    )
    svg = carte(
        shapes,
        dict.fromkeys(shown, "fond"),
        titre=titre,
        ici=ici,
        cadre=window,
        lieux=tuple(places),
        noms={t.code: t.nom for t in towns[:NOMS]},
        corps=15,
    )
    return mark_safe(svg)


def frame(shapes: Formes, places: Iterable[Lieu]) -> Boite | None:
    """A window around places, not too close; null without any."""
    spots = [shapes.place(one.lon, one.lat) for one in places]
    if not spots:
        return None
    left, right = min(x for x, _ in spots), max(x for x, _ in spots)
    top, bottom = min(y for _, y in spots), max(y for _, y in spots)
    wide, high = max(AU_MOINS - (right - left), 0) / 2, max(AU_MOINS - (bottom - top), 0) / 2
    return cadre_autour((left - wide, top - high, right + wide, bottom + high), MARGE)


def make_card(atlas: AtlasOuvert, told: dict[str, Any], langue: str, address: str) -> dict[str, Any]:
    """What the card adds to a record: labels in French and another language, map, code to scan."""
    known = read_toml(LANGUES)
    other = langue if langue in known["langues"] else next(iter(known["langues"]))
    shapes, point = geographie.formes_de(atlas, "commune"), told["point"]
    drawn = None
    if shapes is not None and point is not None:
        drawn = _draw(atlas, shapes, [Lieu(point[0], point[1], str(told["vue"].nom))], "Où c’est", None)
    code = segno.make(address, error="m").svg_inline(border=2, omitsize=True)
    return {
        "langue": other,
        "langues": {key: one["nom"] for key, one in known["langues"].items()},
        "fr": known["fr"],
        "autre": known["langues"][other],
        "dessin": drawn,
        "qr": mark_safe(code),
        "lien": address,
        "heures": dire(told["horaires"]) if told["horaires"] else "",
    }
