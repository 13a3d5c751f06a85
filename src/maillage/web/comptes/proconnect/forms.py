"""The form of ProConnect's pages."""

from __future__ import annotations

from django import forms


class CodeDemande(forms.Form):
    """The code of the application, asked after ProConnect."""

    code = forms.CharField(
        label="Code",
        max_length=30,
        help_text="Les six chiffres de votre application, ou un code de secours.",
        widget=forms.TextInput({"autocomplete": "one-time-code"}),
    )
