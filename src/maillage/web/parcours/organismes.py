"""The bodies consulted: listed, asked, what each answered, what is answered to each reserve."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maillage.francais import accord
from maillage.sdaasp.parcours.modele import SuiteReserve
from maillage.web.fichiers.queries import read_fichiers
from maillage.web.gouvernance.presentation import answer_form, write
from maillage.web.parcours import commands, forms, models, queries
from maillage.web.parcours.presentation import require
from maillage.web.parcours.views import CADRE
from maillage.web.socle.demande import get_and_post, read_number
from maillage.web.suivi.queries import read_discussion


@login_required
@require_POST
@require("conduire")
def poser(request: HttpRequest) -> HttpResponse:
    """List every body the law has consulted here."""
    try:
        made = commands.seed(request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages), "erreur")
    else:
        count = accord(len(made), "organisme ajouté", "organismes ajoutés")
        messages.success(request, f"{count}." if made else "Il ne manquait aucun organisme.", "succes")
    return redirect("parcours:etat")


@login_required
@get_and_post
@never_cache
@require("conduire")
def nouveau(request: HttpRequest) -> HttpResponse:
    """One more body."""
    form = forms.FormulaireNouvelOrganisme(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            row = commands.add_organisme(request.user, form.cleaned_data["nature"], form.cleaned_data["nom"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(row)
    context = CADRE | {"form": form, "titre": "Ajouter un organisme consulté"}
    return render(request, "parcours/formulaire.html", context)


@login_required
@get_and_post
@never_cache
@require("conduire")
def saisir(request: HttpRequest) -> HttpResponse:
    """Send a version of the text to one body, or to all those of a stage."""
    form = forms.FormulaireSaisine(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            asked = commands.refer(request.user, form.list_organismes(), said["texte"], said["jour"])
        except ValidationError as error:
            form.add_error(None, error)
        else:
            count = accord(len(asked), "organisme saisi", "organismes saisis")
            messages.success(request, f"{count} de la version {said['texte']}.", "succes")
            return redirect("parcours:etat")
    context = CADRE | {"form": form, "titre": "Saisir pour avis", "bouton": "Saisir"}
    return render(request, "parcours/formulaire.html", context)


@login_required
@require_GET
@never_cache
@require("lire")
def organisme(request: HttpRequest, cle: str) -> HttpResponse:
    """One body: its dates, its avis, the answer to each of its reserves."""
    row = queries.get(request.user, "organisme", cle)
    ligne = queries.make_ligne(row, timezone.localdate())
    may = request.user.has_perm("parcours.conduire")
    suites = {suite.value: word for suite, word in models.SUITES.items()}
    context = (
        CADRE
        | read_discussion(request.user, row)
        | read_fichiers(request.user, row)
        | {
            "objet": row,
            "ligne": ligne,
            "reserves": [
                (one, suites.get(one["suite"] or ""), _make_answer(rank, one) if may else None)
                for rank, one in enumerate(row.reserves)
            ],
            "peut_conduire": may,
            "avant": row.apres,
            "apres": models.OrganismeConsulte.objects.filter(apres=row).first(),
            "de_nouveau": may and queries.may_ask_again(row, ligne),
            "peut_rendre": row.saisi_le is not None and request.user.has_perm("parcours.rendre", row),
        }
    )
    return render(request, "parcours/organisme.html", context)


def _make_answer(rank: int, one: dict[str, Any]) -> forms.FormulaireReponse:
    held = {"suite": one["suite"], "reponse": one["reponse"]}
    return forms.FormulaireReponse(initial=held, auto_id=f"reserve-{rank}-%s")


@login_required
@get_and_post
@never_cache
def avis(request: HttpRequest, cle: str) -> HttpResponse:
    """Record what a body deliberated: its own agents may."""
    row = queries.get(request.user, "organisme", cle)
    if not request.user.has_perm("parcours.rendre", row):
        raise PermissionDenied
    form = forms.FormulaireAvis(request.POST if request.method == "POST" else None, objet=row)
    context = CADRE | {"titre": f"Avis : {row.nom}"}
    return answer_form(
        request, row, form,
        lambda: commands.give_avis(
            request.user, row, form.cleaned_data["version"] or 0, form.read(), form.cleaned_data["reserves"]
        ),
        context, "parcours/formulaire.html",
    )  # fmt: skip


@login_required
@get_and_post
@never_cache
@require("conduire")
def saisine(request: HttpRequest, cle: str) -> HttpResponse:
    """Set right when a body was asked, on which version, whose agents record its avis."""
    row = queries.get(request.user, "organisme", cle)
    form = forms.FormulaireOrganisme(request.POST if request.method == "POST" else None, objet=row)
    context = CADRE | {"titre": f"Saisine : {row.nom}"}
    return answer_form(
        request, row, form,
        lambda: commands.correct_referral(request.user, row, form.cleaned_data["version"] or 0, form.read()),
        context, "parcours/formulaire.html",
    )  # fmt: skip


@login_required
@require_POST
@require("conduire")
def repondre(request: HttpRequest, cle: str) -> HttpResponse:
    """Answer one reserve."""
    row = queries.get(request.user, "organisme", cle)
    try:
        suite = SuiteReserve(request.POST.get("suite", ""))
    except ValueError:
        raise Http404("Cette suite n’existe pas.") from None
    rang, version = read_number(request, "rang"), read_number(request, "version")
    text = request.POST.get("reponse", "")[:4000]
    return write(
        request, lambda: commands.answer_reserve(request.user, row, version, rang, suite, text),
        "La réponse est enregistrée.", row,
    )  # fmt: skip


@login_required
@require_POST
@require("conduire")
def consulter_de_nouveau(request: HttpRequest, cle: str) -> HttpResponse:
    """List a body once more, to be asked on a newer text."""
    row = queries.get(request.user, "organisme", cle)
    try:
        made = commands.ask_again(request.user, row)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages), "erreur")
        return redirect(row)
    messages.success(request, "Son premier avis reste tel quel ; saisissez-le du nouveau texte.", "succes")
    return redirect(made)


@login_required
@require_POST
@require("conduire")
def retirer(request: HttpRequest, cle: str) -> HttpResponse:
    """Take out a body that was listed by mistake."""
    row = queries.get(request.user, "organisme", cle)
    done = f"{row.nom} n’est plus dans la liste."
    return write(request, lambda: commands.remove_organisme(request.user, row), done, "parcours:etat")
