"""Two indicators crossed over a mesh: where both are worse than in the département."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from maillage.atlas.lecture.definitions import Definition
from maillage.atlas.lecture.territoires import Territoire
from maillage.francais import avec_unite, nombre, unite_de_colonne
from maillage.reports.rendu.vega import Mesuree, Point, describe_nuage
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.territoires import selection

# Rank correlations said in words: at least (≥) so much, in absolute value.
FORCES = ((0.7, "fort"), (0.4, "net"), (0.2, "faible"))
# Below this many territories known in both, no correlation is said.
ASSEZ = 20


@dataclass(frozen=True)
class Croise:
    """One territory with both values."""

    territoire: Territoire
    x: float
    y: float
    defavorable: bool


@dataclass(frozen=True)
class Croisement:
    """Both indicators over a mesh. ``rho``: Spearman's rank correlation; null when too few are known."""

    niveau: str
    x: Definition
    y: Definition
    repere_x: float | None
    repere_y: float | None
    lignes: list[Croise]
    rho: float | None

    @property
    def defavorables(self) -> list[Croise]:
        """Those worse than the département in both, the farthest from it first."""
        kept = [line for line in self.lignes if line.defavorable]
        return sorted(kept, key=lambda line: (-self._distance(line), line.territoire.code))

    def _distance(self, line: Croise) -> float:
        gaps = ((line.x, self.repere_x), (line.y, self.repere_y))
        return sum(abs(value - at) / (abs(at) or 1.0) for value, at in gaps if at is not None)

    @property
    def lien(self) -> str:
        """What the correlation says, in words."""
        if self.rho is None:
            return ""
        words = next((word for least, word in FORCES if abs(self.rho) >= least), "")
        if not words:
            return f"Pas de lien entre les deux (corrélation de rang {nombre(self.rho, 2)})."
        side = "dans le même sens" if self.rho > 0 else "en sens contraire"
        return (
            f"Lien {words}, {side} (corrélation de rang {nombre(self.rho, 2)}) ; un lien n’est pas une cause."
        )


def choose_indicateurs(atlas: AtlasOuvert, niveau: str, x: str, y: str) -> tuple[str, str] | None:
    """The two indicators asked for, else a need and a time; null when the mesh holds fewer than two."""
    wanted = [x, y, *selection.croisement(atlas, niveau), *atlas.indicateurs(niveau)]
    held = list(dict.fromkeys(name for name in wanted if atlas.a(niveau, name)))
    return (held[0], held[1]) if len(held) > 1 else None


def compute(atlas: AtlasOuvert, niveau: str, x: str, y: str) -> Croisement:
    """Both columns side by side; territories unknown in either are left out."""
    columns = (atlas.colonne(niveau, x), atlas.colonne(niveau, y))
    means = [atlas.reference(name).valeur for name in (x, y)]
    places = [(t, *(c.chiffre(t.code).valeur for c in columns)) for t in atlas.territoires(niveau)]
    known = [(t, a, b) for t, a, b in places if a is not None and b is not None]
    senses = [column.definition.sens for column in columns]
    lines = [
        Croise(t, a, b, _worse(a, means[0], senses[0], x) and _worse(b, means[1], senses[1], y))
        for t, a, b in known
    ]
    across, up = (column.definition for column in columns)
    return Croisement(niveau, across, up, means[0], means[1], lines, _rank(lines))


def list_rubriques(atlas: AtlasOuvert, found: Croisement) -> list[tuple[str, list[Definition]]]:
    """What may be put on an axis: the two chosen, times of everyday services, what is not by service."""
    times = [atlas.definition(name) for name in selection.services(atlas, found.niveau)]
    general = atlas.generaux(found.niveau)
    held = {d.id for d in (*times, *general)}
    chosen = [d for d in (found.x, found.y) if d.id not in held]
    groups = [("Choisis", chosen), ("Temps d’accès", times), ("Autres indicateurs", general)]
    return [(title, kept) for title, kept in groups if kept]


def _worse(value: float, mean: float | None, sens: str, indicateur: str) -> bool:
    """Strictly worse than the département; of a need, strictly more of it, unless it is known to be good."""
    if mean is None:
        return False
    more_is_better = sens == "plus" or indicateur in selection.favorables()
    return value < mean if more_is_better else value > mean


def correlate_ranks(x: Sequence[float], y: Sequence[float]) -> float | None:
    """Spearman's rank correlation, ties at their mean rank; null where either says the same everywhere.

    Written out: importing ``scipy.stats`` for it made each start of a server a fifth longer.

    >>> correlate_ranks([1.0, 2.0, 3.0], [9.0, 7.0, 5.0])
    -1.0
    >>> correlate_ranks([1.0, 2.0, 2.0, 3.0], [0.0, 1.0, 2.0, 3.0])  # 4.5 / √(4.5 × 5)
    0.9487
    """
    a, b = (_centre_ranks(values) for values in (x, y))
    spread = float(np.sqrt(a @ a * (b @ b)))
    return float(a @ b) / spread if spread else None


def _centre_ranks(values: Sequence[float]) -> NDArray[np.float64]:
    """Ranks less their mean; equal values share the mean of theirs."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    ranks = (last - (count - 1) / 2)[place]
    return ranks - (len(values) + 1) / 2


def _rank(lines: list[Croise]) -> float | None:
    if len(lines) < ASSEZ:
        return None
    return correlate_ranks([line.x for line in lines], [line.y for line in lines])


def describe(found: Croisement, taille: tuple[int, int]) -> dict[str, object]:
    """The chart of a crossing, in Vega-Lite; shares in per cent."""
    fx, fy = (100.0 if d.unite == "part" else 1.0 for d in (found.x, found.y))
    points = [Point(t.territoire.nom, t.x * fx, t.y * fy, t.defavorable) for t in found.lignes]
    axes = [
        Mesuree(_title(d), None if at is None else at * factor)
        for d, at, factor in ((found.x, found.repere_x, fx), (found.y, found.repere_y, fy))
    ]
    return describe_nuage(points, axes[0], axes[1], taille)


def _title(d: Definition) -> str:
    unite = unite_de_colonne(d.unite)
    return f"{d.court} ({unite})" if unite else d.court


def describe_words(found: Croisement) -> str:
    """What the picture shows, for those who do not see it."""
    means = [
        avec_unite(at, d.unite, d.arrondi) for d, at in ((found.x, found.repere_x), (found.y, found.repere_y))
    ]
    return (
        f"Nuage de {nombre(len(found.lignes))} territoires : "
        f"{found.x.nom} en largeur, {found.y.nom} en hauteur. "
        f"Les traits marquent le département : {means[0]} et {means[1]}. {found.lien}"
    )
