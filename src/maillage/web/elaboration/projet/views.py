"""The draft: what chosen paroles lead to, what has come of all of them, and back from the programme."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from maillage.sdaasp.elaboration.paroles import CASES, CaseDeTri, EtatParole
from maillage.web.elaboration import queries
from maillage.web.elaboration.forms import VERS, FormulaireRetenir
from maillage.web.elaboration.models import Elaboration, Parole
from maillage.web.elaboration.presentation import frame, list_vers, name_places, require_lire, tell_steps
from maillage.web.elaboration.projet import commands
from maillage.web.elaboration.views import read_kept
from maillage.web.programme import models as programme
from maillage.web.programme.noms import Noms, get_noms
from maillage.web.socle.demande import get_and_post, read_int
from maillage.web.suivi.commands import ConflitVersion
from maillage.web.suivi.queries import get_lisible

TRACEES: Final = ("afom", "fiche", "objectif")


@login_required
@get_and_post
@never_cache
@require_lire
def retenir(request: HttpRequest, cle: str) -> HttpResponse:
    """Keep chosen paroles: in whose words, where, and why."""
    row = queries.get(request.user, "elaboration", cle)
    if not request.user.has_perm("elaboration.trier"):
        raise PermissionDenied("elaboration.trier")
    vers = request.GET.get("vers", "")
    if vers not in dict(list_vers(row)):
        raise Http404("Ce n’est pas ce à quoi une parole peut mener.")
    versions = _read_choices(request)
    rows = list(
        queries.list_paroles(request.user, row, queries.FiltresParoles(etat="")).filter(cle__in=versions)
    )
    if not rows:
        messages.error(request, "Rien n’est choisi : cochez au moins une parole.", "erreur")
        return redirect("elaboration:tri", row.cle)
    noms = get_noms()
    form = FormulaireRetenir(
        request.POST if request.method == "POST" else None, vers=vers, noms=noms,
        initial=_guess(rows, noms), objectifs=_list_objectifs(rows), existants=_list_existants(rows, noms),
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            kept = _keep(request, vers, versions, form.cleaned_data)
        except ConflitVersion:
            form.add_error(
                None, "Quelqu’un a trié entre-temps une de ces paroles : choisissez-les de nouveau."
            )
        except PermissionDenied:
            form.add_error(None, "Votre mandat ne permet pas d’écrire cela au programme.")
        except ValidationError as error:
            form.add_error(None, error)
        else:
            said = f" par l’amendement n° {kept.amendement}" if kept.amendement else ""
            messages.success(request, f"C’est retenu{said} ; chaque parole le dit.", "succes")
            return redirect("elaboration:projet", row.cle)
    context = frame("tri", row) | {
        "objet": row,
        "noms": noms,
        "form": form,
        "vers": vers,
        "mots": dict(VERS)[vers],
        "autres": [
            (f"{request.path}?{urlencode([('vers', key), *_list_pairs(versions)])}", words)
            for key, words in list_vers(row)
            if key != vers
        ],
        "lignes": name_places(rows, noms),
        "par_amendement": vers == "texte" or (vers == "enjeu" and row.is_revision),
    }
    return render(request, "elaboration/retenir.html", context)


def _read_choices(request: HttpRequest) -> dict[str, int]:
    """Key → version, from the address."""
    parts = (part.rpartition("@") for part in request.GET.getlist("choix")[:200])
    return {key: number for key, _, text in parts if (number := read_int(text)) is not None}


def _list_pairs(versions: Mapping[str, int]) -> list[tuple[str, str]]:
    return [("choix", f"{key}@{version}") for key, version in versions.items()]


def _guess(rows: list[Parole], noms: Noms) -> dict[str, Any]:
    """What chosen paroles say themselves: box, theme and place when all agree, the words of a single one."""
    first = rows[0]
    shared = {
        name: getattr(first, name)
        for name in ("theme", "territoire", "case")
        if len({getattr(row, name) for row in rows}) == 1
    }
    return {
        "nature": shared.get("case") or None,
        "theme": shared.get("theme") or None,
        "arrondissement": shared.get("territoire") or None,
        "texte": first.texte[:400] if len(rows) == 1 else "",
    }


def _list_objectifs(rows: list[Parole]) -> list[tuple[str, str]]:
    """The objectives of the themes of the chosen paroles, all of them when they name none."""
    themes = {row.theme for row in rows if row.theme}
    held = programme.ObjectifPrioritaire.objects.order_by("fiche", "ordre", "cle")
    found = held.filter(fiche__in=themes) if themes else held
    return [(op.cle, op.libelle) for op in found]


def _list_existants(rows: list[Parole], noms: Noms) -> list[tuple[str, str]]:
    """What the programme holds on the themes of the chosen paroles."""
    themes = {row.theme for row in rows if row.theme} or set(noms.themes)
    items = programme.ItemAfom.objects.filter(theme__in=themes)
    places = {row.territoire for row in rows if row.territoire}
    items = items.filter(arrondissement__in=places) if places else items
    fiches = programme.FicheAction.objects.filter(theme__in=themes).order_by("ordre", "cle")
    return [
        *((one.cle, f"Objectif : {name[:150]}") for one, name in _pair_objectifs(themes)),
        *((one.cle, f"Fiche : {one.titre[:150]}") for one in fiches),
        *((one.cle, f"{CASES[CaseDeTri(one.nature)]} : {one.texte[:150]}") for one in items[:300]),
    ]


def _pair_objectifs(themes: set[str]) -> list[tuple[programme.ObjectifPrioritaire, str]]:
    rows = programme.ObjectifPrioritaire.objects.filter(fiche__in=themes).order_by("fiche", "ordre", "cle")
    return [(row, row.libelle) for row in rows]


def _keep(request: HttpRequest, vers: str, versions: Mapping[str, int], said: dict[str, Any]) -> Any:
    """The act that the form asks for."""
    who, why = request.user, said["motif"]
    match vers:
        case "afom":
            fields = {name: said[name] for name in ("arrondissement", "theme", "nature", "texte")}
            return commands.put_in_afom(who, versions, fields, why)
        case "objectif":
            return commands.put_in_objectif(who, versions, said["theme"], said["texte"], why)
        case "enjeu":
            fiche = ("fiche", said["theme"])
            return commands.put_in_text(who, versions, *fiche, ("enjeux", said["texte"]), why)
        case "texte":
            op = ("objectif", said["objet"])
            return commands.put_in_text(who, versions, *op, (said["champ"], said["texte"]), why)
    return commands.tie(who, versions, said["existant"], why)


@login_required
@require_GET
@never_cache
@require_lire
def projet(request: HttpRequest, cle: str) -> HttpResponse:
    """The draft: what was kept, with its paroles; what is filed and waits to be kept or not."""
    row: Elaboration = queries.get(request.user, "elaboration", cle)
    noms = get_noms()
    filed = queries.list_paroles(request.user, row, queries.FiltresParoles(etat=EtatParole.RANGEE.value))
    boxes: dict[tuple[str, str, str], int] = {}
    for place, theme, case in filed.order_by().values_list("territoire", "theme", "case"):
        boxes[theme, place, case] = boxes.get((theme, place, case), 0) + 1
    context = frame("projet", row) | read_kept(row) | {
        "objet": row,
        "noms": noms,
        "cases": [
            {
                "theme": noms.themes.get(theme, theme),
                "lieu": noms.arrondissements.get(place, "Tout le département"),
                "case": CASES[CaseDeTri(case)],
                "nombre": count,
                "adresse": f"{reverse('elaboration:tri', args=[row.cle])}?"
                + urlencode(
                    {"etat": "rangee", "theme": theme, "territoire": place or "-", "case": case}
                ),
            }
            for (theme, place, case), count in sorted(boxes.items())
        ],
    }  # fmt: skip
    return render(request, "elaboration/projet.html", context)


@login_required
@require_GET
@never_cache
@require_lire
def trace(request: HttpRequest, sorte: str, cle: str) -> HttpResponse:
    """From an AFOM item, a fiche or an objective back to what was said."""
    if sorte not in TRACEES:
        raise Http404("On ne remonte pas aux paroles depuis cet objet.")
    found = get_lisible(request.user, sorte, cle)
    noms = get_noms()
    rows = queries.list_led_to(found.cle)
    context = frame("") | {
        "objet": found,
        "noms": noms,
        "lignes": [
            (row, theme, place, [s for s in tell_steps(row, noms) if s.etape.objet == found.cle])
            for row, theme, place in name_places(rows, noms)
        ],
        "constats": _list_constats(found) if sorte == "objectif" else [],
    }
    return render(request, "elaboration/trace.html", context)


def _list_constats(objectif: programme.ObjectifPrioritaire) -> list[tuple[programme.ItemAfom, int]]:
    """(AFOM item that this objective answers, how many paroles led to it)."""
    items = programme.ItemAfom.objects.filter(theme=objectif.fiche)
    answered = [item for item in items if objectif.cle in item.objectifs]
    counts = queries.count_led_to() if answered else {}
    return [(item, counts[item.cle] if counts else 0) for item in answered]
