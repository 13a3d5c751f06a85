"""Capacity: what is lacking here and in excess there, full places, places in early childhood, choice."""

from __future__ import annotations

import polars as pl

from maillage.access.accueil import load_accueils
from maillage.access.apl import load_professions
from maillage.access.saturation import saturation
from maillage.catalogue.types_service import list_types
from maillage.francais import avec_unite, known, nombre, typeset
from maillage.reports.diagnostic.document import Cellule, Nombre, Section, Tableau
from maillage.reports.diagnostic.lecture import Lecture
from maillage.reports.diagnostic.sections import flow, show

BALANCE = (
    "Service",
    "Habitants sous-dotés",
    "En sur-concentration",
    "Intercommunalités sous-dotées",
    "Sur-dotées",
)
FULL = ("Service", "Saturation", "Lieux connus", "Habitants sans place à 20 min", "Délai au plus proche")
SITES = ("Lieu", "Service", "Commune", "Capacité", "Activité", "Saturation")
EARLY = ("Intercommunalité", "Places", "Mode d'accueil")
TOP_SITES = 20
TEXT = """Une même mesure dit le manque et l'excès : chaque habitant se partage entre les lieux qu'il atteint,
chaque lieu partage son offre entre ceux qu'il reçoit (aire de chalandise équilibrée). Les totaux
sont conservés : ce qui manque ici est en excès ailleurs. Sous 75 % de la moyenne du département on
est sous-doté, au-delà de 125 % en sur-concentration : c'est un écart à la moyenne, non à un besoin,
et une ville-centre sert plus que ses habitants."""
UNKNOWN = """La saturation n'est pas renseignée : aucun lieu ne dit son activité et sa capacité. Le
département les fournit par un tableau simple (voir le guide, « Les données que le département peut
fournir »)."""


def make_section(lecture: Lecture) -> Section | None:
    """Both sides of the balance, then room and places, as far as they are known."""
    tables = [list_balance(lecture), list_full(lecture), list_sites(lecture), list_early(lecture)]
    kept = tuple(table for table in tables if table.lignes)
    if not kept:
        return None
    texts = (flow(TEXT), *([] if tables[1].lignes else [flow(UNKNOWN)]))
    return Section("capacite", "Ce qui manque ici, ce qui est en excès là", texts, tableaux=kept)


def list_balance(lecture: Lecture) -> Tableau:
    """One row per profession: people on both sides, and the intercommunalités named."""
    names = name_sides(lecture)
    rows: list[tuple[Cellule, ...]] = []
    for name, profession in load_professions().items():
        under, over = (lecture.of_departement(f"part_{side}_{name}") for side in ("sous_dotee", "surdotee"))
        if known(under.valeur):
            rows.append(
                (
                    typeset(profession.nom),
                    show(under, "part", 3),
                    show(over, "part", 3),
                    *(
                        typeset(", ".join(names.get((side, name), [])) or "aucune")
                        for side in ("sous_dotes", "surconcentres")
                    ),
                )
            )
    return Tableau(
        "equilibre", "Déficit et sur-concentration, par service", BALANCE, tuple(rows), "", frozenset({1, 2})
    )


def name_sides(lecture: Lecture) -> dict[tuple[str, str], list[str]]:
    """The intercommunalités on each side of the balance, by (side, profession)."""
    found: dict[tuple[str, str], list[str]] = {}
    if not lecture.atlas.has("deficits"):
        return found
    judged = lecture.atlas.deficits()
    if "surconcentres" not in judged.columns:
        return found
    for row in judged.filter(pl.col("niveau") == "epci").sort("nom").iter_rows(named=True):
        for side in ("sous_dotes", "surconcentres"):
            for name in row[side]:
                found.setdefault((side, name), []).append(str(row["nom"]))
    return found


def list_full(lecture: Lecture) -> Tableau:
    """One row per type of service whose activity or waiting time is known."""
    rows: list[tuple[Cellule, ...]] = []
    for name, kind in list_types().items():
        full, wait = lecture.of_departement(f"saturation_{name}"), lecture.of_departement(f"delai_{name}")
        if known(full.valeur) or known(wait.valeur):
            alone = lecture.of_departement(f"part_sans_place_{name}")
            rows.append(
                (
                    typeset(kind.libelle),
                    Nombre(full.valeur, avec_unite(full.valeur, "%")),
                    Nombre(full.couverture, avec_unite(full.couverture, "part", 2)),
                    show(alone, "part", 3),
                    Nombre(wait.valeur, avec_unite(wait.valeur, "jours")),
                )
            )
    note = (
        "À 100 % les lieux sont pleins. Seuls comptent les lieux qui disent leur activité et leur capacité."
    )
    return Tableau(
        "saturation", "Ce qui est plein", FULL, tuple(rows), typeset(note), frozenset({1, 2, 3, 4})
    )


def list_sites(lecture: Lecture) -> Tableau:
    """The fullest places, one by one."""
    places = lecture.atlas.implantations()
    if "activite" not in places.columns:
        return Tableau("lieux-pleins", "", SITES, ())
    gauged = places.filter(pl.col("activite").is_not_null() & (pl.col("capacite") > 0))
    share = saturation(gauged["activite"].to_numpy(), gauged["capacite"].to_numpy())
    rows = gauged.with_columns(part=pl.Series(share)).sort("part", "id", descending=[True, False])
    communes = dict(lecture.territoires("commune").select("code", "nom").iter_rows())
    labels = list_types()
    lines = tuple(
        (
            typeset(str(row["nom"] or row["id"])),
            typeset(labels[row["type"]].libelle),
            str(communes.get(row["code_insee"], row["code_insee"] or "")),
            Nombre(row["capacite"], nombre(row["capacite"])),
            Nombre(row["activite"], nombre(row["activite"])),
            Nombre(row["part"], avec_unite(row["part"], "part", 2)),
        )
        for row in rows.head(TOP_SITES).to_dicts()
    )
    return Tableau(
        "lieux-pleins",
        typeset(f"Les lieux les plus pleins ({TOP_SITES} au plus)"),
        SITES,
        lines,
        "",
        frozenset({3, 4, 5}),
        annexe=True,
    )


def list_early(lecture: Lecture) -> Tableau:
    """Places in early childhood by intercommunalité, the worst off first, one way after the other."""
    lines: list[tuple[Cellule, ...]] = []
    for name, accueil in load_accueils().items():
        column = f"places_jeune_enfant_{name}"
        rows = lecture.listing("epci", column).filter(pl.col(column).is_not_null()).sort(column, "code")
        lines += [
            (str(row["nom"]), Nombre(row[column], nombre(row[column], 1)), typeset(accueil.nom))
            for row in rows.to_dicts()
        ]
    note = (
        "Sans places fournies par le département, l'offre des assistantes maternelles est le nombre "
        "d'enfants gardés en 2019 ; les moins de 3 ans sont estimés au cinquième des moins de 15 ans."
    )
    titre = "Places accessibles pour 100 enfants de moins de 3 ans"
    return Tableau("petite-enfance", titre, EARLY, tuple(lines), typeset(note), frozenset({1}), annexe=True)
