"""Comités d'usagers: read by all, joined by who wishes, animated and answered by mandate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maillage.participation.propositions import count_members
from maillage.web.fichiers.queries import read_fichiers
from maillage.web.gouvernance.presentation import answer_form, write
from maillage.web.participation.models import ComiteUsagers, MembreUsagers
from maillage.web.participation.presentation import frame
from maillage.web.participation.queries import read_mandats
from maillage.web.participation.usagers import calendrier, commands, forms, queries
from maillage.web.programme.noms import get_noms
from maillage.web.socle.demande import get_and_post
from maillage.web.socle.documents import carry

MIME_AGENDA = "text/calendar; charset=utf-8"


@require_GET
@never_cache
def comites(request: HttpRequest) -> HttpResponse:
    """All the comités d'usagers, and how much each has proposed."""
    context = frame("usagers") | {
        "lignes": list(queries.list_comites()),
        "noms": get_noms(),
        "anime": request.user.has_perm("participation.animer"),
    }
    return render(request, "participation/usagers/comites.html", context)


@require_GET
@never_cache
def comite(request: HttpRequest, cle: str) -> HttpResponse:
    """A comité: who sits there, who animates it, its meetings, what it proposes and what is kept of it."""
    row = queries.get_comite(cle)
    animates = row.is_lisible(request.user)
    held = MembreUsagers.objects.filter(comite=row).select_related("personne") if animates else []
    mine = None
    if request.user.is_authenticated:
        mine = MembreUsagers.objects.filter(comite=row, personne=request.user).first()
    member = mine is not None and mine.confirme_le is not None
    context = frame("usagers") | {
        "objet": row,
        "noms": get_noms(),
        "colleges": row.valeurs,
        "nombre": count_members(row.valeurs),
        "animateurs": read_mandats().pick_for(row.perimetre),
        "reunions": list(row.reunions.all()),
        "jour": timezone.localdate(),
        "propositions": [(one, one.valeur.reponse) for one in queries.list_of(row, tout=animates or member)],
        "anime": animates,
        "membres": held,
        "moi": mine,
        "propose": (animates or member) and row.ferme_le is None,
    }
    return render(request, "participation/usagers/comite.html", context)


@login_required
@get_and_post
@never_cache
def modifier(request: HttpRequest, cle: str = "") -> HttpResponse:
    """A new comité d'usagers, or another description of one."""
    row = queries.get_comite(cle) if cle else None
    if not request.user.has_perm("participation.animer", row):
        raise PermissionDenied("participation.animer")
    data = request.POST if request.method == "POST" else None
    form = forms.FormulaireComiteUsagers(data, objet=row, noms=get_noms())
    title = "Modifier le comité d’usagers" if row else "Un comité d’usagers de plus"
    context = frame("usagers") | {"titre_page": title, "retour": row}

    def act() -> ComiteUsagers:
        said = form.cleaned_data
        if row is None:
            return commands.create_comite(request.user, form.read(), said["colleges"])
        version = said["version"] or 0
        return commands.change_comite(request.user, row, version, form.read(), said["colleges"])

    return answer_new(request, row, form, act, context, "participation/usagers/formulaire.html")


def answer_new(
    request: HttpRequest,
    row: Any,
    form: Any,
    act: Callable[[], Any],
    context: dict[str, Any],
    gabarit: str,
) -> HttpResponse:
    """A form on a row that exists, or one that makes another: then its page."""
    if row is not None:
        return answer_form(request, row, form, act, context, gabarit)
    if form.is_bound and form.is_valid():
        try:
            return redirect(act())
        except PermissionDenied:
            form.add_error(
                None, "Votre mandat ne couvre pas ce thème, cet arrondissement ou cette dimension."
            )
        except ValidationError as error:
            form.add_error(None, error)
    return render(request, gabarit, context | {"form": form})


@login_required
@require_POST
def rejoindre(request: HttpRequest, cle: str) -> HttpResponse:
    """Ask to sit there, with one's account and of one's own will."""
    row = queries.get_comite(cle)
    college = request.POST.get("college", "")[:120]
    return write(
        request, lambda: commands.ask_to_join(request.user, row, college),
        "C’est demandé : qui anime le comité vous répondra.", row,
    )  # fmt: skip


@login_required
@require_POST
def quitter(request: HttpRequest, cle: str) -> HttpResponse:
    """Sit there no more."""
    row = queries.get_comite(cle)
    return write(
        request, lambda: commands.leave(request.user, row), "Vous n’y êtes plus : rien n’en est gardé.", row
    )


@login_required
@require_POST
def membre(request: HttpRequest, cle: str, pk: int) -> HttpResponse:
    """Take an account as a member, or do not."""
    row = queries.get_comite(cle)
    if not row.is_lisible(request.user):
        raise PermissionDenied("participation.animer")
    held = get_object_or_404(MembreUsagers, comite=row, pk=pk)
    oui = request.POST.get("acte") == "confirmer"
    return write(
        request, lambda: commands.settle_membre(request.user, held, oui=oui), "C’est enregistré.", row
    )


@login_required
@get_and_post
@never_cache
def nouvelle_reunion(request: HttpRequest, cle: str) -> HttpResponse:
    """A meeting of a comité."""
    row = queries.get_comite(cle)
    if not row.is_lisible(request.user):
        raise PermissionDenied("participation.animer")
    form = forms.FormulaireReunionUsagers(request.POST if request.method == "POST" else None, objet=None)
    context = frame("usagers") | {"titre_page": f"Une réunion : {row}", "retour": row}
    return answer_new(
        request, None, form, lambda: commands.add_reunion(request.user, row, form.read()), context,
        "participation/usagers/formulaire.html",
    )  # fmt: skip


@require_GET
@never_cache
def reunion(request: HttpRequest, cle: str) -> HttpResponse:
    """A meeting: its agenda, how many came, its report, what was proposed there."""
    row = queries.get_reunion(cle)
    animates = row.comite.is_lisible(request.user)
    shown = queries.list_of(row.comite, tout=animates)
    context = frame("usagers") | read_fichiers(request.user, row) | {
        "objet": row,
        "anime": animates,
        "propositions": [(one, one.valeur.reponse) for one in shown if one.reunion_id == row.pk],
    }  # fmt: skip
    return render(request, "participation/usagers/reunion.html", context)


@login_required
@get_and_post
@never_cache
def modifier_reunion(request: HttpRequest, cle: str) -> HttpResponse:
    """Another day, another agenda, how many came."""
    row = queries.get_reunion(cle)
    if not row.comite.is_lisible(request.user):
        raise PermissionDenied("participation.animer")
    form = forms.FormulaireReunionUsagers(request.POST if request.method == "POST" else None, objet=row)
    context = frame("usagers") | {"titre_page": f"Modifier la réunion : {row.comite}", "retour": row}
    return answer_form(
        request, row, form,
        lambda: commands.change_reunion(
            request.user, row, form.cleaned_data["version"] or 0, form.read()
        ),
        context, "participation/usagers/formulaire.html",
    )  # fmt: skip


@require_GET
def agenda(request: HttpRequest, cle: str) -> HttpResponse:
    """The meetings of a comité, for a diary."""
    row = queries.get_comite(cle)
    base = request.build_absolute_uri("/").rstrip("/")
    return carry(calendrier.write(row, row.reunions.all(), base), MIME_AGENDA, "reunions.ics")
