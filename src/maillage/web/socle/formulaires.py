"""Forms drawn by our own field template: label, help, error tied to the field."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class Rendu(TemplatesSetting):
    """Every ``{{ champ.as_field_group }}`` is ``socle/composants/champ.html``."""

    field_template_name = "socle/composants/champ.html"
    form_template_name = "socle/composants/formulaire.html"
