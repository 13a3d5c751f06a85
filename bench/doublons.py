"""Duplicates: measured on pairs read by people, and the weights that one part of them gives.

python -m bench.doublons            recall and precision by part, the hardest pairs
python -m bench.doublons --poids    the weights of catalogue/doublons_poids.toml, from the part « reglage »

Two real lists that overlap: France services, and the structures that carried a conseiller numérique.
``tests/reference/annuaire/paires.csv`` says which of their pairs are one place.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import click

from maillage.annuaire.doublons.groupes import list_candidates
from maillage.annuaire.doublons.paires import CHAMPS, Candidate, Comparaison, Verdict, compare, refuse
from maillage.catalogue.lecture import read_toml
from maillage.sources.annuaire.recueil import make_id
from maillage.sources.annuaire.registre import read as read_list

ROOT = Path(__file__).parents[1]
PAIRES = ROOT / "tests" / "reference" / "annuaire" / "paires.csv"
FRANCE_SERVICES, HOTES = "france_services_2024-08.csv", "conseillers_numeriques_2022.csv"
LISSAGE = 0.5
"""Added to each count, so that what was never seen is rare and not impossible."""


@dataclass(frozen=True)
class PaireLue:
    """A pair as it was read: ``lu`` is oui, non or incertain."""

    une: Candidate
    autre: Candidate
    lu: str
    partie: str

    @property
    def comparaison(self) -> Comparaison:
        """What the matcher says of it."""
        return compare(self.une, self.autre)


def read_pairs(donnees: Path) -> list[PaireLue]:
    """The pairs of the reference, with what the product's readers make of both lists."""
    hosts = read(donnees / HOTES)
    by_id = {one.structure.id: one for one in list_all(donnees)}
    pairs = []
    for row in read(PAIRES):
        host = hosts[int(row["rang"]) - 1]
        if host["siret"] != row["siret"]:
            raise click.ClickException(
                f"{PAIRES.name} : le rang {row['rang']} n’est plus le SIRET {row['siret']}."
            )
        key = make_id("conseillers-numeriques", host["siret"], host["raison_sociale"], host["adresse"])
        one = by_id[f"france-services--{row['id_fs']}"]
        pairs.append(PaireLue(one, by_id[key], row["meme_lieu"], row["partie"]))
    return pairs


def list_all(donnees: Path) -> list[Candidate]:
    """The structures of both lists."""
    return [
        one
        for name in (FRANCE_SERVICES, HOTES)
        for one in list_candidates(read_list(donnees / name).annuaire)
    ]


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a file of the lists."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@dataclass(frozen=True)
class Mesure:
    """Pairs of one part, by what was read: how many likely (``sur`` at least), joined, asked, apart."""

    oui: dict[str, int]
    non: dict[str, int]

    @property
    def rappel(self) -> float:
        """Share of the pairs read as one place which are likely to be (≥ ``sur``)."""
        return self.oui["probables"] / self.oui["paires"]

    @property
    def precision(self) -> float:
        """Share of the likely pairs which are one place."""
        return self.oui["probables"] / (self.oui["probables"] + self.non["probables"])


def measure(pairs: list[PaireLue]) -> Mesure:
    """What the matcher does with pairs that people could read; the others count neither way."""
    return Mesure(*(count([pair.comparaison for pair in pairs if pair.lu == lu]) for lu in ("oui", "non")))


def count(told: list[Comparaison]) -> dict[str, int]:
    """Pairs, likely ones, and those of each verdict."""
    likely = sum(one.probabilite >= read_toml("doublons.toml")["regles"]["sur"] for one in told)
    return {
        "paires": len(told),
        "probables": likely,
        **{v: sum(one.verdict is v for one in told) for v in Verdict},
    }


def estimate(pairs: list[PaireLue]) -> dict[str, dict[str, tuple[float, float]]]:
    """m and u of each level seen, smoothed, from pairs that nothing refuses."""
    kept = [pair for pair in pairs if pair.lu != "incertain" and not refuse(pair.une, pair.autre)]
    seen = {
        (field, pair.lu, rank): level
        for rank, pair in enumerate(kept)
        for field, of in CHAMPS.items()
        if (level := of(pair.une.structure, pair.autre.structure))
    }
    counts = {
        (field, lu): Counter(level for (one, read, _), level in seen.items() if (one, read) == (field, lu))
        for field in CHAMPS
        for lu in ("oui", "non")
    }
    return {
        field: {
            level: tuple(
                (counts[field, lu][level] + LISSAGE) / (counts[field, lu].total() + LISSAGE * len(levels))
                for lu in ("oui", "non")
            )
            for level in sorted(levels)
        }
        for field in CHAMPS
        if (levels := set(counts[field, "oui"]) | set(counts[field, "non"]))
    }  # type: ignore[misc]


@click.command()
@click.option("--poids", is_flag=True, help="Les poids que donne la partie « réglage ».")
@click.option(
    "--from", "donnees", type=click.Path(path_type=Path, exists=True), help="Le dossier des données."
)
def main(*, poids: bool, donnees: Path | None) -> None:
    """Measure the matcher, or print its weights."""
    folder = donnees or Path(os.environ.get("MAILLAGE_DATA") or ROOT.parent / "shared" / "data")
    pairs = read_pairs(folder)
    if poids:
        for field, levels in estimate([pair for pair in pairs if pair.partie == "reglage"]).items():
            told = ", ".join(f"{level} = [{m:.4f}, {u:.4f}]" for level, (m, u) in levels.items())
            print(f"{field} = {{ {told} }}")
        return
    for part in ("reglage", "jugement"):
        found = measure([pair for pair in pairs if pair.partie == part])
        print(f"{part} : rappel {found.rappel:.3f}, précision {found.precision:.3f}")
        print(f"  lues oui : {say_counts(found.oui)}\n  lues non : {say_counts(found.non)}")
    print("Les dix paires les plus difficiles, de celles que la lecture tranche :")
    known = [(pair, pair.comparaison) for pair in pairs if pair.lu != "incertain"]
    hard = sorted(known, key=lambda one: -abs((one[0].lu == "oui") - one[1].probabilite))
    for pair, told in hard[:10]:
        print(
            f"  lu {pair.lu}, {told.probabilite:.3f} ({told.verdict}) : {say(pair.une)} | {say(pair.autre)}"
        )
        print(f"      {' ; '.join([*told.raisons, *filter(None, [told.refus])])}")


def say_counts(told: dict[str, int]) -> str:
    """Counts in a line."""
    return ", ".join(f"{name} {number}" for name, number in told.items())


def say(one: Candidate) -> str:
    """A structure in a line."""
    return f"{one.structure.nom}, {one.structure.adresse}"


if __name__ == "__main__":
    main()
