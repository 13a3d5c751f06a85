"""The catalogue: one record for each layer, as OGC API Records writes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import shapely

from maillage.ogc.couche import CoucheOuverte, ProprieteOuverte, make_objets
from maillage.web.publication.colonnes import Colonne, join, make_colonne, make_couche, repeat
from maillage.web.socle.atlas import AtlasOuvert

ID: Final = "catalogue"
Propriete = ProprieteOuverte


def make_catalogue(atlas: AtlasOuvert, couches: Mapping[str, CoucheOuverte], etat: str) -> CoucheOuverte:
    """A record for each of these layers: where it is, of when, under which licence, out of which sources."""
    held = tuple(couches.values())
    built = atlas.construit_le.isoformat() if atlas.construit_le else None
    instant = atlas.construit_a.strftime("%Y-%m-%dT%H:%M:%SZ") if atlas.construit_a else None
    of_atlas = [one.marque == atlas.empreinte for one in held]

    def of(propriete: ProprieteOuverte, read: Any) -> Colonne:
        return make_colonne(propriete, lambda: [read(one) for one in held])

    columns = [
        repeat(Propriete("type", "Type"), "dataset", len(held)),
        of(Propriete("title", "Titre"), lambda one: one.titre),
        of(Propriete("description", "Description"), lambda one: one.description),
        of(Propriete("license", "Licence des sources"), lambda one: one.licence or None),
        of(Propriete("objets", "Nombre d’objets", "integer"), len),
        of(Propriete("sources", "Sources et millésimes"), lambda one: join(one.sources)),
        make_colonne(
            Propriete("updated", "Construction de l’atlas", "date"),
            lambda: [built if here else None for here in of_atlas],
        ),
        repeat(Propriete("atlas", "Atlas"), atlas.id, len(held)),
        repeat(Propriete("jeu_essai", "Jeu d’essai", "boolean"), atlas.jeu_essai, len(held)),
    ]

    def tell(row: int) -> dict[str, Any]:
        """``updated`` is a day to who filters, the instant in the record, as its schema wants."""
        return {
            "keywords": list(held[row].mots),
            "language": {"code": "fr"},
            "formats": list_formats(held[row]),
            **({"updated": instant} if of_atlas[row] else {}),
        }

    first = make_objets([one.periode[0] if one.periode else None for one in held])
    last = make_objets([one.periode[1] if one.periode else None for one in held])
    return make_couche(
        columns,
        id=ID,
        titre="Catalogue",
        description="Une notice par couche de ce service : ce qu’elle contient, ses sources, leurs licences.",
        ids=tuple(couches),
        geometries=make_objets(shapely.box(*one.emprise) if one.emprise else None for one in held),
        temps=(first, last),
        type_objets="record",
        mots=("catalogue",),
        marque=etat,
        details=tell,
    )


def list_formats(couche: CoucheOuverte) -> list[dict[str, str]]:
    """The forms in which a layer is given."""
    names = ["GeoJSON", "HTML", *(["Mapbox Vector Tile"] if couche.tuiles else [])]
    return [{"name": name} for name in names]
