"""Where to act: sites proposed with their proof, a week of tours; computed in a child process."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar, Final

from django import forms
from django.conf import settings

from maillage.atlas.lecture.ouvert import open_atlas
from maillage.scenarios.fichier import write_scenario
from maillage.scenarios.modifications import Scenario
from maillage.scenarios.placer import place
from maillage.scenarios.propositions import to_mapping, to_scenario
from maillage.scenarios.question import GROUPES, QuestionPlacement, tell_question
from maillage.scenarios.tournee import plan_tour, tell_passages
from maillage.scenarios.tournee import to_mapping as tour_to_mapping
from maillage.scenarios.tournee import to_scenario as tour_to_scenario
from maillage.scenarios.tournees.modele import Semaine
from maillage.web.atelier.forms import find_commune, list_kinds
from maillage.web.socle import commands
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.models import Travail

FICHIER: Final = "reponse.json"
LIMITE_S: Final = 60.0
OBJECTIFS: Final = [
    ("couverture", "le plus d’habitants à portée"),
    ("p_median", "le temps moyen le plus court"),
    ("p_center", "le temps le plus long, le plus court possible"),
    ("tout_couvrir", "tout le monde à portée, avec le moins de sites"),
]
EXISTANTS: Final = [
    ("garder", "restent tous"),
    ("fermables", "peuvent fermer, et comptent parmi les lieux"),
    ("ignorer", "sont oubliés : repartir de rien"),
]
QUESTION: Final = (
    *("type", "objectif", "nombre", "minutes", "existants", "fermetures_max", "candidats", "territoire"),
    *(
        "exclus",
        "budget",
        "cout",
        "cout_maintien",
        "capacite",
        "plancher_min",
        "groupe",
        "secours_min",
        "dixieme",
    ),
)
TOITS_PUBLICS: Final = frozenset(
    {"mairie", "france_services", "poste", "bureau_poste", "agence_postale", "relais_poste", "bibliotheque",
     "ecole_publique", "ecole_elementaire", "ecole_primaire", "ecole_maternelle", "centre_social",
     "espace_public_numerique", "france_travail", "conseiller_numerique"}
)  # fmt: skip
Progress = Callable[[int, str], None]


def placer(parametres: dict[str, Any], dossier: Path, progress: Progress) -> str:
    """Run in the child: the best sites, with alternatives; the name of the answer."""
    progress(10, "temps de trajet et recherche")
    question = QuestionPlacement(**parametres["question"])
    found = place(open_atlas(Path(parametres["atlas"])), question, **parametres["autres"])
    told = [_with_scenario(to_mapping(one), to_scenario(one, question)) for one in found]
    return _write(dossier, "placement", told, tell_question(question))


def tourner(parametres: dict[str, Any], dossier: Path, progress: Progress) -> str:
    """Run in the child: the best week of a bus; the name of the answer."""
    progress(10, "temps de route et recherche")
    kind, week = parametres["type"], Semaine(**parametres["semaine"])
    atlas = open_atlas(Path(parametres["atlas"]))
    plan = plan_tour(atlas, kind, parametres["base"], parametres["arrets"], week, limit_s=LIMITE_S)
    named = tour_to_scenario(plan, kind, "Tournée proposée")
    told = tour_to_mapping(plan) | {"raisons": tell_passages(plan)}
    return _write(dossier, "tournee", [_with_scenario(told, named)])


def _with_scenario(told: dict[str, Any], named: Scenario) -> dict[str, Any]:
    return told | {"scenario": write_scenario(named) if named.modifications else ""}


def _write(dossier: Path, genre: str, answers: list[dict[str, Any]], asked: str = "") -> str:
    held = {"genre": genre, "question": asked, "reponses": answers}
    (dossier / FICHIER).write_text(json.dumps(held, ensure_ascii=False), "utf-8")
    return FICHIER


def read_answer(travail: Travail) -> dict[str, Any] | None:
    """What a piece of work answered; null while it has not, or once its file is gone."""
    path = Path(settings.EXPORTS) / travail.jeton / FICHIER
    if travail.fichier != FICHIER or not path.is_file():
        return None
    answer: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return answer


def sort_roofs(held: set[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The types that a service may share a roof with: public places first, then all others."""
    kinds = [pair for pair in list_kinds() if pair[0] in held]
    public = [pair for pair in kinds if pair[0] in TOITS_PUBLICS]
    others = [pair for pair in kinds if pair not in public]
    return [("Lieux publics à partager", public), ("Autres", others)] if public else [("Autres", others)]


