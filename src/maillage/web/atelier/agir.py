"""Where to act: sites proposed with their proof, a week of tours; computed in a child process."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from django import forms
from django.conf import settings

from maillage.atlas.lecture.ouvert import open_atlas
from maillage.scenarios.fichier import write_scenario
from maillage.scenarios.placer import QuestionPlacement, ReponsePlacement, place
from maillage.scenarios.placer import to_scenario as place_to_scenario
from maillage.scenarios.tournee import plan_tour
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
STATUTS: Final = {
    "optimal": "Optimum prouvé",
    "realisable": "Meilleur trouvé dans le temps donné, sans preuve",
    "impossible": "Impossible",
    "inconnu": "Rien trouvé dans le temps donné",
}
Progress = Callable[[int, str], None]


def placer(parametres: dict[str, Any], dossier: Path, progress: Progress) -> str:
    """Run in the child: the best sites, with alternatives; the name of the answer."""
    progress(10, "temps de trajet et recherche")
    question = QuestionPlacement(**parametres["question"])
    found = place(open_atlas(Path(parametres["atlas"])), question, parametres["variantes"])
    return _write(dossier, "placement", [_tell_placement(one, question) for one in found])


def _tell_placement(one: ReponsePlacement, question: QuestionPlacement) -> dict[str, Any]:
    held = one.placement
    named = place_to_scenario(one, question, "Sites proposés")
    return {
        "statut": STATUTS[held.statut],
        "valeur": held.valeur,
        "borne": held.borne,
        "ecart": held.ecart,
        "unite": one.unite,
        "causes": list(held.causes),
        "ouvrir": [asdict(site) for site in one.ouvrir],
        "fermer": [asdict(site) for site in one.fermer],
        "hors_atteinte": one.hors_atteinte,
        "scenario": write_scenario(named) if named.modifications else "",
    }


def tourner(parametres: dict[str, Any], dossier: Path, progress: Progress) -> str:
    """Run in the child: the best week of a bus; the name of the answer."""
    progress(10, "temps de route et recherche")
    kind, week = parametres["type"], Semaine(**parametres["semaine"])
    atlas = open_atlas(Path(parametres["atlas"]))
    plan = plan_tour(atlas, kind, parametres["base"], parametres["arrets"], week, limit_s=LIMITE_S)
    named = tour_to_scenario(plan, kind, "Tournée proposée")
    told = {
        "statut": STATUTS.get(plan.tournee.statut, plan.tournee.statut),
        "valeur": plan.tournee.valeur,
        "borne": plan.tournee.borne,
        "ecart": plan.tournee.ecart,
        "unite": "habitants × heures d’accès par semaine",
        "causes": [],
        "gagnants": plan.gagnants,
        "sans_acces": plan.sans_acces,
        "heures": plan.heures_par_gagnant,
        "km": plan.km,
        "passages": [asdict(one) | {"horaires": one.horaires} for one in plan.passages],
        "scenario": write_scenario(named) if named.modifications else "",
    }
    return _write(dossier, "tournee", [told])


def _write(dossier: Path, genre: str, answers: list[dict[str, Any]]) -> str:
    text = json.dumps({"genre": genre, "reponses": answers}, ensure_ascii=False)
    (dossier / FICHIER).write_text(text, "utf-8")
    return FICHIER


def read_answer(travail: Travail) -> dict[str, Any] | None:
    """What a piece of work answered; null while it has not, or once its file is gone."""
    path = Path(settings.EXPORTS) / travail.jeton / FICHIER
    if travail.fichier != FICHIER or not path.is_file():
        return None
    answer: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return answer


class FormulairePlacement(forms.Form):
    """How many sites of a service, for what."""

    type = forms.ChoiceField(label="Service", choices=list_kinds, initial="france_services")
    objectif = forms.ChoiceField(label="Chercher", choices=OBJECTIFS)
    nombre = forms.IntegerField(
        label="Combien de lieux",
        min_value=0,
        max_value=50,
        initial=1,
        required=False,
        help_text="Inutile pour mettre tout le monde à portée.",
    )
    minutes = forms.FloatField(label="À portée : minutes de trajet, au plus", min_value=1, max_value=600,
                               initial=20, localize=True)  # fmt: skip
    plancher_min = forms.FloatField(label="Personne de 65 ans ou plus au-delà de (minutes)", required=False,
                                    min_value=1, max_value=600, localize=True)  # fmt: skip
    variantes = forms.IntegerField(label="Autres réponses à montrer", min_value=0, max_value=5, initial=2)

    def read_question(self) -> dict[str, Any]:
        """What the search takes."""
        said = {name: self.cleaned_data[name] for name in ("type", "objectif", "nombre", "minutes")}
        floor = self.cleaned_data["plancher_min"]
        protected = {"groupe": "plus_65", "plancher_min": floor} if floor else {}
        return said | protected | {"limite_s": LIMITE_S}


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
        self.fields["territoire"].choices = [  # type: ignore[attr-defined]
            (t.cle, t.nom_complet) for niveau in ("epci", "arrondissement") for t in atlas.territoires(niveau)
        ]

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
