"""Choosing a figure of the atlas by its words: for a new indicator, or to fill one that is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from maillage.atlas.lecture.territoires import Territoire
from maillage.sdaasp.indicateurs.unites import find_ratio
from maillage.web.programme import models
from maillage.web.programme.indicateurs import chiffres, commands
from maillage.web.programme.indicateurs.chiffres import ChiffrePropose
from maillage.web.programme.indicateurs.commands import Liaison
from maillage.web.programme.indicateurs.queries import cite, list_indicateurs
from maillage.web.programme.noms import get_noms
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.demande import get_and_post
from maillage.web.suivi.queries import find_objet, get_lisible

LONGUEUR, SUGGESTIONS = 100, 8


@dataclass(frozen=True)
class ChiffreCherche:
    """What is being looked for: words of an indicator (``mots``), words of a territory (``ou``), and it."""

    mots: str
    ou: str
    lieu: Territoire | None
    lieux: tuple[Territoire, ...] = ()

    @property
    def invite(self) -> str:
        """Where one looks when nothing is typed."""
        return self.lieu.nom_complet if self.lieu else "Commune, intercommunalité, arrondissement…"

    def address(self, page: str, **changes: str) -> str:
        """The page that asks the same, but for ``changes``."""
        wanted = {"mots": self.mots, "ou": self.ou, "lieu": self.lieu.cle if self.lieu else ""} | changes
        return f"{page}?{urlencode({name: value for name, value in wanted.items() if value})}#resultats"


def read_demande(request: HttpRequest, atlas: AtlasOuvert, objet: Any) -> ChiffreCherche:
    """The words of the address; the territory chosen, else the first that answers, else the object's."""
    mots, ou = (request.GET.get(name, "").strip()[:LONGUEUR] for name in ("mots", "ou"))
    found = chiffres.search_places(atlas, ou) if ou else []
    niveau, _, code = request.GET.get("lieu", "").partition(":")
    chosen = atlas.territoire(niveau, code)
    if chosen is None or ou not in {"", chosen.nom_complet}:
        chosen = found[0] if found else None if ou else chiffres.find_place(atlas, objet)
    return ChiffreCherche(mots, ou, chosen, tuple(one for one in found if one != chosen))


def read_choice(request: HttpRequest, objet: Any, page: str, unite: str | None = None) -> dict[str, Any]:
    """What a page of choice shows: what is asked, what answers, what the theme proposes."""
    atlas: AtlasOuvert | None = request.atlas  # type: ignore[attr-defined]
    if atlas is None:
        return {"choix": None}
    asked = read_demande(request, atlas, objet)
    found = chiffres.search_figures(atlas, asked.mots, asked.lieu, unite) if asked.mots and asked.lieu else []
    return {
        "choix": asked,
        "autres_lieux": [(one, asked.address("", ou=one.nom_complet, lieu=one.cle)) for one in asked.lieux],
        "resultats": found,
        "suivis": chiffres.list_followed(list_indicateurs([objet.cle])),
        "propositions": chiffres.propose_for_theme(atlas, objet, get_noms()),
        "page_choix": page,
        "suggestions": {
            champ: reverse("programme:suggestions", args=(champ, objet.SORTE, objet.cle))
            + f"?{urlencode({'page': page})}"
            for champ in ("mots", "ou")
        },
    }


def read_figure(request: HttpRequest, unite: str | None = None) -> tuple[ChiffrePropose, Liaison]:
    """The figure that a form sent back, and what binds an indicator to it; refused in another unit."""
    atlas: AtlasOuvert | None = request.atlas  # type: ignore[attr-defined]
    found = chiffres.read_proposition(atlas, request.POST.get("chiffre", ""), unite) if atlas else None
    if atlas is None or found is None:
        raise Http404("Cet atlas ne contient pas ce chiffre.")
    if found.refus:
        raise ValidationError(found.refus)
    known, lieu = found.definition, found.lieu
    figure = cite(atlas, lieu.niveau, lieu.code, known.id)
    ratio = find_ratio(known.unite, unite or found.unite)
    if figure is None or ratio is None:
        raise Http404("Cet atlas ne contient pas ce chiffre.")
    return found, (figure, ratio)


@login_required
@require_POST
def adopt(request: HttpRequest, sorte: str, cle: str) -> HttpResponse:
    """Make a figure of the atlas an indicator of an object: its name, unit, source, value and date."""
    objet = get_lisible(request.user, sorte, cle)
    if not request.user.has_perm("programme.modifier_indicateur", objet):
        raise PermissionDenied
    found, link = read_figure(request)
    fields = chiffres.describe(found, request.atlas)  # type: ignore[attr-defined]
    row = commands.create_from_figure(request.user, objet, fields, link, timezone.localdate())
    text = "L’indicateur est créé, avec sa valeur dans l’atlas : donnez-lui une cible."
    messages.success(request, text, "succes")
    return redirect(f"{row.get_absolute_url()}#cibles")


@login_required
@get_and_post
def lier(request: HttpRequest, cle: str) -> HttpResponse:
    """Fill an indicator with a figure of the atlas, of its own unit."""
    row = get_object_or_404(models.IndicateurSuivi, cle=cle)
    if not request.user.has_perm("programme.modifier_indicateur", row):
        raise PermissionDenied
    objet = find_objet(row.objet) or row
    page, refusal = reverse("programme:lier", args=(cle,)), ""
    if request.method == "POST":
        try:
            found, link = read_figure(request, row.unite)
        except ValidationError as error:
            refusal = " ".join(error.messages)
        else:
            commands.bind(request.user, row, link, timezone.localdate())
            messages.success(request, f"L’indicateur se remplit avec « {found.definition.nom} ».", "succes")
            return redirect(row.get_absolute_url())
    context = {"section": "programme", "noms": get_noms(), "objet": row, "refus": refusal, "vers": page}
    context |= read_choice(request, objet, page, row.unite)
    return render(request, "programme/indicateurs/lier.html", context)


@login_required
@require_GET
def suggestions(request: HttpRequest, champ: str, sorte: str, cle: str) -> HttpResponse:
    """What is being typed, completed: indicators with today's value, or territories."""
    objet = get_lisible(request.user, sorte, cle)
    atlas: AtlasOuvert | None = request.atlas  # type: ignore[attr-defined]
    if atlas is None:
        return JsonResponse([], safe=False)
    asked, page = read_demande(request, atlas, objet), request.GET.get("page", "")
    if not page.startswith(reverse("programme:indicateurs")):
        page = reverse("programme:nouvel-indicateur", args=(sorte, cle))
    found = _suggest_places(atlas, asked, page) if champ == "ou" else _suggest(atlas, asked, page)
    return JsonResponse(found, safe=False)


def _suggest(atlas: AtlasOuvert, asked: ChiffreCherche, page: str) -> list[dict[str, str]]:
    found = chiffres.search_figures(atlas, asked.mots, asked.lieu, nombre=SUGGESTIONS) if asked.lieu else []
    return [
        {"nom": one.definition.nom, "ligne": one.ligne, "url": asked.address(page, mots=one.definition.nom)}
        for one in found
    ]


def _suggest_places(atlas: AtlasOuvert, asked: ChiffreCherche, page: str) -> list[dict[str, str]]:
    held = [asked.lieu, *asked.lieux] if asked.ou and asked.lieu else []
    return [
        {
            "nom": one.nom_complet,
            "ligne": one.nature,
            "url": asked.address(page, ou=one.nom_complet, lieu=one.cle),
        }
        for one in held
    ]
