"""The columns of each nature of table: name, type, meaning. A reader's frame starts with exactly these.

Null means unknown everywhere; a count of 0 is an observed zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from maillage.sources.base import Nature

COMMUNES: dict[str, type[pl.DataType]] = {
    "code_insee": pl.String,
    "nom": pl.String,
    "population": pl.Int64,  # municipale, newest of the file
    "departement": pl.String,
    "arrondissement": pl.String,
    "arrondissement_nom": pl.String,
    "epci": pl.String,
    "epci_nom": pl.String,
    "canton": pl.String,
    "canton_nom": pl.String,
    "bassin_vie": pl.String,
    "bassin_vie_nom": pl.String,
    "densite_classe": pl.String,
    "ruralite": pl.String,
    "lon": pl.Float64,  # town hall, WGS 84
    "lat": pl.Float64,
}
CONTOURS: dict[str, type[pl.DataType]] = {"code_insee": pl.String, "wkb": pl.Binary}  # WGS 84 polygon
CARREAUX: dict[str, type[pl.DataType]] = {
    "id": pl.String,
    "x_3035": pl.Int64,  # lower-left corner, metres; null in another projection
    "y_3035": pl.Int64,
    "taille_m": pl.Int64,
    "population": pl.Float64,
    "hommes": pl.Float64,
    "femmes": pl.Float64,
    "moins_15": pl.Float64,
    "de_15_a_64": pl.Float64,
    "plus_65": pl.Float64,
    "lon": pl.Float64,  # centre, WGS 84
    "lat": pl.Float64,
    "dans_departement": pl.Boolean,  # null when the file does not say
}
IMPLANTATIONS: dict[str, type[pl.DataType]] = {
    "id": pl.String,
    "type": pl.String,  # an id of catalogue/types_service.csv
    "nom": pl.String,
    "lon": pl.Float64,
    "lat": pl.Float64,
    "code_insee": pl.String,
    "departement": pl.String,
    "precision": pl.String,  # adresse | commune | base_mobile
    "effectif": pl.Int64,  # facilities at this point, ≥ 1
    "capacite": pl.Float64,
    "horaires": pl.String,  # OpenStreetMap opening_hours syntax
    "itinerant": pl.Boolean,
    "source": pl.String,
    "millesime": pl.String,
    "activite": pl.Float64,  # in the unit and over the period of capacite
    "delai_jours": pl.Float64,  # days before the first appointment
    "accessible": pl.Boolean,  # to people with reduced mobility
    "maj": pl.String,  # when the record was last checked, AAAA-MM-JJ
    "complement_source": pl.String,  # who says capacity, activity, delay, accessibility
    "complement_millesime": pl.String,
}
CAPACITES: dict[str, type[pl.DataType]] = {
    "id": pl.String,  # of an implantation
    "capacite": pl.Float64,
    "activite": pl.Float64,
    "delai_jours": pl.Float64,
    "accessible": pl.Boolean,
    "maj": pl.String,
    "complement_source": pl.String,
    "complement_millesime": pl.String,
}
COMPLEMENTS: dict[str, type[pl.DataType]] = {
    "proposition": pl.String,  # the key of the line where it was proposed; null outside of an install
    "id": pl.String,  # of an implantation; ``ajout:…`` for one to add
    "type": pl.String,  # what the place was when the line was written
    "nom": pl.String,
    "champ": pl.String,  # catalogue/complements.toml
    "valeur": pl.String,  # as catalogue.complements keeps it
    "avant": pl.String,  # what the list said then, empty when it said nothing
    "source": pl.String,
    "lien": pl.String,
    "date": pl.String,  # when it was checked, AAAA-MM-JJ
    "organisme": pl.String,
}
OFFRE_COMMUNE: dict[str, type[pl.DataType]] = {
    "code_insee": pl.String,
    "type": pl.String,
    "nombre": pl.Int64,
    "source": pl.String,
    "millesime": pl.String,
}
QPV: dict[str, type[pl.DataType]] = {"code": pl.String, "nom": pl.String, "wkb": pl.Binary}
ZONES_LIBRES: dict[str, Any] = {
    "code": pl.String,
    "nom": pl.String,
    "type": pl.String,  # in the département's words
    "wkb": pl.Binary,  # WGS 84 polygon; null for a zone made of communes
    "communes": pl.List(pl.String),  # null for a zone drawn by polygon
}
MOUVEMENTS: dict[str, type[pl.DataType]] = {
    "ancien": pl.String,
    "nouveau": pl.String,
    "date_effet": pl.String,
    "nature": pl.String,  # fusion | recodage | partage (``ancien`` lost ``nouveau``), null: not said
}

ZONES = ("epci", "arrondissement", "canton", "bassin_vie")
APPARTENANCE: dict[str, type[pl.DataType]] = dict.fromkeys(
    ("code_insee", "nom", "departement", *(name for zone in ZONES for name in (zone, f"{zone}_nom"))),
    pl.String,
)
MAIRIES: dict[str, type[pl.DataType]] = {"code_insee": pl.String, "lon": pl.Float64, "lat": pl.Float64}
LIEUX_VOISINS: dict[str, type[pl.DataType]] = {
    "id": pl.String,
    "type": pl.String,
    "nom": pl.String,
    "lon": pl.Float64,
    "lat": pl.Float64,
    "pays": pl.String,  # two letters
    "source": pl.String,
    "millesime": pl.String,
}
TEMPS_PUBLIES: dict[str, type[pl.DataType]] = {
    "departement": pl.String,  # FR: France
    "type": pl.String,
    "moyenne_s": pl.Float64,
    "mediane_s": pl.Float64,
    "decile1_s": pl.Float64,
    "decile9_s": pl.Float64,
}

SCHEMAS: dict[Nature, dict[str, Any]] = {
    "communes": COMMUNES,
    "contours": CONTOURS,
    "carreaux": CARREAUX,
    "implantations": IMPLANTATIONS,
    "capacites": CAPACITES,
    "complements": COMPLEMENTS,
    "offre_commune": OFFRE_COMMUNE,
    "qpv": QPV,
    "zones": ZONES_LIBRES,
    "mouvements": MOUVEMENTS,
    "appartenance": APPARTENANCE,
    "mairies": MAIRIES,
    "lieux_voisins": LIEUX_VOISINS,
    "temps_publies": TEMPS_PUBLIES,
    "statistiques": {"code_insee": pl.String},
}


def conform(frame: pl.DataFrame, nature: Nature) -> pl.DataFrame:
    """``frame`` with the columns of ``nature`` first, typed, absent ones null; others kept after."""
    schema = SCHEMAS[nature]
    wanted = [
        pl.col(name).cast(dtype) if name in frame.columns else pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in schema.items()
    ]
    extra = [name for name in frame.columns if name not in schema]
    return frame.select(*wanted, *extra)
