"""Forms drawn by our own field template: label, help, error tied to the field."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting

from maillage.catalogue.dates import read_date
from maillage.web.socle.memoire import Memoire

# What one chooses in, and types nothing: a hundred choices take as long to draw as the rest of a page.
CHOISIS: Final = frozenset(
    f"django/forms/widgets/{name}.html" for name in ("checkbox", "checkbox_select", "radio", "select")
)
DESSINES_GARDES: Final = 300
SIMPLES: Final = (str, int, bool, type(None))


class Rendu(TemplatesSetting):
    """Every ``{{ champ.as_field_group }}`` is ``socle/composants/champ.html``.

    A list drawn once, with the same choice in it, is not drawn again.
    """

    field_template_name = "socle/composants/champ.html"
    form_template_name = "socle/composants/formulaire.html"

    def __init__(self) -> None:
        super().__init__()
        self._drawn = Memoire(DESSINES_GARDES)

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """As the template says."""

        def draw() -> str:
            return super(Rendu, self).render(template_name, context, request)

        widget = context.get("widget")
        if template_name not in CHOISIS or not is_plain(widget):
            return draw()
        drawn: str = self._drawn.get((template_name, repr(widget)), draw)
        return drawn


def is_plain(value: Any) -> bool:
    """Whether a value is all in what it looks like: texts (none marked as safe), numbers, lists of them.

    >>> from django.utils.safestring import SafeString
    >>> is_plain({"value": ["59", 1, None]}), is_plain([SafeString("<b>")])
    (True, False)
    """
    if isinstance(value, dict):
        return all(map(is_plain, value.values()))
    if isinstance(value, list | tuple):
        return all(map(is_plain, value))
    return type(value) in SIMPLES


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
