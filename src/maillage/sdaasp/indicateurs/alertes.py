"""What should be looked at: steps that are late, indicators without a value, falling, or off their path."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from maillage.sdaasp.indicateurs.valeurs import list_series
from maillage.sdaasp.programme.mesures import Cible, IndicateurSuivi, Valeur
from maillage.sdaasp.programme.modele import Declinaison, Programme
from maillage.sdaasp.programme.regles import get_threshold
from maillage.sdaasp.programme.vocabulaire import Sens, StatutDeclinaison

MOIS_DAYS = 30.4375
_OPEN = frozenset({None, StatutDeclinaison.IDENTIFIEE, StatutDeclinaison.ENGAGEE, StatutDeclinaison.EN_COURS})


@dataclass(frozen=True, slots=True)
class Alerte:
    """One thing to look at; ``objet`` is the key of a declinaison or an indicator."""

    nature: Literal["retard", "sans_valeur", "baisse", "ecart"]
    objet: str
    message: str


def list_alerts(programme: Programme, today: date) -> tuple[Alerte, ...]:
    """Every alert of the programme on a day: declinaisons first, then indicators, in their order."""
    late = [alert for d in programme.declinaisons for alert in list_late(d, today)]
    targets: dict[str, list[Cible]] = {}
    for cible in programme.cibles:
        targets.setdefault(cible.indicateur, []).append(cible)
    measured = [
        alert
        for i in programme.indicateurs
        for alert in check_indicator(i, programme.valeurs, targets.get(i.cle, []), today)
    ]
    return tuple(late + measured)


def list_late(declinaison: Declinaison, today: date) -> list[Alerte]:
    """Steps whose end is strictly before ``today`` and not done; and the year gone by without an outcome."""
    if declinaison.statut not in _OPEN:
        return []
    late = [
        Alerte("retard", declinaison.cle, f"L’étape « {e.libelle} » devait finir le {e.fin:%d/%m/%Y}.")
        for e in declinaison.etapes
        if e.fin is not None and e.faite_le is None and e.fin < today
    ]
    if declinaison.annee < today.year and declinaison.statut is not None:
        late.append(
            Alerte("retard", declinaison.cle, f"Prévue pour {declinaison.annee}, elle n’est pas achevée.")
        )
    return late


def check_indicator(
    indicator: IndicateurSuivi, values: Iterable[Valeur], targets: Iterable[Cible], today: date
) -> list[Alerte]:
    """The alerts of one indicator: no recent value, a fall, a gap to its path."""
    series = list_series(values, indicator.cle)
    if not series:
        return [Alerte("sans_valeur", indicator.cle, "Aucune valeur validée.")]
    alerts = []
    age_days = (today - series[-1].date).days
    if age_days > indicator.frequence_mois * MOIS_DAYS:
        alerts.append(Alerte("sans_valeur", indicator.cle, f"Dernière valeur : {series[-1].date:%d/%m/%Y}."))
    if is_falling(series, indicator.sens):
        alerts.append(Alerte("baisse", indicator.cle, "La dernière valeur s’éloigne de l’objectif."))
    lag = compute_lag(series, targets)
    if lag is not None and lag > get_threshold("alertes", "ecart_cible_share"):
        alerts.append(
            Alerte("ecart", indicator.cle, f"En retard de {round(100 * lag)} % du chemin vers la cible.")
        )
    return alerts


def is_falling(series: tuple[Valeur, ...], sens: Sens | None) -> bool:
    """Whether the last known value is strictly worse than the one before it, in the direction ``sens``."""
    known = [value.valeur for value in series if value.valeur is not None]
    if sens is None or len(known) < 2:
        return False
    return known[-1] < known[-2] if sens is Sens.HAUSSE else known[-1] > known[-2]


def compute_lag(series: tuple[Valeur, ...], targets: Iterable[Cible]) -> float | None:
    """How far the last value is behind a straight path, as a share of the whole way; ``None`` when unknown.

    Path: from the first value v0 at t0 to the next target c at T (31 December of its year). With the last
    value v at t ≤ T: lag = (t − t0)/(T − t0) − (v − v0)/(c − v0). Positive: behind. The formula holds for
    both directions.

    >>> from datetime import date as d
    >>> points = tuple(
    ...     Valeur(indicateur="i", date=d(y, 12, 31), valeur=v) for y, v in [(2025, 10), (2026, 11)]
    ... )
    >>> half_way = [Cible(indicateur="i", annee=2027, valeur=20)]  # half of the time, a tenth of the way
    >>> compute_lag(points, half_way)
    0.4
    """
    known = [(value.date, value.valeur) for value in series if value.valeur is not None]
    if len(known) < 2:
        return None
    (start, first), (at, last) = known[0], known[-1]
    ahead = sorted(
        (c.annee, c.valeur) for c in targets if c.valeur is not None and date(c.annee, 12, 31) >= at
    )
    if not ahead or ahead[0][1] == first:
        return None
    year, target = ahead[0]
    elapsed = (at - start).days / max((date(year, 12, 31) - start).days, 1)
    return round(elapsed - (last - first) / (target - first), 6)
