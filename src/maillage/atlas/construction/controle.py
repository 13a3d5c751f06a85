"""Verifying an atlas: nothing changed since it was built, and figures that hold together."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from maillage.atlas.lecture.format import JOURNAL, MANIFEST, TERRITOIRES
from maillage.atlas.lecture.ouvert import Atlas, open_atlas

TOLERANCE: Final = 1e-6


@dataclass(frozen=True)
class Verification:
    """One check: what was verified, whether it holds, and what is wrong when it does not."""

    nom: str
    texte: str
    passe: bool
    detail: str = ""


def check_atlas(dossier: Path) -> list[Verification]:
    """Every check of an atlas on disk: its files first, then its figures when the files are intact."""
    atlas = open_atlas(dossier)
    files = list(check_files(atlas))
    if not all(check.passe for check in files):
        return files
    return files + check_figures(atlas)


def check_files(atlas: Atlas) -> Iterator[Verification]:
    """Every file of the manifest is there with its hash, and none beside."""
    damaged, missing = [], []
    for name, entry in atlas.manifest.tables.items():
        try:
            data = (atlas.dossier / name).read_bytes()
        except OSError:
            missing.append(name)
            continue
        if hashlib.sha256(data).hexdigest() != entry["sha256"]:
            damaged.append(name)
    yield judge("fichiers_presents", "Tous les fichiers du manifeste sont là", missing)
    yield judge("fichiers_intacts", "Aucun fichier n'a changé depuis la construction", damaged)
    found = {str(path.relative_to(atlas.dossier)) for path in atlas.dossier.rglob("*") if path.is_file()}
    extra = sorted(found - set(atlas.manifest.tables) - {MANIFEST, JOURNAL})
    yield judge("rien_de_plus", "Aucun fichier étranger", extra)


def judge(nom: str, texte: str, wrong: list[str]) -> Verification:
    """A check that holds when nothing is wrong."""
    shown = ", ".join(wrong[:5]) + (f" et {len(wrong) - 5} autres" if len(wrong) > 5 else "")
    return Verification(nom, texte, not wrong, shown)


def check_figures(atlas: Atlas) -> list[Verification]:
    """The figures hold together."""
    return [check(atlas) for check in CHECKS]


def check_rows(atlas: Atlas) -> Verification:
    """Tables have the rows that the manifest says."""
    wrong = [
        name
        for name, entry in atlas.manifest.tables.items()
        if name.endswith(".parquet") and atlas.table(name.removesuffix(".parquet")).height != entry["lignes"]
    ]
    return judge("lignes", "Chaque table a le nombre de lignes annoncé", wrong)


def check_keys(atlas: Atlas) -> Verification:
    """Keys are unique and present."""
    keys = {"territoires": ["niveau", "code"], "carreaux": ["id"], "fragments": ["carreau", "code_insee"]}
    keys |= {"implantations": ["id"], "contours": ["niveau", "code"]}
    wrong = [
        name
        for name, columns in keys.items()
        if (table := atlas.table(name).select(columns)).is_duplicated().any()
        or table.null_count().sum_horizontal()[0]
    ]
    return judge("cles", "Les clés sont uniques et jamais vides", wrong)


def check_population(atlas: Atlas) -> Verification:
    """Communes add up to the département and to every mesh that parts it."""
    total = atlas.territoires("departement")["population"].sum()
    wrong = [
        niveau
        for niveau in ("commune", "arrondissement")
        if (people := atlas.territoires(niveau)["population"]).len() and people.sum() != total
    ]
    return judge("populations", "Communes et arrondissements totalisent la population du département", wrong)


def check_fragments(atlas: Atlas) -> Verification:
    """Fragments add up to the people of the département's carreaux; every commune has one."""
    cells = float(atlas.carreaux().filter("dans_departement")["population"].sum())
    fragments = atlas.fragments()
    people = float(fragments["population"].sum())
    wrong = []
    if abs(people - cells) > TOLERANCE * max(cells, 1.0):
        wrong.append(f"{people:.1f} habitants dans les fragments, {cells:.1f} dans les carreaux")
    communes = set(atlas.territoires("commune")["code"])
    wrong += [f"commune {code} sans fragment" for code in sorted(communes - set(fragments["code_insee"]))]
    return judge("fragments", "Les fragments totalisent les carreaux et couvrent chaque commune", wrong)


