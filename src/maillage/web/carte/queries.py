"""What the live map reads: colours, figures, places."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from maillage.atlas.lecture.chiffres import Colonne
from maillage.atlas.lecture.definitions import nom_de_type
from maillage.atlas.lecture.lieux import Implantation
from maillage.atlas.lecture.territoires import NIVEAUX
from maillage.catalogue.noms import plier
from maillage.francais import NON_RENSEIGNE
from maillage.horaires.dire import dire
from maillage.reports.rendu import couches, couleurs
from maillage.web.carte import fixe
from maillage.web.carte.vue import Dessin, Vue
from maillage.web.socle.atlas import AtlasOuvert

# The archive and its layer that hold each mesh.
TUILES = {"carreau": "carreaux", "zone": "zones"}
NOMS_DES_CONTOURS = {"epci": "intercommunalités", "arrondissement": "arrondissements"}
NOMS_DES_ROUTES = {"rapide": "autoroute ou voie rapide", "principale": "route principale"}


def archive(niveau: str) -> str:
    """The tile archive that holds a mesh."""
    return f"{TUILES.get(niveau, 'communes')}.pmtiles"


def list_lignes(atlas: AtlasOuvert, dessin: Dessin) -> list[dict[str, Any]]:
    """The map as a table: worst access first, unknown last. Squares have no name: communes are listed."""
    niveau = dessin.vue.niveau
    column, second = dessin.colonne, dessin.seconde
    if niveau == "carreau":
        if not atlas.a("commune", column.definition.id):
            return []
        column = atlas.colonne("commune", column.definition.id)
        second = _of_communes(atlas, second)
    rows = [
        {
            "territoire": t,
            "chiffre": column.chiffre(t.code),
            "second": second.chiffre(t.code) if second else None,
            "classe": "" if niveau == "carreau" else _classe(dessin, t.code),
        }
        for t in atlas.territoires("commune" if niveau == "carreau" else niveau)
    ]
    sign = -1 if column.definition.sens != "plus" else 1

    def order(row: dict[str, Any]) -> tuple[bool, float]:
        value = row["chiffre"].valeur
        return (value is None, 0 if value is None else sign * value)

    return sorted(rows, key=order)


def _of_communes(atlas: AtlasOuvert, column: Colonne | None) -> Colonne | None:
    """The same indicator by commune, where the atlas holds it."""
    held = column is not None and atlas.a("commune", column.definition.id)
    return atlas.colonne("commune", column.definition.id) if column is not None and held else None


def _classe(dessin: Dessin, code: str) -> str:
    tint = dessin.teintes.get(code, 0)
    return f"{'b' if dessin.seconde else 'c'}{tint}" if tint else "c0"


def dessin_fixe(atlas: AtlasOuvert, dessin: Dessin) -> str:
    """The picture of a view, from simplified outlines; empty for an atlas without any."""
    frame, vue = fixe.cadre(atlas), dessin.vue
    surface = _surface(atlas, dessin)
    if frame is None or not surface:
        return ""
    layers = [surface, couches.draw_roads(fixe.traces_des_routes(atlas))]
    layers += [*(_outlines(atlas, niveau, niveau) for niveau in vue.contours), *_ici(atlas, vue)]
    if vue.lieux:
        layers.append(couches.draw_points(frame, _points(atlas, vue.lieux)))
    if vue.point:
        layers.append(couches.draw_here(frame, *vue.point))
    layers.append(couches.draw_names(fixe.list_villes(atlas)))
    title = f"{dessin.definition.nom}, par {NIVEAUX.get(vue.niveau, 'carreau')}"
    return couches.picture(frame, title, layers, fin=vue.niveau == "carreau")


def _surface(atlas: AtlasOuvert, dessin: Dessin) -> str:
    """The coloured ground, kept for the atlas: it is most of the picture."""
    vue = dessin.vue
    prefix = "b" if dessin.seconde else "c"

    def draw() -> str:
        if vue.niveau == "carreau":
            grid = fixe.grille(atlas)
            return couches.draw_cells(grid, dessin.teintes, prefix) if grid else ""
        paths = fixe.traces(atlas, vue.niveau)
        ground = (
            couches.draw_outlines(fixe.traces(atlas, "arrondissement").values(), "terre")
            if vue.niveau == "zone"
            else ""
        )
        return ground + couches.draw_territories(paths, dessin.teintes, prefix) if paths else ""

    key = ("surface", vue.niveau, vue.indicateur, vue.methode, vue.nombre, vue.avec, dessin.echelle)
    found: str = atlas.garder(key, draw)
    return found


def _outlines(atlas: AtlasOuvert, niveau: str, classe: str) -> str:
    return couches.draw_outlines(fixe.traces(atlas, niveau).values(), classe)


def _ici(atlas: AtlasOuvert, vue: Vue) -> list[str]:
    path = fixe.traces(atlas, vue.niveau).get(vue.centre) if vue.centre else None
    return [f'<path class="ici" d="{path}"/>'] if path else []


def _points(atlas: AtlasOuvert, genre: str) -> list[tuple[float, float]]:
    return [
        (lieu.lon, lieu.lat)
        for lieu in atlas.implantations(genre)
        if lieu.lon is not None and lieu.lat is not None
    ]


def list_legende(atlas: AtlasOuvert, dessin: Dessin) -> list[dict[str, Any]]:
    """Each class with its colour, its bounds and the share of people who live in it; unknown last if any."""
    people = _habitants(atlas, dessin.vue.niveau)
    totals: dict[int, float] = {}
    for code, tint in dessin.teintes.items():
        totals[tint] = totals.get(tint, 0.0) + people.get(code, 0.0)
    whole = sum(totals.values())
    rows = list(dessin.legende)
    if 0 in dessin.teintes.values():
        rows.append((0, NON_RENSEIGNE))
    return [
        {"teinte": tint, "texte": text, "part": totals.get(tint, 0.0) / whole if whole else None}
        for tint, text in rows
    ]


def _habitants(atlas: AtlasOuvert, niveau: str) -> dict[str, float]:
    """Code → people, for the shares of the legend. Zones are left out: they hold few people, and overlap."""
    if niveau == "zone":
        return {}
    if niveau == "carreau":
        cells = atlas.carreaux()
        return {} if cells is None else dict(zip(cells.ids, np.nan_to_num(cells.population), strict=True))
    return {t.code: float(t.population or 0) for t in atlas.territoires(niveau)}


def donnees(atlas: AtlasOuvert, dessin: Dessin) -> dict[str, Any]:
    """What the live map needs to colour its tiles: codes by colour. What a place holds is asked for later."""
    scale = couleurs.BIVARIEE if dessin.seconde else couleurs.ECHELLE
    vue = dessin.vue
    groups: list[list[str]] = [[] for _ in range(len(scale) + 1)]
    for code, tint in dessin.teintes.items():
        groups[tint].append(code)
    return {
        "niveau": vue.niveau,
        "couche": TUILES.get(vue.niveau, vue.niveau),
        "couleurs": [couleurs.SANS_VALEUR, *scale],
        "classes": groups,
        "emprise": _emprise(atlas),
        "centre": list(vue.point) if vue.point else _centre(atlas, vue),
        "point": vue.point,
        "ici": vue.centre,
        "villes": _villes(atlas),
    }


def _emprise(atlas: AtlasOuvert) -> list[float] | None:
    """The frame of the picture, so that the live map opens on what the reader was looking at."""
    frame = fixe.cadre(atlas)
    if frame is not None:
        (left, top), (sx, sy) = frame.origine, frame.echelle
        return [left, top - frame.hauteur / sy, left + frame.largeur / sx, top]
    points = [(t.lon, t.lat) for t in atlas.territoires("commune") if t.lon is not None and t.lat is not None]
    if not points:
        return None
    lon, lat = [p[0] for p in points], [p[1] for p in points]
    return [min(lon), min(lat), max(lon), max(lat)]


def _centre(atlas: AtlasOuvert, vue: Vue) -> list[float] | None:
    for niveau in (vue.niveau, "commune"):
        here = atlas.territoire(niveau, vue.centre)
        if here is not None and here.lon is not None and here.lat is not None:
            return [here.lon, here.lat]
    return None


def _villes(atlas: AtlasOuvert, count: int = 200) -> list[dict[str, Any]]:
    """Seats, then the largest communes: the live map shows those whose names do not touch."""
    rows = [t for t in atlas.territoires("commune") if t.lon is not None and t.lat is not None]
    largest = couches.rank_villes(rows, fixe.chefs_lieux(atlas))[:count]
    return [{"nom": t.nom, "lon": t.lon, "lat": t.lat} for t in largest]


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
    simplify = shapely.simplify if niveau == "zone" else shapely.coverage_simplify
    shapes = simplify(shapely.from_wkb(list(held.values())), SIMPLIFICATION_DEG)
    texts = shapely.to_geojson(shapely.set_precision(shapes, PRECISION_DEG, mode="pointwise"))
    features = [
        f'{{"type":"Feature","properties":{{"code":{json.dumps(code)}}},"geometry":{text}}}'
        for code, text in zip(held, texts, strict=True)
    ]
    return f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}'.encode()


@dataclass(frozen=True)
class LieuNomme:
    """A location as the map tells it: the name of its commune (empty elsewhere), its hours in French."""

    lieu: Implantation
    commune: str
    horaires: str


def list_lieux(atlas: AtlasOuvert, genre: str) -> list[LieuNomme]:
    """The implantations of one type, by commune and name; those of elsewhere last."""
    found: list[LieuNomme] = atlas.garder(("lieux", genre), lambda: _lieux(atlas, genre))
    return found


def _lieux(atlas: AtlasOuvert, genre: str) -> list[LieuNomme]:
    names = {t.code: t.nom for t in atlas.territoires("commune")}
    told = [
        LieuNomme(lieu, names.get(lieu.code_insee or "", ""), dire(lieu.horaires or ""))
        for lieu in atlas.implantations(genre)
    ]
    return sorted(told, key=lambda n: (not n.commune, plier(n.commune), n.lieu.nom or "", n.lieu.id))


def lieux(atlas: AtlasOuvert, genre: str) -> dict[str, Any]:
    """The implantations of one type as GeoJSON; those without coordinates are left out."""
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(lieu.lon, 6), round(lieu.lat, 6)]},
            "properties": {
                "nom": lieu.nom or "sans nom",
                "commune": named.commune,
                "precision": lieu.precision,
                "itinerant": lieu.itinerant,
                "horaires": named.horaires,
                "source": atlas.nom_source(lieu.source),
            },
        }
        for named in list_lieux(atlas, genre)
        if (lieu := named.lieu).lon is not None and lieu.lat is not None
    ]
    return {"type": "FeatureCollection", "features": features}


def routes(atlas: AtlasOuvert) -> dict[str, Any]:
    """The main roads as GeoJSON, one feature a rank."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"rang": rank},
                "geometry": json.loads(shapely.to_geojson(_lighten(wkb))),
            }
            for rank, wkb in fixe.grandes_routes(atlas).items()
        ],
    }