def list_territoires(atlas: AtlasOuvert) -> list[tuple[str, str]]:
    """The territories that a search may keep to: (key, name)."""
    return [
        (t.cle, t.nom_complet) for niveau in ("arrondissement", "epci") for t in atlas.territoires(niveau)
    ]


class FormulairePlacement(forms.Form):
    """How many sites of a service, for what, among which, under which rules."""

    template_name = "atelier/_formulaire_groupe.html"
    PARTIES: ClassVar = (
        ("", ("type", "objectif", "nombre", "minutes")),
        ("Où et chez qui ouvrir", ("candidats", "territoire", "exclus")),
        ("Les lieux d’aujourd’hui", ("existants", "fermetures_max")),
        ("Budget et capacité", ("budget", "cout", "cout_maintien", "capacite")),
        ("Équité et secours", ("plancher_min", "groupe", "secours_min", "dixieme")),
        ("Autres réponses", ("variantes", "ecart", "differents")),
    )

    type = forms.ChoiceField(label="Service", choices=list_kinds, initial="france_services")
    objectif = forms.ChoiceField(label="Chercher", choices=OBJECTIFS)
    nombre = forms.IntegerField(
        label="Combien de lieux, au plus", min_value=0, max_value=50, initial=1, required=False,
        help_text="Inutile avec un budget, ou pour mettre tout le monde à portée.",
    )  # fmt: skip
    minutes = forms.FloatField(
        label="À portée : minutes de trajet, au plus", min_value=1, max_value=600, initial=20, localize=True
    )
    existants = forms.ChoiceField(label="Les lieux d’aujourd’hui", choices=EXISTANTS, required=False)
    fermetures_max = forms.IntegerField(label="Fermetures, au plus", min_value=0, required=False)
    candidats = forms.MultipleChoiceField(
        label="Chez qui ouvrir", required=False, widget=forms.SelectMultiple({"size": 6}),
        help_text="Des lieux réels à partager : poste, bibliothèque… Aucun choix : toutes les communes.",
    )  # fmt: skip
    territoire = forms.ChoiceField(
        label="Où chercher", required=False,
        help_text="Dans un territoire, ses habitants seuls comptent, et les lieux voisins restent.",
    )  # fmt: skip
    exclus = forms.CharField(
        label="Communes où ne rien ouvrir", required=False, max_length=4000,
        help_text="Leur nom ou leur code INSEE, une par ligne.", widget=forms.Textarea({"rows": 2}),
    )  # fmt: skip
    budget = forms.FloatField(label="Budget (€)", min_value=0, required=False, localize=True)
    cout = forms.FloatField(label="Coût d’une ouverture (€)", min_value=1, required=False, localize=True)
    cout_maintien = forms.FloatField(
        label="Coût d’un lieu gardé (€)", min_value=1, required=False, localize=True,
        help_text="Quand les lieux d’aujourd’hui peuvent fermer et qu’il y a un budget.",
    )  # fmt: skip
    capacite = forms.FloatField(
        label="Habitants qu’un lieu nouveau peut servir", min_value=1, required=False, localize=True,
        help_text="Vide : sans limite. Une limite demande un territoire ou peu de candidats.",
    )  # fmt: skip
    plancher_min = forms.FloatField(
        label="Personne au-delà de (minutes)", required=False, min_value=1, max_value=600, localize=True
    )
    groupe = forms.ChoiceField(
        label="Ce qui vaut pour", choices=list(GROUPES.items()), initial="plus_65", required=False
    )
    secours_min = forms.FloatField(
        label="Un second lieu pour chacun à (minutes)",
        required=False,
        min_value=1,
        max_value=600,
        localize=True,
    )
    dixieme = forms.BooleanField(
        label="Servir d’abord le dixième d’habitants le plus loin aujourd’hui", required=False
    )
    variantes = forms.IntegerField(
        label="Autres réponses à montrer", min_value=0, max_value=5, initial=2, required=False
    )
    ecart = forms.FloatField(
        label="À ce pourcentage près de la meilleure", min_value=0, max_value=100, initial=5, localize=True,
        required=False,
    )  # fmt: skip
    differents = forms.IntegerField(
        label="Lieux qui diffèrent, au moins",
        min_value=1,
        max_value=50,
        initial=1,
        required=False,
    )

    def __init__(self, data: Any, *, atlas: AtlasOuvert) -> None:
        super().__init__(data)
        self.atlas = atlas
        held = set(atlas.types_de_lieux())
        self.fields["candidats"].choices = sort_roofs(held)  # type: ignore[attr-defined]
        self.fields["territoire"].choices = [("", "tout le département"), *list_territoires(atlas)]  # type: ignore[attr-defined]

    def groupes(self) -> Iterator[tuple[str, list[forms.BoundField], bool]]:
        """The fields by what they are about; a group with a fault is shown open."""
        for title, names in self.PARTIES:
            fields = [self[name] for name in names]
            yield title, fields, any(field.errors for field in fields)

    def clean_exclus(self) -> list[str]:
        """The codes of the communes."""
        lines = self.cleaned_data["exclus"].replace(",", "\n").splitlines()
        return [find_commune(self.atlas, line) for line in lines if line.strip()]

    def read_question(self) -> dict[str, Any]:
        """What the search takes: what was said alone."""
        said = {name: self.cleaned_data[name] for name in QUESTION}
        kept = {name: value for name, value in said.items() if value not in (None, "", [], False)}
        return {"nombre": None} | kept | {"limite_s": LIMITE_S}

    def read_others(self) -> dict[str, Any]:
        """How many alternatives, how near, how different."""
        said = self.cleaned_data
        apart = 5.0 if said["ecart"] is None else said["ecart"]
        return {
            "combien": said["variantes"] or 0,
            "ecart": apart / 100,
            "differents": said["differents"] or 1,
        }


