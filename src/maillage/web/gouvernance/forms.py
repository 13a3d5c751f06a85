"""Forms of governance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from maillage.sdaasp.gouvernance.feuilles import read_engagements, write_engagement
from maillage.sdaasp.gouvernance.modele import Comite
from maillage.sdaasp.gouvernance.remontees import NATURES, NatureRemontee
from maillage.sdaasp.gouvernance.seances import LIBELLES, ReponseConvocation
from maillage.sdaasp.programme.echange import to_plain
from maillage.web.comptes.models import Mandat
from maillage.web.gouvernance import models
from maillage.web.gouvernance.periodes import read_periodes, write_periodes
from maillage.web.gouvernance.queries import Reperes
from maillage.web.socle.ecriture import as_validation

PARTOUT: Final = ("", "Tout le département")


class Jour(forms.DateInput):
    """A day, chosen or typed."""

    input_type = "date"

    def format_value(self, value: Any) -> str | None:
        """As browsers want it, whatever the language."""
        return value.isoformat() if hasattr(value, "isoformat") else value


class LignesField(forms.CharField):
    """Several texts, one a line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=4000, widget=forms.Textarea({"rows": 4}), **options)

    def prepare_value(self, value: Any) -> Any:
        """One a line."""
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value: Any) -> list[str]:  # type: ignore[override]
        """The lines that say something."""
        return [line.strip() for line in super().clean(value).splitlines() if line.strip()]


class FormulaireSeance(forms.Form):
    """Day, hour, place and agenda of a meeting."""

    jour = forms.DateField(label="Jour", widget=Jour)
    heure = forms.TimeField(label="Heure", required=False, help_text="Par exemple 14:30.")
    lieu = forms.CharField(label="Lieu", required=False, max_length=300)
    points = LignesField(label="Ordre du jour", help_text="Un point par ligne.")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, objet: models.Seance) -> None:
        self.held = {point["titre"]: point for point in objet.points}
        initial = {name: getattr(objet, name) for name in ("jour", "heure", "lieu", "version")}
        super().__init__(data, initial=initial | {"points": list(self.held)})

    def read(self) -> dict[str, Any]:
        """The fields as they are kept; a point that keeps its words keeps what it is about."""
        said = {name: self.cleaned_data[name] for name in ("jour", "heure", "lieu")}
        points = [self.held.get(line, {"titre": line, "objet": ""}) for line in self.cleaned_data["points"]]
        return said | {"points": points}


class FormulaireNouvelleSeance(forms.Form):
    """A meeting besides those of the year."""

    comite = forms.ChoiceField(label="Comité")
    territoire = forms.ChoiceField(label="Arrondissement", required=False)
    jour = forms.DateField(label="Jour", widget=Jour)

    def __init__(self, data: Any, *, reperes: Reperes) -> None:
        super().__init__(data)
        self.comites = reperes.comites
        self.fields["comite"].choices = [(key, f"{c.sigle} · {c.nom}") for key, c in reperes.comites.items()]  # type: ignore[attr-defined]
        self.fields["territoire"].choices = [PARTOUT, *reperes.noms.arrondissements.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A comité of arrondissements meets in one, the others in none."""
        said = super().clean() or {}
        comite = self.comites.get(said.get("comite", ""))
        if comite and comite.niveau == "arrondissement" and not said.get("territoire"):
            raise ValidationError({"territoire": "Dites dans quel arrondissement."})
        if comite and comite.niveau == "departement":
            said["territoire"] = ""
        return said


class FormulairePresences(forms.Form):
    """Who was called, what each answered, who came: one row an organisation."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    organisation = forms.CharField(
        label="Ajouter une organisation", required=False, max_length=200,
        help_text="Son nom, comme il figurera au compte rendu.",
    )  # fmt: skip

    def __init__(self, data: Any, *, objet: models.Seance) -> None:
        super().__init__(data, initial={"version": objet.version})
        self.rows = objet.presences
        self.names = [row["organisation"] for row in objet.presences]
        for rank, row in enumerate(objet.presences):
            self.fields |= _make_presence(rank, row, self.names)

    def list_rows(self) -> list[tuple[str, list[Any]]]:
        """(organisation, its fields), for the table."""
        return [(name, [self[f"{part}_{rank}"] for part in PARTIES]) for rank, name in enumerate(self.names)]

    def clean(self) -> dict[str, Any]:
        """An organisation is called once; a proxy says to whom."""
        said = super().clean() or {}
        if said.get("organisation") in self.names:
            raise ValidationError({"organisation": "Cette organisation est déjà convoquée."})
        for rank, _ in enumerate(self.names):
            if said.get(f"reponse_{rank}") == ReponseConvocation.POUVOIR and not said.get(
                f"pouvoir_a_{rank}"
            ):
                self.add_error(f"pouvoir_a_{rank}", "Dites à qui.")
        return said

    def read(self) -> list[dict[str, Any]]:
        """The rows as they are kept: those taken away are gone, the new one is last."""
        said = self.cleaned_data
        rows = [
            {
                "organisation": name,
                "reponse": said[f"reponse_{rank}"] or None,
                "pouvoir_a": said[f"pouvoir_a_{rank}"],
                "presente": {"oui": True, "non": False}.get(said[f"presente_{rank}"]),
            }
            for rank, name in enumerate(self.names)
            if not said[f"retirer_{rank}"]
        ]
        if said["organisation"]:
            rows.append(
                {"organisation": said["organisation"], "reponse": None, "pouvoir_a": "", "presente": None}
            )
        return rows


