"""The form that says what a zone of the schema covers in the atlas."""

from __future__ import annotations

from typing import Any

from django import forms

from maillage.web.programme.lieux import offer_atlas
from maillage.web.programme.saisie.forms import FormulaireObjet


class FormulaireCorrespondance(FormulaireObjet):
    """The territories of the atlas that a zone covers."""

    COLLECTION = "correspondances"
    CHAMPS = ("territoires", "confirme", "source")
    territoires = forms.MultipleChoiceField(
        label="Territoires de l’atlas que couvre cette zone",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Nommer la zone dans un objectif, c’est nommer tous ces territoires, et inversement.",
    )
    confirme = forms.BooleanField(label="Liste confirmée par le département", required=False)
    source = forms.CharField(label="D’où vient cette liste", required=False, max_length=300)

    def prepare(self) -> None:
        """The atlas's territories; those already tied stay offered even when the atlas has not got them."""
        tied = {place["cle"]: place["nom"] for place in self.objet.territoires}  # type: ignore[attr-defined]
        groups = offer_atlas()
        known = {key for _, places in groups for key, _ in places}
        lost = [(key, name) for key, name in tied.items() if key not in known]
        self.fields["territoires"].choices = [*lost, *groups]  # type: ignore[attr-defined]
        self.names = tied | {key: name for _, places in groups for key, name in places}
        self.initial["territoires"] = list(tied)

    def read_fields(self) -> dict[str, Any]:
        """The territories with their names."""
        chosen = [{"cle": key, "nom": self.names[key]} for key in self.cleaned_data["territoires"]]
        self.cleaned_data["territoires"] = chosen
        return super().read_fields()
