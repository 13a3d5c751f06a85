"""The atlases the pages read: found, opened once, kept; columns as numpy arrays, rows as frozen objects.

An atlas never changes, so what is read from one is kept for the life of the process.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import polars as pl
from django.conf import settings
from django.http import Http404
from django.urls import reverse
from numpy.typing import NDArray

from maillage.francais import de
from maillage.web.socle.deficits import Deficit, read_deficits
from maillage.web.socle.definitions import Definition, read_definition, unknown
from maillage.web.socle.memoire import Memoire

# An id that ends with a year is an older vintage of an indicator that also exists without it.
VINTAGE = re.compile(r"_(19|20)\d\d$")

CALCULS_GARDES = 600
NIVEAUX = MappingProxyType(
    {
        "commune": "commune",
        "epci": "intercommunalité",
        "canton": "canton",
        "bassin_vie": "bassin de vie",
        "arrondissement": "arrondissement",
        "departement": "département",
        "zone": "zone",
    }
)


@dataclass(frozen=True)
class Territoire:
    """One row of ``territoires``: a place people live in, at one mesh."""

    niveau: str
    code: str
    nom: str
    population: float | None
    superficie_km2: float | None
    lon: float | None
    lat: float | None
    densite_classe: str | None
    parents: Mapping[str, str]
    partiel: bool
    part_frontiere: float | None

    @property
    def cle(self) -> str:
        """``niveau:code``, as addresses write it."""
        return f"{self.niveau}:{self.code}"

    @property
    def adresse(self) -> str:
        """The address of its portrait, without the choice of an atlas."""
        return reverse("territoires:portrait", args=[self.niveau, self.code])

    @property
    def nom_complet(self) -> str:
        """The name as a title: what it is too, where the name alone would mislead."""
        if self.niveau == "arrondissement" and not self.nom.lower().startswith("arrondissement"):
            return f"Arrondissement {de(self.nom)}"
        if self.niveau == "bassin_vie":
            return f"Bassin de vie {de(self.nom)}"
        if self.niveau == "canton" and not self.nom.lower().startswith("canton"):
            return f"Canton {self.nom}" if self.nom == self.code else f"Canton {de(self.nom)}"
        return self.nom

    @property
    def nature(self) -> str:
        """The mesh in words."""
        return NIVEAUX.get(self.niveau, self.niveau)


@dataclass(frozen=True, eq=False)
class Colonne:
    """One indicator over one mesh, in the order of the codes; NaN where unknown."""

    definition: Definition
    codes: tuple[str, ...]
    valeurs: NDArray[np.float64]
    fiabilites: tuple[str | None, ...]
    couvertures: NDArray[np.float64]
    bas: NDArray[np.float64] | None
    haut: NDArray[np.float64] | None

    @cached_property
    def rang(self) -> dict[str, int]:
        """Row number of each code."""
        return {code: row for row, code in enumerate(self.codes)}

    def chiffre(self, code: str) -> Chiffre:
        """The figure of one territory; unknown when the mesh does not hold it."""
        row = self.rang.get(code)
        if row is None or np.isnan(self.valeurs[row]):
            return Chiffre(self.definition, None, None, None, None, None)
        bounds = [
            None if side is None or np.isnan(side[row]) else float(side[row])
            for side in (self.bas, self.haut)
        ]
        couverture = None if np.isnan(self.couvertures[row]) else float(self.couvertures[row])
        return Chiffre(self.definition, float(self.valeurs[row]), self.fiabilites[row], couverture, *bounds)


@dataclass(frozen=True)
class Chiffre:
    """One figure with what makes it readable; ``valeur`` None is unknown."""

    definition: Definition
    valeur: float | None
    fiabilite: str | None
    couverture: float | None
    bas: float | None
    haut: float | None

    @property
    def connu(self) -> bool:
        """Whether there is a figure."""
        return self.valeur is not None


@dataclass(frozen=True, eq=False)
class AtlasOuvert:
    """An open atlas. ``id`` is its folder's name; ``empreinte`` changes when any of its tables does."""

    id: str
    dossier: Path
    manifeste: Mapping[str, Any]
    par_defaut: bool = False
    _memoire: dict[Any, Any] = field(default_factory=dict, repr=False)
    _calculs: Memoire = field(default_factory=lambda: Memoire(CALCULS_GARDES), repr=False)

    @cached_property
    def empreinte(self) -> str:
        """Hash of the manifest, which holds the hash of every table."""
        return hashlib.sha256((self.dossier / "manifest.json").read_bytes()).hexdigest()[:16]

    @property
    def jeu_essai(self) -> bool:
        """Whether the territory is invented."""
        return bool(self.manifeste.get("jeu_essai"))

    @cached_property
    def departement(self) -> Territoire | None:
        """The département itself."""
        rows = self.territoires("departement")
        return rows[0] if rows else None

    @cached_property
    def fiabilite_temps(self) -> str | None:
        """How the travel times of this atlas were made: observe, estime or simule; None without times."""
        for indicateur in self.indicateurs("departement"):
            if self.definition(indicateur).unite == "min":
                fiabilites = [f for f in self.colonne("departement", indicateur).fiabilites if f]
                return fiabilites[0] if fiabilites else None
        return None

    @cached_property
    def sur_routes(self) -> bool:
        """Whether times were computed on a road network, which the atlas then holds."""
        return (self.dossier / "reseau").is_dir()

    @cached_property
    def definitions(self) -> dict[str, Definition]:
        """Every indicator of the atlas by id, in the order of its index."""
        rows = self._table("indicateurs/index.parquet").iter_rows(named=True)
        found: dict[str, Definition] = {}
        for row in rows:
            found.setdefault(row["indicateur"], read_definition(row))
        return found

    def definition(self, indicateur: str) -> Definition:
        """What an indicator is; one the atlas does not hold keeps its id for name."""
        return self.definitions.get(indicateur) or unknown(indicateur)

    def nom_source(self, source: str) -> str:
        """A source in words: name and vintage; its id when the manifest does not describe it."""
        known = self.manifeste.get("sources", {}).get(source)
        return f"{known['nom']}, {known['millesime']}" if known else source

    def mesures(self, niveau: str) -> dict[str, dict[str, str]]:
        """What can be asked of each service at this mesh: measure → service → indicator."""
        return self.garder(("mesures", niveau), lambda: self._mesures(niveau))

    def _mesures(self, niveau: str) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for definition in map(self.definition, self.indicateurs(niveau)):
            if definition.service:
                found.setdefault(definition.mesure, {})[definition.service] = definition.id
        return found

    def generaux(self, niveau: str) -> list[Definition]:
        """The indicators that are not about one service, the superseded vintages left out."""
        return list(self.garder(("generaux", niveau), lambda: self._generaux(niveau)))

    def _generaux(self, niveau: str) -> list[Definition]:
        held = map(self.definition, self.indicateurs(niveau))
        return [d for d in held if not d.service and not VINTAGE.search(d.id)]

    def niveaux(self) -> tuple[str, ...]:
        """The meshes this atlas holds, in reading order."""
        return tuple(niveau for niveau in NIVEAUX if self.territoires(niveau))

    def territoires(self, niveau: str) -> tuple[Territoire, ...]:
        """The territories of one mesh, by code."""
        return self._territoires().get(niveau, ())

    def territoire(self, niveau: str, code: str) -> Territoire | None:
        """One territory, or None."""
        return self._par_cle().get((niveau, code))

    def get_territoire(self, niveau: str, code: str) -> Territoire:
        """One territory, or a 404."""
        found = self.territoire(niveau, code)
        if found is None:
            raise Http404(f"Aucun territoire « {niveau} {code} » dans l’atlas {self.id}.")
        return found

    def indicateurs(self, niveau: str) -> tuple[str, ...]:
        """Ids of the indicators known at this mesh, in the order of the file."""
        return tuple(self._indicateurs(niveau))

    def a(self, niveau: str, indicateur: str) -> bool:
        """Whether this mesh holds this indicator."""
        return indicateur in self._indicateurs(niveau)

    def _indicateurs(self, niveau: str) -> dict[str, None]:
        return self.garder(("indicateurs", niveau), lambda: self._lire_indicateurs(niveau))  # type: ignore[no-any-return]

    def _lire_indicateurs(self, niveau: str) -> dict[str, None]:
        columns = dict.fromkeys(self._colonnes(niveau))
        return {name: None for name in columns if f"{name}_fiabilite" in columns}

    def colonne(self, niveau: str, indicateur: str) -> Colonne:
        """One indicator over one mesh; 404 when the atlas does not hold it."""
        key = ("colonne", niveau, indicateur)
        if key not in self._memoire:
            if not self.a(niveau, indicateur):
                raise Http404(f"L’indicateur « {indicateur} » n’existe pas au niveau {niveau}.")
            self._memoire[key] = self._lire_colonne(niveau, indicateur)
        column: Colonne = self._memoire[key]
        return column

    def chiffre(self, niveau: str, code: str, indicateur: str) -> Chiffre:
        """One figure; unknown (never an error) when the atlas does not hold it."""
        if not self.a(niveau, indicateur):
            return Chiffre(self.definition(indicateur), None, None, None, None, None)
        return self.colonne(niveau, indicateur).chiffre(code)

    def reference(self, indicateur: str) -> Chiffre:
        """The figure of the département, to which all others are compared."""
        code = self.departement.code if self.departement else ""
        return self.chiffre("departement", code, indicateur)

    def deficit(self, niveau: str, code: str) -> Deficit | None:
        """What the default rule says of a territory; None when it was not judged."""
        return self._deficits().get((niveau, code))

    def implantations(self) -> pl.DataFrame:
        """The table ``implantations`` whole; empty when the atlas has none."""
        return self._memo("implantations", lambda: self._table("implantations.parquet"))

    def contours(self, niveau: str) -> dict[str, bytes]:
        """Code → WKB polygon of one mesh."""
        table = self._memo("contours", lambda: self._table("contours.parquet"))
        if table.is_empty():
            return {}
        rows = table.filter(pl.col("niveau") == niveau)
        return dict(zip(rows["code"].to_list(), rows["wkb"].to_list(), strict=True))

    def garder(self, key: Any, compute: Callable[[], Any]) -> Any:
        """What ``compute`` gives, computed once for this atlas, while there is room."""
        return self._calculs.get(key, compute)

    def _memo(self, key: Any, read: Callable[[], Any]) -> Any:
        if key not in self._memoire:
            self._memoire[key] = read()
        return self._memoire[key]

    def _table(self, name: str) -> pl.DataFrame:
        path = self.dossier / name
        return pl.read_parquet(path) if path.exists() else pl.DataFrame()

    def _territoires(self) -> dict[str, tuple[Territoire, ...]]:
        return self._memo("territoires", self._lire_territoires)  # type: ignore[no-any-return]

    def _lire_territoires(self) -> dict[str, tuple[Territoire, ...]]:
        found: dict[str, list[Territoire]] = {}
        names = set(Territoire.__dataclass_fields__)
        for row in self._table("territoires.parquet").sort("niveau", "code").iter_rows(named=True):
            values = {name: row.get(name) for name in names}
            values["parents"] = {k: v for k, v in (row.get("parents") or {}).items() if v}
            values["partiel"] = bool(row.get("partiel"))
            found.setdefault(row["niveau"], []).append(Territoire(**values))
        return {niveau: tuple(rows) for niveau, rows in found.items()}

    def _par_cle(self) -> dict[tuple[str, str], Territoire]:
        return self._memo(  # type: ignore[no-any-return]
            "par_cle", lambda: {(t.niveau, t.code): t for rows in self._territoires().values() for t in rows}
        )

    def _deficits(self) -> dict[tuple[str, str], Deficit]:
        return self._memo(  # type: ignore[no-any-return]
            "deficits", lambda: read_deficits(self._table("deficits.parquet"))
        )

    def _chemin(self, niveau: str) -> Path:
        return self.dossier / "indicateurs" / f"{niveau}.parquet"

    def _colonnes(self, niveau: str) -> tuple[str, ...]:
        if niveau != "carreau" and niveau not in NIVEAUX:
            return ()
        path = self._chemin(niveau)
        return self._memo(  # type: ignore[no-any-return]
            ("colonnes", niveau), lambda: tuple(pl.read_parquet_schema(path)) if path.exists() else ()
        )

    def _table_large(self, niveau: str, columns: list[str]) -> list[pl.Series]:
        """Columns of a wide table. It is read whole once, except by square: reading its thousands of column
        headers costs more than reading the figures."""
        if niveau == "carreau":
            return pl.read_parquet(self._chemin(niveau), columns=columns).get_columns()
        whole = self._table_entiere(niveau)
        return [whole.get_column(name) for name in columns]

    def _table_entiere(self, niveau: str) -> pl.DataFrame:
        return self._memo(  # type: ignore[no-any-return]
            ("table", niveau), lambda: pl.read_parquet(self._chemin(niveau))
        )

    def chiffres(self, niveau: str, code: str) -> list[Chiffre]:
        """Every figure of one territory, in the order of the file, read off its row."""
        table = self._table_entiere(niveau)
        rows = table.filter(pl.col("code").cast(pl.String) == code).rows(named=True)
        return [self._lire_chiffre(name, rows[0] if rows else {}) for name in self.indicateurs(niveau)]

    def _lire_chiffre(self, indicateur: str, row: Mapping[str, Any]) -> Chiffre:
        definition, value = self.definition(indicateur), row.get(indicateur)
        if value is None or np.isnan(value):
            return Chiffre(definition, None, None, None, None, None)
        bounds = [row.get(f"{indicateur}_{side}") for side in ("bas", "haut")]
        low, high = (None if b is None or np.isnan(b) else b * definition.facteur for b in bounds)
        coverage = row.get(f"{indicateur}_couverture")
        grade = row[f"{indicateur}_fiabilite"]
        return Chiffre(definition, value * definition.facteur, grade, coverage, low, high)

    def _lire_colonne(self, niveau: str, indicateur: str) -> Colonne:
        held = set(self._colonnes(niveau))
        parts = [indicateur, *(f"{indicateur}_{part}" for part in ("fiabilite", "couverture", "bas", "haut"))]
        names = ["code", *(p for p in parts if p in held)]
        table = dict(zip(names, self._table_large(niveau, names), strict=True))
        definition = self.definition(indicateur)

        def floats(name: str, factor: float = definition.facteur) -> NDArray[np.float64] | None:
            if name not in table:
                return None
            return table[name].cast(pl.Float64).fill_null(float("nan")).to_numpy() * factor

        values = floats(indicateur)
        couvertures = floats(f"{indicateur}_couverture", 1.0)
        assert values is not None
        return Colonne(
            definition,
            tuple(table["code"].cast(pl.String).to_list()),
            values,
            tuple(table[f"{indicateur}_fiabilite"].cast(pl.String).to_list()),
            np.full(len(values), np.nan) if couvertures is None else couvertures,
            floats(f"{indicateur}_bas"),
            floats(f"{indicateur}_haut"),
        )


