"""The reception desk: needs in, who receives out; where one works; the team's favourites; nothing is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from maillage.annuaire.fiche import FonctionAccueil
from maillage.annuaire.plusieurs import split_needs
from maillage.catalogue.besoins import list_besoins
from maillage.francais import jour
from maillage.reports.ecrire.formes import MIMES
from maillage.reports.ecrire.pdf import write_pdf
from maillage.web.annuaire.accueil import commands, feuille, queries
from maillage.web.annuaire.accueil.acces import ENVOYER, LIRE, who_may
from maillage.web.annuaire.accueil.equipe import (
    find_preference,
    place_preference,
    read_favoris,
    spread_favoris,
    spread_over_places,
)
from maillage.web.annuaire.accueil.forms import FormulaireAccueil
from maillage.web.annuaire.accueil.recherche import answer_needs
from maillage.web.annuaire.cherche import read_search
from maillage.web.annuaire.depart import find_depart
from maillage.web.annuaire.models import FicheTenue
from maillage.web.annuaire.question import read_question
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.decorateurs import avec_atlas
from maillage.web.socle.demande import read_int
from maillage.web.socle.documents import carry

SECTION: Final = "accueil"
DEMANDES: Final = ("besoin", "ou", "lon", "lat")


@who_may(commands.ACCUEILLIR, LIRE, ENVOYER)
@sensitive_post_parameters(*DEMANDES)
@avec_atlas
def accueil(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """The desk: several needs at once, from where one works unless said otherwise."""
    lus = read_search()
    asked = request.method == "POST"
    preference = find_preference(request.user)
    here = place_preference(atlas, preference)
    favoris = read_favoris(request.user)
    groups = lus.lieux.lieu_de
    spread = spread_favoris(favoris, groups)
    form = FormulaireAccueil(request.POST if asked else None, initial={"comment": "transports"})
    context: dict[str, Any] = {
        "section": SECTION,
        "form": form,
        "ici": here,
        "favoris": spread,
        "a_portee_de_main": favoris,
        "accueillantes": spread_over_places(queries.read_accueillantes(), groups),
        "peut_orienter": request.user.has_perm(commands.ORIENTER),
        "besoins": [one.nom for one in list_besoins().values()],
        "offres": len(lus.index),
    }
    if asked and form.is_valid():
        context |= _answer(request, atlas, form.cleaned_data, here, spread, lus)
    return render(request, "annuaire/accueil/accueil.html", context)


def _answer(
    request: HttpRequest, atlas: AtlasOuvert, told: dict[str, Any], here: Any, favoris: Any, lus: Any
) -> dict[str, Any]:
    question = read_question(told, timezone.localtime())
    elsewhere = bool(question.ou or question.lon is not None)
    level = FonctionAccueil(told["niveau"]) if told["niveau"] else None
    textes = split_needs(question.demande.texte)
    if not textes:
        return {"sans_besoin": True}
    question = question if elsewhere else replace(question, ou="")
    found = answer_needs(atlas, question, textes, None if elsewhere else here, level, favoris.keys(), lus)
    return {"question": question, "accueil": found, "ailleurs": elsewhere}


@who_may(commands.ACCUEILLIR, ENVOYER)
@avec_atlas
def lieu(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """Remember where one works: a structure of the directory, a commune by its name, or nothing any more."""
    structure = read_int(request.POST.get("structure"))
    text = request.POST.get("commune", "").strip()[:200]
    if structure is not None:
        row = queries.get_structure(structure)
        commands.remember_place(request.user, row.code_insee, row)
        messages.success(request, f"C’est retenu : vous recevez à « {row} ».", "succes")
    elif not text:
        commands.remember_place(request.user)
        messages.success(request, "C’est oublié : « où » est à écrire à chaque fois.", "succes")
    elif (found := find_depart(atlas, text, None, None)) is not None and found.code:
        commands.remember_place(request.user, found.code)
        messages.success(request, f"C’est retenu : {found.nom}.", "succes")
    else:
        messages.error(request, f"Aucune commune ne s’appelle « {text} » : rien n’a changé.", "erreur")
    return redirect("annuaire:accueil")


@who_may(commands.ACCUEILLIR, ENVOYER)
def favori(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a record among the team's favourites with its note, or take it out."""
    row = get_object_or_404(FicheTenue, pk=pk)
    if request.POST.get("acte") == "enlever":
        commands.unstar(request.user, row)
        messages.success(request, "Enlevé des favoris de l’équipe.", "succes")
        return redirect(row)
    atlas = request.atlas  # type: ignore[attr-defined]
    towns = [one.nom for one in atlas.territoires("commune")] if atlas else []
    try:
        commands.star(request.user, row, request.POST.get("note", ""), towns)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages), "erreur")
    else:
        messages.success(request, "Gardé dans les favoris de l’équipe.", "succes")
    return redirect(row)


@who_may(commands.ACCUEILLIR, LIRE)
@avec_atlas
def imprimer(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """The sheet to hand over, of the records picked: nothing of it is kept."""
    here = place_preference(atlas, find_preference(request.user))
    now = timezone.localtime()
    places = feuille.read_places(atlas, request.GET.getlist("f"), here, now)
    context = {
        "section": SECTION,
        "lieux": places,
        "ici": here,
        "jour": jour(now.date()),
        "choix": [one.cle for one in places],
        "au_plus": feuille.LIEUX_AU_PLUS,
    }
    return render(request, "annuaire/accueil/feuille.html", context)


@who_may(commands.ACCUEILLIR, LIRE)
@avec_atlas
def imprimer_pdf(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """The same sheet, in PDF: written in memory, kept nowhere."""
    here = place_preference(atlas, find_preference(request.user))
    now = timezone.localtime()
    places = feuille.read_places(atlas, request.GET.getlist("f"), here, now)
    written = feuille.make_document(places, here, now.date(), jeu_essai=bool(atlas.jeu_essai))
    return carry(write_pdf(written), MIMES[".pdf"], "feuille-d-orientation.pdf")
