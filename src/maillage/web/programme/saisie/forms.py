"""The form of any edit: it gives fields in the exchange format, for a command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest

from maillage.sdaasp.programme.visibilite import AUX_COMPTES
from maillage.sdaasp.programme.vocabulaire import (
    get_libelle,
)
from maillage.web.programme import models
from maillage.web.programme.noms import Noms
from maillage.web.programme.saisie.lecteurs import DitQuiLit
from maillage.web.programme.saisie.tableau import TableauField

VIDE = ("", "À confirmer")
F = TypeVar("F", bound=forms.Form)


def list_choices(enum: Any) -> list[tuple[str, str]]:
    """The members of a closed list, as a form offers them."""
    return [(member.value, get_libelle(member)) for member in enum]


class FormulaireObjet(DitQuiLit):
    """Any edit: the version last read (the lock) and the reason (the history)."""

    CHAMPS: tuple[str, ...] = ()
    version = forms.IntegerField(widget=forms.HiddenInput)
    motif = forms.CharField(
        label="Pourquoi ce changement", required=False, max_length=100, help_text="Gardé dans l’historique."
    )

    def __init__(self, data: Any, *, objet: models.ObjetProgramme, noms: Noms) -> None:
        self.objet, self.noms = objet, noms
        initial = {name: getattr(objet, name) for name in self.CHAMPS} | {"version": objet.version}
        super().__init__(data, initial=initial)
        self.order_fields([name for name in self.fields if name != "motif"])
        self.prepare()

    def prepare(self) -> None:
        """Choices and initial values that depend on the object."""

    def is_confirme(self) -> bool:
        """Whether the person confirms the doubtful links."""
        return bool(self.cleaned_data.get("confirmer"))

    def _offer_to_confirm(self, *names: str) -> None:
        """Keep the « confirmer » box only where a link waits for it."""
        links = [link for name in names for link in getattr(self.objet, name) or ()]
        if all(link["confirme"] or link["cible"] is None for link in links):
            del self.fields["confirmer"]

    def read_fields(self) -> dict[str, Any]:
        """The fields that really change, in the exchange format; a blank text is « à confirmer »."""
        found = {name: self.cleaned_data[name] for name in self.CHAMPS}
        cleaned = {name: None if value == "" else value for name, value in found.items()}
        said = {name: _say(getattr(self.objet, name)) for name in cleaned}
        return {name: value for name, value in cleaned.items() if _say(value) != said[name]}

    def _prepare_links(self, name: str, names: Mapping[str, str]) -> None:
        self.fields[name].choices = list(names.items())  # type: ignore[attr-defined]
        keys = (link["cible"] for link in getattr(self.objet, name) or () if link["cible"])
        self.initial[name] = list(dict.fromkeys(keys))

    def ask_reason(self, label: str) -> None:
        """Make the reason a text that must be given."""
        self.fields["motif"] = forms.CharField(label=label, widget=forms.Textarea({"rows": 3}))
        self.tell("motif", AUX_COMPTES)

    def preset(self, wanted: Mapping[str, list[str]]) -> None:
        """Tick in advance what an address asks for: ``?dimensions=egalite``."""
        for name, keys in wanted.items():
            field = self.fields.get(name)
            if isinstance(field, forms.MultipleChoiceField):
                known = {key for key, _ in field.choices}
                self.initial[name] = [*self.initial[name], *(key for key in keys if key in known)]
                field.choices = sorted(field.choices, key=lambda choice: choice[0] not in keys)

    def keep_typed(self, more: str = "") -> FormulaireObjet:
        """The same form with what was typed, unchecked, and one more blank line in the table ``more``."""
        return copy_typed(self, type(self)(None, objet=self.objet, noms=self.noms), more)


def _say(value: Any) -> Any:
    """A value without what is not said in its rows: a row written before a column existed says the same."""
    if isinstance(value, list):
        return [_say(part) for part in value]
    return {k: v for k, v in value.items() if v is not None} if isinstance(value, Mapping) else value


def copy_typed(form: forms.Form, fresh: F, more: str) -> F:
    """``fresh``, filled with what was typed in ``form``, and one more blank line in the table ``more``."""
    for name, field in form.fields.items():
        typed = field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        fresh.initial[name] = typed
        if name == more and isinstance(field, TableauField):
            fresh.fields[name].widget.blancs = 2  # type: ignore[attr-defined]
    return fresh


def open_form(
    kind: type[FormulaireObjet], request: HttpRequest, base: models.ObjetProgramme, noms: Noms
) -> FormulaireObjet:
    """The form of an object: as sent, as sent with one more blank line, or filled from the object."""
    if request.method == "POST":
        form = kind(request.POST, objet=base, noms=noms)
        more = request.POST.get("ajouter", "")
        return form.keep_typed(more) if more else form
    form = kind(None, objet=base, noms=noms)
    form.preset(dict(request.GET.lists()))
    return form
