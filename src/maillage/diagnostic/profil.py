"""Profiles of deficit: explicit rules, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.lecture import read_toml

FICHIER = "profils_deficit.toml"


@dataclass(frozen=True)
class Critere:
    """One indicator against a threshold: ``seuil`` in its unit, or ``ratio`` × the département's own figure.

    ``au_dela``: strictly above is worse; else strictly below.
    """

    indicateur: str
    au_dela: bool
    poids: float
    seuil: float | None = None
    ratio: float = 1.0

    def threshold(self, reference: Mapping[str, float]) -> float:
        """The threshold, in the indicator's unit; NaN when it depends on a figure that is unknown."""
        if self.seuil is not None:
            return self.seuil
        return self.ratio * reference.get(self.indicateur, float("nan"))


@dataclass(frozen=True)
class Motif:
    """A reason to be in deficit.

    Criteria past their threshold weigh at least ``part_requise`` of those known; those known weigh at least
    ``part_connue`` of all.
    """

    id: str
    nom: str
    part_requise: float
    part_connue: float
    criteres: tuple[Critere, ...]


@dataclass(frozen=True)
class Profil:
    """A rule: in deficit when in one motif at least. Its note says where it comes from."""

    id: str
    nom: str
    motifs: tuple[Motif, ...]
    source: str
    note: str
    confirme: bool
    par_defaut: bool

    @property
    def criteres(self) -> tuple[Critere, ...]:
        """Every criterion, motif after motif."""
        return tuple(critere for motif in self.motifs for critere in motif.criteres)


def make_profil(name: str, entry: Mapping[str, Any]) -> Profil:
    """A profile from its data; raises ``EntreeInvalide`` with every fault found."""
    fautes = tuple(check_profil(name, entry))
    if fautes:
        raise EntreeInvalide(f"Le profil de déficit « {name} » ne peut pas être lu.", fautes)
    return Profil(
        name,
        entry["nom"],
        tuple(make_motif(motif) for motif in entry["motifs"]),
        entry["source"],
        entry.get("note", ""),
        entry["confirme"],
        entry.get("par_defaut", False),
    )


def make_motif(entry: Mapping[str, Any]) -> Motif:
    """A motif from its data, already checked."""
    criteres = tuple(
        Critere(
            critere["indicateur"],
            critere["au_dela"],
            critere["poids"],
            critere.get("seuil"),
            critere.get("ratio", 1.0),
        )
        for critere in entry["criteres"]
    )
    return Motif(entry["id"], entry["nom"], entry["part_requise"], entry["part_connue"], criteres)


def check_profil(name: str, entry: Mapping[str, Any]) -> list[Faute]:
    """Everything wrong with a profile."""
    missing = [field for field in ("nom", "motifs", "source", "confirme") if entry.get(field, "") == ""]
    faults = [
        Faute(f"le champ « {field} » manque", FICHIER, que_faire=f"Ajoutez-le à « {name} ».")
        for field in missing
    ]
    for motif in entry.get("motifs", []):
        faults += check_motif(motif)
    return faults


def check_motif(motif: Mapping[str, Any]) -> list[Faute]:
    """Everything wrong with a motif."""
    place = f"{FICHIER} (motif « {motif.get('id', '?')} »)"
    faults = [
        Faute(f"« {field} » doit être entre 0 et 1", place)
        for field in ("part_requise", "part_connue")
        if not 0 < motif.get(field, 0) <= 1
    ]
    if not motif.get("criteres"):
        faults.append(Faute("aucun critère", place, que_faire="Donnez-en au moins un."))
    for critere in motif.get("criteres", []):
        if not critere.get("poids", 0) > 0:
            faults.append(Faute(f"le poids de « {critere.get('indicateur')} » doit être positif", place))
        if ("seuil" in critere) == ("reference" in critere):
            faults.append(
                Faute(
                    f"« {critere.get('indicateur')} » doit avoir un seuil ou une référence, et un seul",
                    place,
                    que_faire='Écrivez « seuil = 0.1 » ou « reference = "departement" ».',
                )
            )
    return faults


@cache
def load_profils() -> dict[str, Profil]:
    """Every profile of the catalogue by id."""
    return {name: make_profil(name, entry) for name, entry in read_toml(FICHIER).items()}


def default_profil() -> Profil:
    """The profile used unless another is asked for."""
    return next(profil for profil in load_profils().values() if profil.par_defaut)
