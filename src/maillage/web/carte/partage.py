"""The map where it is not at home: in the frame of another site, in a slide, in a letter."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.template.loader import render_to_string
from django.urls import reverse

from maillage.atlas.lecture.definitions import Definition
from maillage.francais import NON_RENSEIGNE
from maillage.reports.rendu.planche import Cle, Planche
from maillage.web.carte import phrase, queries
from maillage.web.carte.vue import Dessin, Vue
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.templatetags.maillage import nom_type

HAUTEUR = 720  # of a frame, in pixels: title, map and legend of a département on a wide page


@dataclass(frozen=True)
class Partage:
    """How a view is given away: the addresses of its page, of the page for a frame, of its picture; the HTML
    that frames it."""

    adresse: str
    integree: str
    image: str
    cadre: str


def make_partage(request: HttpRequest, atlas: AtlasOuvert, dessin: Dessin) -> Partage:
    """The addresses name the view in full: a later change of what opens first does not change them."""
    query = make_query(atlas, dessin.vue)
    page, frame, picture = (
        request.build_absolute_uri(f"{reverse(f'carte:{view}')}?{query}")
        for view in ("carte", "integrer", "image")
    )
    code = (
        f'<iframe src="{escape(frame)}" title="{escape(make_titre(atlas, dessin))}" '
        f'width="100%" height="{HAUTEUR}" frameborder="0" loading="lazy"></iframe>'
    )
    return Partage(page, frame, picture, code)


def make_contexte(request: HttpRequest, atlas: AtlasOuvert, dessin: Dessin) -> dict[str, Any]:
    """What the map says wherever it stands: in its page, in a frame."""
    return {
        "dessin": dessin,
        "vue": dessin.vue,
        "phrase": phrase.make_phrase(atlas, dessin),
        "mentions": phrase.list_mentions(atlas, dessin),
        "sources": phrase.list_sources(atlas, dessin),
        "fixe": queries.dessin_fixe(atlas, dessin),
        "legende": queries.list_legende(atlas, dessin),
        "traits": list_traits(atlas, dessin.vue),
        "partage": make_partage(request, atlas, dessin),
    }


def make_query(atlas: AtlasOuvert, vue: Vue) -> str:
    """A view as the query of an address."""
    query = QueryDict(mutable=True)
    query.update({"niveau": vue.niveau, "indicateur": vue.indicateur})
    query.update({} if vue.methode == "quantiles" else {"methode": vue.methode})
    chosen = {"avec": vue.avec, "centre": vue.centre, "lieux": vue.lieux}
    query.update({name: value for name, value in chosen.items() if value})
    if not vue.avec:
        query["classes"] = str(vue.nombre)
    if vue.contours:
        query.setlist("contours", list(vue.contours))
    if vue.point:
        query["lon"], query["lat"] = (str(value) for value in vue.point)
    if not atlas.par_defaut:
        query["atlas"] = atlas.id
    return query.urlencode()


def make_titre(atlas: AtlasOuvert, dessin: Dessin) -> str:
    """The map in one line: what, how, by which mesh, where."""
    said = phrase.make_phrase(atlas, dessin)
    second = f" et {dessin.seconde.definition.nom}" if dessin.seconde else ""
    quoi = said.quoi[:1].lower() + said.quoi[1:]
    return f"{said.titre}{second}, {quoi} ({atlas.nom})"


def write_page(request: HttpRequest, atlas: AtlasOuvert, dessin: Dessin) -> str:
    """The page of a frame. It is given nothing of its reader: no account, no message, no session."""
    context = make_contexte(request, atlas, dessin)
    context |= {"atlas": atlas, "identite": settings.MAILLAGE_IDENTITE, "titre": make_titre(atlas, dessin)}
    return render_to_string("carte/integrer.html", context)


def list_traits(atlas: AtlasOuvert, vue: Vue) -> list[tuple[str, str]]:
    """The lines drawn over the colours, outlines and roads: (class of the style sheet, name)."""
    outlines = [(f"contour {niveau}", queries.nom_des_contours(atlas, niveau)) for niveau in vue.contours]
    return [*outlines, *queries.list_routes(atlas)]


def make_planche(atlas: AtlasOuvert, dessin: Dessin) -> Planche:
    """Title, unit, nature of times, picture, legend, vintage and sources."""
    said = phrase.make_phrase(atlas, dessin)
    second = f" et {dessin.seconde.definition.nom}" if dessin.seconde else ""
    return Planche(
        titre=f"{said.titre}{second}",
        sous_titre=(f"{said.quoi}. {' '.join(phrase.list_mentions(atlas, dessin))}".strip(),),
        dessin=queries.dessin_fixe(atlas, dessin),
        legende=(*_keys(atlas, dessin), *_marks(atlas, dessin.vue)),
        pied=(f"{' · '.join([*phrase.list_sources(atlas, dessin), atlas.nom])} · {_signature(atlas)}",),
    )


def _signature(atlas: AtlasOuvert) -> str:
    nom = str(settings.MAILLAGE_IDENTITE["nom"])
    return f"{nom}, données du {atlas.construit_le:%d/%m/%Y}" if atlas.construit_le else nom


def _keys(atlas: AtlasOuvert, dessin: Dessin) -> list[Cle]:
    """The colours in words; of two indicators, what the nine colours mean."""
    if dessin.seconde:
        first, second = dessin.definition, dessin.seconde.definition
        return [
            Cle("b7", f"{_worst(first)} : {first.nom}"),
            Cle("b3", f"{_worst(second)} : {second.nom}"),
            Cle("b9", "les deux à la fois"),
            Cle("b1", "ni l’un ni l’autre"),
            Cle("c0", NON_RENSEIGNE),
        ]
    return [Cle(f"c{row['teinte']}", row["texte"]) for row in queries.list_legende(atlas, dessin)]


def _worst(definition: Definition) -> str:
    """The third of the territories that the darkest colours stand for."""
    return "tiers le plus bas" if definition.sens == "plus" else "tiers le plus élevé"


def _marks(atlas: AtlasOuvert, vue: Vue) -> list[Cle]:
    """What is drawn over the colours."""
    marks = [Cle(classe, nom, "trait") for classe, nom in list_traits(atlas, vue)]
    return [*marks, Cle("", nom_type(vue.lieux), "rond")] if vue.lieux else marks