def list_ids() -> tuple[str, ...]:
    """Ids of the atlases of this install, newest first."""
    return tuple(folder.name for folder in _folders(settings.MAILLAGE_ATLAS))


def choose(atlas_id: str | None) -> AtlasOuvert | None:
    """The atlas of this id, else the newest; None when the install has none; 404 for an unknown id."""
    folders = _folders(settings.MAILLAGE_ATLAS)
    if not folders:
        return None
    if atlas_id is None:
        return _open(folders[0], folders[0].stat().st_mtime_ns, par_defaut=True)
    for rank, folder in enumerate(folders):
        if folder.name == atlas_id:
            return _open(folder, folder.stat().st_mtime_ns, par_defaut=rank == 0)
    raise Http404(f"L’atlas « {atlas_id} » n’existe pas ici.")


def open_folder(folder: Path) -> AtlasOuvert:
    """The atlas of this folder, opened once."""
    return _open(folder, folder.stat().st_mtime_ns, par_defaut=True)


def _folders(base: Path) -> list[Path]:
    if (base / "manifest.json").exists():
        return [base]
    if not base.is_dir():
        return []
    found = [folder for folder in base.iterdir() if (folder / "territoires.parquet").exists()]
    return sorted(found, key=lambda folder: (_build_date(folder), folder.name), reverse=True)


def _build_date(folder: Path) -> str:
    path = folder / "journal.json"
    return str(json.loads(path.read_text("utf-8")).get("construit_le", "")) if path.exists() else ""


@cache
def _open(folder: Path, changed_ns: int, *, par_defaut: bool) -> AtlasOuvert:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    return AtlasOuvert(folder.name, folder, manifest, par_defaut)
