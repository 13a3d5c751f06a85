"""Edits in words: what people read of a scenario, before anything is computed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from maillage.catalogue.types_service import list_types
from maillage.francais import accord, nombre
from maillage.horaires.dire import dire
from maillage.scenarios.application import Terrain
from maillage.scenarios.bases import Situe
from maillage.scenarios.lignes.modifications import LIGNES
from maillage.scenarios.lignes.mots import LIGNES_EN_MOTS, tell_line
from maillage.scenarios.modifications import (
    ChangementAccessibilite,
    ChangementCanaux,
    ChangementCapacite,
    ChangementHoraires,
    ChangementOperateur,
    ChangementVitesse,
    Deplacement,
    Fermeture,
    Itinerance,
    Modification,
    Ouverture,
    Regroupement,
    RouteFermee,
    Scenario,
    Scission,
    list_new,
)

GENRES_EN_MOTS: Final = {
    "ouvrir": "Ouvrir un lieu",
    "fermer": "Fermer un lieu",
    "deplacer": "Déplacer un lieu",
    "regrouper": "Regrouper des lieux",
    "scinder": "Scinder un lieu",
    "capacite": "Changer la capacité",
    "horaires": "Changer les horaires",
    "canaux": "Changer les canaux",
    "operateur": "Changer d’opérateur",
    "accessibilite": "Changer l’accessibilité",
    "itinerant": "Rendre itinérant",
    "vitesse": "Changer une vitesse",
    "fermer_route": "Fermer une route",
    **LIGNES_EN_MOTS,
}


def tell_edits(scenario: Scenario, terrain: Terrain | None = None) -> list[str]:
    """Each edit as a sentence, in order; places by their name where ``terrain`` knows them, else by id."""
    new = (place for edit in scenario.modifications for place in list_new(edit))
    names = {str(place.id): place.nom for place in new}
    return [_Conteur(terrain, names).tell(edit) for edit in scenario.modifications]


class _Conteur:
    """Tells edits; ``noms``: the names of the places that the scenario itself makes."""

    def __init__(self, terrain: Terrain | None, noms: dict[str, str]) -> None:
        self.terrain, self.noms = terrain, noms

    def tell(self, edit: Modification) -> str:
        """One edit."""
        return " ".join(part for part in self._parts(edit) if part)

    def _parts(self, edit: Modification) -> Iterator[str]:
        match edit:
            case Ouverture():
                kind = list_types().get(edit.type)
                yield f"Ouvrir « {edit.nom} » ({kind.libelle if kind else edit.type}) {self._where(edit)}"
                yield self._details(edit)
            case Fermeture():
                yield f"Fermer {self._place(edit.lieu)}"
            case Deplacement():
                yield f"Déplacer {self._place(edit.lieu)} {self._where(edit)}"
            case Regroupement():
                yield f"Regrouper {' et '.join(map(self._place, edit.lieux))}"
                yield self._where(edit) if edit.est_situe else f"là où est {self._place(edit.lieux[0])}"
                yield f"sous le nom « {edit.nom} »" if edit.nom else ""
            case Scission():
                parts = ", ".join(f"« {part.nom} » {self._where(part)}" for part in edit.en)
                yield f"Scinder {self._place(edit.lieu)} en {len(edit.en)} : {parts}"
            case Itinerance():
                yield from self._round(edit)
            case _ if isinstance(edit, LIGNES):
                yield tell_line(edit, self.terrain.transports if self.terrain else None, self._where)
            case _:
                yield self._change(edit)

    def _round(self, edit: Itinerance) -> Iterator[str]:
        kind = list_types().get(edit.type or "")
        yield (
            f"Rendre itinérant {self._place(edit.lieu)}"
            if edit.lieu
            else f"Lancer un service itinérant ({kind.libelle if kind else edit.type})"
        )
        stops = ", ".join(f"{stop.nom} ({dire(stop.horaires)})" for stop in edit.arrets)
        yield f"en {accord(len(edit.arrets), 'arrêt')} : {stops}"

    def _change(self, edit: Modification) -> str:
        match edit:
            case ChangementVitesse():
                return f"Rouler à {nombre(edit.kmh)} km/h sur {accord(len(edit.voies), 'voie')} ({edit.mode})"
            case RouteFermee():
                return f"Fermer {accord(len(edit.voies), 'voie')} ({edit.mode})"
            case ChangementHoraires():
                return f"Changer les horaires de {self._place(edit.lieu)} : {dire(edit.horaires)}"
            case ChangementCanaux():
                return f"Changer les canaux de {self._place(edit.lieu)} : {', '.join(edit.canaux)}"
        return self._adapt(edit)

    def _adapt(self, edit: Modification) -> str:
        match edit:
            case ChangementCapacite():
                said = (("capacité", edit.capacite), ("effectif", edit.effectif))
                values = (f"{name} {nombre(value)}" for name, value in said if value is not None)
                return f"Changer {self._place(edit.lieu)} : {', '.join(values)}"
            case ChangementAccessibilite():
                how = "accessible" if edit.accessible else "inaccessible"
                return f"Rendre {self._place(edit.lieu)} {how} en fauteuil roulant"
            case ChangementOperateur():
                return f"Confier {self._place(edit.lieu)} à {edit.operateur}"
        raise AssertionError(edit)

    def _place(self, name: str | None) -> str:
        """A place by its name and commune."""
        if name is not None and name in self.noms:
            return f"« {self.noms[name]} »"
        row = self.terrain.read(name) if self.terrain and name else None
        if row is None or self.terrain is None:
            return f"« {name} »"
        commune = self.terrain.communes.get(row["code_insee"])
        where = f" ({commune[0]})" if commune else ""
        return f"« {row['nom'] or name} »{where}"

    def _where(self, place: Situe) -> str:
        """« à Trélon », or a point."""
        code = place.commune
        if code is None and self.terrain and place.lon is not None and place.lat is not None:
            code = self.terrain.find_commune(place.lon, place.lat)
        known = self.terrain.communes.get(code or "") if self.terrain else None
        if known:
            return f"à {known[0]}"
        return f"à {code}" if code else f"au point {place.lon:g} ; {place.lat:g}"

    def _details(self, edit: Ouverture) -> str:
        said = [
            f"{accord(edit.effectif, 'équipement ou professionnel', 'équipements ou professionnels')}"
            if edit.effectif > 1
            else "",
            f"capacité {nombre(edit.capacite)}" if edit.capacite is not None else "",
            f"ouvert {dire(edit.horaires)}" if edit.horaires else "",
            {True: "accessible en fauteuil", False: "non accessible en fauteuil", None: ""}[edit.accessible],
        ]
        kept = [part for part in said if part]
        return f"— {', '.join(kept)}" if kept else ""