def check_shares(atlas: Atlas) -> Verification:
    """Shares and coverages lie between 0 and 1."""
    wrong = []
    for niveau in list_niveaux(atlas):
        wide = atlas.indicateurs(niveau)
        shares = atlas.index().filter((pl.col("niveau") == niveau) & (pl.col("unite") == "part"))[
            "indicateur"
        ]
        columns = [*shares, *(name for name in wide.columns if name.endswith("_couverture"))]
        tests = {name: pl.col(name).is_between(-TOLERANCE, 1 + TOLERANCE).all() for name in columns}
        wrong += list_failures(niveau, wide, tests)
    return judge("parts", "Les parts et les couvertures sont entre 0 et 1", wrong)


def list_failures(niveau: str, wide: pl.DataFrame, tests: dict[str, pl.Expr]) -> list[str]:
    """The columns of a wide table whose test, one boolean each, does not hold."""
    answers = wide.select(**tests).row(0) if tests else ()
    return [f"{niveau} : {name}" for name, good in zip(tests, answers, strict=True) if not good]


def check_intervals(atlas: Atlas) -> Verification:
    """An interval's low end is not above its high end."""
    wrong = []
    for niveau in list_niveaux(atlas):
        wide = atlas.indicateurs(niveau)
        names = [name.removesuffix("_bas") for name in wide.columns if name.endswith("_bas")]
        tests = {name: (pl.col(f"{name}_bas") <= pl.col(f"{name}_haut") + TOLERANCE).all() for name in names}
        wrong += list_failures(niveau, wide, tests)
    return judge("intervalles", "Les intervalles sont dans l'ordre", wrong)


def check_grades(atlas: Atlas) -> Verification:
    """A value has a reliability, a null has none."""
    wrong = []
    for niveau in list_niveaux(atlas):
        names = atlas.index().filter(pl.col("niveau") == niveau)["indicateur"]
        tests = {
            name: (pl.col(name).is_null() == pl.col(f"{name}_fiabilite").is_null()).all() for name in names
        }
        wrong += list_failures(niveau, atlas.indicateurs(niveau), tests)
    return judge("fiabilites", "Chaque valeur a une fiabilité, chaque inconnue n'en a pas", wrong)


def check_coverages(atlas: Atlas) -> Verification:
    """A value has a coverage above 0."""
    wrong = []
    for niveau in list_niveaux(atlas):
        names = atlas.index().filter(pl.col("niveau") == niveau)["indicateur"]
        tests = {
            name: (pl.col(name).is_null() | (pl.col(f"{name}_couverture") > 0).fill_null(value=False)).all()
            for name in names
        }
        wrong += list_failures(niveau, atlas.indicateurs(niveau), tests)
    return judge("couvertures", "Chaque valeur a une couverture", wrong)


def check_times(atlas: Atlas) -> Verification:
    """Times and nearest sites go together, and have the shapes that carreaux and types say."""
    wrong = []
    origins = atlas.carreaux()["dans_departement"].sum()
    for mode in atlas.modes:
        durees = atlas.durees(mode)
        unreachable = durees.time_ds == np.uint32(2**32 - 1)
        if durees.time_ds.shape != (origins, len(durees.types)) or (unreachable != (durees.site < 0)).any():
            wrong.append(mode)
        elif int(durees.site.max(initial=-1)) >= atlas.implantations().height:
            wrong.append(f"{mode} : implantation inconnue")
    return judge("durees", "Durées et implantations les plus proches se correspondent", wrong)


def check_complete(atlas: Atlas) -> Verification:
    """Every commune has its population, and each niveau its rows."""
    wrong = []
    for niveau in list_niveaux(atlas):
        if niveau == "carreau":
            continue
        codes = atlas.territoires(niveau)["code"]
        if atlas.indicateurs(niveau)["code"].to_list() != codes.to_list():
            wrong.append(f"{niveau} : lignes")
    communes = atlas.indicateurs("commune")
    wrong += [str(code) for code in communes.filter(pl.col("population_municipale").is_null())["code"]]
    return judge("completude", "Chaque territoire a sa ligne, chaque commune sa population", wrong)


def list_niveaux(atlas: Atlas) -> list[str]:
    """The niveaux that have indicators."""
    return [niveau for niveau in ("carreau", *TERRITOIRES) if atlas.has(f"indicateurs/{niveau}")]


CHECKS: Final[tuple[Callable[[Atlas], Verification], ...]] = (
    check_rows,
    check_keys,
    check_population,
    check_fragments,
    check_shares,
    check_intervals,
    check_grades,
    check_coverages,
    check_times,
    check_complete,
)
