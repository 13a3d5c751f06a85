"""Territorial road maps: who does what this year, by arrondissement and theme."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maillage.francais import de
from maillage.reports.ecrire.formes import MIMES, write_document
from maillage.reports.gouvernance.feuille import FeuilleEcrite, make_feuille
from maillage.sdaasp.gouvernance.feuilles import EtatFeuille, count_engagements
from maillage.sdaasp.gouvernance.seances import EtatSeance
from maillage.web.fichiers.queries import read_fichiers
from maillage.web.gouvernance import commands, forms, models, queries
from maillage.web.gouvernance.dossier import FORMES
from maillage.web.gouvernance.presentation import answer_form, require_lire, write
from maillage.web.gouvernance.views import ANNEES, frame
from maillage.web.programme.conversion import to_value
from maillage.web.programme.declinaisons.queries import Filtres, list_declinaisons
from maillage.web.socle.demande import get_and_post, read_int, read_number
from maillage.web.socle.documents import serve_once
from maillage.web.suivi.queries import read_discussion


@login_required
@require_GET
@never_cache
@require_lire
def feuilles(request: HttpRequest) -> HttpResponse:
    """Every road map of a year: one row a theme, one column an arrondissement."""
    today = timezone.localdate()
    an = read_int(request.GET.get("annee"), *ANNEES) or today.year
    reperes = queries.read_reperes()
    held = {(row.territoire, row.theme): row for row in models.FeuilleDeRoute.objects.filter(annee=an)}
    rows = [
        (name, [(code, held.get((code, theme))) for code in reperes.noms.arrondissements], theme)
        for theme, name in _list_themes(reperes).items()
    ]
    counts = {row.cle: count_engagements(row.valeurs, today) for row in held.values()}
    context = {"reperes": reperes, "annee": an, "lignes": rows, "comptes": counts}
    return render(request, "gouvernance/feuilles.html", frame("feuilles") | context)


def _list_themes(reperes: queries.Reperes) -> dict[str, str]:
    return {key: name for key, name in reperes.noms.themes.items() if key in reperes.noms.declinables}


def _find_place(territoire: str, theme: str, annee: int) -> tuple[queries.Reperes, str]:
    """The names, and that of the road map; 404 for a place, theme or year that the schema does not have."""
    reperes = queries.read_reperes()
    here, about = reperes.noms.arrondissements.get(territoire), _list_themes(reperes).get(theme)
    if here is None or about is None or not ANNEES[0] <= annee <= ANNEES[1]:
        raise Http404("Le schéma n’a pas de feuille de route ici.")
    return reperes, f"{about}, arrondissement {de(here)}, {annee}"


@login_required
@require_GET
@never_cache
@require_lire
def feuille(request: HttpRequest, territoire: str, theme: str, annee: int) -> HttpResponse:
    """One road map: what is promised and how far it is, what of the programme it carries out."""
    reperes, name = _find_place(territoire, theme, annee)
    row = models.FeuilleDeRoute.objects.filter(territoire=territoire, theme=theme, annee=annee).first()
    today = timezone.localdate()
    context = frame("feuilles") | {
        "reperes": reperes, "nom": name, "objet": row, "annee": annee, "territoire": territoire,
        "theme": theme, "declinaisons": list(list_here(territoire, theme, annee)),
        "peut_commencer": request.user.has_perm("gouvernance.ecrire_feuille"),
    }  # fmt: skip
    if row is not None:
        context |= read_discussion(request.user, row) | read_fichiers(request.user, row)
        context |= {
            "engagements": [(one, one.is_late(today)) for one in row.valeurs],
            "compte": count_engagements(row.valeurs, today),
            "formes": FORMES,
            "seance": models.Seance.objects.filter(cle=row.seance).first() if row.seance else None,
            "seances": list_held(reperes, row) if context["peut_modifier"] else [],
        }
    return render(request, "gouvernance/feuille.html", context)


def list_here(territoire: str, theme: str, annee: int) -> Any:
    """The declinaisons that a road map carries out."""
    return list_declinaisons(Filtres(theme=theme, arrondissement=territoire, annee=str(annee)))


def list_held(reperes: queries.Reperes, row: models.FeuilleDeRoute) -> list[tuple[str, str]]:
    """(key, words) of the meetings held that may have agreed upon a road map, the last first."""
    rows = models.Seance.objects.filter(etat=EtatSeance.TENUE, territoire__in=["", row.territoire])
    return [
        (one.cle, f"{reperes.name_seance(one)}, {one.jour:%d/%m/%Y}")
        for one in rows.order_by("-jour", "-pk")[:20]
    ]


@login_required
@require_POST
def commencer(request: HttpRequest, territoire: str, theme: str, annee: int) -> HttpResponse:
    """Begin a road map."""
    _find_place(territoire, theme, annee)
    return redirect(
        "gouvernance:ecrire-feuille", commands.start_feuille(request.user, territoire, theme, annee).cle
    )


def _get_to_change(request: HttpRequest, cle: str) -> models.FeuilleDeRoute:
    row: models.FeuilleDeRoute = queries.get(request.user, "feuille", cle)
    if not request.user.has_perm(row.MODIFIER, row):
        raise PermissionDenied
    return row


@login_required
@get_and_post
@never_cache
def ecrire(request: HttpRequest, cle: str) -> HttpResponse:
    """Write it, two at once without losing anything."""
    row = _get_to_change(request, cle)
    form = forms.FormulaireFeuille(request.POST if request.method == "POST" else None, objet=row)
    _, name = _find_place(row.territoire, row.theme, row.annee)
    return answer_form(
        request, row, form,
        lambda: commands.write_feuille(request.user, row, form.cleaned_data["version"], form.read()),
        frame("feuilles") | {"titre": "Feuille de route", "nom": name}, "gouvernance/modifier.html",
    )  # fmt: skip


@login_required
@require_POST
def valider(request: HttpRequest, cle: str) -> HttpResponse:
    """A meeting has agreed upon it."""
    row = _get_to_change(request, cle)
    seance = get_object_or_404(models.Seance, cle=request.POST.get("seance", ""))
    version = read_number(request, "version")
    return write(
        request, lambda: commands.settle_feuille(request.user, row, version, seance),
        "La feuille de route est validée.", row,
    )  # fmt: skip


@login_required
@require_GET
@never_cache
@require_lire
def document(request: HttpRequest, cle: str, forme: str) -> HttpResponse:
    """A road map as a document."""
    row = queries.get(request.user, "feuille", cle)
    if forme not in FORMES:
        raise Http404("Une feuille de route s’écrit en .pdf ou .docx.")
    reperes = queries.read_reperes()
    seance = models.Seance.objects.filter(cle=row.seance).first() if row.seance else None
    written = FeuilleEcrite(
        lieu=de(reperes.noms.arrondissements[row.territoire]), theme=reperes.noms.get(row.theme),
        annee=row.annee, schema=reperes.noms.schema["nom"], etat=EtatFeuille(row.etat),
        etablie_le=timezone.localdate(), noms=reperes.noms.arrondissements, ambition=row.ambition,
        validee_en=f"{reperes.name_seance(seance)} du {seance.jour:%d/%m/%Y}" if seance else "",
        engagements=row.valeurs,
        declinaisons=tuple(to_value(one) for one in list_here(row.territoire, row.theme, row.annee)),
    )  # fmt: skip
    return serve_once(
        request, ("feuille", written), f"{row.cle}.{forme}", MIMES[f".{forme}"],
        lambda path: write_document(make_feuille(written), path),
    )  # fmt: skip
