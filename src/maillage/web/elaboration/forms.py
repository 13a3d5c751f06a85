"""Forms of the making of a schema."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from maillage.sdaasp.elaboration.modele import DANS_UN_ARRONDISSEMENT, NATURES, NATURES_EVENEMENT, REPONSES
from maillage.sdaasp.elaboration.paroles import CASES, LONGUEUR_PAROLE, ORIGINES, OrigineParole
from maillage.sdaasp.elaboration.projet import CHAMPS
from maillage.web.elaboration.models import Elaboration, Evenement, Parole, choices_of
from maillage.web.gouvernance.forms import Jour
from maillage.web.programme.noms import Noms

PARTOUT: Final = ("", "Tout le département")
CHAQUE: Final = ("*", "Chaque arrondissement : un événement dans chacun")
TOUS: Final = ("", "Je ne sais pas, ou plusieurs")
PUBLIC_AU_PLUS: Final = 1500
"""Characters of what anybody may send at once: half a page."""


def offer(field: Any, choices: Sequence[tuple[str, str]]) -> None:
    """What a field offers."""
    field.choices = list(choices)


class FormulaireElaboration(forms.Form):
    """The making of a schema, or its revision."""

    nature = forms.ChoiceField(label="Il s’agit de", choices=choices_of(NATURES))
    titre = forms.CharField(label="Titre", max_length=200)
    debut = forms.DateField(label="Commencée le", widget=Jour)
    presentation = forms.CharField(
        label="Présentation", required=False, max_length=4000, widget=forms.Textarea({"rows": 4}),
        help_text="Ce que l’on prépare, comment chacun y prend part. Lue par tous si vous publiez.",
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any, *, objet: Elaboration | None) -> None:
        names = ("titre", "debut", "presentation", "version")
        super().__init__(data, initial={name: getattr(objet, name) for name in names} if objet else {})
        if objet:
            del self.fields["nature"]

    def read(self) -> dict[str, Any]:
        """The fields as they are kept."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class FormulaireEvenement(forms.Form):
    """An event: what, when, where, on what."""

    nature = forms.ChoiceField(label="Nature", choices=choices_of(NATURES_EVENEMENT))
    titre = forms.CharField(label="Titre", max_length=200)
    debut = forms.DateField(label="Premier jour", widget=Jour)
    fin = forms.DateField(label="Dernier jour", required=False, widget=Jour, help_text="Vide : le même jour.")
    heure = forms.TimeField(label="Heure", required=False, help_text="Par exemple 14:30.")
    lieu = forms.CharField(label="Lieu", required=False, max_length=300)
    territoire = forms.ChoiceField(label="Arrondissement", required=False)
    themes = forms.MultipleChoiceField(
        label="Thèmes", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Aucun : tous les thèmes.",
    )  # fmt: skip
    deroule = forms.CharField(
        label="Déroulé", required=False, max_length=4000, widget=forms.Textarea({"rows": 5}),
        help_text="Il figure sur la lettre d’invitation.",
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    NOMS = ("nature", "titre", "debut", "fin", "heure", "lieu", "territoire", "themes", "deroule")

    def __init__(self, data: Any, *, objet: Evenement | None, noms: Noms) -> None:
        held = {name: getattr(objet, name) for name in (*self.NOMS, "version")} if objet else {}
        super().__init__(data, initial=held)
        each = [] if objet else [CHAQUE]
        offer(self.fields["territoire"], [PARTOUT, *each, *noms.arrondissements.items()])
        offer(self.fields["themes"], list(noms.themes.items()))

    def clean(self) -> dict[str, Any]:
        """A last day after the first; an arrondissement where the event is one's."""
        said = super().clean() or {}
        said["fin"] = said.get("fin") or said.get("debut")
        if said.get("debut") and said["fin"] and said["fin"] < said["debut"]:
            self.add_error("fin", "Le dernier jour précède le premier.")
        if said.get("nature") in DANS_UN_ARRONDISSEMENT and not said.get("territoire"):
            self.add_error("territoire", "Dites dans quel arrondissement.")
        return said

    def read(self) -> dict[str, Any]:
        """The fields as they are kept."""
        return {name: self.cleaned_data[name] for name in self.NOMS}


class FormulaireInvitees(forms.Form):
    """Who was invited, what each answered, how many came: one row an organisation."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    organisation = forms.CharField(
        label="Ajouter une organisation", required=False, max_length=200,
        widget=forms.TextInput({"list": "organisations-connues"}),
    )  # fmt: skip
    venue = forms.BooleanField(label="Elle est venue sans être invitée", required=False)
    autres = forms.IntegerField(
        label="Personnes venues sans organisation", required=False, min_value=0, max_value=100_000,
        help_text="Des habitants, par exemple. Vide : personne ne les a comptées.",
    )  # fmt: skip

    PARTIES: Final = ("reponse", "attendues", "presentes", "retirer")

    def __init__(self, data: Any, *, objet: Evenement) -> None:
        super().__init__(data, initial={"version": objet.version, "autres": objet.autres})
        self.rows = objet.invitees
        self.names = [row["organisation"] for row in self.rows]
        for rank, row in enumerate(self.rows):
            self.fields |= _make_row(rank, row)

    def list_rows(self) -> list[tuple[str, bool, list[Any]]]:
        """(organisation, whether it was invited, its fields), for the table."""
        return [
            (row["organisation"], row["invitee"], [self[f"{part}_{rank}"] for part in self.PARTIES])
            for rank, row in enumerate(self.rows)
        ]

    def clean_organisation(self) -> str:
        """An organisation is in the list once."""
        said: str = self.cleaned_data["organisation"].strip()
        if said in self.names:
            raise ValidationError("Cette organisation est déjà dans la liste.")
        return said

    def read(self) -> dict[str, Any]:
        """The rows as they are kept: those taken away are gone, the new one is last."""
        said = self.cleaned_data
        rows = [
            {
                "organisation": row["organisation"],
                "invitee": row["invitee"],
                "reponse": said[f"reponse_{rank}"] or None,
                "attendues": said[f"attendues_{rank}"],
                "presentes": said[f"presentes_{rank}"],
            }
            for rank, row in enumerate(self.rows)
            if not said[f"retirer_{rank}"]
        ]
        if said["organisation"]:
            new = {"reponse": None, "attendues": None, "presentes": None}
            rows.append({"organisation": said["organisation"], "invitee": not said["venue"], **new})
        return {"invitees": rows, "autres": said["autres"]}


def _make_row(rank: int, row: dict[str, Any]) -> dict[str, forms.Field]:
    name = row["organisation"]
    attrs = lambda what: {"aria-label": f"{what} : {name}", "class": "court"}  # noqa: E731  one shape
    answers = [("", "pas de réponse"), *choices_of(REPONSES)]
    count = {"required": False, "min_value": 0, "max_value": 100_000}
    return {
        f"reponse_{rank}": forms.ChoiceField(
            choices=answers, required=False, initial=row["reponse"] or "",
            widget=forms.Select(attrs("Réponse")),
        ),
        f"attendues_{rank}": forms.IntegerField(
            **count, initial=row["attendues"], widget=forms.NumberInput(attrs("Personnes annoncées"))
        ),
        f"presentes_{rank}": forms.IntegerField(
            **count, initial=row["presentes"], widget=forms.NumberInput(attrs("Personnes venues"))
        ),
        f"retirer_{rank}": forms.BooleanField(required=False, widget=forms.CheckboxInput(attrs("Retirer"))),
    }  # fmt: skip


class FormulaireParole(forms.Form):
    """What somebody said, written by an account."""

    texte = forms.CharField(label="Ce qui a été dit", max_length=LONGUEUR_PAROLE)
    theme = forms.ChoiceField(label="Thème", required=False)
    territoire = forms.ChoiceField(label="Arrondissement", required=False)
    organisation = forms.CharField(
        label="Au nom de", required=False, max_length=200,
        widget=forms.TextInput({"list": "organisations-connues"}),
        help_text="Une organisation, jamais le nom d’une personne.",
    )  # fmt: skip
    origine = forms.ChoiceField(
        label="Comment", choices=choices_of(ORIGINES), initial=OrigineParole.SALLE.value
    )

    def __init__(self, data: Any, *, noms: Noms, initial: dict[str, Any], en_ligne: bool = False) -> None:
        super().__init__(data, initial=initial)
        self.fields["texte"].widget = forms.Textarea({"rows": 4, "autofocus": not data})
        offer(self.fields["theme"], [TOUS, *noms.themes.items()])
        offer(self.fields["territoire"], [PARTOUT, *noms.arrondissements.items()])
        if en_ligne:
            self.fields["texte"].label = "Ce que vous avez à dire"
            del self.fields["origine"]
        else:
            known = [(k, v) for k, v in choices_of(ORIGINES) if k != OrigineParole.EN_LIGNE.value]
            offer(self.fields["origine"], known)


class FormulairePublic(forms.Form):
    """What anybody sends by the open address of an event. No name is asked."""

    texte = forms.CharField(
        label="Ce que vous avez à dire", max_length=PUBLIC_AU_PLUS, widget=forms.Textarea({"rows": 6}),
        help_text="Ce qui va, ce qui manque, ce que vous proposez. N’écrivez pas de nom de personne.",
    )  # fmt: skip
    theme = forms.ChoiceField(label="Sur quoi", required=False)
    adresse = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)
    """Nobody sees it: what is written there was written by a machine."""

    def __init__(self, data: Any, *, objet: Evenement, noms: Noms) -> None:
        super().__init__(data)
        themes = [(k, v) for k, v in noms.themes.items() if not objet.themes or k in objet.themes]
        offer(self.fields["theme"], [TOUS, *themes])


class FormulaireRanger(forms.Form):
    """Where one parole goes."""

    case = forms.ChoiceField(label="Ranger dans", choices=choices_of(CASES), widget=forms.RadioSelect)
    theme = forms.ChoiceField(label="Thème")
    territoire = forms.ChoiceField(label="Arrondissement", required=False)

    def __init__(self, data: Any, *, objet: Parole, noms: Noms) -> None:
        held = {"theme": objet.theme, "territoire": objet.territoire, "case": objet.case or None}
        super().__init__(data, initial=held)
        offer(self.fields["theme"], [("", "À choisir"), *noms.themes.items()])
        offer(self.fields["territoire"], [PARTOUT, *noms.arrondissements.items()])
        self.fields["case"].widget.attrs["autofocus"] = True


class FormulaireDiviser(forms.Form):
    """The parts of a parole, a blank line between two."""

    textes = forms.CharField(
        label="Ses parties", max_length=2 * LONGUEUR_PAROLE, widget=forms.Textarea({"rows": 8}),
        help_text="Une ligne vide sépare deux parties. Le texte d’origine reste, et dit où il est allé.",
    )  # fmt: skip
    motif = forms.CharField(label="Pourquoi", required=False, max_length=300)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, objet: Parole) -> None:
        super().__init__(data, initial={"textes": objet.texte, "version": objet.version})

    def clean_textes(self) -> list[str]:
        """Two parts at least."""
        lines = self.cleaned_data["textes"].replace("\r\n", "\n").split("\n\n")
        parts = [part.strip() for part in lines if part.strip()]
        if len(parts) < 2:
            raise ValidationError("Une ligne vide doit séparer deux parties au moins.")
        return parts


class FormulaireAnonymiser(forms.Form):
    """A text without the name that was in it."""

    texte = forms.CharField(
        label="Le texte, sans le nom", max_length=LONGUEUR_PAROLE, widget=forms.Textarea({"rows": 6}),
        help_text="L’ancien texte est effacé partout, historique compris. Ne changez rien d’autre.",
    )  # fmt: skip
    motif = forms.CharField(label="Ce qui a été ôté", max_length=300, initial="Le nom d’une personne")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, objet: Parole) -> None:
        super().__init__(data, initial={"texte": objet.texte, "version": objet.version})


class FormulaireOuvrir(forms.Form):
    """Until when anybody who has the address may speak."""

    jusqu_au = forms.DateField(label="Ouvert à tous jusqu’au", widget=Jour)


class FormulaireReleve(forms.Form):
    """A table of paroles."""

    fichier = forms.FileField(
        label="Tableau", widget=forms.ClearableFileInput({"accept": ".ods,.xlsx,.csv"}),
        help_text="ODS, XLSX ou CSV. Colonnes : texte (indispensable), theme, arrondissement, evenement, "
        "organisation, origine.",
    )  # fmt: skip


VERS: Final = (
    ("afom", "un constat de l’AFOM, nouveau"),
    ("enjeu", "un enjeu d’une fiche"),
    ("objectif", "un objectif prioritaire, nouveau"),
    ("texte", "le texte d’un objectif qui existe"),
    ("existant", "ce qui est déjà au programme"),
)


class FormulaireRetenir(forms.Form):
    """What chosen paroles lead to, in whose words, and why. ``vers`` says which fields are asked."""

    nature = forms.ChoiceField(label="Case", choices=choices_of(CASES)[:4])
    arrondissement = forms.ChoiceField(label="Arrondissement")
    theme = forms.ChoiceField(label="Thème")
    objet = forms.ChoiceField(label="Objectif prioritaire")
    existant = forms.ChoiceField(label="Rattacher à")
    champ = forms.ChoiceField(label="Ce que cela change", choices=list(CHAMPS["objectif"].items()))
    texte = forms.CharField(label="Formulation", max_length=600, widget=forms.Textarea({"rows": 3}))
    motif = forms.CharField(
        label="Pourquoi c’est retenu", max_length=600, widget=forms.Textarea({"rows": 2}),
        help_text="Cette raison suit chaque parole, et se lit de tous si vous publiez.",
    )  # fmt: skip

    DEMANDES: Final = {
        "afom": ("nature", "arrondissement", "theme", "texte", "motif"),
        "enjeu": ("theme", "texte", "motif"),
        "objectif": ("theme", "texte", "motif"),
        "texte": ("objet", "champ", "texte", "motif"),
        "existant": ("existant", "motif"),
    }

    def __init__(
        self, data: Any, *, vers: str, noms: Noms, initial: dict[str, Any],
        objectifs: Sequence[tuple[str, str]], existants: Sequence[tuple[str, str]],
    ) -> None:  # fmt: skip
        super().__init__(data, initial=initial)
        offer(self.fields["arrondissement"], list(noms.arrondissements.items()))
        offer(self.fields["theme"], list(noms.themes.items()))
        offer(self.fields["objet"], objectifs)
        offer(self.fields["existant"], existants)
        for name in [name for name in self.fields if name not in self.DEMANDES[vers]]:
            del self.fields[name]
