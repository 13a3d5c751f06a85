"""Forms on ways into an account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password


def _present_password() -> forms.CharField:
    widget = forms.PasswordInput({"autocomplete": "current-password"})
    return forms.CharField(label="Mot de passe actuel", strip=False, widget=widget)


class Confirmation(forms.Form):
    """The present password, asked before what would let somebody else stay in."""

    actuel = _present_password()


class FormulaireTotp(Confirmation):
    """The code an authentication application shows."""

    code = forms.CharField(
        label="Code à six chiffres",
        min_length=6,
        max_length=6,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class MotDePasse(forms.Form):
    """A new password, typed twice."""

    mot_de_passe = forms.CharField(
        label="Nouveau mot de passe",
        strip=False,
        help_text=password_validators_help_text_html(),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    encore = forms.CharField(
        label="Le même, une seconde fois",
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, personne: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.personne = personne

    def clean_mot_de_passe(self) -> str:
        """Strong enough, and not like the person's own name."""
        value: str = self.cleaned_data["mot_de_passe"]
        validate_password(value, self.personne)
        return value

    def clean(self) -> dict[str, Any]:
        """Both the same."""
        data: dict[str, Any] = super().clean() or {}
        if "mot_de_passe" in data and data["mot_de_passe"] != data.get("encore"):
            self.add_error("encore", "Les deux mots de passe diffèrent.")
        return data


class FormulaireChangement(MotDePasse):
    """The present password, then the new one twice."""

    actuel = _present_password()
    field_order = ("actuel", "mot_de_passe", "encore")


class Oubli(forms.Form):
    """Who forgot their password."""

    courriel = forms.EmailField(
        label="Adresse électronique", widget=forms.EmailInput({"autocomplete": "username"})
    )


class Remise(forms.Form):
    """Whom to hand a way back into their account."""

    courriel = forms.EmailField(
        label="Adresse électronique du compte", widget=forms.EmailInput({"autocomplete": "off"})
    )
    retire_double = forms.BooleanField(
        label="Retirer aussi sa double authentification",
        required=False,
        help_text="Si la personne a perdu son téléphone et ses codes de secours.",
    )
