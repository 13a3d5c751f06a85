"""Who is left behind, and where: groups against everybody, where the far live, measures of equity."""

from __future__ import annotations

from maillage.atlas.lecture.lecteur import Lecteur
from maillage.francais import INSECABLE, known, nombre, typeset
from maillage.reports.diagnostic.constats import BASKET, BEYOND
from maillage.reports.diagnostic.document import Section
from maillage.reports.diagnostic.phrases import flow
from maillage.reports.rendu.blocs import Cellule, Nombre, Tableau

DEPTH = "profondeur_panier"
GROUPES = {
    "plus_65": "65 ans ou plus",
    "moins_15": "Moins de 15 ans",
    "jeunes_enfants": "Familles avec un jeune enfant",
    "pauvres": "Habitants sous le seuil de pauvreté",
    "rsa": "Personnes couvertes par le RSA",
    "sans_voiture": "Ménages sans voiture",
    "qpv": "Quartiers prioritaires",
}
COLUMNS = ("Groupe", "Temps moyen", "Écart aux habitants", "À plus de 7 min", "Profondeur", "Couverture")
FAR = "eloignes_panier"
PLACES = ("Intercommunalité", "Habitants éloignés", "Part des éloignés", "Part du territoire")
FAR_NOTE = (
    "Nombre attendu d'habitants, sous l'erreur des temps ; part des éloignés du département ; part des "
    "habitants du territoire."
)
TEXT = """Le temps moyen vers les services du quotidien, groupe par groupe, et l'écart à tous les habitants (à
ceux des mêmes communes, quand le groupe n'est connu que par commune). La profondeur dit de
combien les 7 minutes sont dépassées, en part de ces 7 minutes. Les autres mesures de l'égalité sont en
annexe."""


def make_section(lecteur: Lecteur) -> Section | None:
    """Groups, then places; null when the atlas knows no group."""
    tables = tuple(table for table in (list_groups(lecteur), list_places(lecteur)) if table.lignes)
    if not tables:
        return None
    return Section("equite", "Qui est laissé de côté, et où", (flow(TEXT),), tableaux=tables)


def list_groups(lecteur: Lecteur) -> Tableau:
    """Everybody, then each group that the atlas knows."""
    rows = [make_group(lecteur, "Tous les habitants", "")]
    rows += [make_group(lecteur, nom, f"_{name}") for name, nom in GROUPES.items()]
    note = (
        "Entre parenthèses : intervalle à 90 %. Couverture : part des habitants qui vivent là où le groupe "
        "est connu ; sous 95 %, seul l'écart dans les mêmes communes est donné."
    )
    kept = tuple(row for row in rows if any(is_known(cell) for cell in row[1:3]))
    return Tableau(
        typeset("L'accès aux services du quotidien, groupe par groupe"),
        COLUMNS,
        kept if len(kept) > 1 else (),
        id="equite-groupes",
        note=typeset(note),
        numeriques=frozenset(range(1, len(COLUMNS))),
    )


def is_known(cell: Cellule) -> bool:
    """Whether a cell holds a figure."""
    return isinstance(cell, Nombre) and known(cell.valeur)


def make_group(lecteur: Lecteur, nom: str, suffix: str) -> tuple[Cellule, ...]:
    """One group's row; ``suffix`` is empty for everybody."""
    time = lecteur.reference(f"duree_panier{suffix}" if suffix else BASKET)
    gap = lecteur.reference(f"ecart_panier{suffix}")
    beyond = lecteur.reference(f"{BEYOND}{suffix}")
    depth = lecteur.reference(f"{DEPTH}{suffix}")
    covered = time.couverture if known(time.valeur) else gap.couverture
    seconds = None if gap.valeur is None else gap.valeur / gap.definition.facteur
    return (
        typeset(nom),
        Nombre.avec_intervalle(time),
        Nombre(seconds, "–" if seconds is None else f"{nombre(seconds)}{INSECABLE}s"),
        Nombre.avec_intervalle(beyond),
        Nombre(depth.valeur, nombre(depth.valeur, 3)),
        Nombre.part(covered),
    )


def list_places(lecteur: Lecteur) -> Tableau:
    """Intercommunalités by the number of their people who are far, the most first."""
    rows = [(lecteur.chiffre("epci", t.code, FAR).valeur, t) for t in lecteur.territoires("epci")]
    held = [(people, t) for people, t in rows if people is not None]
    held.sort(key=lambda row: (-row[0], row[1].code))
    whole = sum(people for people, _ in held)
    lines: tuple[tuple[Cellule, ...], ...] = tuple(
        (
            t.nom,
            Nombre.entier(people),
            Nombre.part(people / whole if whole else None),
            Nombre.de(lecteur.chiffre("epci", t.code, BEYOND)),
        )
        for people, t in held
    )
    return Tableau(
        typeset("Où vivent ceux qui sont à plus de 7 minutes"),
        PLACES,
        lines,
        id="equite-lieux",
        note=typeset(FAR_NOTE),
        numeriques=frozenset(range(1, len(PLACES))),
    )
