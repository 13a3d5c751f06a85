"""Forms drawn by our own field template: label, help, error tied to the field."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting

from maillage.catalogue.dates import read_date


class Rendu(TemplatesSetting):
    """Every ``{{ champ.as_field_group }}`` is ``socle/composants/champ.html``."""

    field_template_name = "socle/composants/champ.html"
    form_template_name = "socle/composants/formulaire.html"


class JourField(forms.DateField):
    """A day, written as in every workbook and file (``catalogue.dates``)."""

    widget = forms.DateInput({"type": "date"})

    def to_python(self, value: Any) -> date | None:
        """The day; blank is none."""
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        try:
            return read_date(value)
        except ValueError as error:
            raise ValidationError(str(error)) from None
