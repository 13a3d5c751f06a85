"""Sorting what was said: a table for many at once, one at a time from the keyboard, the page of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maillage.francais import accord
from maillage.sdaasp.elaboration.paroles import (
    CASES,
    ETATS_PAROLE,
    SUITES_PAROLE,
    ActeParole,
    CaseDeTri,
    EtapeParole,
    EtatParole,
)
from maillage.web.elaboration import commands, forms, queries
from maillage.web.elaboration.models import Elaboration, Parole, choices_of
from maillage.web.elaboration.presentation import frame, list_vers, name_places, require_lire, tell_steps
from maillage.web.gouvernance.presentation import answer_form, write
from maillage.web.programme.noms import get_noms
from maillage.web.socle.demande import get_and_post, read_int, read_number
from maillage.web.suivi.commands import ConflitVersion
from maillage.web.suivi.queries import read_discussion
from maillage.web.suivi.views import read_choices

PAR_PAGE: Final = 50
GESTES: Final = {
    ActeParole.ADMETTRE: "Admettre",
    ActeParole.REFUSER: "Refuser à la modération",
    ActeParole.ECARTER: "Écarter : hors sujet",
    ActeParole.NE_PAS_RETENIR: "Ne pas retenir",
    ActeParole.REPRENDRE: "Reprendre",
}
"""The acts that ask for nothing but a reason."""
FAIT: Final = {
    ActeParole.ADMETTRE: "admise",
    ActeParole.REFUSER: "refusée",
    ActeParole.ECARTER: "écartée",
    ActeParole.NE_PAS_RETENIR: "non retenue",
    ActeParole.REPRENDRE: "reprise",
    ActeParole.RANGER: "rangée",
}
CHANGE: Final = "Quelqu’un a trié entre-temps une de ces paroles : relisez, rien n’a été fait."


def read_filtres(request: HttpRequest, etat: str = "attente") -> queries.FiltresParoles:
    """What the address asks to see."""
    names = ("theme", "territoire", "evenement", "case", "texte")
    said = {name: request.GET.get(name, "")[:120] for name in names}
    return queries.FiltresParoles(etat=request.GET.get("etat", etat)[:20], **said)


def _offer(elaboration: Elaboration, filtres: queries.FiltresParoles) -> dict[str, Any]:
    """What the filters offer."""
    return {
        "filtres": filtres,
        "requete": urlencode({name: value for name, value in asdict(filtres).items() if value}),
        "etats": [("attente", "tout ce qui attend"), ("", "toutes"), *choices_of(ETATS_PAROLE)],
        "cases": choices_of(CASES),
        "evenements": [(one.cle, one.titre) for one in elaboration.evenements.order_by("debut", "pk")],
    }


@login_required
@get_and_post
@never_cache
@require_lire
def tri(request: HttpRequest, cle: str) -> HttpResponse:
    """The table: filter, read, choose several, file them."""
    row = queries.get(request.user, "elaboration", cle)
    if request.method == "POST":
        return _act(request, row)
    noms, filtres = get_noms(), read_filtres(request)
    page = Paginator(queries.list_paroles(request.user, row, filtres), PAR_PAGE).get_page(
        request.GET.get("page")
    )
    context = frame("tri", row) | _offer(row, filtres) | {
        "objet": row,
        "noms": noms,
        "page": page,
        "lignes": name_places(page.object_list, noms),
        "nombres": queries.count_states(row),
        "gestes": [(acte.value, words) for acte, words in GESTES.items()],
        "vers": list_vers(row),
        "peut_trier": request.user.has_perm("elaboration.trier") and row.fin is None,
    }  # fmt: skip
    return render(request, "elaboration/tri.html", context)


def _act(request: HttpRequest, row: Elaboration) -> HttpResponse:
    """One act on all that is chosen, or none of them."""
    if not request.user.has_perm("elaboration.trier"):
        raise PermissionDenied("elaboration.trier")
    choices, geste = read_choices(request), request.POST.get("geste", "")
    back = f"{reverse('elaboration:tri', args=[row.cle])}?{request.GET.urlencode()}"
    motif = request.POST.get("motif", "")[:600]
    if geste == "retenir" and choices:
        query = [("vers", request.POST.get("vers", "")[:20])]
        query += [("choix", f"{key}@{version}") for key, version in choices.items()]
        return redirect(f"{reverse('elaboration:retenir', args=[row.cle])}?{urlencode(query)}")
    if geste == "reunir":
        target = next(iter(choices), "")
        return _write(
            request, lambda: commands.join_paroles(request.user, choices, target, motif),
            f"{accord(len(choices), 'parole')} réunies à la première.", back,
        )  # fmt: skip
    step = _read_step(request, geste, motif)
    done = accord(len(choices), f"parole {FAIT[step.acte]}", f"paroles {FAIT[step.acte]}s")
    return _write(request, lambda: commands.move_paroles(request.user, choices, step), f"{done}.", back)


def _read_step(request: HttpRequest, geste: str, motif: str) -> EtapeParole:
    """The act that a form asks for, with what it needs; an unknown one is a 404."""
    if geste not in (ActeParole.RANGER, *GESTES):
        raise Http404("Ce geste n’existe pas.")
    noms, said = get_noms(), request.POST.get("case", "")
    theme, place = request.POST.get("theme", ""), request.POST.get("territoire", "")
    if (theme and theme not in noms.themes) or (place and place not in noms.arrondissements):
        raise Http404("Ce thème ou cet arrondissement n’est pas dans le schéma.")
    filing = geste == ActeParole.RANGER
    return EtapeParole(
        acte=ActeParole(geste),
        le=timezone.localdate(),
        par=str(request.user),
        motif=motif,
        case=CaseDeTri(said) if filing and said in set(CaseDeTri) else None,
        theme=theme if filing else "",
        territoire=place if filing else "",
    )


def _write(request: HttpRequest, act: Callable[[], Any], done: str, back: str) -> HttpResponse:
    """Do it and say it, or say why nothing was done."""
    try:
        act()
    except ConflitVersion:
        messages.error(request, CHANGE, "erreur")
    except ValidationError as error:
        for text in dict.fromkeys(error.messages):
            messages.error(request, f"{text[:1].upper()}{text[1:]}", "erreur")
    else:
        messages.success(request, done, "succes")
    return redirect(back)


@login_required
@get_and_post
@never_cache
@require_lire
def une(request: HttpRequest, cle: str) -> HttpResponse:
    """One parole after the other, from the keyboard: arrows choose the box, Enter files it."""
    row = queries.get(request.user, "elaboration", cle)
    if not request.user.has_perm("elaboration.trier"):
        raise PermissionDenied("elaboration.trier")
    noms, filtres = get_noms(), read_filtres(request, "a_trier")
    after = read_int(request.GET.get("apres")) or 0
    waiting = queries.list_paroles(request.user, row, filtres).order_by("pk")
    found = waiting.filter(pk__gt=after).first()
    form = forms.FormulaireRanger(None, objet=found, noms=noms) if found else None
    if request.method == "POST":
        return _file_one(request, row)
    context = frame("tri", row) | _offer(row, filtres) | {
        "objet": row,
        "noms": noms,
        "parole": found,
        "dite": name_places([found], noms)[0] if found else None,
        "form": form,
        "reste": waiting.filter(pk__gt=after).count(),
        "passees": waiting.filter(pk__lte=after).exists() if after else False,
        "gestes": _list_gestes(found) if found else [],
        "peut": bool(found) and request.user.has_perm(Parole.MODIFIER, found),
    }  # fmt: skip
    return render(request, "elaboration/une.html", context)


def _list_gestes(row: Parole) -> list[tuple[str, str]]:
    """The acts that ask for nothing but a reason, and that its state allows."""
    after = SUITES_PAROLE[EtatParole(row.etat)]
    return [(acte.value, words) for acte, words in GESTES.items() if acte in after]


def _file_one(request: HttpRequest, row: Elaboration) -> HttpResponse:
    """One act on one parole, then the next one; refused, the same one again."""
    here = request.GET.copy()
    held = row.paroles.filter(cle=request.POST.get("parole", "")).only("pk", "cle").first()
    if held is None:
        raise Http404("Rien de tel ici.")
    version = read_number(request, "version")
    step = _read_step(request, request.POST.get("geste", ""), request.POST.get("motif", "")[:600])
    before = here.get("apres", "0")
    here["apres"] = str(held.pk)
    onward = f"{request.path}?{here.urlencode()}"
    here["apres"] = before
    try:
        commands.move_paroles(request.user, {held.cle: version}, step)
    except ConflitVersion:
        messages.error(request, CHANGE, "erreur")
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, f"{text[:1].upper()}{text[1:]}", "erreur")
    else:
        return redirect(onward)
    return redirect(f"{request.path}?{here.urlencode()}")


@login_required
@require_GET
@never_cache
@require_lire
def parole(request: HttpRequest, cle: str) -> HttpResponse:
    """One parole: its words, its journal, what it led to, what may be done."""
    row = queries.get(request.user, "parole", cle)
    noms = get_noms()
    may = request.user.has_perm(row.MODIFIER, row) and row.elaboration.fin is None
    after = SUITES_PAROLE[EtatParole(row.etat)]
    ((_, theme, place),) = name_places([row], noms)
    context = frame("tri", row.elaboration) | read_discussion(request.user, row) | {
        "objet": row,
        "noms": noms,
        "theme": theme,
        "lieu": place,
        "journal": tell_steps(row, noms),
        **queries.list_family(row),
        "form": forms.FormulaireRanger(None, objet=row, noms=noms)
        if may and ActeParole.RANGER in after
        else None,
        "gestes": _list_gestes(row) if may else [],
        "peut_diviser": may and ActeParole.DIVISER in after,
        "peut_retenir": may and ActeParole.RETENIR in after,
        "peut_anonymiser": may,
        "vers": list_vers(row.elaboration),
    }  # fmt: skip
    return render(request, "elaboration/parole.html", context)


def _get_to_sort(request: HttpRequest, cle: str) -> Any:
    row = queries.get(request.user, "parole", cle)
    if not request.user.has_perm(row.MODIFIER, row):
        raise PermissionDenied
    return row


@login_required
@require_POST
def avancer(request: HttpRequest, cle: str) -> HttpResponse:
    """One act on one parole."""
    row = _get_to_sort(request, cle)
    step = _read_step(request, request.POST.get("geste", ""), request.POST.get("motif", "")[:600])
    choices = {row.cle: read_number(request, "version")}
    return write(
        request, lambda: commands.move_paroles(request.user, choices, step),
        f"Parole {FAIT[step.acte]}.", row if step.acte is not ActeParole.REFUSER else row.elaboration,
    )  # fmt: skip


@login_required
@get_and_post
@never_cache
def diviser(request: HttpRequest, cle: str) -> HttpResponse:
    """Split a parole that says several things."""
    row = _get_to_sort(request, cle)
    form = forms.FormulaireDiviser(request.POST if request.method == "POST" else None, objet=row)
    return answer_form(
        request, row, form,
        lambda: commands.split_parole(
            request.user, row, form.cleaned_data["version"], form.cleaned_data["textes"],
            form.cleaned_data["motif"],
        ),
        frame("tri", row.elaboration) | {"titre": "Diviser cette parole", "noms": get_noms()},
        "elaboration/formulaire.html",
    )  # fmt: skip


@login_required
@get_and_post
@never_cache
def anonymiser(request: HttpRequest, cle: str) -> HttpResponse:
    """Take a name out of a text, and out of its versions."""
    row = _get_to_sort(request, cle)
    form = forms.FormulaireAnonymiser(request.POST if request.method == "POST" else None, objet=row)
    return answer_form(
        request, row, form,
        lambda: commands.anonymise(
            request.user, row, form.cleaned_data["version"], form.cleaned_data["texte"],
            form.cleaned_data["motif"],
        ),
        frame("tri", row.elaboration) | {"titre": "Ôter le nom d’une personne", "noms": get_noms()},
        "elaboration/formulaire.html",
    )  # fmt: skip
