"""What the pages of territories write row by row, at once: a portrait has a hundred rows of figures."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from maillage.atlas.lecture.chiffres import Chiffre
from maillage.web.socle.templatetags.maillage import adresse, fiabilite, figure
from maillage.web.territoires.profil import MesureProfil

register = template.Library()


@register.simple_tag(takes_context=True)
def rangees_mesures(context: template.Context, mesures: Iterable[MesureProfil]) -> SafeString:
    """The rows of the table of a dimension: indicator, here, département, among its peers."""
    return mark_safe("".join(_write_measure(context, one) for one in mesures))  # every part is escaped


def _write_measure(context: template.Context, one: MesureProfil) -> str:
    d, grade = one.chiffre.definition, one.chiffre.fiabilite
    sure = f", {escape(fiabilite(grade))}" if grade != "observe" else ""
    place = escape(one.place.mots) if one.place else '<span aria-label="sans rang">–</span>'
    return (
        f'<tr><th scope="row"><a href="{_link(context, d)}">{escape(d.nom)}</a> '
        f'<span class="doux petit">{escape(str(d.millesime))}{sure}</span></th>'
        f'<td class="num">{conditional_escape(figure(one.chiffre))}</td>'
        f'<td class="num doux">{conditional_escape(figure(one.reference))}</td>'
        f'<td class="doux">{place}</td></tr>'
    )


@register.simple_tag(takes_context=True)
def rangees_habitants(context: template.Context, habitants: Iterable[tuple[Chiffre, Chiffre]]) -> SafeString:
    """The rows of the table of people: what is known, here, in the département unless this is it."""
    whole = context["territoire"].niveau == "departement"
    return mark_safe("".join(_write_people(context, *pair, whole=whole) for pair in habitants))  # escaped


def _write_people(context: template.Context, here: Chiffre, reference: Chiffre, *, whole: bool) -> str:
    d, grade = here.definition, here.fiabilite
    sure = f", {escape(fiabilite(grade))}" if grade and grade != "observe" else ""
    dated = f' <span class="doux petit">{escape(str(d.millesime))}{sure}</span>' if d.millesime else ""
    other = "" if whole else f'<td class="num doux">{conditional_escape(figure(reference))}</td>'
    return (
        f'<tr><th scope="row"><a href="{_link(context, d)}">{escape(d.nom)}</a>{dated}</th>'
        f'<td class="num">{conditional_escape(figure(here))}</td>{other}</tr>'
    )


def _link(context: template.Context, definition: Any) -> str:
    return escape(adresse(context, "methodes:indicateur", definition.id))
