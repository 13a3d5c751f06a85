"""The France Numérique Ensemble road map: orientations, actions, priorities by arrondissement, steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from math import fsum
from typing import Final

from maillage.sdaasp.programme.vocabulaire import VoletFne

DIMENSION: Final = "inclusion-numerique"
"""The transversal dimension that the road map serves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionFne:
    """One action of the road map."""

    cle: str
    libelle: str
    ordre: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EtapeFne:
    """A step of the road map: what is done, where, by when, how many, for how much, who pays by which fund.

    ``action`` is the key of an action of its orientation, null for the whole of it. ``volet``: training,
    equipment, mediation, observatory… ``combien``: how many of what, in words (« 120 aidants »), never added
    up. ``cout_eur``: euros in all.
    """

    libelle: str
    action: str | None = None
    volet: VoletFne | None = None
    arrondissement: str | None = None
    fin: date | None = None
    faite_le: date | None = None
    combien: str | None = None
    cout_eur: float | None = None
    financeur: str | None = None
    fonds: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrientationFne:
    """One orientation, its actions and its steps.

    ``priorites`` are the codes of the arrondissements where it is « priorité 1 »; ``tous`` is true when the
    road map says « tous les arrondissements », which names no priority.
    """

    cle: str
    titre: str
    ordre: int
    actions: tuple[ActionFne, ...] = ()
    priorites: tuple[str, ...] = ()
    tous: bool = False
    source: str | None = None
    etapes: tuple[EtapeFne, ...] = ()


@dataclass(frozen=True, slots=True)
class TotalFne:
    """Steps of one kind: how many, how many done, euros known, how many steps have an amount."""

    etapes: int
    faites: int
    cout_eur: float | None
    chiffrees: int


def add_up_steps(steps: Iterable[EtapeFne]) -> TotalFne:
    """Count steps and add the amounts that are known; none known is null, never 0.

    >>> add_up_steps([EtapeFne(libelle="a", cout_eur=10.0), EtapeFne(libelle="b", faite_le=date(2026, 1, 1))])
    TotalFne(etapes=2, faites=1, cout_eur=10.0, chiffrees=1)
    """
    held = list(steps)
    known = [step.cout_eur for step in held if step.cout_eur is not None]
    done = sum(step.faite_le is not None for step in held)
    return TotalFne(len(held), done, fsum(known) if known else None, len(known))


def add_up_funders(steps: Iterable[EtapeFne]) -> dict[str, TotalFne]:
    """Funder (with its fund, « non dit » where nobody says) → its steps, by name."""
    held: dict[str, list[EtapeFne]] = defaultdict(list)
    for step in steps:
        held[" · ".join(filter(None, (step.financeur, step.fonds))) or "Non dit"].append(step)
    return {name: add_up_steps(held[name]) for name in sorted(held)}


def find_late(
    orientations: Iterable[OrientationFne], jour: date
) -> tuple[tuple[OrientationFne, EtapeFne], ...]:
    """(orientation, step) whose end has passed (<) and that is not done, the oldest first."""
    late = [
        (o, step) for o in orientations for step in o.etapes
        if step.fin is not None and step.fin < jour and step.faite_le is None
    ]  # fmt: skip
    return tuple(sorted(late, key=lambda pair: (pair[1].fin or jour, pair[0].ordre)))


def check_steps(orientation: OrientationFne) -> Iterator[tuple[str, str]]:
    """(field, what is wrong): an action that is not of this orientation."""
    known = {action.cle for action in orientation.actions}
    for step in orientation.etapes:
        if step.action is not None and step.action not in known:
            yield "etapes.action", f"étape « {step.libelle} » : l’action « {step.action} » n’est pas d’ici"
