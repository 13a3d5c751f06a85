"""Pages of one structure in the network: its galaxie, what it can do with whom."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from maillage.web.annuaire.models import FicheTenue
from maillage.web.annuaire.reseau import commands, queries
from maillage.web.annuaire.reseau.forms import FormulaireConvention
from maillage.web.annuaire.reseau.galaxie import read_galaxie
from maillage.web.annuaire.reseau.models import ConventionAccueil
from maillage.web.annuaire.reseau.themes import name_themes
from maillage.web.fichiers.queries import read_fichiers
from maillage.web.gouvernance.presentation import answer_form
from maillage.web.programme.noms import list_portees
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.decorateurs import avec_atlas
from maillage.web.socle.demande import get_and_post
from maillage.web.suivi.queries import read_discussion

SECTION = "annuaire"


def get_structure(pk: int) -> FicheTenue:
    """A structure, that of a prestation when one is asked for; 404 for none."""
    row = get_object_or_404(FicheTenue, pk=pk)
    if row.sorte == FicheTenue.Sorte.STRUCTURE:
        return row
    return get_object_or_404(FicheTenue, sorte=FicheTenue.Sorte.STRUCTURE, ident=row.structure)


@require_GET
@never_cache
@avec_atlas
def galaxie(request: HttpRequest, atlas: AtlasOuvert, pk: int) -> HttpResponse:
    """Who receives beyond a structure, theme by theme, with minutes by each means; its conventions."""
    row = get_structure(pk)
    schema = list_portees().get("theme", {})
    names = name_themes(schema)
    context: dict[str, Any] = {
        "section": SECTION,
        "fiche": row,
        "galaxie": read_galaxie(atlas, row.ident, schema or names),
        "conventions": queries.read_conventions(queries.list_of(row.pk), timezone.localdate(), names),
        "peut_tenir": request.user.has_perm(ConventionAccueil.MODIFIER),
        "peut_lire": request.user.has_perm("annuaire.corriger"),
    }
    return render(request, "annuaire/galaxie.html", context)


@login_required
@get_and_post
@never_cache
def nouvelle(request: HttpRequest, pk: int) -> HttpResponse:
    """One more convention of a structure."""
    row = get_structure(pk)
    if not request.user.has_perm(ConventionAccueil.MODIFIER):
        raise PermissionDenied(ConventionAccueil.MODIFIER)
    form = FormulaireConvention(request.POST if request.method == "POST" else None, themes=offer_themes())
    if form.is_bound and form.is_valid():
        made = commands.create_convention(request.user, row, form.read())
        messages.success(
            request, "C’est enregistré. Joignez-y le texte de la convention si vous l’avez.", "succes"
        )
        return redirect(made)
    context = {
        "section": SECTION,
        "form": form,
        "structure": row,
        "titre": "Ce que la structure peut faire, et avec qui",
    }
    return render(request, "annuaire/convention_formulaire.html", context)


def offer_themes() -> dict[str, str]:
    """The themes of the schema, those of the model before it begins."""
    return list_portees().get("theme", {}) or name_themes()


def get_convention(personne: Any, cle: str) -> ConventionAccueil:
    """One that this person may read; 404 for any other."""
    held = ConventionAccueil.objects.select_related("structure", "fiche_partenaire")
    row = get_object_or_404(held, cle=cle)
    if not row.is_lisible(personne):
        raise Http404("Cette convention n’existe pas, ou ne vous est pas ouverte.")
    return row


@login_required
@require_GET
@never_cache
def convention(request: HttpRequest, cle: str) -> HttpResponse:
    """A convention: its terms, its text, who signs that of the schema, its discussion."""
    row = get_convention(request.user, cle)
    (read,) = queries.read_conventions([row], timezone.localdate(), name_themes())
    may_read = request.user.has_perm("parcours.lire")
    context = (
        read_discussion(request.user, row)
        | read_fichiers(request.user, row)
        | {
            "section": SECTION,
            "objet": row,
            "convention": read,
            "signataires": queries.list_signatories(row.du_schema) if may_read else [],
            "peut_partager": request.user.has_perm("programme.modifier_mutualisation"),
        }
    )
    return render(request, "annuaire/convention.html", context)


@login_required
@get_and_post
@never_cache
def modifier(request: HttpRequest, cle: str) -> HttpResponse:
    """Change a convention."""
    row = get_convention(request.user, cle)
    if not request.user.has_perm(row.MODIFIER, row):
        raise PermissionDenied(row.MODIFIER)
    data = request.POST if request.method == "POST" else None
    form = FormulaireConvention(data, themes=offer_themes(), objet=row)
    context = {"section": SECTION, "structure": row.structure, "titre": "Modifier la convention"}

    def act() -> None:
        commands.change_convention(request.user, row, form.cleaned_data["version"] or 0, form.read())

    return answer_form(request, row, form, act, context, "annuaire/convention_formulaire.html")


@login_required
@require_GET
@never_cache
def conventions(request: HttpRequest) -> HttpResponse:
    """Every convention, those that end soon first."""
    if not request.user.has_perm("annuaire.corriger"):
        raise PermissionDenied("annuaire.corriger")
    rows = queries.read_conventions(queries.list_all(), timezone.localdate(), name_themes())
    context = {"section": SECTION, "onglet": "conventions", "conventions": rows}
    return render(request, "annuaire/conventions.html", context)
