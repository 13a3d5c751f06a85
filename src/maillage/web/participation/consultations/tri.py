"""Sorting comments: a table for many at once, one at a time from the keyboard; carrying them further."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache

from maillage.francais import accord
from maillage.participation.consultations import TRIS_AVIS, TriAvis
from maillage.participation.identifiants import find_identifying, mask
from maillage.web.participation.consultations import commands, forms, queries
from maillage.web.participation.models import ConsultationPublique, TexteLibre
from maillage.web.participation.presentation import frame
from maillage.web.participation.queries import list_communes
from maillage.web.programme import models as programme
from maillage.web.socle.demande import get_and_post

PAR_PAGE = 50
CHOIX_AU_PLUS = 200
VUES = {
    "a_lire": "à lire et trier",
    **{t.value: words for t, words in TRIS_AVIS.items()},
    "tus": "non montrés",
}


def _list_known(request: HttpRequest) -> tuple[str, ...]:
    return tuple(list_communes(request.atlas).values())  # type: ignore[attr-defined]


def _sort(request: HttpRequest, row: ConsultationPublique, chosen: Sequence[str], form: Any) -> bool:
    """Do it and say it, or say why nothing was done."""
    if not form.is_valid():
        wrong = [error for errors in form.errors.values() for error in errors]
    else:
        said = form.cleaned_data
        decision = commands.DecisionAvis(
            tri=form.choisi, reponse=said["reponse"], texte=said.get("texte", ""), relu=said["relu"],
            connus=_list_known(request),
        )  # fmt: skip
        try:
            count = commands.sort_avis(request.user, row, chosen, decision)
        except ValidationError as error:
            wrong = error.messages
        else:
            messages.success(request, f"{accord(count, 'avis trié', 'avis triés')}.", "succes")
            return True
    for text in dict.fromkeys(wrong):
        messages.error(request, text, "erreur")
    return False


@login_required
@get_and_post
@never_cache
def tri(request: HttpRequest, cle: str) -> HttpResponse:
    """The table: choose several, sort and answer them together."""
    row = queries.get_menee(request.user, cle)
    if request.method == "POST":
        _sort(
            request, row, request.POST.getlist("choix")[:CHOIX_AU_PLUS], forms.FormulaireTriAvis(request.POST)
        )
        return redirect(f"{request.path}?{request.GET.urlencode()}")
    shown = request.GET.get("vue", "a_lire")
    shown = shown if shown in VUES else "a_lire"
    page = Paginator(queries.list_avis(row, shown), PAR_PAGE).get_page(request.GET.get("page"))
    known = _list_known(request)
    context = frame("consultations") | {
        "objet": row,
        "vue": shown,
        "vues": VUES,
        "nombres": queries.count_avis(row),
        "page": page,
        "lignes": [(one, _propose(one, known)) for one in page],
        "form": forms.FormulaireTriAvis(),
    }
    return render(request, "participation/consultations/tri.html", context)


def _propose(one: TexteLibre, known: Sequence[str]) -> str:
    """The text with what surely names somebody masked."""
    return mask(one.texte, [found for found in find_identifying(one.texte, known) if found.sur])


@login_required
@get_and_post
@never_cache
def une(request: HttpRequest, cle: str) -> HttpResponse:
    """One comment after the other, from the keyboard: arrows choose, Enter sorts and leads to the next."""
    row = queries.get_menee(request.user, cle)
    after = request.GET.get("apres", "")[:40]
    if request.method == "POST":
        key = request.POST.get("avis", "")[:40]
        if not row.enquete.textes.filter(pk=key).exists():
            raise Http404("Rien de tel ici.")
        done = _sort(request, row, [key], forms.FormulaireTriAvis(request.POST, texte=""))
        return redirect(f"{request.path}?{urlencode({'apres': key if done else after})}")
    waiting = queries.list_avis(row)
    found = waiting.filter(pk__gt=after).first()
    known = _list_known(request)
    context = frame("consultations") | {
        "objet": row,
        "avis": found,
        "trouves": find_identifying(found.texte, known) if found else (),
        "form": forms.FormulaireTriAvis(texte=_propose(found, known)) if found else None,
        "reste": waiting.filter(pk__gt=after).count(),
        "passes": bool(after) and waiting.exists(),
    }
    return render(request, "participation/consultations/une.html", context)


@login_required
@get_and_post
@never_cache
def retenir(request: HttpRequest, cle: str) -> HttpResponse:
    """Carry comments that were kept into an amendment of the programme."""
    row = queries.get_menee(request.user, cle)
    kept = list(queries.list_avis(row, TriAvis.RETENU.value).filter(amendement=None)[:CHOIX_AU_PLUS])
    form = forms.FormulaireAjout(
        request.POST if request.method == "POST" else None, objets=_list_objets(row),
        texte=kept[0].texte if len(kept) == 1 else "",
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        sorte, key, champ = form.cleaned_data["ou"].split("@")
        ajout = commands.AjoutPropose(
            sorte=sorte, cle=key, champ=champ, texte=form.cleaned_data["texte"],
            motif=form.cleaned_data["motif"],
        )  # fmt: skip
        try:
            proposed = commands.keep_in_amendement(request.user, row, request.POST.getlist("choix"), ajout)
        except PermissionDenied:
            form.add_error(None, "Votre mandat ne permet pas de proposer un amendement.")
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(
                request, f"L’amendement n° {proposed.pk} est proposé ; chaque avis le dit.", "succes"
            )
            return redirect(row)
    context = frame("consultations") | {"objet": row, "form": form, "lignes": kept}
    return render(request, "participation/consultations/retenir.html", context)


def _list_objets(row: ConsultationPublique) -> list[tuple[str, str, str]]:
    """(kind, key, name) of what one may carry words into: the fiche and the objectives of its theme."""
    theme = row.enquete.theme
    fiches = programme.FicheAction.objects.filter(theme=theme).order_by("ordre", "cle")
    keys = [fiche.cle for fiche in fiches]
    ops = programme.ObjectifPrioritaire.objects.filter(fiche__in=keys).order_by("fiche", "ordre", "cle")
    return [
        *(("fiche", one.cle, one.titre or one.cle) for one in fiches),
        *(("objectif", one.cle, one.libelle or one.cle) for one in ops),
    ]
