"""The note of a scenario and the comparison of several, from effects computed by the child process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from maillage.reports.rendu.blocs import Document
from maillage.reports.scenario.comparaison import ScenarioCompare, make_comparison
from maillage.reports.scenario.note import CadreNote, make_note
from maillage.reports.scenario.resume import summarise
from maillage.scenarios.mots import tell_edits
from maillage.web.atelier import calcul
from maillage.web.atelier.models import ScenarioEnregistre
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.territoires.geographie import formes_de

NOTES = ("pdf", "docx", "html", "ods")
COMPARAISONS = (*NOTES, "csv", "svg", "png")
ETATS = {
    ScenarioEnregistre.Visibilite.BROUILLON: "Brouillon, lu de son seul auteur",
    ScenarioEnregistre.Visibilite.ORGANISATION: "Document de travail d’une organisation",
    ScenarioEnregistre.Visibilite.COMPTES: "Document de travail, ouvert aux comptes",
    ScenarioEnregistre.Visibilite.PUBLIC: "Public",
}


@dataclass(frozen=True)
class ScenarioEssaye:
    """A kept scenario and what it does on an atlas; ``impact``: null while it has not been computed."""

    objet: ScenarioEnregistre
    impact: dict[str, Any] | None


def read_essayes(atlas: AtlasOuvert, rows: list[ScenarioEnregistre]) -> list[ScenarioEssaye]:
    """What is known of each."""
    return [ScenarioEssaye(row, calcul.read_effets(atlas, row.contenu).impact) for row in rows]


def write_note(
    atlas: AtlasOuvert, essaye: ScenarioEssaye, autres: list[ScenarioEssaye], *, nommer: bool
) -> Document:
    """The note of one whose effects are known, beside others; ``nommer``: its organisation may be told."""
    row, impact = essaye.objet, essaye.impact
    assert impact is not None
    scenario = row.scenario
    cadre = CadreNote(
        etat=ETATS[ScenarioEnregistre.Visibilite(row.visibilite)],
        auteur=str(row.organisation) if nommer and row.organisation else "",
        etablie_le=timezone.localdate(),
        modifications=tuple(tell_edits(scenario, calcul.get_terrain(atlas))),
        description=scenario.description,
        autres=tuple(summarise(one.impact) for one in autres if one.impact is not None),
    )
    return make_note(atlas, impact, cadre, formes_de(atlas, "commune"))


def list_compares(atlas: AtlasOuvert, essayes: list[ScenarioEssaye]) -> list[ScenarioCompare]:
    """Those whose effects are known, ready to be compared."""
    return [
        ScenarioCompare(
            summarise(one.impact),
            tuple(tell_edits(one.objet.scenario, calcul.get_terrain(atlas))),
            tuple(one.impact["phrases"]),
        )
        for one in essayes
        if one.impact is not None
    ]


def write_comparison(atlas: AtlasOuvert, essayes: list[ScenarioEssaye]) -> Document:
    """The comparison of those whose effects are known."""
    return make_comparison(atlas, list_compares(atlas, essayes))
