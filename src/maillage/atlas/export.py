"""Figures out, in long form: one row per territory and indicator."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import polars as pl
import shapely

from maillage.atlas.lecture.ouvert import Atlas, check_niveau
from maillage.atlas.ods import Suivi, cut_frame, pack, silent
from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.tableurs import DANGEREUX

COLONNES: Final = (
    "niveau",
    "code",
    "nom",
    "indicateur",
    "valeur",
    "unite",
    "millesime",
    "source",
    "methode",
    "fiabilite",
    "couverture",
    "bas",
    "haut",
)


def make_long(atlas: Atlas, niveau: str, indicateurs: Sequence[str] = ()) -> pl.DataFrame:
    """Every figure of ``niveau`` (or the chosen ``indicateurs``) with the columns :data:`COLONNES`.

    ``methode`` is the address of the figure's method page in the application; rows go by indicator, then
    code. An unknown figure is a row whose ``valeur`` is null. An atlas of invented figures says so in
    ``source``.
    """
    index = atlas.index().filter(pl.col("niveau") == check_niveau(niveau))
    check_indicators(atlas, niveau, index["indicateur"].to_list(), indicateurs)
    chosen = set(indicateurs)
    rows = index.filter(pl.col("indicateur").is_in(chosen)) if chosen else index
    wide = atlas.indicateurs(niveau, indicateurs)
    return melt(atlas, wide.sort("code"), rows.sort("indicateur"))


def melt(atlas: Atlas, wide: pl.DataFrame, index: pl.DataFrame) -> pl.DataFrame:
    """The wide columns of the indicators of ``index``, one under the other."""
    names, n = index["indicateur"].to_list(), wide.height
    unknown = pl.Series([None], dtype=pl.Float64).new_from_index(0, n)
    sources = [name_sources(atlas, ids) for ids in index["sources"]]

    def pile(suffix: str) -> pl.Series:
        columns = [wide[name + suffix] if name + suffix in wide.columns else unknown for name in names]
        return pl.concat(columns) if columns else unknown.clear()

    def repeat(values: pl.Series) -> pl.Series:
        return values.gather(np.repeat(np.arange(len(names)), n))

    def cycle(values: pl.Series) -> pl.Series:
        return values.gather(np.tile(np.arange(n), len(names)))

    columns = {
        "niveau": repeat(index["niveau"]),
        "code": cycle(wide["code"]),
        "nom": cycle(wide["nom"]),
        "indicateur": repeat(index["indicateur"]),
        "valeur": pile(""),
        "unite": repeat(index["unite"]),
        "millesime": repeat(index["millesime"]),
        "source": repeat(pl.Series(sources, dtype=pl.String)),
        "methode": repeat(pl.Series([find_method_page(name) for name in names], dtype=pl.String)),
        "fiabilite": pile("_fiabilite").cast(pl.String),
        "couverture": pile("_couverture"),
        "bas": pile("_bas"),
        "haut": pile("_haut"),
    }
    return pl.DataFrame({name: columns[name] for name in COLONNES})


def find_method_page(indicateur: str) -> str:
    """Where the application tells how a figure is made.

    >>> find_method_page("duree_pharmacie")
    '/methodes/duree_pharmacie/'
    """
    return f"/methodes/{indicateur}/"


def check_indicators(atlas: Atlas, niveau: str, known: Sequence[str], asked: Sequence[str]) -> None:
    """Refuse every indicator that the atlas lacks at this niveau, all at once."""
    unknown = [name for name in asked if name not in set(known)]
    if unknown:
        fautes = tuple(Faute(f"indicateur « {name} » absent au niveau {niveau}") for name in unknown)
        advice = "« maillage atlas info » liste ceux que l'atlas contient."
        raise EntreeInvalide(
            f"L'atlas {atlas.dossier.name} n'a pas tout ce qui est demandé. {advice}", fautes
        )


def name_sources(atlas: Atlas, ids: Sequence[str]) -> str:
    """Producer, name and vintage of each source; simulated figures are named as such."""
    sources = [atlas.manifest.sources[name] for name in ids if name in atlas.manifest.sources]
    texts = [f"{source['producteur']}, {source['nom']} ({source['millesime']})" for source in sources]
    label = " ; ".join(texts) or "Maillage"
    return f"Jeu d'essai : {label}" if atlas.manifest.jeu_essai else label


def guard(frame: pl.DataFrame) -> pl.DataFrame:
    """Text that a spreadsheet would run as a formula gets an apostrophe before it.

    >>> guard(pl.DataFrame({"nom": ["=1+1", "Lille"]}))["nom"].to_list()
    ["'=1+1", 'Lille']
    """
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    return frame.with_columns(
        pl.when(pl.col(name).str.contains(DANGEREUX)).then(pl.format("'{}", name)).otherwise(name).alias(name)
        for name in texts
    )


def write_csv(_: Atlas, frame: pl.DataFrame, _suivi: Suivi = silent) -> bytes:
    """CSV in UTF-8, comma, decimal point; formulas guarded."""
    return guard(frame).write_csv().encode()


def write_parquet(_: Atlas, frame: pl.DataFrame, _suivi: Suivi = silent) -> bytes:
    """Parquet."""
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


def write_geojson(atlas: Atlas, frame: pl.DataFrame, _suivi: Suivi = silent) -> bytes:
    """One feature per territory (outline, WGS 84; cells as points), a property per indicator."""
    niveau = frame["niveau"][0] if frame.height else "commune"
    shapes = find_shapes(atlas, niveau)
    features = [
        {
            "type": "Feature",
            "id": code,
            "properties": {"niveau": niveau, "code": code, "nom": rows["nom"][0], **make_properties(rows)},
            "geometry": shapes.get(str(code)),
        }
        for (code,), rows in frame.group_by("code", maintain_order=True)
    ]
    document: dict[str, Any] = {"type": "FeatureCollection", "features": features}
    if atlas.manifest.jeu_essai:
        document["jeu_essai"] = "Jeu d'essai : communes réelles, chiffres simulés"
    return json.dumps(document, ensure_ascii=False).encode()


def make_properties(rows: pl.DataFrame) -> dict[str, Any]:
    """The properties of one territory."""
    properties: dict[str, Any] = {}
    for name, value, grade, vintage in rows.select(
        "indicateur", "valeur", "fiabilite", "millesime"
    ).iter_rows():
        properties |= {name: value, f"{name}_fiabilite": grade, f"{name}_millesime": vintage}
    return properties


def find_shapes(atlas: Atlas, niveau: str) -> dict[str, Any]:
    """GeoJSON geometry by code: outlines, cell centres for carreaux."""
    if niveau == "carreau":
        cells = atlas.carreaux().select("id", "lon", "lat").iter_rows()
        return {str(cell): {"type": "Point", "coordinates": [lon, lat]} for cell, lon, lat in cells}
    outlines = atlas.contours(niveau).select("code", "wkb").iter_rows()
    return {str(code): json.loads(shapely.to_geojson(shapely.from_wkb(wkb))) for code, wkb in outlines}


def write_ods(atlas: Atlas, frame: pl.DataFrame, suivi: Suivi = silent) -> bytes:
    """An OpenDocument spreadsheet: figures, then the sources; more rows than a sheet holds make several."""
    sheets = [*cut_frame("Chiffres", frame, suivi), *cut_frame("Sources", list_sources(atlas))]
    return pack(sheets, f"Chiffres de l’atlas : {atlas.manifest.nom}")


def list_sources(atlas: Atlas) -> pl.DataFrame:
    """The sources of an atlas as a table."""
    fields = ("nom", "producteur", "licence", "millesime", "fichier")
    rows = [
        {"id": name, **{key: str(source[key]) for key in fields}}
        for name, source in atlas.manifest.sources.items()
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(("id", *fields), pl.String))


WRITERS: dict[str, Callable[[Atlas, pl.DataFrame, Suivi], bytes]] = {
    "csv": write_csv,
    "parquet": write_parquet,
    "ods": write_ods,
    "geojson": write_geojson,
}
