"""One form a record: a click a question, and what to write where it does not hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from data_inclusion.schema.v1 import Frais, Public
from django import forms
from django.core.exceptions import ValidationError

from maillage.annuaire.confirmation import (
    FERMETURES,
    QuestionChamp,
    ReponseFiche,
    list_champs,
    list_questions,
    read_value,
)
from maillage.annuaire.fiche import Complement, Prestation, Structure
from maillage.catalogue.erreurs import EntreeInvalide
from maillage.horaires.dire import dire
from maillage.horaires.saisie import JOURS_PLEINS, read_lines, write_hours
from maillage.web.annuaire.fiches import CHAMPS
from maillage.web.annuaire.models import FicheTenue

JUSTE, CORRIGER = "juste", "corriger"
LONGS: Final = {"description", "conditions_acces", "publics_precisions", "frais_precisions"}
LIGNES_DE_FERMETURE: Final = 2


@dataclass(frozen=True)
class QuestionPosee:
    """A question as the page shows it: what the record says of it, its click, and what can be typed."""

    question: QuestionChamp
    dit: tuple[Any, ...]
    choix: forms.BoundField
    saisies: tuple[forms.BoundField, ...]


class FormulaireConfirmation(forms.Form):
    """A record with its questions; what is neither clicked nor typed is not answered."""

    mot = forms.CharField(
        label="Un mot pour qui relira", required=False, max_length=300,
        help_text="Facultatif. N’écrivez le nom de personne.",
    )  # fmt: skip
    cesse = forms.BooleanField(required=False)

    def __init__(self, data: Any, row: FicheTenue, over: dict[str, Any]) -> None:
        super().__init__(data, prefix=f"f{row.pk}")
        self.row, self.fiche, self.complement = row, row.fiche, row.ajout
        self.over = over
        one = "Ce lieu" if isinstance(self.fiche, Structure) else "Ce service"
        self.fields["cesse"].label = f"{one} n’existe plus"
        for question in list_questions(self.fiche):
            choices = [(JUSTE, "C’est toujours vrai"), (CORRIGER, "À corriger")]
            self.fields[f"dit-{question.cle}"] = forms.ChoiceField(
                label=question.libelle, required=False, choices=choices, widget=forms.RadioSelect
            )
            for champ in question.champs:
                self._add(champ)

    def _add(self, champ: str) -> None:
        value = self.over.get(champ, read_value(self.fiche, self.complement, champ))
        made = {
            "horaires_accueil": self._add_hours,
            FERMETURES: self._add_closures,
            "publics": self._add_publics,
            "frais": self._add_frais,
        }
        if champ in made:
            made[champ](value)
            return
        widget = forms.Textarea({"rows": 3}) if champ in LONGS else forms.TextInput()
        self.fields[champ] = forms.CharField(
            label=CHAMPS[champ], required=False, max_length=2000, initial=value or "", widget=widget
        )

    def _add_hours(self, value: Any) -> None:
        lines = read_lines(value) or ("",) * 7
        for rank, (name, line) in enumerate(zip(JOURS_PLEINS, lines, strict=True)):
            self.fields[f"jour-{rank}"] = forms.CharField(
                label=name.capitalize(), required=False, max_length=80, initial=line
            )
        self.fields[
            "jour-0"
        ].help_text = "Par exemple « 9h-12h, 14h-17h30 ». Rien d’écrit : fermé ce jour-là."

    def _add_closures(self, value: Any) -> None:
        held = list(value or []) + [{}] * LIGNES_DE_FERMETURE
        for rank, one in enumerate(held[: max(LIGNES_DE_FERMETURE, len(value or []) + 1)]):
            for part, label in (("debut", "Premier jour"), ("fin", "Dernier jour")):
                self.fields[f"ferme-{part}-{rank}"] = forms.DateField(
                    label=f"{label} de la fermeture {rank + 1}", required=False, initial=one.get(part),
                    widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
                )  # fmt: skip

    def _add_publics(self, value: Any) -> None:
        choices = [(one.value, one.label) for one in Public]
        self.fields["publics"] = forms.MultipleChoiceField(
            label=CHAMPS["publics"], required=False, choices=choices, initial=value or [],
            widget=forms.CheckboxSelectMultiple,
        )  # fmt: skip

    def _add_frais(self, value: Any) -> None:
        choices = [("", "Non dit"), *((one.value, one.label) for one in Frais)]
        self.fields["frais"] = forms.ChoiceField(
            label=CHAMPS["frais"], required=False, choices=choices, initial=value or ""
        )

    @property
    def questions(self) -> list[QuestionPosee]:
        """Each question with what is said, for the page."""
        return [
            QuestionPosee(
                one,
                tuple(said for champ in one.champs if (said := self._tell(champ)) not in (None, "", [])),
                self[f"dit-{one.cle}"],
                tuple(field for champ in one.champs for field in self._list_fields(champ)),
            )
            for one in list_questions(self.fiche)
        ]

    def _tell(self, champ: str) -> Any:
        value = self.over.get(champ, read_value(self.fiche, self.complement, champ))
        return dire(value) if champ == "horaires_accueil" and value else value

    def _list_fields(self, champ: str) -> list[forms.BoundField]:
        begins = {"horaires_accueil": "jour-", FERMETURES: "ferme-"}.get(champ)
        return [
            self[name] for name in self.fields if (name.startswith(begins) if begins else name == champ)
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """What is to be put right, read in the shape that the record keeps."""
        said = super().clean() or {}
        self.corrections: dict[str, Any] = {}
        for one in list_questions(self.fiche):
            if said.get(f"dit-{one.cle}") == CORRIGER:
                for champ in one.champs:
                    self._read(champ, said)
        return said

    def _read(self, champ: str, said: dict[str, Any]) -> None:
        if champ == "horaires_accueil":
            closed = "PH off" in (self.fiche.horaires_accueil or "")
            try:
                self.corrections[champ] = write_hours(
                    [said.get(f"jour-{rank}", "") for rank in range(7)], feries=False if closed else None
                )
            except EntreeInvalide as error:
                self.add_error("jour-0", ValidationError([str(one) for one in error.fautes] or error.message))
        elif champ == FERMETURES:
            self.corrections[champ] = self._read_closures(said)
        elif champ in said:
            self.corrections[champ] = (
                said[champ] if isinstance(said[champ], list) else said[champ].strip()
            ) or None

    def _read_closures(self, said: dict[str, Any]) -> list[dict[str, Any]] | None:
        found = []
        for name in [name for name in self.fields if name.startswith("ferme-debut-")]:
            start, end = said.get(name), said.get(name.replace("debut", "fin"))
            if start is None and end is None:
                continue
            if start is None or end is None:
                self.add_error(name, "Donnez les deux jours : le premier et le dernier.")
                continue
            found.append(
                {"debut": start.isoformat(), "fin": end.isoformat(), "motif": self._find_motif(start, end)}
            )
        return found or None

    def _find_motif(self, start: date, end: date) -> str | None:
        """The reason that the record gives of this very closure."""
        held = Complement.read({"id": "", FERMETURES: self.over.get(FERMETURES) or []}).fermetures
        known = (*held, *self.complement.fermetures)
        return next((one.motif for one in known if (one.debut, one.fin) == (start, end)), None)

    def read_reponse(self) -> ReponseFiche:
        """What was answered."""
        said = self.cleaned_data
        right = tuple(
            champ
            for one in list_questions(self.fiche)
            if said.get(f"dit-{one.cle}") == JUSTE
            for champ in one.champs
        )
        return ReponseFiche(right, self.corrections, said["cesse"], said["mot"])


def say_right(fiche: Structure | Prestation) -> ReponseFiche:
    """The answer of who says that all of a record is right."""
    return ReponseFiche(list_champs(fiche))
