"""Building an atlas: a folder of open data in, a folder of figures out, whole or not at all."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from maillage import __version__
from maillage.access.evaluation.fiabilite import FIABILITES
from maillage.atlas.construction.constats import tell_times
from maillage.atlas.construction.controle import Verification, check_figures
from maillage.atlas.construction.ecriture import (
    check_destination,
    whole_folder,
    write_bytes,
    write_json,
    write_piece,
    write_raw,
)
from maillage.atlas.construction.empreinte import hash_code, hash_module
from maillage.atlas.construction.entrees import Entrees, read_entrees
from maillage.atlas.construction.parametres import Parametres, default_relief
from maillage.atlas.construction.places import give_places, read_places
from maillage.atlas.construction.stages import Lot, Progress, Silence, Stage, StageRunner, digest, frame_of
from maillage.atlas.etapes.deficits import make_deficits
from maillage.atlas.etapes.durees import list_modes, make_durees, name_mode
from maillage.atlas.etapes.indicateurs import make_indicateurs
from maillage.atlas.etapes.lieux import make_lieux
from maillage.atlas.etapes.marche import MARCHE, make_walks
from maillage.atlas.etapes.offre import FIXES, make_offre
from maillage.atlas.etapes.references import make_references
from maillage.atlas.etapes.secret import MASQUE, hide_seats, hide_statistics
from maillage.atlas.etapes.tuiles import make_tuiles
from maillage.atlas.etapes.zones import warn_elsewhere
from maillage.atlas.lecture.format import ENTREES, FORMAT, JOURNAL, MANIFEST, NIVEAUX
from maillage.atlas.lecture.ouvert import Atlas, open_atlas
from maillage.atlas.reseau.entree import add_network, copy_network, warn_off_road
from maillage.atlas.reseau.lot import MODE, as_lot
from maillage.atlas.reseau.osm import ReseauOsm, open_reseau
from maillage.atlas.transports.dossier import Transports, open_transports
from maillage.atlas.transports.entree import (
    add_transports,
    copy_transports,
    describe_transports,
    walk_on,
    warn_timetables,
)
from maillage.atlas.transports.entree import as_lot as as_timetables
from maillage.catalogue.erreurs import EntreeInvalide, Faute

ETAPES: Final = (
    Stage("lieux", make_lieux, ("entrees",), ("nom",)),
    Stage("offre", make_offre, ("entrees", "lieux"), ("convention", "panier", "colonnes", "departement")),
    Stage("durees", make_durees, ("lieux", "offre", "reseau"), ("panier",)),
    Stage(MARCHE, make_walks, ("reseau", "horaires")),
    Stage(
        "indicateurs",
        make_indicateurs,
        ("entrees", "lieux", "offre", "durees", "reseau", "horaires", MARCHE),
        ("convention", "panier", "relief", "natures", "colonnes", "simulees", "departement"),
    ),
    Stage("deficits", make_deficits, ("lieux", "indicateurs"), ("profil", "regle")),
    Stage(
        "references",
        make_references,
        ("entrees", "offre", "indicateurs"),
        ("departement", "natures", "colonnes", "millesimes"),
    ),
    Stage("tuiles", make_tuiles, ("lieux",), ("tuiles",)),
)


def build(
    departement: str,
    from_dir: Path,
    out: Path,
    parametres: Parametres | None = None,
    *,
    cache: Path | None = None,
    suivi: Progress | None = None,
    replace: bool = False,
    reseau: Path | None = None,
    offre: Path | None = None,
    transports: Path | None = None,
) -> Atlas:
    """Build the atlas of a département from a folder of open data, and open it.

    ``reseau``: the folder of a road network (``maillage network build``); without it times are estimated.
    ``offre``: an explicit list of places that stands for that of the sources (see ``maillage atlas offre``).
    ``transports``: the folder of timetables (``maillage transports build``).

    Raises:
        EntreeInvalide: bad input, a full disk, a check that fails: every fault, and nothing left in ``out``.
        Annulation: ``suivi`` asked to stop; nothing is left either.
    """
    started = time.perf_counter()
    suivi = suivi or Silence()
    check_destination(out, replace=replace)
    suivi.progress("sources", 0.0)
    network = open_reseau(reseau) if reseau else None
    timetables = open_transports(transports, walk_on(network)) if transports else None
    places = read_places(offre) if offre else None
    entrees = add_transports(add_network(read_entrees(departement, from_dir), network), timetables)
    entrees = entrees if places is None else give_places(entrees, places)
    suivi.progress("sources", 1.0)
    code = entrees.departement
    chosen = (parametres or Parametres(relief=default_relief(code))).settle(
        code, transports=timetables is not None
    )
    lots = compute(entrees, chosen, network, timetables, cache=cache, suivi=suivi)
    with whole_folder(out) as folder:
        suivi.progress("ecriture", 0.0)
        write_atlas(folder, entrees, chosen, lots, network, timetables)
        suivi.progress("ecriture", 1.0)
        write_journal(folder, time.perf_counter() - started)
    return open_atlas(out)


def compute(
    entrees: Entrees,
    parametres: Parametres,
    reseau: ReseauOsm | None = None,
    transports: Transports | None = None,
    *,
    cache: Path | None = None,
    suivi: Progress | None = None,
) -> Mapping[str, Lot]:
    """Run every stage on the inputs; the lots by stage."""
    given = parametres.as_dict() | describe_entrees(entrees)
    runner = StageRunner(given, suivi or Silence(), cache)
    runner.put("entrees", entrees.lot, digest([entrees.cle, hash_module(read_entrees.__module__)]))
    networks = [reseau.load(mode) for mode in sorted({MODE, *reseau.modes})] if reseau else []
    runner.put("reseau", as_lot(networks), digest(reseau.manifest.tables) if reseau else "")
    hours = digest(transports.manifest.tables) if transports else ""
    runner.put("horaires", as_timetables(transports), hours)
    runner.run(ETAPES)
    return runner.lots


def write_atlas(
    folder: Path,
    entrees: Entrees,
    parametres: Parametres,
    lots: Mapping[str, Lot],
    reseau: ReseauOsm | None = None,
    transports: Transports | None = None,
) -> None:
    """Write the tables, check them, then the manifest; :class:`EntreeInvalide` when a check fails."""
    tables = write_tables(folder, lots) | copy_network(folder, reseau) | copy_transports(folder, transports)
    tables |= write_inputs(folder, entrees, lots)
    manifest = {
        "format": FORMAT,
        "departement": entrees.departement,
        "nom": entrees.nom,
        "jeu_essai": entrees.jeu_essai or bool(entrees.inventees),
        "version_code": f"{__version__}+{hash_code()[:12]}",
        "parametres": parametres.as_dict(),
        "sources": entrees.provenances,
        "transports": describe_transports(transports, entrees.departement),
        "manques": list(entrees.manques),
        "avertissements": [
            *entrees.avertissements,
            *warn_elsewhere(frame_of(entrees.lot, "zones"), frame_of(lots["lieux"], "territoires")),
            *warn_off_road(lots["durees"]),
            *warn_timetables(
                transports,
                entrees.departement,
                frame_of(lots["lieux"], "carreaux").filter("dans_departement"),
            ),
        ],
        "constats": [*tell_times(estimated=reseau is None), *entrees.constats],
        "tables": dict(sorted(tables.items())),
        "controles": {},
    }
    write_json(folder, MANIFEST, manifest)
    checks = check_figures(open_atlas(folder))
    refuse_failed(checks)
    write_json(folder, MANIFEST, manifest | {"controles": {check.nom: check.passe for check in checks}})


def refuse_failed(checks: list[Verification]) -> None:
    """Refuse an atlas whose figures do not hold together."""
    fautes = tuple(Faute(f"{check.texte} : non ({check.detail})") for check in checks if not check.passe)
    if fautes:
        raise EntreeInvalide("L'atlas calculé ne tient pas : il n'est pas écrit.", fautes)


def write_tables(folder: Path, lots: Mapping[str, Lot]) -> dict[str, Any]:
    """Every table and array of the atlas; their entries for the manifest."""
    tables: dict[str, Any] = {}
    for name in ("territoires", "contours", "carreaux", "fragments"):
        tables |= write_piece(folder, name, lots["lieux"][name])
    tables |= write_piece(folder, "noms", frame_of(lots["entrees"], "noms"))
    tables |= write_piece(folder, "implantations", lots["offre"]["implantations"])
    if (said := frame_of(lots["entrees"], "complements")).height:
        tables |= write_piece(folder, "complements", said)
    tables |= write_times(folder, lots["durees"])
    if "sans_route" in lots["durees"]:
        tables |= write_piece(folder, "sans_route", lots["durees"]["sans_route"])
    for name in ("index", *NIVEAUX):
        if name in lots["indicateurs"]:
            tables |= write_piece(folder, f"indicateurs/{name}", lots["indicateurs"][name])
    for name, piece in sorted(lots[MARCHE].items()):
        tables |= write_piece(folder, f"{MARCHE}/{name}", piece)
    tables |= write_piece(folder, "deficits", lots["deficits"]["deficits"])
    tables |= write_piece(folder, "frontiere", lots["offre"]["frontiere"])
    tables |= write_piece(folder, "references", lots["references"]["references"])
    for name, archive in sorted(lots["tuiles"].items()):
        tables |= write_raw(folder, f"tuiles/{name}.pmtiles", np.asarray(archive).tobytes())
    return tables


def write_inputs(folder: Path, entrees: Entrees, lots: Mapping[str, Lot]) -> dict[str, Any]:
    """What an evaluation in memory starts from, without what secrecy hides; see docs/atlas.md."""
    masques = frame_of(lots["indicateurs"], MASQUE) if MASQUE in lots["indicateurs"] else None
    statistiques, sieges = frame_of(lots["entrees"], "statistiques"), frame_of(lots["offre"], "sieges")
    if masques is not None:
        statistiques, sieges = hide_statistics(statistiques, masques), hide_seats(sieges, masques)
    pieces = {
        **{name: lots["lieux"][name] for name in ("communes", "zones", "zones_communes")},
        **{name: lots["offre"][name] for name in FIXES},
        "statistiques": statistiques,
        "sieges": sieges,
    } | ({} if masques is None else {MASQUE: masques})
    tables: dict[str, Any] = {}
    for name, piece in sorted(pieces.items()):
        tables |= write_piece(folder, f"{ENTREES}/{name}", piece)
    level = FIABILITES[int(np.asarray(lots["durees"]["fiabilite"])[0])]
    described = describe_entrees(entrees) | {"fiabilite_temps": level}
    return tables | write_json(folder, f"{ENTREES}/parametres.json", described)


def describe_entrees(entrees: Entrees) -> dict[str, Any]:
    """What stages are told of the inputs beside their tables."""
    return {
        "nom": entrees.nom,
        "departement": entrees.departement,
        "millesimes": {name: fields["millesime"] for name, fields in entrees.provenances.items()},
        "natures": entrees.natures,
        "colonnes": entrees.colonnes,
        "simulees": sorted(entrees.simulees),
    }


def write_times(folder: Path, durees: Lot) -> dict[str, Any]:
    """Times by each mode known, nearest sites, and the order of the types."""
    tables = write_json(folder, "durees/types.json", frame_of(durees, "types")["type"].to_list())
    for mode in list_modes(durees):
        tables |= write_piece(folder, f"durees/{mode}", np.asarray(durees[name_mode("time_ds", mode)]))
        tables |= write_piece(folder, f"durees/{mode}_site", np.asarray(durees[name_mode("site", mode)]))
    return tables


def write_journal(folder: Path, duration_s: float) -> None:
    """When and how long: outside every hash."""
    journal = {
        "construit_le": datetime.now(UTC).isoformat(timespec="seconds"),
        "duree_s": round(duration_s, 1),
    }
    write_bytes(folder / JOURNAL, (json.dumps(journal, ensure_ascii=False, indent=2) + "\n").encode())
