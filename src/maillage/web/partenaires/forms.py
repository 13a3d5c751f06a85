"""Forms of who is who."""

from __future__ import annotations

from typing import Any

from django import forms

from maillage.web.comptes.models import Organisation
from maillage.web.partenaires.models import ContactMontre, Partenaire
from maillage.web.programme.noms import Noms


class FormulaireContact(forms.Form):
    """What one agrees to show of oneself, and the consent itself."""

    fonction = forms.CharField(label="Fonction", required=False, max_length=200)
    courriel = forms.EmailField(label="Courriel à montrer", required=False)
    telephone = forms.CharField(label="Téléphone à montrer", required=False, max_length=40)
    accepte = forms.BooleanField(
        label="J’accepte que mon nom et ces coordonnées soient montrés aux comptes qui ont un mandat",
        help_text="Vous pouvez le retirer à tout moment : ils sont alors effacés.",
    )

    def __init__(self, data: Any, *, objet: ContactMontre | None) -> None:
        names = ("fonction", "courriel", "telephone")
        super().__init__(data, initial={name: getattr(objet, name) for name in names} if objet else {})


class FormulairePartenaire(forms.Form):
    """A partner without an account."""

    organisation = forms.CharField(label="Organisation", max_length=200)
    nature = forms.ChoiceField(label="Nature", choices=Organisation.Nature.choices)
    attributions = forms.CharField(label="Ce qu’elle fait dans le schéma", required=False, max_length=300)
    theme = forms.ChoiceField(label="Thème", required=False)
    territoire = forms.ChoiceField(label="Arrondissement", required=False)
    contact = forms.CharField(
        label="Contact du service", required=False, max_length=300,
        help_text="Un standard, une adresse de service : jamais les coordonnées d’une personne.",
    )  # fmt: skip

    def __init__(self, data: Any, *, objet: Partenaire, noms: Noms) -> None:
        initial = {name: getattr(objet, name) for name in ("attributions", "theme", "territoire", "contact")}
        if objet.pk:
            initial |= {"organisation": objet.organisation.nom, "nature": objet.organisation.nature}
        super().__init__(data, initial=initial)
        self.fields["theme"].choices = [("", "Tous les thèmes"), *noms.themes.items()]  # type: ignore[attr-defined]
        places = [("", "Tout le département"), *noms.arrondissements.items()]
        self.fields["territoire"].choices = places  # type: ignore[attr-defined]
