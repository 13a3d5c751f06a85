"""Forms on accounts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm

from maillage.web.comptes import portees
from maillage.web.comptes.acces.commands import check_second_factor
from maillage.web.comptes.models import Jeton, Mandat, Organisation


class FormulaireConnexion(AuthenticationForm):
    """E-mail, password, and the code of the application where the account has one.

    Whatever is wrong, one answer: it never says which of the three.
    """

    code = forms.CharField(
        label="Code",
        required=False,
        max_length=30,
        help_text=(
            "Seulement si vous avez activé la double authentification : les six chiffres de votre "
            "application, ou un code de secours."
        ),
        widget=forms.TextInput({"autocomplete": "one-time-code"}),
    )
    error_messages = {
        "invalid_login": (
            "Nous ne pouvons pas vous connecter : l’adresse, le mot de passe ou, si votre compte en demande "
            "un, le code n’est pas le bon. Un code ne sert qu’une fois : prenez le suivant."
        ),
        "inactive": "Nous ne pouvons pas vous connecter.",
    }

    def clean(self) -> dict[str, Any]:
        """Ask for the code too, before saying anything of the password."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        personne = self.get_user()
        if personne is not None and not check_second_factor(personne, data.get("code", "")):
            self.user_cache = None
            raise self.get_invalid_login_error()
        return data


class NouveauMandat(forms.Form):
    """To whom a mandate is given, and which."""

    courriel = forms.EmailField(
        label="Adresse électronique", widget=forms.EmailInput({"autocomplete": "off"})
    )
    organisation = forms.ModelChoiceField(Organisation.objects.order_by("nom"), label="Organisation")
    role = forms.ChoiceField(label="Rôle", choices=Mandat.Role)
    theme = forms.ChoiceField(label="Thème", required=False)
    territoire = forms.ChoiceField(label="Territoire", required=False)
    dimension = forms.ChoiceField(label="Dimension", required=False)
    fin = forms.DateField(
        label="Jusqu’au",
        required=False,
        help_text="Ce jour compris. Vide : sans terme.",
        widget=forms.DateInput({"type": "date"}),
    )

    OUVERTS = {"theme": "Tous les thèmes", "territoire": "Tout le département", "dimension": "Toutes"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = portees.list_names()
        for field, everything in self.OUVERTS.items():
            names = sorted(known[field].items(), key=lambda pair: pair[1])
            self.fields[field].choices = [("", everything), *names]  # type: ignore[attr-defined]


class FormulaireInvitation(NouveauMandat):
    """Whom to invite, and for what."""

    prenom = forms.CharField(label="Prénom", max_length=150)
    nom = forms.CharField(label="Nom", max_length=150)
    field_order = ("courriel", "prenom", "nom")


class NouveauJeton(forms.Form):
    """What an API key is for, and what it reads beyond the public part."""

    nom = forms.CharField(label="À quoi servira cette clé ?", max_length=100)
    droits = forms.MultipleChoiceField(
        label="Ce qu’elle lira, en plus de ce qui est public",
        help_text="Rien de coché : seulement ce qui est public. Une clé ne lit jamais plus que vous.",
        choices=Jeton.Droit,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
