"""Forms of surveys: the one that makes them, the one that answers them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from maillage.participation.questions import (
    NOTE_MAX,
    QuestionEnquete,
    SorteQuestion,
    Valeur,
    read_answers,
    read_questions,
    write_questions,
)
from maillage.web.participation.forms import make_billet, read_billet
from maillage.web.participation.models import Enquete
from maillage.web.programme.noms import Noms
from maillage.web.socle.depot import DepotField
from maillage.web.socle.ecriture import as_validation
from maillage.web.socle.formulaires import JourField

S = SorteQuestion
EXEMPLE: Final = (
    "Une question par ligne, suivie de sa sorte entre crochets : [un choix], [plusieurs], [0-10], [oui/non] "
    "ou [texte] ; ses choix dessous, un par ligne, après un tiret. « , obligatoire » peut suivre la sorte."
)
CHAMPS: Final = (
    "titre", "presentation", "theme", "territoire", "ouvre_le", "ferme_le", "tirage", "population",
    "une_seule", "par",
)  # fmt: skip


class FormulaireEnquete(forms.Form):
    """A survey."""

    titre = forms.CharField(label="Titre", max_length=200)
    presentation = forms.CharField(
        label="Ce que l’on veut savoir, et pourquoi", required=False, max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text="Lu avant de répondre. Dites ce que deviendront les réponses.",
    )  # fmt: skip
    questions = forms.CharField(
        label="Questions", max_length=20_000, widget=forms.Textarea({"rows": 14}), help_text=EXEMPLE
    )
    theme = forms.ChoiceField(label="Thème", required=False)
    territoire = forms.ChoiceField(label="Arrondissement", required=False)
    ouvre_le = JourField(label="Ouverte du")
    ferme_le = JourField(label="Au", help_text="Ce jour compris.")
    tirage = forms.ChoiceField(
        label="Qui répond", choices=Enquete.Tirage.choices,
        help_text="Sans tirage au hasard, les réponses ne valent que pour qui répond, sans marge d’erreur.",
    )  # fmt: skip
    population = forms.IntegerField(
        label="Combien de personnes dans la liste", required=False, min_value=1, max_value=10_000_000,
        help_text="Pour la marge d’erreur, si elles sont tirées au hasard.",
    )  # fmt: skip
    une_seule = forms.BooleanField(
        label="Une seule réponse par navigateur", required=False,
        help_text="Un cookie signé le retient, et rien d’autre ; il est dit à qui répond.",
    )  # fmt: skip
    par = forms.CharField(
        label="Détailler les résultats par la question n°", required=False, max_length=3,
        help_text="Une question à un seul choix, ou oui/non : « 1 » pour la première.",
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any, *, objet: Enquete | None, noms: Noms) -> None:
        initial = {name: getattr(objet, name) for name in (*CHAMPS, "version")} if objet else {}
        if objet:
            initial |= {"questions": write_questions(objet.valeurs), "par": objet.par.removeprefix("q")}
        super().__init__(data, initial=initial)
        self.fields["theme"].choices = [("", "tous"), *noms.themes.items()]  # type: ignore[attr-defined]
        places = [("", "tout le département"), *noms.arrondissements.items()]
        self.fields["territoire"].choices = places  # type: ignore[attr-defined]

    def clean_questions(self) -> tuple[QuestionEnquete, ...]:
        """As the rules read them, with the line of each fault."""
        with as_validation():
            return read_questions(self.cleaned_data["questions"])

    def clean_par(self) -> str:
        """The key of a question."""
        number = self.cleaned_data["par"].strip().removeprefix("q")
        if number and not (number.isascii() and number.isdigit()):
            raise ValidationError("Donnez le numéro d’une question, ou rien.")
        return f"q{int(number)}" if number else ""

    def read(self) -> dict[str, Any]:
        """The fields as they are kept."""
        return {name: self.cleaned_data[name] for name in CHAMPS}


class FormulaireReponse(forms.Form):
    """The answers of one person; each question is a field of its kind."""

    billet = forms.CharField(widget=forms.HiddenInput, max_length=300)

    def __init__(self, data: Any, *, questions: tuple[QuestionEnquete, ...]) -> None:
        super().__init__(data, initial={"billet": make_billet()})
        self._questions = questions
        for one in questions:
            self.fields[one.cle] = _make_field(one)

    def clean_billet(self) -> str:
        """A form opened long enough ago."""
        return read_billet(self.cleaned_data["billet"])

    def read(self) -> Mapping[str, Valeur]:
        """The answers, as the rules read them."""
        given = {
            one.cle: [str(v) for v in (value if isinstance(value, list) else [value])]
            for one in self._questions
            if (value := self.cleaned_data.get(one.cle)) not in (None, "", [])
        }
        with as_validation():
            return read_answers(self._questions, given)


def _make_field(one: QuestionEnquete) -> forms.Field:
    common: dict[str, Any] = {"label": one.texte, "required": one.obligatoire}
    if one.sorte is S.TEXTE:
        return forms.CharField(
            max_length=1000, widget=forms.Textarea({"rows": 3}), help_text="Ne nommez personne.", **common
        )
    if one.sorte is S.PLUSIEURS:
        choices = [(choice, choice) for choice in one.choix]
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common)
    names = [str(note) for note in range(NOTE_MAX + 1)] if one.sorte is S.NOTE else one.modalites
    return forms.ChoiceField(choices=[(name, name) for name in names], widget=forms.RadioSelect, **common)


class FormulairePapier(forms.Form):
    """A workbook of answers written on paper."""

    fichier = DepotField(
        label="Tableau des réponses", formats=(".ods", ".xlsx", ".csv"),
        help_text="Une ligne par personne, une colonne par question, son texte en tête : partez du modèle.",
    )  # fmt: skip


class FormulaireTexte(forms.Form):
    """What a reader does of a text."""

    texte = forms.CharField(max_length=1000, widget=forms.Textarea({"rows": 3}), label="Texte")
    relu = forms.BooleanField(label="Rien n’y nomme une personne", required=False)
