"""What the live map reads: colours, figures, places."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import shapely

from maillage.web.carte.vue import Dessin
from maillage.web.socle.atlas import NIVEAUX, AtlasOuvert
from maillage.web.socle.definitions import Definition
from maillage.web.socle.formats import NON_RENSEIGNE, avec_unite, known
from maillage.web.socle.graphiques import carte, couleurs
from maillage.web.territoires import classement, geographie

# The archive and its layer that hold each mesh.
TUILES = {"carreau": "carreaux", "zone": "zones"}


@dataclass(frozen=True)
class Choix:
    """What the selectors of a mesh offer: measures of a service, services, other indicators."""

    mesures: list[tuple[str, str]]
    services: list[tuple[str, str]]
    generaux: list[Definition]


def choix(atlas: AtlasOuvert, niveau: str) -> Choix:
    """The selectors of a mesh, in French order."""
    return Choix(
        classement.list_mesures(atlas, niveau),
        classement.list_services(atlas, niveau),
        atlas.generaux(niveau),
    )


def archive(niveau: str) -> str:
    """The tile archive that holds a mesh."""
    return f"{TUILES.get(niveau, 'communes')}.pmtiles"


def list_lignes(atlas: AtlasOuvert, dessin: Dessin) -> list[dict[str, Any]]:
    """The map as a table: worst access first, unknown last. Squares are not listed: they have no name."""
    if dessin.vue.niveau == "carreau":
        return []
    column, second = dessin.colonne, dessin.seconde
    rows = [
        {
            "territoire": t,
            "chiffre": column.chiffre(t.code),
            "second": second.chiffre(t.code) if second else None,
            "teinte": dessin.teintes.get(t.code, 0),
        }
        for t in atlas.territoires(dessin.vue.niveau)
    ]
    sign = -1 if column.definition.sens != "plus" else 1

    def order(row: dict[str, Any]) -> tuple[bool, float]:
        value = row["chiffre"].valeur
        return (value is None, 0 if value is None else sign * value)

    return sorted(rows, key=order)


def dessin_fixe(atlas: AtlasOuvert, dessin: Dessin, prefixe: str) -> str:
    """The same map without script, from simplified outlines; empty for meshes without any."""
    shapes = geographie.formes_de(atlas, dessin.vue.niveau)
    if shapes is None:
        return ""
    tints = {code: f"{prefixe}{tint}" if tint else "c0" for code, tint in dessin.teintes.items()}
    title = f"{dessin.definition.nom}, par {NIVEAUX.get(dessin.vue.niveau, 'carreau')}"
    here = dessin.vue.centre if dessin.vue.centre in shapes.traces else None
    return carte.carte(shapes, tints, titre=title, ici=here)


def donnees(atlas: AtlasOuvert, dessin: Dessin) -> dict[str, Any]:
    """What the live map needs to colour its tiles and to speak of a territory."""
    scale = couleurs.BIVARIEE if dessin.seconde else couleurs.ECHELLE
    niveau = dessin.vue.niveau
    names = {t.code: t.nom for t in atlas.territoires(niveau)}
    return {
        "niveau": niveau,
        "nom": dessin.definition.nom,
        "couche": TUILES.get(niveau, niveau),
        "couleurs": [couleurs.SANS_VALEUR, *scale],
        "codes": list(dessin.colonne.codes),
        "teintes": [dessin.teintes.get(code, 0) for code in dessin.colonne.codes],
        "noms": [names.get(code, "") for code in dessin.colonne.codes],
        "textes": [_text(value, dessin) for value in dessin.colonne.valeurs],
        "emprise": _emprise(atlas),
        "centre": _centre(atlas, dessin),
        "ici": dessin.vue.centre,
        "villes": _villes(atlas),
    }


def _text(value: float, dessin: Dessin) -> str:
    definition = dessin.definition
    return avec_unite(value, definition.unite, definition.arrondi) if known(value) else NON_RENSEIGNE


def _emprise(atlas: AtlasOuvert) -> list[float] | None:
    points = [(t.lon, t.lat) for t in atlas.territoires("commune") if t.lon is not None and t.lat is not None]
    if not points:
        return None
    lon, lat = [p[0] for p in points], [p[1] for p in points]
    return [min(lon), min(lat), max(lon), max(lat)]


def _centre(atlas: AtlasOuvert, dessin: Dessin) -> list[float] | None:
    for niveau in (dessin.vue.niveau, "commune"):
        here = atlas.territoire(niveau, dessin.vue.centre)
        if here is not None and here.lon is not None and here.lat is not None:
            return [here.lon, here.lat]
    return None


# Two names nearer than this would overlap on the opening view, in degrees of longitude.
ECART_DEG = 0.16


def _villes(atlas: AtlasOuvert, count: int = 9) -> list[dict[str, Any]]:
    """The largest communes, to find one's way."""
    rows = [t for t in atlas.territoires("commune") if t.lon is not None and t.lat is not None]
    kept: list[tuple[str, float, float]] = []
    for t in sorted(rows, key=lambda t: -(t.population or 0)):
        lon, lat = float(t.lon or 0), float(t.lat or 0)
        if all(abs(lon - x) > ECART_DEG or abs(lat - y) > ECART_DEG / 2 for _, x, y in kept):
            kept.append((t.nom, lon, lat))
    return [{"nom": nom, "lon": lon, "lat": lat} for nom, lon, lat in kept[:count]]


def contours(atlas: AtlasOuvert, niveau: str) -> bytes:
    """The outlines of a mesh as GeoJSON, simplified to what a screen shows; kept for the atlas."""
    body: bytes = atlas.garder(("geojson", niveau), lambda: _contours(atlas, niveau))
    return body


# Outlines of the live map: simplification and precision, in degrees (about 60 m and 10 m).
SIMPLIFICATION_DEG, PRECISION_DEG = 0.0006, 0.0001


def _contours(atlas: AtlasOuvert, niveau: str) -> bytes:
    held = atlas.contours(niveau)
    if not held:
        return b'{"type": "FeatureCollection", "features": []}'
    shapes = shapely.coverage_simplify(shapely.from_wkb(list(held.values())), SIMPLIFICATION_DEG)
    texts = shapely.to_geojson(shapely.set_precision(shapes, PRECISION_DEG, mode="pointwise"))
    features = [
        f'{{"type":"Feature","properties":{{"code":{json.dumps(code)}}},"geometry":{text}}}'
        for code, text in zip(held, texts, strict=True)
    ]
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'.encode()


def lieux(atlas: AtlasOuvert, genre: str) -> dict[str, Any]:
    """The implantations of one type as GeoJSON; those without coordinates are left out."""
    table = atlas.implantations()
    rows = table.filter(table["type"] == genre).iter_rows(named=True) if not table.is_empty() else iter(())
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(row["lon"], 6), round(row["lat"], 6)]},
            "properties": {
                "nom": row["nom"] or "sans nom",
                "precision": row["precision"],
                "itinerant": bool(row["itinerant"]),
                "horaires": row["horaires"],
                "source": row["source"],
                "millesime": row["millesime"],
            },
        }
        for row in rows
        if row["lon"] is not None
    ]
    return {"type": "FeatureCollection", "features": features}


def list_types(atlas: AtlasOuvert) -> list[str]:
    """The types of implantations of the atlas."""
    table = atlas.implantations()
    return [] if table.is_empty() else sorted(table["type"].unique().to_list())
