"""The directory as layers: its structures and what they offer, without the names of people."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final

from maillage.annuaire.fiche import ENSEMBLES, Prestation, Structure
from maillage.ogc.couche import CoucheOuverte, Genre, ProprieteOuverte, make_objets
from maillage.web.annuaire.fiches import CHAMPS, RESERVES
from maillage.web.annuaire.queries import AnnuaireTenu
from maillage.web.publication.colonnes import Colonne, join, make_colonne, make_couche, make_points

IDS: Final = {"annuaire-structures": Structure, "annuaire-prestations": Prestation}
GENRES: Final[dict[str, Genre]] = {
    "date_maj": "date",
    "volume_horaire_hebdomadaire": "number",
    "nombre_semaines": "integer",
}
LIEU: Final = ("longitude", "latitude")
LONGS: Final = (
    "description",
    "conditions_acces",
    "frais_precisions",
    "publics_precisions",
    "mobilisation_precisions",
)


def make_fiches(held: AnnuaireTenu, name: str) -> CoucheOuverte | None:
    """The records of one kind, our corrections over their sources; null when there is none.

    What ``annuaire.fiches.RESERVES`` keeps to mandates is not among their properties.
    """
    kind = IDS[name]
    found: tuple[Any, ...] = held.annuaire.structures if kind is Structure else held.annuaire.prestations
    if not found:
        return None
    homes = {one.id: one for one in held.annuaire.structures}
    title = "Structures" if kind is Structure else "Prestations"
    days = make_objets(one.date_maj.isoformat() for one in found)
    return make_couche(
        [
            *(_tell(part.name, found) for part in fields(kind) if _is_open(part.name)),
            *_tell_more(held, kind, found),
        ],
        id=name,
        titre=f"Annuaire : {title.lower()}",
        description="Les fiches de l’annuaire telles que leurs sources les publient, nos corrections "
        "par-dessus. Champs du schéma data·inclusion v1 ; le nom du contact n’en fait pas partie.",
        ids=tuple(one.id for one in found),
        geometries=make_points(_place(one, homes) for one in found),
        temps=(days, days),
        mots=("annuaire", "services au public", "data·inclusion"),
        licence=join(list_licences(held)) or "",
        sources=tuple(sorted({one.source for one in found})),
        marque=held.marque,
        tuiles=True,
    )


def list_licences(held: AnnuaireTenu) -> tuple[str, ...]:
    """The licences that records say they are under, each once."""
    return tuple(dict.fromkeys(one.licence for one in held.annuaire.complements.values() if one.licence))


def _is_open(name: str) -> bool:
    return name not in RESERVES and name not in LIEU


def _tell(name: str, found: tuple[Any, ...]) -> Colonne:
    def read(one: Any) -> Any:
        value = getattr(one, name)
        if name == "date_maj":
            return value.isoformat()
        return join(value) if name in ENSEMBLES else value

    label = CHAMPS.get(name, name.replace("_", " "))
    propriete = ProprieteOuverte(name, label, GENRES.get(name, "string"), long=name in LONGS)
    return make_colonne(propriete, lambda: [read(one) for one in found])


def _tell_more(held: AnnuaireTenu, kind: type, found: tuple[Any, ...]) -> list[Colonne]:
    """Its licence, how people are received, and which fields are our corrections."""
    sorte = "structure" if kind is Structure else "prestation"
    known = held.annuaire.complements

    def more(one: Any, name: str) -> Any:
        return getattr(known[one.id], name) if one.id in known else None

    return [
        make_colonne(ProprieteOuverte("licence", "Licence"), lambda: [more(one, "licence") for one in found]),
        make_colonne(
            ProprieteOuverte("fonctions_accueil", "Niveaux d’accueil"),
            lambda: [join(more(one, "fonctions")) for one in found],
        ),
        make_colonne(
            ProprieteOuverte("corrections", "Champs corrigés ici, que la source dit autrement"),
            lambda: [join(held.corriges.get((sorte, one.id))) for one in found],
        ),
    ]


def _place(one: Any, homes: dict[str, Structure]) -> tuple[float | None, float | None]:
    """Where it is; where its structure is when it does not say."""
    if one.longitude is None or one.latitude is None:
        home = homes.get(getattr(one, "structure_id", ""))
        return (home.longitude, home.latitude) if home else (None, None)
    return one.longitude, one.latitude
