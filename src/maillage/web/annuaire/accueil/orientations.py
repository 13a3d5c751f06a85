"""Orientations seen by accounts: sent, received, one with its steps; which structures accept them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters

from maillage.annuaire.orientation import EXPIREE, SUITES_ORIENTATION, ActeOrientation
from maillage.catalogue.besoins import list_besoins
from maillage.catalogue.lecture import read_toml
from maillage.web.annuaire.accueil import commands, courriel, queries
from maillage.web.annuaire.accueil.acces import ENVOYER, LIRE, who_may
from maillage.web.annuaire.accueil.forms import FormulaireAccord, FormulaireOrientation
from maillage.web.annuaire.accueil.models import OrientationEnvoyee, StructureAccueillante
from maillage.web.annuaire.accueil.presentation import SECTION, list_steps, may_see
from maillage.web.annuaire.accueil.recherche import find_besoin

A = ActeOrientation
PAR_PAGE = 50


@who_may(commands.ORIENTER, LIRE)
def orientations(request: HttpRequest) -> HttpResponse:
    """Those that one's team sent, and those it answers, by side, state and need."""
    lines = queries.list_orientations(request.user, timezone.localdate())
    chosen = {name: request.GET.get(name, "")[:40] for name in ("cote", "etat", "besoin")}
    shown = queries.filter_lines(lines, **chosen)
    context = {
        "section": SECTION,
        "onglet": "orientations",
        "choix": chosen,
        "filtre": any(chosen.values()),
        "cotes": queries.COTES,
        "etats": queries.ETATS,
        "besoins": list_besoins(),
        "total": len(lines),
        "page": Paginator(shown, PAR_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "annuaire/accueil/orientations.html", context)


@who_may(commands.ORIENTER, LIRE, ENVOYER)
@sensitive_post_parameters("prenom", "rappel")
def orienter(request: HttpRequest, pk: int) -> HttpResponse:
    """Send somebody to a structure: a first name, a way to call back, and what is kept of it until when."""
    structure = queries.get_structure(pk)
    held = StructureAccueillante.objects.filter(fiche=structure, ouverte=True).first()
    if held is None:
        raise Http404("Cette structure n’accepte pas d’orientation ici : appelez-la.")
    asked = request.GET.get("besoin", "")[:200]
    besoin = asked if asked in list_besoins() else find_besoin(asked)
    form = FormulaireOrientation(
        request.POST if request.method == "POST" else None, accueillante=held, besoin=besoin
    )
    if form.is_bound and form.is_valid():
        try:
            row = commands.send(request.user, held, _read_person(form.cleaned_data))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            told = courriel.tell_structure(row, request.build_absolute_uri("/").rstrip("/"))
            after = "La structure est prévenue par courriel." if told else "Prévenez-la : faites un lien."
            messages.success(request, f"L’orientation est envoyée. {after}", "succes")
            return redirect(row)
    context = {
        "section": SECTION,
        "structure": structure,
        "form": form,
        "delais": read_toml("accueil_public.toml")["orientation"],
    }
    status = 422 if form.is_bound else 200
    return render(request, "annuaire/accueil/orienter.html", context, status=status)


def _read_person(said: dict[str, Any]) -> commands.PersonneOrientee:
    return commands.PersonneOrientee(prenom=said["prenom"], rappel=said["rappel"], besoin=said["besoin"])


@who_may(commands.ORIENTER, LIRE)
def orientation(request: HttpRequest, pk: int) -> HttpResponse:
    """One orientation, its steps, what may follow."""
    return _show(request, queries.get_orientation(request.user, pk))


def _show(request: HttpRequest, line: queries.LigneOrientation, lien: str = "") -> HttpResponse:
    row = line.orientation
    sent = line.envoyee
    over = line.suivi.etat == EXPIREE
    after = SUITES_ORIENTATION[row.journal[-1].acte]
    context = {
        "section": SECTION,
        "objet": row,
        "suivi": line.suivi,
        "etapes": list_steps(row),
        "voit": sent or may_see(line.suivi),
        "envoyee": sent,
        "recue": line.recue,
        "gestes": [] if over or not line.recue else sorted(after & commands.REPONSES),
        "peut_retirer": sent and A.RETIRER in after,
        "peut_lier": sent and bool(after) and not over,
        "lien": lien,
    }
    return render(request, "annuaire/accueil/orientation.html", context)


@who_may(commands.ORIENTER, ENVOYER)
def avancer(request: HttpRequest, pk: int) -> HttpResponse:
    """A step: the structure answers, or who sent it takes it back."""
    row = queries.get_orientation(request.user, pk).orientation
    acte = read_acte(request)
    try:
        commands.advance(request.user, row, acte, request.POST.get("motif", "")[:1000])
    except ValidationError as error:
        messages.error(request, " ".join(error.messages), "erreur")
    else:
        messages.success(request, "C’est enregistré.", "succes")
    return redirect(row)


def read_acte(request: HttpRequest) -> ActeOrientation:
    """The step that a form names; 404 for none of ours."""
    try:
        return A(request.POST.get("acte", ""))
    except ValueError:
        raise Http404("Cette étape n’existe pas.") from None


@who_may(commands.ORIENTER, ENVOYER)
def lier(request: HttpRequest, pk: int) -> HttpResponse:
    """A secret link to give by hand; shown once."""
    line = queries.get_orientation(request.user, pk)
    link = reverse("annuaire:reponse", args=[commands.make_link(request.user, line.orientation)])
    return _show(request, line, request.build_absolute_uri(link))


@who_may(commands.OUVRIR, LIRE, ENVOYER)
def accord(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a structure accepts orientations, and how it is told."""
    structure = queries.get_structure(pk)
    row = StructureAccueillante.objects.filter(fiche=structure).first()
    form = FormulaireAccord(request.POST if request.method == "POST" else None, row=row)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        place = queries.find_arrondissement(request.atlas, structure)  # type: ignore[attr-defined]
        commands.set_accueillante(
            request.user, structure,
            commands.AccordOrientation(**{**said, "besoins": tuple(said["besoins"])}, territoire=place),
        )  # fmt: skip
        messages.success(request, "C’est enregistré.", "succes")
        return redirect(structure)
    waiting = OrientationEnvoyee.objects.filter(accueillante=row).count() if row else 0
    context = {"section": SECTION, "structure": structure, "form": form, "en_cours": waiting}
    status = 422 if form.is_bound else 200
    return render(request, "annuaire/accueil/accord.html", context, status=status)
