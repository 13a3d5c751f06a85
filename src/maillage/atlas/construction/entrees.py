"""What a build starts from: the tables of a folder, checked together for one département."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import polars as pl

from maillage.atlas.construction.complements import apply_complements, list_waiting
from maillage.atlas.construction.constats import Constat, list_findings
from maillage.atlas.construction.nationales import find_neighbours, gather_national
from maillage.atlas.construction.stages import Lot, digest
from maillage.atlas.construction.vraisemblance import refuse_far_halls, refuse_implausible
from maillage.atlas.etapes.inventaires import PLACES
from maillage.atlas.etapes.zones import QPV
from maillage.catalogue.departements import list_departements
from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.services_disparus import list_successors
from maillage.francais import accord
from maillage.sources.base import Table
from maillage.sources.decouverte import find_sources, find_unknown
from maillage.sources.registre import read_all
from maillage.sources.ressemblance import find_faults, list_ignored, list_lacking

JEU_ESSAI: Final = "jeu_essai.toml"
MILLESIMES: Final = ("communes", "contours", "carreaux")
REELLES: Final = ("cog", "cog_npm", "cog_insee")
"""Sources that stay real in the embedded example."""

MANQUES: Final = {
    "implantations": "Aucun inventaire de lieux géolocalisés : tous les services sont placés par commune.",
    "offre_commune": "Aucun équipement par commune : ni panier de la vie courante, ni la plupart des taux.",
    "statistiques": "Aucune statistique communale : ni besoins, ni superficies, ni populations passées.",
    "qpv": "Aucun périmètre de quartier prioritaire (QPV).",
}


@dataclass(frozen=True)
class Entrees:
    """The tables of one département: frames by name (``lot``), and where they come from.

    ``cle`` is the hash of every file read. ``natures``: the source (id, vintage) of each nature of table that
    has one; ``colonnes``: of each statistic. ``simulees``: the sources whose figures are invented:
    all in an invented folder (``jeu_essai``), else ``inventees``, added to a real one.
    """

    departement: str
    nom: str
    lot: Lot
    cle: str
    provenances: dict[str, dict[str, Any]]
    natures: dict[str, tuple[str, str]]
    colonnes: dict[str, tuple[str, str]]
    manques: tuple[dict[str, str], ...]
    avertissements: tuple[str, ...]
    constats: tuple[Constat, ...]
    jeu_essai: bool
    inventees: frozenset[str] = frozenset()

    @property
    def simulees(self) -> frozenset[str]:
        """Ids of the sources whose figures are invented."""
        return frozenset(self.provenances) - set(REELLES) if self.jeu_essai else self.inventees


def read_entrees(departement: str, folder: Path) -> Entrees:
    """Read and check a folder for a département.

    Raises:
        EntreeInvalide: unknown département, no folder, nothing in it, or every fault of every file.
    """
    code, nom = find_departement(departement)
    unknown = find_unknown(folder)
    ignored = list_ignored(unknown)
    try:
        found = assemble(code, nom, read_tables(folder, unknown), jeu_essai=(folder / JEU_ESSAI).is_file())
    except EntreeInvalide as error:  # what is said to be missing may be there, and ignored
        raise EntreeInvalide(error.message, (*error.fautes, *map(Faute, list_lacking(unknown)))) from error
    return replace(found, avertissements=found.avertissements + ignored)


def read_tables(folder: Path, unknown: Iterable[Path]) -> tuple[Table, ...]:
    """The tables of a folder; what resembles a known file and cannot be read is never left out.

    Raises:
        EntreeInvalide: with the faults of every file, ``unknown`` ones that should be known included.
    """
    spoilt = tuple(faute for path in unknown for faute in find_faults(path))
    if not spoilt:
        return read_all(find_sources(folder))
    try:
        read_all(find_sources(folder))
    except EntreeInvalide as error:
        spoilt = (*error.fautes, *spoilt)
    raise EntreeInvalide("Des fichiers du dossier ne peuvent être lus.", spoilt)


def find_departement(code: str) -> tuple[str, str]:
    """Code and name of a département as people write its code; :class:`EntreeInvalide` when there is none.

    >>> find_departement("2a"), find_departement("1")
    (('2A', 'Corse-du-Sud'), ('01', 'Ain'))
    """
    known = list_departements()
    wanted = code.strip().upper().rjust(2, "0")
    if wanted in known:
        return wanted, known[wanted]
    names = {nom: number for number, nom in known.items()}
    close = get_close_matches(code.strip(), names, n=1, cutoff=0.6)
    hint = (
        f"Vouliez-vous dire {names[close[0]]} ({close[0]}) ?" if close else "Donnez son code : 59, 2A, 974."
    )
    raise EntreeInvalide(f"Le département « {code} » n'existe pas. {hint}")


def assemble(departement: str, nom: str, tables: Iterable[Table], *, jeu_essai: bool) -> Entrees:
    """Join the tables of each nature and keep what concerns the département."""
    tables = tuple(tables)
    communes = pick(tables, "communes")
    refuse_missing(departement, communes, tables)
    assert communes is not None  # noqa: S101 - refused just above
    refuse_implausible(communes.frame, tables)
    frame = keep_departement(communes, departement)
    codes, offre, carreaux = (
        frame["code_insee"],
        rename_gone(stack(tables, "offre_commune")),
        keep_grid(tables),
    )
    contours = keep_contours(tables, codes)
    refuse_far_halls(frame, contours, communes.provenance.fichier)
    listed = rename_gone(complete(stack(tables, "implantations"), tables))
    completes = apply_complements(listed, tables)
    lot = {
        "communes": frame.sort("code_insee"),
        "contours": contours,
        "carreaux": carreaux,
        "implantations": completes.implantations,
        "ajouts": completes.ajouts,
        "complements": completes.journal,
        "offre": offre.filter(pl.col("code_insee").is_in(codes.implode())),
        **gather_national(communes.frame, offre, of_nature(tables, "statistiques")),
        "temps_publies": stack(tables, "temps_publies"),
        "lieux_voisins": stack(tables, "lieux_voisins"),
        "offre_voisine": find_neighbours(communes.frame, offre, departement, carreaux),
        "statistiques": join_statistics(tables, codes),
        "zones": keep_zones(tables, departement, codes),
        "places": pl.DataFrame(schema=PLACES),
        "noms": gather_names(tables, codes),
    }
    provenances = {table.provenance.id: asdict(table.provenance) for table in tables}
    if jeu_essai:
        provenances = {name: disown(fields) for name, fields in provenances.items()}
    return Entrees(
        departement,
        nom,
        lot,
        digest([departement, jeu_essai, sorted((key, p["sha256"]) for key, p in provenances.items())]),
        provenances,
        {nature: identify(table) for nature in MILLESIMES if (table := pick(tables, nature))},
        list_columns(tables),
        tuple(list_gaps(tables)),
        list_warnings(tables, departement) + list_waiting(completes.journal),
        list_findings(departement, lot["communes"], tables),
        jeu_essai,
    )


def gather_names(tables: Iterable[Table], codes: pl.Series) -> pl.DataFrame:
    """``code_insee, nom``: other names, former codes and postcodes of the communes, which searches know.

    Postcodes are those of lists of communes, and those that located places bear.
    """
    schema = {"code_insee": pl.String, "nom": pl.String}
    frames = [pl.DataFrame(list(table.noms), schema=schema, orient="row") for table in tables]
    frames += [
        table.frame.select("code_insee", nom="code_postal")
        for table in of_nature(tables, "implantations")
        if "code_postal" in table.frame.columns
    ]
    named = pl.concat(frames).drop_nulls().unique().sort("code_insee", "nom")
    return named.filter(pl.col("code_insee").is_in(codes.implode()))


def list_warnings(tables: Iterable[Table], departement: str) -> tuple[str, ...]:
    """What every file says of itself, once: two tables of one file share their warnings.

    Those about rows of other départements are counted in one line.
    """
    places: dict[str, str | None] = {}
    for faute in (faute for table in tables for faute in table.avertissements):
        places[str(faute)] = places.get(str(faute)) or faute.departement
    ours = [text for text, place in places.items() if place in (None, departement)]
    if others := len(places) - len(ours):
        lines = accord(others, "avertissement", "avertissements")
        ours.append(f"{lines} sur des lignes d'autres départements")
    return tuple(ours)


def disown(provenance: dict[str, Any]) -> dict[str, Any]:
    """The provenance of an invented file: its format is a producer's, its figures are nobody's."""
    if provenance["id"] in REELLES:
        return provenance
    nom = f"jeu d'essai, chiffres simulés au format « {provenance['nom']} »"
    return provenance | {"producteur": "Maillage", "nom": nom, "licence": "EUPL-1.2", "url": None}


def of_nature(tables: Iterable[Table], nature: str) -> list[Table]:
    """The tables of one nature."""
    return [table for table in tables if table.nature == nature]


def pick(tables: Iterable[Table], nature: str) -> Table | None:
    """The most complete table of a nature: the one with fewest nulls, then the first."""
    found = of_nature(tables, nature)
    return min(found, key=lambda table: sum(table.frame.null_count().row(0)), default=None)


def refuse_missing(departement: str, communes: Table | None, tables: Iterable[Table]) -> None:
    """Refuse when something required is absent, naming everything that is."""
    tables = tuple(tables)
    fautes = []
    if communes is None:
        fautes.append(
            Faute("la liste des communes manque", que_faire="Ajoutez le Code officiel géographique.")
        )
    elif not (communes.frame["departement"] == departement).any():
        fautes.append(Faute(f"aucune commune du département {departement}", communes.provenance.fichier))
    has_point = communes is not None and communes.frame["lon"].is_not_null().any()
    if not of_nature(tables, "contours") and not has_point:
        advice = "Ajoutez les contours (Admin Express), ou les coordonnées des mairies."
        fautes.append(Faute("ni contours ni coordonnées de communes", que_faire=advice))
    populated = communes is not None and communes.frame["population"].is_not_null().any()
    if not of_nature(tables, "carreaux") and not populated:
        advice = "Ajoutez une grille de population, ou les populations des communes."
        fautes.append(Faute("ni carreaux ni populations de communes", que_faire=advice))
    if fautes:
        raise EntreeInvalide("Il manque de quoi construire l'atlas.", tuple(fautes))


def keep_departement(communes: Table, departement: str) -> pl.DataFrame:
    """The communes of the département; their populations and points are checked."""
    frame = communes.frame.filter(pl.col("departement") == departement)
    fautes = [
        Faute(f"{row[0]} : population absente", communes.provenance.fichier)
        for row in frame.filter(pl.col("population").is_null()).select("code_insee").iter_rows()
    ]
    if fautes and len(fautes) < frame.height:
        raise EntreeInvalide("Des communes n'ont pas de population.", tuple(fautes))
    return frame


def keep_contours(tables: Iterable[Table], codes: pl.Series) -> pl.DataFrame:
    """The outlines of the département's communes; an outline of another vintage is a fault."""
    table = pick(tables, "contours")
    if table is None:
        return pl.DataFrame(schema={"code_insee": pl.String, "wkb": pl.Binary})
    frame = table.frame.filter(pl.col("code_insee").is_in(codes.implode()))
    absent = sorted(set(codes) - set(frame["code_insee"]))
    if absent:
        file = table.provenance.fichier
        fautes = tuple(Faute(f"commune {code} sans contour", file) for code in absent)
        advice = "Les contours et la liste des communes doivent être du même millésime."
        raise EntreeInvalide(f"Des communes n'ont pas de contour. {advice}", fautes)
    return frame.sort("code_insee")


