"""Pages and files made from several scenarios, and the link of one to the programme."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from maillage.reports.ecrire.formes import MIMES, write_document
from maillage.reports.scenario.comparaison import AU_PLUS, describe_plane, draw_plane, name_letters, tell_axes
from maillage.reports.scenario.tableaux import write_summaries
from maillage.web.atelier import commands, documents, queries
from maillage.web.atelier.documents import COMPARAISONS, NOTES, ScenarioEssaye
from maillage.web.atelier.liens import FormulaireLien
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.decorateurs import avec_atlas
from maillage.web.socle.demande import get_and_post
from maillage.web.socle.documents import serve_once
from maillage.web.suivi.commands import ConflitVersion

OFFERTS = 100


@require_GET
@never_cache
@avec_atlas
def note(request: HttpRequest, atlas: AtlasOuvert, cle: str, forme: str) -> HttpResponse:
    """The note of a scenario as a document, beside the others that the address names (``autre``)."""
    if forme not in NOTES:
        raise Http404("Une note ne s’écrit pas sous cette forme.")
    row = queries.get_scenario(request.user, cle)
    others = [one for one in _choose(request, "autre") if one.pk != row.pk]
    own, *rest = documents.read_essayes(atlas, [row, *others])
    if own.impact is None:
        raise Http404("Les effets de ce scénario ne sont pas encore calculés sur cet atlas.")
    nommer = request.user.is_authenticated
    state = ("note", _sign(atlas, [own, *rest]), nommer)
    name = f"note-{row.cle}.{forme}"
    return serve_once(
        request, state, name, MIMES[f".{forme}"],
        lambda path: write_document(documents.write_note(atlas, own, rest, nommer=nommer), path),
    )  # fmt: skip


def _choose(request: HttpRequest, name: str) -> list[Any]:
    """The scenarios that the address names, within those that may be compared."""
    return queries.choose_scenarios(request.user, request.GET.getlist(name)[:AU_PLUS])


def _sign(atlas: AtlasOuvert, essayes: list[ScenarioEssaye]) -> tuple[Any, ...]:
    """What a document depends on: another atlas, day, text, opening or effect makes another one."""
    held = (
        (one.objet.contenu, one.objet.visibilite, one.objet.organisation_id, one.impact is None)
        for one in essayes
    )
    return (atlas.id, atlas.empreinte, timezone.localdate(), *held)


@require_GET
@never_cache
@avec_atlas
def comparer(request: HttpRequest, atlas: AtlasOuvert) -> HttpResponse:
    """Choose up to six scenarios; their figures side by side, and their place on a plane."""
    asked = request.GET.getlist("s")
    essayes = documents.read_essayes(atlas, _choose(request, "s"))
    known = [one for one in essayes if one.impact is not None]
    context: dict[str, Any] = {
        "section": "atelier",
        "onglet": "comparer",
        "offerts": list(queries.list_lisibles(request.user)[:OFFERTS]),
        "choisis": set(asked),
        "au_plus": AU_PLUS,
        "trop": len(set(asked)) > AU_PLUS,
        "manquants": [one.objet for one in essayes if one.impact is None],
        "formes": COMPARAISONS,
        "demande": "&".join(f"s={one.objet.cle}" for one in essayes),
    }
    return render(request, "atelier/comparer.html", context | (_show(atlas, known) if known else {}))


def _show(atlas: AtlasOuvert, essayes: list[ScenarioEssaye]) -> dict[str, Any]:
    compares = documents.list_compares(atlas, essayes)
    resumes = [one.resume for one in compares]
    table = write_summaries(resumes, name_letters(resumes))
    keys = [one.objet.cle for one in essayes]
    return {
        "plan": mark_safe(draw_plane(resumes)),
        "mots_du_plan": describe_plane(resumes),
        "axes": tell_axes(resumes),
        "tableau": table,
        "lignes": [
            {
                "objet": one.objet,
                "cellules": [str(cell) for cell in row],
                "autres": "".join(f"&autre={key}" for key in keys if key != one.objet.cle),
            }
            for one, row in zip(essayes, table.lignes, strict=True)
        ],
    }


@require_GET
@never_cache
@avec_atlas
def exporter_comparaison(request: HttpRequest, atlas: AtlasOuvert, forme: str) -> HttpResponse:
    """The comparison as a document, its table or its drawing."""
    essayes = documents.read_essayes(atlas, _choose(request, "s"))
    if forme not in COMPARAISONS or not any(one.impact for one in essayes):
        raise Http404("Choisissez des scénarios dont les effets sont calculés sur cet atlas.")
    return serve_once(
        request, ("comparaison", _sign(atlas, essayes)), f"comparaison.{forme}", MIMES[f".{forme}"],
        lambda path: write_document(documents.write_comparison(atlas, essayes), path),
    )  # fmt: skip


@login_required
@get_and_post
@never_cache
def lier(request: HttpRequest, cle: str) -> HttpResponse:
    """Which object of the programme a scenario serves."""
    row = queries.get_scenario(request.user, cle)
    if not request.user.has_perm(row.MODIFIER, row):
        raise PermissionDenied
    form = FormulaireLien(request.POST if request.method == "POST" else None, objet=row)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            commands.link(request.user, row, said["version"], said["lien"])
        except ConflitVersion:
            text = "Ce scénario a changé pendant que vous le lisiez : relisez-le, rien n’a été lié."
            messages.error(request, text, "erreur")
        else:
            messages.success(request, "C’est enregistré.", "succes")
        return redirect(row)
    context = {"section": "atelier", "onglet": "scenarios", "objet": row, "form": form}
    return render(request, "atelier/lier.html", context)
