"""The list of territories in deficit of the Nord, judged by a yardstick fixed beforehand (docs/adr/0061)."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from bench.tableaux import number, table
from maillage.atlas.lecture.ouvert import Atlas
from maillage.francais import accord

COLONNES = [
    "Secteur",
    "Communes",
    "Trouvées",
    "Manquées",
    "Habitants en déficit",
    "Au motif du document",
    "Toujours / souvent / selon",
]
ELOIGNEMENT, PRECARITE = "Éloigné des services du quotidien", "Précarité plus forte que dans le département"


@dataclass(frozen=True)
class Secteur:
    """A sector the document names, as fixed beforehand: ``motif`` is the reason it gives."""

    nom: str
    communes: pl.Expr
    motif: str


RURAL = pl.col("densite_classe").str.starts_with("Rural") | pl.col("densite_classe").str.starts_with("Bourgs")
MINIER = ("Douaisis", "Ostrevent", "Porte du Hainaut", "Valenciennes M")
SECTEURS = (
    Secteur("Cambrésis (arrondissement de Cambrai)", pl.col("arrondissement") == "592", ELOIGNEMENT),
    Secteur("Sambre-Avesnois (arrondissement d'Avesnes)", pl.col("arrondissement") == "591", ELOIGNEMENT),
    Secteur(
        "Flandre rurale (communes rurales de Cœur de Flandre et des Hauts de Flandre)",
        RURAL & pl.col("epci_nom").str.contains("de Flandre"),
        ELOIGNEMENT,
    ),
    Secteur(
        "Bassin minier (Douaisis, Cœur d'Ostrevent, Porte du Hainaut, Valenciennes)",
        pl.any_horizontal(pl.col("epci_nom").str.contains(name) for name in MINIER),
        PRECARITE,
    ),
)


def write(atlas: Atlas) -> dict[str, str]:
    """The tables and sentences of the chapter, by their place in the model."""
    communes = read_communes(atlas)
    rows = [judge_sector(communes, secteur) for secteur in SECTEURS]
    outside = communes.filter(~pl.any_horizontal(secteur.communes for secteur in SECTEURS))
    false = outside.filter("en_deficit")
    people = share(false, outside)
    return {
        **write_epci(atlas, communes),
        "communes": table(COLONNES, rows),
        "fausses": f"{false.height} communes sur {outside.height}, {people} des habitants de ces communes",
        "motifs": describe_false(false),
        "manques": describe_misses(atlas, communes.filter(SECTEURS[-1].communes, ~pl.col("en_deficit"))),
        "liste": write_list(atlas),
    }


def read_communes(atlas: Atlas) -> pl.DataFrame:
    """Communes with their parents and their judgement."""
    judged = atlas.deficits().filter(pl.col("niveau") == "commune")
    places = atlas.territoires("commune").unnest("parents").drop("nom")
    epci = atlas.territoires("epci").select(epci="code", epci_nom="nom")
    return judged.join(places, on="code", how="left").join(epci, on="epci", how="left")


def share(some: pl.DataFrame, all_: pl.DataFrame) -> str:
    """Share of people, in per cent."""
    return f"{100 * some['population'].sum() / all_['population'].sum():.0f} %"


def judge_sector(communes: pl.DataFrame, secteur: Secteur) -> list[str]:
    """Hits and misses in one sector."""
    inside = communes.filter(secteur.communes)
    found = inside.filter("en_deficit")
    same = inside.filter(pl.col("motifs").list.contains(secteur.motif))
    stable = [
        str(found.filter(pl.col("stabilite") == word).height) for word in ("toujours", "souvent", "selon")
    ]
    counts = (inside.height, found.height, inside.height - found.height)
    motive = f"{same.height} ({secteur.motif[0].lower()}{secteur.motif[1:]})"
    return [secteur.nom, *map(str, counts), share(found, inside), motive, " / ".join(stable)]


PART_ATTENDUE = 0.25  # an EPCI is expected when a larger share of its people live in a sector


def write_epci(atlas: Atlas, communes: pl.DataFrame) -> dict[str, str]:
    """EPCI listed or not, against those in the sectors; and the verdict in a sentence."""
    of_sector = pl.any_horizontal(secteur.communes for secteur in SECTEURS)
    people = pl.col("population")
    shares = communes.group_by("epci").agg(share=(of_sector * people).sum() / people.sum())
    expected = shares.filter(pl.col("share") > PART_ATTENDUE)["epci"].to_list()
    judged = atlas.deficits().filter(pl.col("niveau") == "epci")
    cases = {
        "Trouvés": (True, True),
        "Manqués": (True, False),
        "Fausses alertes": (False, True),
        "Écartés à raison": (False, False),
    }
    found = {
        label: judged.filter(pl.col("code").is_in(expected) == wanted, pl.col("en_deficit") == listed)["nom"]
        for label, (wanted, listed) in cases.items()
    }
    rows = [[label, str(len(names)), ", ".join(names) or "–"] for label, names in found.items()]
    missed, false = len(found["Manqués"]), len(found["Fausses alertes"])
    return {
        "part_attendue": number(100 * PART_ATTENDUE, 0),
        "epci": table(["", "EPCI", "Lesquels"], rows),
        "verdict_epci": f"{accord(missed, 'EPCI manqué')} et {accord(false, 'fausse alerte')}",
    }


def describe_false(false: pl.DataFrame) -> str:
    """Where the false alarms are, and why."""
    by_motive = {
        motif: false.filter(pl.col("motifs").list.contains(motif)).height
        for motif in (ELOIGNEMENT, PRECARITE)
    }
    top = false.group_by("epci_nom").len().sort("len", "epci_nom", descending=[True, False]).head(4)
    places = ", ".join(f"{name} ({n})" for name, n in top.iter_rows())
    counts = f"éloignement {by_motive[ELOIGNEMENT]}, précarité {by_motive[PRECARITE]}"
    return f"Par motif : {counts}. Surtout : {places}."


def count_or_none(count: int) -> str:
    """« aucune n'a », « 3 ont »."""
    return {0: "aucune n'a", 1: "une seule a"}.get(count, f"{count} ont")