PARTIES: Final = ("reponse", "pouvoir_a", "presente", "retirer")


def _make_presence(rank: int, row: dict[str, Any], names: list[str]) -> dict[str, forms.Field]:
    name = row["organisation"]
    others = [("", "personne"), *((other, other) for other in names if other != name)]
    came = {True: "oui", False: "non", None: ""}[row["presente"]]
    answers = [("", "pas de réponse"), *((key.value, LIBELLES[key]) for key in ReponseConvocation)]
    attrs = lambda what: {"aria-label": f"{what} : {name}"}  # noqa: E731  four labels, one shape
    return {
        f"reponse_{rank}": forms.ChoiceField(
            choices=answers,
            required=False,
            initial=row["reponse"] or "",
            widget=forms.Select(attrs("Réponse")),
        ),
        f"pouvoir_a_{rank}": forms.ChoiceField(
            choices=others, required=False, initial=row["pouvoir_a"], widget=forms.Select(attrs("Pouvoir à"))
        ),
        f"presente_{rank}": forms.ChoiceField(
            choices=[("", "non dit"), ("oui", "présente"), ("non", "absente")],
            required=False,
            initial=came,
            widget=forms.Select(attrs("Présence")),
        ),
        f"retirer_{rank}": forms.BooleanField(required=False, widget=forms.CheckboxInput(attrs("Retirer"))),
    }


class FormulaireCompteRendu(forms.Form):
    """The minutes."""

    texte = forms.CharField(
        label="Compte rendu", required=False, max_length=60_000, widget=forms.Textarea({"rows": 14})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, objet: models.Seance) -> None:
        super().__init__(data, initial={"texte": objet.compte_rendu, "version": objet.version})


class FormulaireDecision(forms.Form):
    """A decision: what, who, until when, what it answers and settles.

    ``remontees`` (key, words) and ``amendements`` (number, words) are offered.
    """

    texte = forms.CharField(label="Décision", max_length=2000, widget=forms.Textarea({"rows": 2}))
    responsable = forms.CharField(
        label="Qui s’en charge", required=False, max_length=200, help_text="Une fonction ou une organisation."
    )
    echeance = forms.DateField(label="Pour le", required=False, widget=Jour)
    remontee = forms.ChoiceField(label="Elle répond à", required=False)

    amendement = forms.TypedChoiceField(
        label="Elle règle l’amendement", required=False, coerce=int, empty_value=None
    )
    sort = forms.ChoiceField(
        label="Cet amendement est", required=False, choices=[("adopte", "adopté"), ("rejete", "rejeté")]
    )
    effet_le = forms.DateField(
        label="Il prend effet le", required=False, widget=Jour, help_text="Vide : aujourd’hui."
    )

    def __init__(
        self,
        data: Any = None,
        *,
        remontees: Sequence[tuple[str, str]],
        amendements: Sequence[tuple[int, str]],
    ) -> None:
        super().__init__(data)
        self.fields["remontee"].choices = [("", "Aucune remontée"), *remontees]  # type: ignore[attr-defined]
        self.fields["amendement"].choices = [("", "Aucun"), *amendements]  # type: ignore[attr-defined]
        if not amendements:
            for name in ("amendement", "sort", "effet_le"):
                del self.fields[name]


class FormulairePieces(forms.Form):
    """What is joined to the packet of a meeting: ``fiches`` and ``scenarios`` (key, words) are offered."""

    fiches = forms.MultipleChoiceField(
        label="Fiches du programme", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Celles dont parlent les remontées y sont sans qu’on les choisisse.",
    )  # fmt: skip
    scenarios = forms.MultipleChoiceField(
        label="Notes de scénarios", required=False, widget=forms.CheckboxSelectMultiple
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, data: Any, *, objet: models.Seance,
        fiches: Sequence[tuple[str, str]], scenarios: Sequence[tuple[str, str]],
    ) -> None:  # fmt: skip
        self.held = objet.pieces
        initial = {"fiches": self.held, "scenarios": self.held, "version": objet.version}
        super().__init__(data, initial=initial)
        self.offered = [key for key, _ in (*fiches, *scenarios)]
        for name, choices in (("fiches", fiches), ("scenarios", scenarios)):
            self.fields[name].choices = list(choices)  # type: ignore[attr-defined]
            if not choices:
                del self.fields[name]

    def read(self) -> list[str]:
        """The keys as they are kept; what this person was not offered stays."""
        said = [key for name in ("fiches", "scenarios") for key in self.cleaned_data.get(name, [])]
        return [*said, *(key for key in self.held if key not in self.offered)]


