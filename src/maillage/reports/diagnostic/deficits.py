"""Territories in deficit under the profile of the atlas, with how firmly the rule holds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from maillage.atlas.lecture.deficits import Deficit
from maillage.atlas.lecture.lecteur import Lecteur
from maillage.atlas.lecture.territoires import Territoire
from maillage.atlas.lecture.transports import name_rule
from maillage.francais import accord, nombre, typeset
from maillage.reports.diagnostic.document import Section
from maillage.reports.rendu.blocs import VIDE, Cellule, Nombre, Tableau

MESHES = {
    "arrondissement": "Arrondissements",
    "epci": "Intercommunalités",
    "bassin_vie": "Bassins de vie",
    "commune": "Communes",
}
COLUMNS = ("Territoire", "Palier", "Rang", "Robustesse", "Stabilité", "Type", "Pourquoi")
MOST_NAMES = 12
Juge = tuple[Territoire, Deficit]


def make_section(lecteur: Lecteur) -> Section | None:
    """One table per mesh; null when the atlas judged none."""
    judged = {niveau: list_judged(lecteur, niveau) for niveau in MESHES}
    noms = {palier.id: palier.nom for palier in lecteur.paliers}
    made = (make_table(niveau, rows, noms) for niveau, rows in judged.items())
    tables = tuple(table for table in made if table is not None)
    if not tables:
        return None
    text = (
        f"Une règle écrite, que le département peut changer : {name_rule(lecteur)}. La robustesse est la "
        "part des variantes plausibles où le territoire est dans la liste : poids, seuils à 10 % près, "
        "chiffres dans leur intervalle, chiffres secrets tirés parmi les connus. Un territoire près de la "
        "limite du département n'a pas de rang."
    )
    tiers = make_tiers(lecteur, judged)
    return Section("deficits", "Les territoires en déficit", (typeset(text),), tableaux=(*tiers, *tables))


def make_tiers(lecteur: Lecteur, judged: Mapping[str, list[Juge]]) -> tuple[Tableau, ...]:
    """Where to act first: territories and people of each tier, mesh by mesh; none in an older atlas."""
    rows: list[tuple[Cellule, ...]] = []
    for niveau, pairs in judged.items():
        people = sum(t.population or 0.0 for t in lecteur.territoires(niveau)) or 1.0
        for palier in lecteur.paliers:
            inside = [t.population or 0.0 for t, d in pairs if d.palier == palier.id]
            share = Nombre.part(sum(inside) / people)
            rows.append(
                (MESHES[niveau], palier.nom, Nombre.entier(len(inside)), Nombre.entier(sum(inside)), share)
            )
    if not any(d.palier for pairs in judged.values() for _, d in pairs):
        return ()
    columns = ("Maille", "Palier", "Territoires", "Habitants", "Part des habitants")
    note = (
        "Un palier demande une intensité (part des autres territoires qui font mieux) et une robustesse : "
        "choix de Maillage, à discuter."
    )
    return (
        Tableau(
            "Où agir d’abord",
            columns,
            tuple(rows),
            id="paliers",
            note=typeset(note),
            numeriques=frozenset({2, 3, 4}),
        ),
    )


def list_judged(lecteur: Lecteur, niveau: str) -> list[Juge]:
    """The territories of one mesh that the rule looked at, by code."""
    judged = lecteur.deficits(niveau)
    return [(t, judged[t.code]) for t in lecteur.territoires(niveau) if t.code in judged]


def make_table(niveau: str, judged: list[Juge], noms: Mapping[str, str]) -> Tableau | None:
    """The territories of one mesh in deficit, the ranked ones first."""
    found = [(t, d) for t, d in judged if d.en_deficit]
    if not found:
        return None
    found.sort(key=by_rank)
    titre = f"{MESHES[niveau]} : {nombre(len(found))} en déficit sur {accord(len(judged), 'territoire')}"
    return Tableau(
        typeset(titre),
        COLUMNS,
        tuple(make_row(t, d, noms) for t, d in found),
        id=f"deficits-{niveau}",
        note=typeset(name_clusters(judged)),
        numeriques=frozenset({2, 3}),
        annexe=niveau in {"bassin_vie", "commune"},
    )


def by_rank(judged: Juge) -> tuple[bool, int, float, str]:
    """The ranked first, then the most firmly held."""
    territoire, deficit = judged
    return deficit.rang is None, deficit.rang or 0, -(deficit.robustesse or 0.0), territoire.code


def name_clusters(judged: Iterable[Juge]) -> str:
    """The local clusters of worse off territories (LISA, HH), in a sentence; empty when there is none."""
    names = sorted(territoire.nom for territoire, deficit in judged if deficit.amas == "HH")
    if not names:
        return ""
    more = f" et {nombre(len(names) - MOST_NAMES)} autres" if len(names) > MOST_NAMES else ""
    shown = ", ".join(names[:MOST_NAMES]) + more
    return f"Entourés de voisins aussi en difficulté, plus que le hasard ne l'explique : {shown}."


def make_row(territoire: Territoire, deficit: Deficit, noms: Mapping[str, str]) -> tuple[Cellule, ...]:
    """One territory."""
    reasons = deficit.motifs or deficit.raisons
    return (
        territoire.nom,
        noms.get(deficit.palier or "", ""),
        Nombre(None, "près de la limite") if deficit.rang is None else Nombre.entier(deficit.rang),
        VIDE if deficit.robustesse is None else Nombre.part(deficit.robustesse),
        deficit.stabilite or "",
        deficit.typologie or "",
        typeset(" ; ".join(reason.rstrip(".") for reason in reasons)),
    )
