"""What the API reads from an atlas, as plain values."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from typing import Any

import shapely

from maillage.atlas.lecture.chiffres import Chiffre
from maillage.atlas.lecture.territoires import NIVEAUX
from maillage.atlas.lecture.transports import say_transports
from maillage.catalogue.eloignement import find_limit
from maillage.francais import plat
from maillage.web.socle.atlas import AtlasOuvert


def decrire_atlas(atlas: AtlasOuvert) -> dict[str, Any]:
    """An atlas in a few words."""
    return {
        "id": atlas.id,
        "empreinte": atlas.empreinte,
        "departement": atlas.departement.nom if atlas.departement else "",
        "jeu_essai": atlas.jeu_essai,
        "transports": say_transports(atlas.manifeste.transports, detail=True),
        "niveaux": list(atlas.niveaux()),
    }


def list_indicateurs(atlas: AtlasOuvert) -> list[dict[str, Any]]:
    """Every indicator, with the meshes that hold it."""
    return [
        {
            "id": d.id,
            "nom": plat(d.nom),
            "unite": d.unite,
            "sens": d.sens,
            "dimension": d.dimension,
            "millesime": d.millesime,
            "sources": list(d.sources),
            "confirme": d.confirme,
            "niveaux": [n for n in ("carreau", *NIVEAUX) if atlas.a(n, d.id)],
            "ancien": d.ancien,
            "trop_loin_min": find_limit(d.service).minutes if d.service else None,
            "references": [asdict(reference) for reference in atlas.references(d.id)],
        }
        for d in atlas.definitions.values()
    ]


def list_chiffres(atlas: AtlasOuvert, niveau: str, indicateur: str) -> list[dict[str, Any]]:
    """One indicator over one mesh, by code."""
    column = atlas.colonne(niveau, indicateur)
    return [_chiffre(niveau, code, column.chiffre(code)) for code in column.codes]


def list_chiffres_territoire(atlas: AtlasOuvert, niveau: str, code: str) -> list[dict[str, Any]]:
    """Every figure of one territory."""
    return [_chiffre(niveau, code, chiffre) for chiffre in atlas.chiffres(niveau, code)]


def _chiffre(niveau: str, code: str, chiffre: Chiffre) -> dict[str, Any]:
    d = chiffre.definition
    return {
        "niveau": niveau,
        "code": code,
        "indicateur": d.id,
        "millesime": d.millesime,
        "valeur": _finite(chiffre.valeur),
        "unite": d.unite,
        "fiabilite": chiffre.fiabilite,
        "couverture": chiffre.couverture,
        "bas": _finite(chiffre.bas),
        "haut": _finite(chiffre.haut),
    }


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else value


def make_geojson(atlas: AtlasOuvert, niveau: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Figures on the outlines of their territories; a territory without outline has a null geometry."""
    contours = atlas.contours(niveau)
    features = [
        {
            "type": "Feature",
            "id": row["code"],
            "geometry": json.loads(shapely.to_geojson(shapely.from_wkb(contours[row["code"]])))
            if row["code"] in contours
            else None,
            "properties": row,
        }
        for row in rows
    ]
    return {"type": "FeatureCollection", "features": features}