def _lighten(wkb: bytes) -> shapely.Geometry:
    simple = shapely.simplify(shapely.from_wkb(wkb), SIMPLIFICATION_DEG)
    return shapely.set_precision(simple, PRECISION_DEG, mode="pointwise")


def list_routes(atlas: AtlasOuvert) -> list[tuple[str, str]]:
    """The roads drawn: (class of the style sheet, name)."""
    return [(f"route {rank}", NOMS_DES_ROUTES[rank]) for rank in fixe.traces_des_routes(atlas)]


def nom_des_contours(atlas: AtlasOuvert, niveau: str) -> str:
    """The outlines of a mesh in words."""
    return NOMS_DES_CONTOURS.get(niveau) or nom_des_zones(atlas)


def nom_des_zones(atlas: AtlasOuvert) -> str:
    """The zones in the words of who drew them: « zones : bassin minier, quartier prioritaire (QPV) »."""
    kinds = atlas.types_de_zones()
    return f"zones : {', '.join(kinds)}" if kinds else "zones prioritaires"


def list_types(atlas: AtlasOuvert) -> list[tuple[str, str]]:
    """The types of implantations of the atlas: (id, French name), in French order."""

    def read() -> list[tuple[str, str]]:
        return sorted(((t, nom_de_type(t)) for t in atlas.types_de_lieux()), key=lambda pair: plier(pair[1]))

    types: list[tuple[str, str]] = atlas.garder("types de lieux", read)
    return types
