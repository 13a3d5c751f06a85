"""Forms of consultations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms

from maillage.participation.consultations import TRIS_AVIS, TriAvis
from maillage.sdaasp.elaboration.projet import CHAMPS
from maillage.web.participation.forms import offer
from maillage.web.socle.formulaires import JourField

NE_PAS_MONTRER: Final = "tu"
CHOIX_TRI: Final = [
    *((tri.value, words) for tri, words in TRIS_AVIS.items()),
    (NE_PAS_MONTRER, "ne pas montrer"),
]


class FormulaireConsultation(forms.Form):
    """What is asked about a text, between two days."""

    titre = forms.CharField(label="Titre", max_length=200)
    question = forms.CharField(
        label="La question", max_length=300, initial="Ce texte vous convient-il ?",
        help_text="On y répond : favorable, réservé ou défavorable, puis pourquoi.",
    )  # fmt: skip
    presentation = forms.CharField(
        label="Ce que l’on veut savoir, et ce que deviendront les avis", required=False, max_length=2000,
        widget=forms.Textarea({"rows": 4}),
    )  # fmt: skip
    ouvre_le = JourField(label="Ouverte du")
    ferme_le = JourField(label="Au", help_text="Ce jour compris.")
    une_seule = forms.BooleanField(
        label="Un seul avis par navigateur", required=False, initial=True,
        help_text="Un cookie signé le retient, et rien d’autre ; il est dit à qui répond.",
    )  # fmt: skip


class FormulaireTriAvis(forms.Form):
    """What becomes of one comment, or of several."""

    texte = forms.CharField(
        label="Texte publié", required=False, max_length=1000, widget=forms.Textarea({"rows": 4}),
        help_text="Ce qui nomme sûrement quelqu’un est déjà masqué ; corrigez ce qui reste.",
    )  # fmt: skip
    tri = forms.ChoiceField(
        label="Ce qu’il devient", choices=CHOIX_TRI, widget=forms.RadioSelect({"autofocus": True})
    )
    reponse = forms.CharField(
        label="La réponse, et pourquoi", max_length=1000,
        help_text="Lue par tous, à côté de l’avis ; d’un avis non montré, seule la raison est dite.",
    )  # fmt: skip
    relu = forms.BooleanField(label="J’ai relu : plus rien ne nomme une personne", required=False)

    def __init__(self, data: Any = None, *, texte: str | None = None) -> None:
        super().__init__(data, initial={"texte": texte or ""})
        if texte is None:
            del self.fields["texte"]
            self.fields["tri"].widget = forms.Select(choices=CHOIX_TRI)

    @property
    def choisi(self) -> TriAvis | None:
        """The sort; null when it is not to be shown."""
        said = self.cleaned_data["tri"]
        return None if said == NE_PAS_MONTRER else TriAvis(said)


class FormulaireAjout(forms.Form):
    """Words that comments lead to, and where in the programme."""

    ou = forms.ChoiceField(label="Où, dans le schéma")
    texte = forms.CharField(
        label="Le texte à porter au schéma", max_length=1000, widget=forms.Textarea({"rows": 3})
    )
    motif = forms.CharField(label="Pourquoi", max_length=600)

    def __init__(self, data: Any, *, objets: Sequence[tuple[str, str, str]], texte: str) -> None:
        super().__init__(data, initial={"texte": texte, "motif": "Issu de la consultation"})
        where = [
            (f"{sorte}@{cle}@{champ}", f"{nom[:120]} : {words}")
            for sorte, cle, nom in objets
            for champ, words in CHAMPS[sorte].items()
        ]
        offer(self.fields["ou"], where)


class FormulaireSuites(forms.Form):
    """What was made of a consultation."""

    suites = forms.CharField(
        label="Ce que nous en avons fait", max_length=4000, widget=forms.Textarea({"rows": 5}),
        help_text="Lu par tous : ne nommez personne.",
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)
