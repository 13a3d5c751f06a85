"""A list of choices is drawn once, and as the template draws it."""

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import SafeString, mark_safe

from maillage.web.socle.formulaires import Rendu


class Essai(forms.Form):
    ou = forms.ChoiceField(choices=[("59", "Nord & Flandre"), ("62", "<b>")])
    comment = forms.ChoiceField(choices=[("a", mark_safe("<i>à pied</i>")), ("b", "<i>à pied</i>")])
    quoi = forms.MultipleChoiceField(choices=[("x", "X"), ("y", "Y")], widget=forms.CheckboxSelectMultiple)
    gratuit = forms.BooleanField(required=False)
    mots = forms.CharField()


def draw(renderer: TemplatesSetting, told: dict[str, object] | None) -> list[SafeString]:
    form = Essai(told, renderer=renderer)
    return [str(form[name]) for name in form.fields]


def test_what_is_drawn_again_is_what_the_template_says() -> None:
    ours, plain = Rendu(), TemplatesSetting()
    plain.field_template_name = ours.field_template_name
    asked = (
        None,
        {"ou": "62", "comment": "a", "quoi": ["y"], "gratuit": "on", "mots": "rue des Lilas"},
        {"ou": "59", "comment": "b", "quoi": ["x", "y"], "mots": "<script>"},
        {"ou": "62", "comment": "a", "quoi": ["y"], "gratuit": "on", "mots": "autre"},
    )
    for _ in range(2):
        for told in asked:
            assert draw(ours, told) == draw(plain, told)


def test_what_somebody_typed_and_what_is_marked_safe_is_not_remembered() -> None:
    ours = Rendu()
    draw(ours, {"ou": "62", "comment": "a", "quoi": ["y"], "gratuit": "on", "mots": "rue des Lilas"})
    held = repr(ours._drawn._held)
    assert "Nord & Flandre" in held
    assert "Lilas" not in held
    assert "à pied" not in held
