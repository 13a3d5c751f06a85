"""The kiosk of a reception place: large buttons, answers from where it stands; nothing kept, no way out.

Its place is in its address, once for all: ``c`` and the code of a commune, or ``f`` and the number of a
structure's record. What one asks is posted; a page goes back to the first one by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import segno
from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from maillage.annuaire.recherche import DemandeService
from maillage.catalogue.besoins import BesoinDit, list_besoins
from maillage.catalogue.lecture import read_toml
from maillage.web.annuaire.cherche import read_index
from maillage.web.annuaire.depart import find_depart
from maillage.web.annuaire.fiches import find_point
from maillage.web.annuaire.mobilite import find_help
from maillage.web.annuaire.models import FicheTenue
from maillage.web.annuaire.queries import read_annuaire
from maillage.web.annuaire.question import COMMENT, QUAND, QuestionTrouver
from maillage.web.annuaire.resultats import ReponseLieu
from maillage.web.annuaire.trouver import ReponseTrouver, answer
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.decorateurs import avec_atlas
from maillage.web.socle.demande import get_and_post, read_int

SECTION: Final = "annuaire"
COMMUNE, FICHE = "c", "f"
RIEN_NE_RESTE: Final = '"cache", "storage"'
"""What a browser is asked to forget when the kiosk is back at its first page; cookies are not its own."""
LIEUX: Final = 30


@dataclass(frozen=True)
class LieuDeBorne:
    """Where a kiosk stands, degrees; ``cle``: what its address says of it."""

    cle: str
    nom: str
    lon: float
    lat: float


class FormulaireBorne(forms.Form):
    """What a kiosk is asked: a need or words, by which way, which answer to take away; how it looks."""

    besoin = forms.ChoiceField(choices=lambda: [(key, key) for key in list_besoins()], required=False)
    texte = forms.CharField(label="Autre chose", max_length=100, required=False)
    comment = forms.ChoiceField(choices=COMMENT, required=False)
    fiche = forms.IntegerField(min_value=1, max_value=2**31 - 1, required=False)
    grand = forms.BooleanField(required=False)
    contraste = forms.BooleanField(required=False)


def find_lieu(atlas: AtlasOuvert, cle: str) -> LieuDeBorne:
    """The place that the address of a kiosk says; 404 for none, or for one of no known point: 1 query."""
    kind, code = cle[:1], cle[1:]
    if kind == COMMUNE:
        commune = atlas.territoire("commune", code)
        if commune is not None and commune.lon is not None and commune.lat is not None:
            return LieuDeBorne(cle, commune.nom, commune.lon, commune.lat)
    elif kind == FICHE and (key := read_int(code, 1)) is not None:
        row = FicheTenue.objects.filter(pk=key, sorte="structure", disparue_le=None).first()
        point = find_point(row.fiche, None) if row else None
        if row is not None and point is not None:
            return LieuDeBorne(cle, row.fiche.nom, *point)
    raise Http404("Aucun lieu ne porte ce nom de borne : choisissez-le à la page des bornes.")


@csrf_exempt  # nothing is written: no cookie has to be set for who asks
@get_and_post
@never_cache
@sensitive_post_parameters("besoin", "texte", "fiche")
@avec_atlas
def borne(request: HttpRequest, atlas: AtlasOuvert, lieu: str) -> HttpResponse:
    """The kiosk: its buttons, then answers from where it stands, then one of them to take away."""
    place = find_lieu(atlas, lieu)
    form = FormulaireBorne(request.POST)
    told = form.cleaned_data if request.method == "POST" and form.is_valid() else {}
    context: dict[str, Any] = {"lieu": place, "reglages": read_toml("borne.toml")["borne"], "choix": told}
    template = "annuaire/borne/accueil.html"
    if told.get("besoin") or told.get("texte"):
        context |= describe_answer(atlas, place, told)
        template = "annuaire/borne/reponses.html"
        picked = find_answer(context["reponse"], told.get("fiche"))
        if picked is not None:
            context |= describe_card(request, picked)
            template = "annuaire/borne/emporter.html"
    else:
        context["besoins"] = list_buttons()
    response = render(request, template, context)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    if request.method == "GET":
        response.headers["Clear-Site-Data"] = RIEN_NE_RESTE
    return response


def list_buttons() -> list[BesoinDit]:
    """The needs of the large buttons, in order."""
    return [list_besoins()[key] for key in read_toml("borne.toml")["borne"]["besoins"]]


def describe_answer(atlas: AtlasOuvert, place: LieuDeBorne, told: dict[str, Any]) -> dict[str, Any]:
    """The answer to a button or to words, from where the kiosk stands, now."""
    besoin = list_besoins().get(told.get("besoin") or "")
    words = besoin.nom if besoin else str(told.get("texte") or "")
    question = ask(words, place, told.get("comment") or COMMENT[0][0], timezone.localtime())
    found = answer(atlas, question)
    return {
        "mots": words,
        "question": question,
        "reponse": found,
        "aides": find_help(atlas, *read_index(), found),
        "moyens": COMMENT,
    }


def ask(words: str, place: LieuDeBorne, comment: str, now: datetime) -> QuestionTrouver:
    """A question asked now from the kiosk."""
    at = now.replace(second=0, microsecond=0, tzinfo=None)
    return QuestionTrouver(DemandeService(words), "", place.lon, place.lat, at, QUAND[0][0], comment)


def list_told(reponse: ReponseTrouver) -> Iterator[ReponseLieu]:
    """All that an answer tells."""
    yield from (*reponse.resultats, *reponse.loin, *reponse.accueils, *reponse.a_distance)


def find_answer(reponse: ReponseTrouver, cle: int | None) -> ReponseLieu | None:
    """The one of this key among what is told; a kiosk shows no other record."""
    return next((one for one in list_told(reponse) if cle is not None and one.cle == cle), None)


def describe_card(request: HttpRequest, picked: ReponseLieu) -> dict[str, Any]:
    """What one takes away: the text of a message, a code that opens the record on one's own telephone."""
    address = request.build_absolute_uri(reverse("annuaire:fiche", args=[picked.cle]))
    code = segno.make(address, error="m").svg_inline(border=2, omitsize=True)
    return {"r": picked, "qr": mark_safe(code), "lien": address}


@require_GET
@never_cache
@avec_atlas
def bornes(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """How to set up a kiosk: the address to open on it, for a commune or a reception place of it."""
    text = request.GET.get("ou", "")[:100]
    depart = find_depart(atlas, text, None, None) if text else None
    context: dict[str, Any] = {"section": SECTION, "ou": text, "depart": depart, "lieux": []}
    if depart is not None and depart.code:
        context["lieux"] = list_lieux(atlas, depart.code)
    return render(request, "annuaire/borne/installer.html", context)


def list_lieux(atlas: AtlasOuvert, code: str) -> list[LieuDeBorne]:
    """The places of a commune where a kiosk may stand: its centre, then the structures of the directory."""
    held = read_annuaire()
    places = []
    commune = atlas.territoire("commune", code)
    if commune is not None and commune.lon is not None and commune.lat is not None:
        places.append(LieuDeBorne(f"{COMMUNE}{code}", f"{commune.nom}, au centre", commune.lon, commune.lat))
    for one in sorted(held.annuaire.structures, key=lambda one: one.nom):
        key = held.cles.get(("structure", one.id))
        if one.code_insee == code and key and one.longitude is not None and one.latitude is not None:
            places.append(LieuDeBorne(f"{FICHE}{key}", one.nom, one.longitude, one.latitude))
    return places[: LIEUX + 1]
