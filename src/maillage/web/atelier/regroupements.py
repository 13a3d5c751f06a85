"""What scenarios say could be shared: places put together, or closed, whose services need a roof."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from maillage.catalogue.types_service import list_types
from maillage.scenarios.modifications import Fermeture, Regroupement
from maillage.web.atelier import queries
from maillage.web.atelier.models import ScenarioEnregistre
from maillage.web.programme.mutualisation.queries import find_arrondissement_of, find_site, name_site
from maillage.web.programme.mutualisation.suggestions import Suggestion, register
from maillage.web.socle.atlas import AtlasOuvert

AU_PLUS = 100
POURQUOI = {
    Regroupement: "Un scénario regroupe ces lieux.",
    Fermeture: "Un scénario ferme ce lieu : ce qu’il offre peut aller chez un autre.",
}


def list_suggestions(personne: Any, _atlas: AtlasOuvert) -> list[Suggestion]:
    """One for each regrouping or closing of the scenarios that this person may read."""
    rows = queries.list_lisibles(personne)[:AU_PLUS]
    return [found for row in rows for edit in row.scenario.modifications if (found := _suggest(row, edit))]


def _suggest(row: ScenarioEnregistre, edit: Any) -> Suggestion | None:
    """The suggestion of one edit; none for another kind, or when the atlas knows none of its places."""
    if type(edit) not in POURQUOI:
        return None
    ids = edit.lieux if isinstance(edit, Regroupement) else (edit.lieu,)
    places = [place for one in ids if (place := find_site(one))]
    if not places:
        return None
    labels = list_types()
    return Suggestion(
        titre=name_site(places[0]),
        motifs=(POURQUOI[type(edit)],),
        lieux=tuple(map(name_site, places)),
        services=tuple(dict.fromkeys(labels[p.type].libelle for p in places if p.type in labels)),
        arrondissement=find_arrondissement_of(places[0]) or "",
        site=places[0].id,
        origine=f"Scénario « {row.titre} » ({name_site(places[0])}).",
        adresse=reverse("atelier:scenario", args=[row.cle]),
    )


register(list_suggestions)