class FormulaireFeuille(forms.Form):
    """A road map: what we do, and who does what, one engagement a line."""

    ambition = forms.CharField(
        label="Ce que nous faisons cette année", required=False, max_length=6000,
        widget=forms.Textarea({"rows": 5}),
    )  # fmt: skip
    engagements = LignesField(
        label="Qui fait quoi, pour quand",
        help_text="Un par ligne : quoi ; qui ; 30/06/2026. Une fois fait : quoi ; qui ; 30/06/2026 ; fait le "
        "12/05/2026.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, objet: models.FeuilleDeRoute) -> None:
        lines = [write_engagement(one) for one in objet.valeurs]
        super().__init__(
            data, initial={"ambition": objet.ambition, "engagements": lines, "version": objet.version}
        )

    def clean_engagements(self) -> list[dict[str, Any]]:
        """Rows of engagements, as they are kept."""
        with as_validation():
            return [to_plain(one) for one in read_engagements(self.cleaned_data["engagements"])]

    def read(self) -> dict[str, Any]:
        """The fields as they are kept."""
        return {name: self.cleaned_data[name] for name in ("ambition", "engagements")}


class FormulaireRemontee(forms.Form):
    """What goes up."""

    nature = forms.ChoiceField(
        label="Nature",
        choices=[(n.value, NATURES[n]) for n in NatureRemontee if n != NatureRemontee.SIGNALEMENT],
    )
    texte = forms.CharField(
        label="Ce qui remonte", max_length=4000, widget=forms.Textarea({"rows": 4}),
        help_text="Le fait, ce qu’il empêche, ce que vous demandez. Lu par les comptes qui ont un mandat.",
    )  # fmt: skip
    theme = forms.ChoiceField(label="Thème", required=False)
    territoire = forms.ChoiceField(label="Arrondissement", required=False)
    objet = forms.CharField(widget=forms.HiddenInput, required=False, max_length=120)

    def __init__(self, data: Any, *, reperes: Reperes, initial: dict[str, str]) -> None:
        super().__init__(data, initial=initial)
        self.fields["theme"].choices = [("", "Tous les thèmes"), *reperes.noms.themes.items()]  # type: ignore[attr-defined]
        self.fields["territoire"].choices = [PARTOUT, *reperes.noms.arrondissements.items()]  # type: ignore[attr-defined]


class FormulaireComite(forms.Form):
    """A comité. Periods are typed « avril-mai ; octobre »."""

    sigle = forms.CharField(label="Sigle", max_length=20)
    nom = forms.CharField(label="Nom", max_length=200)
    niveau = forms.ChoiceField(
        label="Il se réunit",
        choices=models.ComiteDecrit._meta.get_field("niveau").choices,  # noqa: SLF001
    )
    periodes = forms.CharField(
        label="Quand, chaque année", required=False, max_length=200,
        help_text="Une réunion par période : « avril-mai » ; plusieurs : « juin ; novembre ».",
    )  # fmt: skip
    convoquent = LignesField(label="Qui convoque", help_text="Un par ligne.")
    siegent = LignesField(label="Qui siège", help_text="Un par ligne.")
    roles = forms.MultipleChoiceField(
        label="Mandats qui y siègent", required=False, choices=Mandat.Role.choices,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    attributions = LignesField(label="Ce qu’il fait", help_text="Une ligne par attribution.")
    alimente = forms.MultipleChoiceField(
        label="Il prépare", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Le comité à qui il peut transmettre ce qu’on lui fait remonter.",
    )  # fmt: skip
    quorum = forms.FloatField(
        label="Quorum, en % des organisations convoquées", required=False, min_value=0, max_value=99,
        help_text="Il en faut plus que cette part, présentes ou représentées. Vide : aucun quorum.",
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any, *, objet: models.ComiteDecrit | None, reperes: Reperes) -> None:
        initial = (
            {name: getattr(objet, name) for name in (*models.ComiteDecrit.CHAMPS, "version")} if objet else {}
        )
        share = initial.get("quorum")
        shown = {
            "periodes": write_periodes(initial.get("periodes", [])),
            "quorum": None if share is None else round(share * 100, 4),
        }
        super().__init__(data, initial=initial | shown)
        own = objet.valeur.cle if objet else None
        others = [(key, c.sigle) for key, c in reperes.comites.items() if key != own]
        self.fields["alimente"].choices = others  # type: ignore[attr-defined]

    def clean_quorum(self) -> float | None:
        """A share."""
        percent = self.cleaned_data["quorum"]
        return None if percent is None else percent / 100

    def clean_periodes(self) -> list[list[int]]:
        """Pairs of months."""
        return read_periodes(self.cleaned_data["periodes"])

    def read(self) -> dict[str, Any]:
        """The fields as they are kept."""
        return {name: self.cleaned_data[name] for name in models.ComiteDecrit.CHAMPS}

    def read_new(self, key: str) -> Comite:
        """As the rules know it."""
        said = {name: tuple(v) if isinstance(v, list) else v for name, v in self.read().items()}
        return Comite(cle=key, **said | {"periodes": tuple((a, b) for a, b in said["periodes"])})