def keep_grid(tables: Iterable[Table]) -> pl.DataFrame:
    """One population grid: two grids would count people twice."""
    grid = pick(tables, "carreaux")
    return stack([grid] if grid else [], "carreaux")


def stack(tables: Iterable[Table], nature: str) -> pl.DataFrame:
    """All the tables of a nature one under the other; the schema's columns only."""
    from maillage.sources.schemas import SCHEMAS  # noqa: PLC0415

    schema = SCHEMAS[nature]  # type: ignore[index]
    frames = [table.frame.select(list(schema)) for table in of_nature(tables, nature)]
    return pl.concat([pl.DataFrame(schema=schema), *frames])


def rename_gone(offre: pl.DataFrame) -> pl.DataFrame:
    """The offer with today's types in place of those that a text renamed."""
    return offre.with_columns(pl.col("type").replace(list_successors()))


def keep_zones(tables: Iterable[Table], departement: str, codes: pl.Series) -> pl.DataFrame:
    """Priority districts and the département's own zones; a commune that does not exist is a fault."""
    tables = tuple(tables)
    own, qpv = stack(tables, "zones"), stack(tables, "qpv").with_columns(type=pl.lit(QPV))
    found = pl.concat([own, qpv], how="diagonal")
    files = ", ".join(table.provenance.fichier for table in of_nature(tables, "zones"))
    named = own.select("code", "communes").explode("communes").drop_nulls()
    strange = named.filter(
        pl.col("communes").str.starts_with(departement) & ~pl.col("communes").is_in(codes.implode())
    )
    advice = "Vérifiez le code, et le millésime de la liste des communes."
    fautes = [
        Faute(f"zone {z} : aucune commune {c}", files, que_faire=advice) for z, c in strange.iter_rows()
    ]
    twice = sorted(set(own["code"]) & set(qpv["code"]))
    fautes += [Faute(f"zone {z} : ce code est celui d'un quartier prioritaire", files) for z in twice]
    if fautes:
        raise EntreeInvalide("Des zones du département sont refusées.", tuple(fautes))
    return found


