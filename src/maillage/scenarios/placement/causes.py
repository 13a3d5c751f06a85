"""Why no placement is possible, in French: the constraint in cause, and what would be enough."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from maillage.francais import accord, euros, nombre
from maillage.scenarios.placement.cadre import Cadre, Garantie, Placement, Statut
from maillage.scenarios.placement.programme import ProgrammeEntier
from maillage.scenarios.placement.reste import add_frame

_LIMIT_S = 10.0


def conclude(
    start: float, cadre: Cadre, statut: Statut, valeur: float, borne: float, ouvert: NDArray[np.bool_] | None
) -> Placement:
    """The answer of a model begun at ``start`` (performance counter), with causes if it is impossible."""
    causes = explain(cadre) if statut == "impossible" else ()
    known = float(borne) if np.isfinite(borne) else None
    if ouvert is None:
        known = None if statut == "impossible" else known
        return Placement(statut, None, known, (), time.perf_counter() - start, causes)
    lieux = tuple(np.flatnonzero(ouvert).tolist())
    return Placement(statut, float(valeur), known, lieux, time.perf_counter() - start)


def explain(cadre: Cadre) -> tuple[str, ...]:
    """Guarantees that nothing can give; else what they cost at least; else which ones contradict each other.

    >>> far = Garantie("tous à 30 min au plus", np.array([[0.0, 0.0]]), np.ones(1))
    >>> nobody = np.zeros(2, bool)
    >>> explain(Cadre(nobody, nobody, np.ones(2), 1.0, (far,)))[0][:66]
    '« tous à 30 min au plus » : aucun candidat ne peut y répondre pour'
    """
    hopeless = tuple(text for garantie in cadre.garanties if (text := _hopeless(cadre, garantie)))
    if hopeless:
        return hopeless
    if not cadre.verrouille.any() and not (cadre.depense <= cadre.budget)[~cadre.exclu].any():
        return ("Aucun site ne peut ouvrir : donnez un candidat, un nombre ou un budget suffisant.",)
    free = replace(cadre, budget=float(cadre.payant.sum()))
    needed = _least_spent(free)
    if needed is not None and needed > cadre.budget:
        return (_too_little(cadre, needed),)
    return (_contradiction(free),) if needed is None else ()


def _hopeless(cadre: Cadre, garantie: Garantie) -> str:
    """A guarantee of which some rows are out of reach even with every candidate open."""
    most = garantie.coefficients.clip(min=0)
    without = int((most[:, ~cadre.exclu].sum(1) < garantie.minimum).sum())
    if not without:
        return ""
    excluded = without - int((most.sum(1) < garantie.minimum).sum())
    where = accord(without, "endroit habité", "endroits habités")
    name = f"« {garantie.nom} » : aucun candidat ne peut y répondre pour {where}."
    if excluded:
        return f"{name} L’exclusion de sites en empêche {excluded} : rendez-en possibles."
    return f"{name} Ajoutez des candidats plus proches ou relâchez cette exigence."


def _least_spent(cadre: Cadre) -> float | None:
    """What the guarantees cost at least; null when they contradict each other."""
    etat = cadre.etat
    libres = np.flatnonzero(etat == 0)
    if not len(libres):
        return 0.0 if cadre.holds(etat == 1) else None
    model = ProgrammeEntier()
    model.add_binaries(cadre.payant[libres])
    add_frame(model, cadre, etat, libres)
    found = model.solve(_LIMIT_S)
    return None if found.x is None else float(cadre.payant[libres] @ (found.x > 0.5))


def _too_little(cadre: Cadre, needed: float) -> str:
    names = " et ".join(f"« {garantie.nom} »" for garantie in cadre.garanties)
    if (cadre.depense == 1).all():
        sites = accord(round(cadre.budget), "site à ouvrir ne suffit", "sites à ouvrir ne suffisent")
        return f"{sites} pas pour {names} : il en faut au moins {nombre(needed)}."
    return (
        f"Un budget de {euros(cadre.budget)} ne suffit pas pour {names} : il faut au moins {euros(needed)}."
    )


def _contradiction(cadre: Cadre) -> str:
    """The guarantees that cannot hold together, each needed for the contradiction."""
    kept = list(cadre.garanties)
    for garantie in cadre.garanties:
        others = [one for one in kept if one is not garantie]
        if others and _least_spent(replace(cadre, garanties=tuple(others))) is None:
            kept = others
    names = " et ".join(f"« {garantie.nom} »" for garantie in kept)
    return (
        f"{names} ne peuvent pas tenir ensemble, quel que soit le nombre de sites : relâchez l’une d’elles."
    )
