"""Capacity: what is lacking here and in excess there, full places, places in early childhood, choice."""

from __future__ import annotations

import numpy as np

from maillage.access.accueil import load_accueils
from maillage.access.apl import load_professions
from maillage.access.saturation import saturation
from maillage.atlas.lecture.lecteur import Lecteur
from maillage.catalogue.types_service import list_types
from maillage.francais import known, nombre, typeset
from maillage.reports.diagnostic.deficits import list_judged
from maillage.reports.diagnostic.document import Section
from maillage.reports.diagnostic.phrases import flow
from maillage.reports.rendu.blocs import Cellule, Nombre, Tableau

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


def make_section(lecteur: Lecteur) -> Section | None:
    """Both sides of the balance, then room and places, as far as they are known."""
    tables = [list_balance(lecteur), list_full(lecteur), list_sites(lecteur), list_early(lecteur)]
    kept = tuple(table for table in tables if table.lignes)
    if not kept:
        return None
    texts = (flow(TEXT), *([] if tables[1].lignes else [flow(UNKNOWN)]))
    return Section("capacite", "Ce qui manque ici, ce qui est en excès là", texts, tableaux=kept)


def list_balance(lecteur: Lecteur) -> Tableau:
    """One row per profession: people on both sides, and the intercommunalités named."""
    names = name_sides(lecteur)
    rows: list[tuple[Cellule, ...]] = []
    for name, profession in load_professions().items():
        under, over = (lecteur.reference(f"part_{side}_{name}") for side in ("sous_dotee", "surdotee"))
        if known(under.valeur):
            rows.append(
                (
                    typeset(profession.nom),
                    Nombre.avec_intervalle(under),
                    Nombre.avec_intervalle(over),
                    *(
                        typeset(", ".join(names.get((side, name), [])) or "aucune")
                        for side in ("sous_dotes", "surconcentres")
                    ),
                )
            )
    return Tableau(
        "Déficit et sur-concentration, par service",
        BALANCE,
        tuple(rows),
        id="equilibre",
        numeriques=frozenset({1, 2}),
    )


def name_sides(lecteur: Lecteur) -> dict[tuple[str, str], list[str]]:
    """The intercommunalités on each side of the balance, by (side, profession)."""
    found: dict[tuple[str, str], list[str]] = {}
    for place, deficit in sorted(list_judged(lecteur, "epci"), key=lambda row: row[0].nom):
        for side, names in (("sous_dotes", deficit.sous_dotes), ("surconcentres", deficit.surconcentres)):
            for name in names:
                found.setdefault((side, name), []).append(place.nom)
    return found


def list_full(lecteur: Lecteur) -> Tableau:
    """One row per type of service whose activity or waiting time is known."""
    rows: list[tuple[Cellule, ...]] = []
    for name, kind in list_types().items():
        full, wait = lecteur.reference(f"saturation_{name}"), lecteur.reference(f"delai_{name}")
        if known(full.valeur) or known(wait.valeur):
            alone = lecteur.reference(f"part_sans_place_{name}")
            rows.append(
                (
                    typeset(kind.libelle),
                    Nombre.de(full, 0),
                    Nombre.part(full.couverture),
                    Nombre.avec_intervalle(alone),
                    Nombre.de(wait, 0),
                )
            )
    note = (
        "À 100 % les lieux sont pleins. Seuls comptent les lieux qui disent leur activité et leur capacité."
    )
    return Tableau(
        "Ce qui est plein",
        FULL,
        tuple(rows),
        id="saturation",
        note=typeset(note),
        numeriques=frozenset({1, 2, 3, 4}),
    )


def list_sites(lecteur: Lecteur) -> Tableau:
    """The fullest places, one by one."""
    gauged = lecteur.lieux_jauges()
    shares = saturation(
        np.array([p.activite for p in gauged], float), np.array([p.capacite for p in gauged], float)
    )
    fullest = sorted(zip(shares.tolist(), gauged, strict=True), key=lambda row: (-row[0], row[1].id))
    communes = {t.code: t.nom for t in lecteur.territoires("commune")}
    labels = list_types()
    lines = tuple(
        (
            typeset(place.nom or place.id),
            typeset(labels[place.type].libelle),
            communes.get(place.code_insee or "", place.code_insee or ""),
            Nombre.entier(place.capacite),
            Nombre.entier(place.activite),
            Nombre.part(share),
        )
        for share, place in fullest[:TOP_SITES]
    )
    return Tableau(
        typeset(f"Les lieux les plus pleins ({TOP_SITES} au plus)"),
        SITES,
        lines,
        id="lieux-pleins",
        numeriques=frozenset({3, 4, 5}),
        annexe=True,
    )


def list_early(lecteur: Lecteur) -> Tableau:
    """Places in early childhood by intercommunalité, the worst off first, one way after the other."""
    lines: list[tuple[Cellule, ...]] = []
    for name, accueil in load_accueils().items():
        column = f"places_jeune_enfant_{name}"
        rows = [(lecteur.chiffre("epci", t.code, column), t) for t in lecteur.territoires("epci")]
        known_rows = [(c.valeur, t) for c, t in rows if c.valeur is not None]
        lines += [
            (t.nom, Nombre(value, nombre(value, 1)), typeset(accueil.nom))
            for value, t in sorted(known_rows, key=lambda row: (row[0], row[1].code))
        ]
    note = (
        "Sans places fournies par le département, l'offre des assistantes maternelles est le nombre "
        "d'enfants gardés en 2019 ; les moins de 3 ans sont estimés au cinquième des moins de 15 ans."
    )
    titre = "Places accessibles pour 100 enfants de moins de 3 ans"
    return Tableau(
        titre,
        EARLY,
        tuple(lines),
        id="petite-enfance",
        note=typeset(note),
        numeriques=frozenset({1}),
        annexe=True,
    )