def complete(implantations: pl.DataFrame, tables: Iterable[Table]) -> pl.DataFrame:
    """The implantations with what the département says of them by id: it wins over what the list says.

    Raises:
        EntreeInvalide: with every id that no list holds, or that two lists hold.
    """
    found = of_nature(tables, "capacites")
    if not found:
        return implantations
    said, file = stack(found, "capacites"), found[0].provenance.fichier
    count = said.join(implantations.group_by("id").len(), on="id", how="left", maintain_order="left")
    fautes = [
        Faute(
            f"« {name} » : {'aucun lieu' if number is None else f'{number} lieux'} de cet identifiant",
            file,
            None,
            "id",
            "Partez du modèle que donne maillage atlas modele : il porte les identifiants connus.",
        )
        for name, number in count.select("id", "len").iter_rows()
        if number != 1
    ]
    if fautes:
        raise EntreeInvalide("Des capacités ne se rapportent à aucun lieu connu.", tuple(fautes))
    joined = implantations.join(said, on="id", how="left", suffix="_dit", maintain_order="left")
    names = [name for name in said.columns if name != "id"]
    return joined.with_columns(pl.coalesce(f"{name}_dit", name).alias(name) for name in names).select(
        implantations.columns
    )


def join_statistics(tables: Iterable[Table], codes: pl.Series) -> pl.DataFrame:
    """All commune statistics side by side, one row per commune, by code."""
    joined = pl.DataFrame({"code_insee": codes.sort()})
    for table in of_nature(tables, "statistiques"):
        fresh = [name for name in table.frame.columns if name not in joined.columns]
        joined = joined.join(table.frame.select("code_insee", *fresh), on="code_insee", how="left")
    return joined


def identify(table: Table) -> tuple[str, str]:
    """A table's source and vintage."""
    return table.provenance.id, table.provenance.millesime


def list_columns(tables: Iterable[Table]) -> dict[str, tuple[str, str]]:
    """The source and vintage of each statistic; the first table that holds it."""
    found: dict[str, tuple[str, str]] = {}
    for table in of_nature(tables, "statistiques"):
        source, millesime = identify(table)
        for name in table.frame.columns:
            if name != "code_insee":
                found.setdefault(name, (source, table.millesimes.get(name, millesime)))
    return found


def list_gaps(tables: Iterable[Table]) -> list[dict[str, str]]:
    """What the atlas will lack, and why."""
    present = {table.nature for table in tables}
    return [{"quoi": nature, "raison": text} for nature, text in MANQUES.items() if nature not in present]