SECRET_SUPPOSE = 10.0  # poverty supposed where it is secret, %: a hypothesis, to bound


def describe_misses(atlas: Atlas, missed: pl.DataFrame) -> str:
    """Why communes of the bassin minier are not listed: RSA, poverty, and what it is held against."""
    figures = atlas.indicateurs("commune").select("code", "taux_pauvrete", "part_rsa")
    whole = atlas.indicateurs("departement").row(0, named=True)
    joined = missed.join(figures, on="code", how="left")
    poverty, known = whole["taux_pauvrete"], whole["taux_pauvrete_couverture"]
    lower = known * poverty + (1 - known) * SECRET_SUPPOSE
    above = joined.filter(pl.col("part_rsa") > whole["part_rsa"]).height
    secret = joined["taux_pauvrete"].null_count()
    near = joined.filter(pl.col("taux_pauvrete").is_between(lower, poverty, closed="left")).height
    percent = [number(value) for value in (poverty, lower)]
    return (
        f"elle manque surtout {missed.height} communes du bassin minier : {count_or_none(above)} plus "
        f"d'habitants au RSA que le département, et {secret} ont un taux de pauvreté secret. La "
        f"référence y est sans doute trop haute : {percent[0]} % est la moyenne des communes dont le taux "
        f"n'est pas secret, les plus pauvres ; si les autres étaient à {SECRET_SUPPOSE:.0f} %, elle "
        f"serait de {percent[1]} %, et {near} des communes manquées seraient au-dessus"
    )


def write_list(atlas: Atlas) -> str:
    """Every EPCI with its robustness and reasons."""
    rows = [
        [row["nom"], " ; ".join(row["motifs"]) or "–", number(row["robustesse"], 2),
         row["stabilite"] or "–", row["typologie"] or "–"]
        for row in atlas.deficits().filter(pl.col("niveau") == "epci")
        .sort("en_deficit", "robustesse", "nom", descending=[True, True, False]).iter_rows(named=True)
    ]  # fmt: skip
    return table(["EPCI", "Motifs", "Robustesse", "Stabilité", "Type"], rows)