class FormulaireTournee(forms.Form):
    """A bus, from where, among which communes, for how long."""

    type = forms.ChoiceField(label="Service", choices=list_kinds, initial="france_services")
    base = forms.CharField(label="Commune d’où part le bus", max_length=200,
                           widget=forms.TextInput({"list": "communes", "autocomplete": "off"}))  # fmt: skip
    territoire = forms.ChoiceField(label="Communes où il peut s’arrêter")
    bus = forms.IntegerField(label="Combien de bus", min_value=1, max_value=5, initial=1)
    jours = forms.IntegerField(label="Jours par semaine", min_value=1, max_value=7, initial=5)
    creneaux = forms.IntegerField(label="Arrêts par jour, au plus", min_value=1, max_value=4, initial=2)
    km = forms.FloatField(label="Kilomètres par semaine, au plus", required=False, min_value=1, localize=True)

    def __init__(self, data: Any, *, atlas: AtlasOuvert) -> None:
        super().__init__(data)
        self.atlas = atlas
        self.fields["territoire"].choices = list_territoires(atlas)  # type: ignore[attr-defined]

    def clean_base(self) -> str:
        """The code of the commune."""
        return find_commune(self.atlas, self.cleaned_data["base"])

    def read_order(self) -> dict[str, Any]:
        """What the search takes."""
        said = self.cleaned_data
        niveau, _, code = said["territoire"].partition(":")
        stops = [t.code for t in self.atlas.territoires("commune") if t.parents.get(niveau) == code]
        week = {name: said[name] for name in ("bus", "jours", "creneaux")}
        week |= {"km": said["km"]} if said["km"] else {}
        return {"type": said["type"], "base": said["base"], "arrets": stops, "semaine": week}


def ask(personne: Any, atlas: AtlasOuvert, genre: str, titre: str, order: dict[str, Any]) -> Travail:
    """Ask for a search; the same one, made or under way, is not asked twice."""
    place_of = {"atlas": str(atlas.dossier), "empreinte": atlas.empreinte}
    return commands.request_travail(personne, genre, titre, place_of | order)
