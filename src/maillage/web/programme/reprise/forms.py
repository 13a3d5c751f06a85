"""The file to take up, and the questions it asks."""

from __future__ import annotations

from typing import Any

from django import forms

from maillage.sdaasp.reprise.dossier import Question
from maillage.web.socle.depot import DepotField

PEU = 5


class FormulaireFichier(forms.Form):
    """The file to read."""

    fichier = DepotField(
        formats=(".txt", ".ods", ".xlsx", ".json"),
        label="Fichier",
        help_text="Texte d’un schéma publié (.txt), classeur (.ods, .xlsx), échange (.json). 10 Mo au plus.",
    )


class FormulaireQuestions(forms.Form):
    """The doubts of a published text; an empty answer leaves the field « à confirmer »."""

    def __init__(self, data: Any, *, questions: tuple[Question, ...]) -> None:
        super().__init__(data)
        self.ids = {f"question{i}": question.id for i, question in enumerate(questions)}
        for name, question in zip(self.ids, questions, strict=True):
            choices = [("", "Plus tard"), *question.choix.items()]
            few = len(choices) <= PEU
            self.fields[name] = forms.ChoiceField(
                label="Votre réponse",
                required=False,
                choices=choices,
                initial=question.proposition or "",
                widget=forms.RadioSelect if few else forms.Select,
            )

    def read_decisions(self) -> dict[str, str]:
        """Question → answer, blank ones left out."""
        return {self.ids[name]: answer for name, answer in self.cleaned_data.items() if answer}
