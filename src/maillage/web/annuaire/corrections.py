"""A record put right: fields as they should be, the same for its source, and where each correction stands."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from maillage.horaires.semaine import is_readable
from maillage.web.annuaire import commands, queries
from maillage.web.annuaire.fiches import CHAMPS
from maillage.web.annuaire.models import CorrectionProposee, FicheTenue
from maillage.web.socle.demande import get_and_post

SECTION: Final = "annuaire"
TEXTES: Final = (
    "nom", "description", "adresse", "complement_adresse", "code_postal", "commune", "telephone", "courriel",
    "site_web", "horaires_accueil", "frais_precisions", "publics_precisions", "conditions_acces",
    "mobilisation_precisions", "lien_mobilisation",
)  # fmt: skip
"""The fields that are put right by typing; those of lists are changed by the source alone."""
LONGS: Final = {"description", "conditions_acces", "publics_precisions", "mobilisation_precisions"}
AIDES: Final = {
    "horaires_accueil": "Dans la syntaxe d’OpenStreetMap : Mo-Fr 09:00-12:00,14:00-17:00; PH off.",
    "telephone": "Un seul numéro.",
}


class FormulaireCorrection(forms.Form):
    """The fields of a record as we show them; what is changed becomes a correction."""

    def __init__(self, data: Any, shown: dict[str, Any]) -> None:
        super().__init__(data)
        for name in TEXTES:
            if name in shown:
                wide = forms.Textarea({"rows": 4}) if name in LONGS else forms.TextInput()
                self.fields[name] = forms.CharField(
                    label=CHAMPS[name],
                    required=False,
                    max_length=10_000,
                    widget=wide,
                    initial=shown[name] or "",
                    help_text=AIDES.get(name, ""),
                )
        self.fields["motif"] = forms.CharField(
            label="Ce qui le fait dire", required=False, max_length=500,
            help_text="Dit à la source : « appelé le 3 mars », « affiche sur la porte ».",
        )  # fmt: skip

    def clean_horaires_accueil(self) -> str:
        """Hours that can be read."""
        told = str(self.cleaned_data["horaires_accueil"]).strip()
        if told and not is_readable(told):
            raise ValidationError("Ces horaires ne se lisent pas. Suivez l’exemple sous le champ.")
        return told

    def read_changes(self) -> dict[str, str | None]:
        """What is no longer what was shown; null where nothing is said any more."""
        return {
            name: self.cleaned_data[name].strip() or None
            for name in self.changed_data
            if name != "motif" and name in self.cleaned_data
        }


@login_required
@get_and_post
@never_cache
def corriger(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a record: each field changed is a correction laid over what the source says."""
    fiche = get_object_or_404(FicheTenue, pk=pk)
    if not request.user.has_perm(commands.CORRIGER):
        raise PermissionDenied(commands.CORRIGER)
    form = FormulaireCorrection(request.POST if request.method == "POST" else None, queries.read_shown(fiche))
    if form.is_bound and form.is_valid():
        try:
            written = commands.correct_all(
                request.user, fiche, form.read_changes(), form.cleaned_data["motif"]
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            told = f"{len(written)} champs corrigés" if len(written) > 1 else "1 champ corrigé"
            messages.success(request, f"{told if written else 'Rien n’a changé'}.", "succes")
            return redirect(fiche)
    return render(
        request, "annuaire/corriger.html", {"section": SECTION, "fiche": fiche, "form": form},
        status=422 if form.is_bound else 200,
    )  # fmt: skip


@login_required
@require_POST
def confirmer(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a record still holds."""
    fiche = get_object_or_404(FicheTenue, pk=pk)
    commands.confirm(request.user, fiche)
    messages.success(request, "C’est noté : cette fiche est juste aujourd’hui.", "succes")
    return redirect(fiche)


@login_required
@require_GET
@never_cache
def corrections(request: HttpRequest) -> HttpResponse:
    """Every correction: those that wait for their source, then those that are closed."""
    if not request.user.has_perm(commands.CORRIGER):
        raise PermissionDenied(commands.CORRIGER)
    rows = queries.list_corrections()
    context = {
        "section": SECTION,
        "ouvertes": [row for row in rows if row.is_open],
        "closes": [row for row in rows if not row.is_open][:100],
        "peut_suivre": request.user.has_perm(commands.SUIVRE),
    }
    return render(request, "annuaire/corrections.html", context)


@login_required
@require_POST
def avancer(request: HttpRequest, pk: int) -> HttpResponse:
    """Say where a correction stands towards its source."""
    row = get_object_or_404(CorrectionProposee.objects.select_related("fiche"), pk=pk)
    if not request.user.has_perm(commands.SUIVRE):
        raise PermissionDenied(commands.SUIVRE)
    try:
        commands.move_correction(request.user, row, request.POST.get("etat", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages), "erreur")
    else:
        messages.success(request, f"{row.get_etat_display()}.", "succes")
    return redirect("annuaire:corrections")
