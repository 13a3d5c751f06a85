"""Forms of the legal course."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import DateField, Field, URLField
from django.forms.models import fields_for_model

from maillage.web.comptes.models import Organisation
from maillage.web.gouvernance.forms import Jour, LignesField
from maillage.web.parcours import models

STAGES = {"epci": "Les intercommunalités", "region_ctap": "Le conseil régional et la CTAP"}


class FormulaireObjet(forms.Form):
    """The fields of an object of the course: days chosen or typed, a version of the text among those kept."""

    modele: ClassVar[type[models.ObjetParcours]]
    champs: ClassVar[tuple[str, ...]]
    textes: ClassVar[tuple[str, ...]] = ()
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any, *, objet: models.ObjetParcours | None = None) -> None:
        held = {name: getattr(objet, name) for name in (*self.champs, "version")} if objet else {}
        super().__init__(data, initial=held)
        made = fields_for_model(self.modele, fields=self.champs, formfield_callback=_make_field)
        self.fields: dict[str, forms.Field] = made | self.declare() | self.fields
        for name in self.textes:
            self.fields[name] = _choose_text(made[name].label)

    def declare(self) -> dict[str, forms.Field]:
        """Fields in the place of those that the model would give."""
        return {}

    def read(self) -> dict[str, Any]:
        """The fields as they are kept."""
        return {name: self.cleaned_data[name] for name in self.champs}


def _make_field(field: Field[Any, Any], **options: Any) -> forms.Field | None:
    """The field that Django makes, with a day that is chosen and an address that is of the web of today."""
    if isinstance(field, DateField):
        options["widget"] = Jour()
    if isinstance(field, URLField):
        options["assume_scheme"] = "https"
    return field.formfield(**options)  # type: ignore[no-any-return,attr-defined]


def _choose_text(label: Any) -> forms.TypedChoiceField:
    rows = models.TexteSoumis.objects.defer("contenu")
    choices = [("", "—"), *((row.numero, f"{row}, arrêtée le {row.arretee_le:%d/%m/%Y}") for row in rows)]
    return forms.TypedChoiceField(choices=choices, coerce=int, empty_value=None, required=False, label=label)


class FormulaireActes(FormulaireObjet):
    """The acts after the avis."""

    modele = models.ActesParcours
    champs = models.ActesParcours.CHAMPS
    textes = ("approuve_texte", "arrete_texte")

    def clean(self) -> dict[str, Any]:
        """An act is upon a version of the text."""
        said = super().clean() or {}
        for act in ("approuve", "arrete"):
            if said.get(f"{act}_le") and not said.get(f"{act}_texte"):
                self.add_error(f"{act}_texte", "Dites sur quelle version du texte porte cet acte.")
        return said


class FormulaireArrete(FormulaireObjet):
    """The arrêté of the préfet alone."""

    modele = models.ActesParcours
    champs = ("arrete_le", "arrete_texte", "arrete_reference")
    textes = ("arrete_texte",)

    def __init__(self, data: Any, *, objet: models.ActesParcours) -> None:
        super().__init__(data, objet=objet)
        for name in self.champs:
            self.fields[name].required = True


class FormulaireSignataire(FormulaireObjet):
    """Who signs, and what they commit to."""

    modele = models.Signataire
    champs = ("convention", "nom", "engagements", "signe_le")

    def declare(self) -> dict[str, forms.Field]:
        """One commitment a line."""
        return {"engagements": LignesField(label="Engagements", help_text="Un par ligne.")}


class FormulaireOrganisme(FormulaireObjet):
    """The referral of one body, set right; whose agents record its avis."""

    modele = models.OrganismeConsulte
    champs = ("saisi_le", "texte", "organisation")
    textes = ("texte",)

    def declare(self) -> dict[str, forms.Field]:
        """The organisations of the accounts."""
        field = self.modele._meta.get_field("organisation")  # noqa: SLF001  Django's name
        made = field.formfield(queryset=Organisation.objects.order_by("nom"), empty_label="aucune")
        return {"organisation": made}

    def clean(self) -> dict[str, Any]:
        """A day of referral goes with the version that was given."""
        said = super().clean() or {}
        if said.get("saisi_le") and not said.get("texte"):
            self.add_error("texte", "Dites quelle version lui a été transmise.")
        return said


class FormulaireAvis(FormulaireObjet):
    """What a body deliberated."""

    modele = models.OrganismeConsulte
    champs = ("delibere_le", "avis", "reference")
    reserves = LignesField(label="Réserves", help_text="Une par ligne, telles que la délibération les écrit.")

    def __init__(self, data: Any, *, objet: models.OrganismeConsulte) -> None:
        super().__init__(data, objet=objet)
        self.initial["reserves"] = [one["texte"] for one in objet.reserves]
        self.fields["delibere_le"].required = self.fields["avis"].required = True


class FormulaireNouvelOrganisme(forms.Form):
    """One more body."""

    nature = forms.ChoiceField(
        label="Nature", choices=[(n.value, word) for n, word in models.NATURES.items()]
    )
    nom = forms.CharField(label="Nom", max_length=200)


class FormulaireTexte(forms.Form):
    """One more version of the text."""

    arretee_le = forms.DateField(label="Arrêtée le", widget=Jour)
    objet = forms.CharField(
        label="Ce qui change", required=False, max_length=600, widget=forms.Textarea({"rows": 3}),
        help_text="En une phrase, que liront les organismes. La copie du programme se prend toute seule.",
    )  # fmt: skip


class FormulaireSaisine(forms.Form):
    """Who is sent which version, and when."""

    a = forms.ChoiceField(label="Qui est saisi")
    texte = forms.TypedChoiceField(label="De quelle version", coerce=int)
    jour = forms.DateField(
        label="Le", widget=Jour, help_text="Le jour où l’organisme reçoit le texte : le délai court de là."
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.waiting = list(models.OrganismeConsulte.objects.filter(saisi_le=None))
        held = {row.nature for row in self.waiting}
        groups = [(key, name) for key, name in STAGES.items() if held & set(key.split("_"))]
        ones = [(row.cle, row.nom) for row in self.waiting]
        self.fields["a"].choices = [*groups, ("Un seul", ones)] if ones else []  # type: ignore[attr-defined]
        texts = models.TexteSoumis.objects.defer("contenu").order_by("-numero")
        self.fields["texte"].choices = [(t.numero, f"{t}, {t.arretee_le:%d/%m/%Y}") for t in texts]  # type: ignore[attr-defined]

    def list_organismes(self) -> list[models.OrganismeConsulte]:
        """Those that are named, one by one or by their stage."""
        asked = self.cleaned_data["a"]
        return [row for row in self.waiting if row.cle == asked or row.nature in asked.split("_")]


class FormulaireReponse(forms.Form):
    """What becomes of a reserve."""

    suite = forms.ChoiceField(
        label="Elle est", choices=[(s.value, word) for s, word in models.SUITES.items()]
    )
    reponse = forms.CharField(
        label="Parce que",
        max_length=4000,
        widget=forms.Textarea({"rows": 3}),
        help_text="L’organisme le lira.",
    )
