"""The registry of indicators: one catalogue entry and one pure function each, evaluated in dependency order.

The entry ``duree_{type}`` of ``catalogue/indicateurs/durees.toml`` is computed by the function ``duree_type``
of ``maillage/access/indicateurs/durees.py`` (or the one that its field ``fonction`` names). Each parameter of
the function says what it needs, and is found in this order:

1. the entry's ``entrees`` (``entrees.duree = "duree_{type}"``), then the names below apply to what it gives;
2. a variable of the template (``type``, ``m``);
3. another indicator, computed first;
4. a *grandeur*, an array that the atlas provides (``population``, ``nombre_{type}``…);
5. a threshold of ``catalogue/seuils.toml``;
6. a constant that the atlas gives (``residus``, the law of the errors of estimated times).

A parameter with a default may stay unfound. A function gets float64 arrays (null is NaN) and returns one, or
a :class:`Resultat` when it knows its own interval. The registry adds the rest: the reliability of the worst
input, the smallest coverage, all the sources.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib import import_module
from itertools import product
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from maillage.access.equity import gini, palma
from maillage.access.fiabilite import FIABILITES
from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.indicateurs import Indicateur, load_indicateurs
from maillage.catalogue.seuils import load_seuils

INEGALITES: Final = {"gini": gini, "palma": palma}
"""Aggregations that measure how a figure is shared; they mean nothing at the places themselves."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Valeurs:
    """A figure for each of n places: float64[n] (a grandeur may be [n, k]); NaN is unknown.

    ``couverture`` float64[n]: share of the place's people for whom it is known. ``fiabilite`` uint8[n]:
    rows of :data:`FIABILITES`. ``bas``, ``haut``: an interval, or null. ``sources``: their ids.
    """

    valeurs: Floats
    couverture: Floats
    fiabilite: NDArray[np.uint8]
    millesime: str = ""
    sources: frozenset[str] = frozenset()
    bas: Floats | None = None
    haut: Floats | None = None

    @classmethod
    def observe(
        cls, valeurs: object, millesime: str = "", *sources: str, fiabilite: str = "observe"
    ) -> Valeurs:
        """Values all of one reliability, covered wherever they are known.

        >>> Valeurs.observe([3, float("nan")]).couverture
        array([1., 0.])
        """
        array = np.asarray(valeurs, dtype=np.float64)
        known = np.isfinite(array) if array.ndim == 1 else np.isfinite(array).any(axis=1)
        level = np.full(len(array), FIABILITES.index(fiabilite), dtype=np.uint8)
        couverture = np.asarray(known, dtype=np.float64)
        return cls(array, couverture, level, millesime, frozenset(sources))


@dataclass(frozen=True)
class Resultat:
    """What a function may return besides an array: its own interval, coverage, or reliability (uint8[n]).

    A reliability of its own can only lower that of the worst input.
    """

    valeurs: Floats
    bas: Floats | None = None
    haut: Floats | None = None
    couverture: Floats | None = None
    fiabilite: NDArray[np.uint8] | None = None


@dataclass(frozen=True)
class Variable:
    """One value of a template's variable: ``id`` in names, ``texte`` in labels, ``valeur`` in the code.

    ``unite``, when there is one, is the unit of the figures of this value.
    """

    id: str
    texte: str
    valeur: object = None
    unite: str | None = None


@dataclass(frozen=True)
class Instance:
    """An indicator with its variables filled in: ``duree_pharmacie``."""

    id: str
    nom: str
    entree: Indicateur
    variables: dict[str, Variable]

    @property
    def unite(self) -> str:
        """The unit: a variable's own, else the entry's."""
        own = (variable.unite for variable in self.variables.values() if variable.unite)
        return next(own, self.entree.unite)

    @property
    def groupe(self) -> str:
        """The people whom the figure is about."""
        return self.fill(self.entree.groupe)

    def fill(self, template: str) -> str:
        """A name with this instance's variables in it."""
        return fill(template, {name: variable.id for name, variable in self.variables.items()})


def fill(template: str, values: Mapping[str, str]) -> str:
    """``template`` with each ``{name}`` replaced.

    >>> fill("part_{type}_plus_{m}min", {"type": "poste", "m": "7"})
    'part_poste_plus_7min'
    """
    for name, value in values.items():
        template = template.replace(f"{{{name}}}", value)
    return template


def expand(entry: Indicateur, domaines: Mapping[str, Iterable[Variable]]) -> list[Instance]:
    """All the instances of an entry; ``domaines`` gives the values of each variable. No domain: none."""
    choices = [domaines.get(name, ()) for name in entry.variables]
    instances = []
    for values in product(*choices):
        variables = dict(zip(entry.variables, values, strict=True))
        ids = {name: variable.id for name, variable in variables.items()}
        textes = {name: variable.texte for name, variable in variables.items()}
        instances.append(Instance(fill(entry.id, ids), fill(entry.nom, textes), entry, variables))
    return instances


def expand_all(
    domaines: Mapping[str, Iterable[Variable]], entries: Iterable[Indicateur] | None = None
) -> dict[str, Instance]:
    """Every instance of the catalogue by id; two entries that make the same id are an error."""
    domaines = {name: tuple(values) for name, values in domaines.items()}
    instances: dict[str, Instance] = {}
    for entry in load_indicateurs().values() if entries is None else entries:
        for instance in expand(entry, domaines):
            if instance.id in instances:
                raise EntreeInvalide(f"Deux indicateurs portent le nom « {instance.id} ».")
            instances[instance.id] = instance
    return instances


@cache
def find_function(entry_id: str) -> Callable[..., Floats | Resultat]:
    """The function of a catalogue entry; :class:`EntreeInvalide` when it has none."""
    entry = load_indicateurs()[entry_id]
    place = f"maillage.access.indicateurs.{entry.famille}"
    try:
        found: Callable[..., Floats | Resultat] = getattr(import_module(place), entry.fonction)
    except (ImportError, AttributeError) as error:
        faute = Faute(f"la fonction « {entry.fonction} » manque", f"{place.replace('.', '/')}.py")
        raise EntreeInvalide(f"L'indicateur « {entry_id} » n'a pas de calcul.", (faute,)) from error
    return found


class Grandeurs(Protocol):
    """Arrays by name: a dictionary, or anything that makes them when asked."""

    def __contains__(self, name: object, /) -> bool: ...
    def __getitem__(self, name: str, /) -> Valeurs: ...


@dataclass(frozen=True)
class Maille:
    """How n territories cut a finer mesh (carreaux, communes): a row per place and territory that meet.

    ``lieu`` and ``territoire`` int32[f] are row numbers; ``part`` float64[f] is the share of the place's
    people who live in that territory. Territories may overlap.
    """

    lieu: NDArray[np.int32]
    territoire: NDArray[np.int32]
    part: Floats
    n: int
    n_lieux: int

    @cached_property
    def matrix(self) -> csr_array[np.float64, tuple[int, int]]:
        """The shares, sparse [territories, places]."""
        shape = (self.n, self.n_lieux)
        return csr_array((self.part, (self.territoire, self.lieu)), shape=shape)

    def sum(self, figure: Floats) -> Floats:
        """Add a figure (float64[places], no NaN) up by territory.

        >>> halves = Maille(np.array([0, 1, 1]), np.array([0, 0, 1]), np.array([1.0, 0.5, 0.5]), 2, 2)
        >>> halves.sum(np.array([10.0, 4.0]))
        array([12.,  2.])
        """
        return np.asarray(self.matrix @ figure, dtype=np.float64)

    def worst(self, level: NDArray[np.uint8], counted: NDArray[np.bool_]) -> NDArray[np.uint8]:
        """The worst reliability among the places that count, by territory (0 where none does)."""
        worst = np.zeros(self.n, dtype=np.uint8)
        for grade in range(1, len(FIABILITES)):
            here = counted & (level == grade)
            if here.any():
                worst[self.sum(here.astype(np.float64)) > 0] = grade
        return worst


def carry(figure: Valeurs, maille: Maille, agregation: str, weight: Floats) -> Valeurs:
    """Move a figure to a coarser mesh; ``weight`` float64[places]: people of the group the figure is about.

    ``moyenne`` and ``part``: V_t = Σ w·v / Σ w over the places where v is known; null where they hold nobody.
    ``gini`` and ``palma``: the inequality of v between the people of t, without interval.
    ``somme``: V_t = Σ part·v. In all, couverture = Σ w known / Σ w, and an interval moves as the figure
    does: its ends are reached together (errors fully correlated), which is the widest case.
    """
    known = np.isfinite(figure.valeurs)
    people = np.where(known, weight, 0.0)
    total, reached, covered = (maille.sum(x) for x in (weight, people, people * figure.couverture))
    couverture = np.divide(covered, total, out=np.zeros(maille.n), where=total > 0)
    if agregation in INEGALITES:
        unequal = measure_inequality(INEGALITES[agregation], figure.valeurs, maille, weight)
        grade = maille.worst(figure.fiabilite, people > 0)
        return Valeurs(unequal, couverture, grade, figure.millesime, figure.sources)
    summed = agregation == "somme"
    counted = np.ones_like(people) if summed else people
    defined = (maille.sum(known.astype(np.float64)) if summed else reached) > 0

    def move(values: Floats) -> Floats:
        moved = maille.sum(np.where(known, values, 0.0) * counted)
        divisor = np.ones(maille.n) if summed else reached
        carried: Floats = np.divide(moved, divisor, out=np.full(maille.n, np.nan), where=defined)
        return carried

    level = maille.worst(figure.fiabilite, known & (counted > 0))
    bas, haut = (None if end is None else move(end) for end in (figure.bas, figure.haut))
    return Valeurs(move(figure.valeurs), couverture, level, figure.millesime, figure.sources, bas, haut)


def measure_inequality(
    measure: Callable[[Floats, Floats], float], values: Floats, maille: Maille, weight: Floats
) -> Floats:
    """A measure of inequality in each territory, between the people of the places that meet it: float64[n].

    >>> two = Maille(np.array([0, 1]), np.array([0, 0]), np.array([1.0, 1.0]), 1, 2)
    >>> measure_inequality(gini, np.array([0.0, 4.0]), two, np.array([1.0, 1.0])).tolist()
    [0.5]
    """
    rows = maille.matrix
    pieces = [slice(rows.indptr[t], rows.indptr[t + 1]) for t in range(maille.n)]
    found = [measure(values[rows.indices[p]], weight[rows.indices[p]] * rows.data[p]) for p in pieces]
    return np.array(found, dtype=np.float64)


@dataclass(frozen=True)
class Base:
    """A finer mesh, where some indicators are computed, and how to carry them from it."""

    evaluation: Evaluation
    maille: Maille


@dataclass
class Evaluation:
    """Indicators of one mesh, computed when asked and kept.

    ``grandeurs``: the arrays known at this mesh. ``bases``: the finer meshes by ``niveau`` of the entries
    computed there (``carreau``, ``commune``); the carreaux have none, the communes have the carreaux only.
    ``constantes``: what functions may ask for that is no figure.
    """

    instances: Mapping[str, Instance]
    grandeurs: Grandeurs
    bases: Mapping[str, Base] = field(default_factory=dict)
    constantes: Mapping[str, object] = field(default_factory=dict)
    _kept: dict[str, Valeurs] = field(default_factory=dict)
    _asked: list[str] = field(default_factory=list)

    def __getitem__(self, name: str) -> Valeurs:
        """The indicator or grandeur ``name``; :class:`EntreeInvalide` on a cycle or an unknown name."""
        if name not in self._kept:
            if name in self._asked:
                chain = " → ".join([*self._asked[self._asked.index(name) :], name])
                raise EntreeInvalide(f"Ces indicateurs s'attendent l'un l'autre : {chain}.")
            self._asked.append(name)
            try:
                self._kept[name] = self._compute(name)
            finally:
                self._asked.pop()
        return self._kept[name]

    def knows(self, name: str) -> bool:
        """Whether everything that ``name`` needs is at hand here."""
        return not self.missing(name)

    def missing(self, name: str) -> list[str]:
        """The names that are needed for ``name`` and found nowhere, sorted."""
        return sorted(set(self._lacks(name, ())))

    def _lacks(self, name: str, chain: tuple[str, ...]) -> list[str]:
        instance = self.instances.get(name)
        if instance is None or name in chain:
            return [] if name in self.grandeurs or name in chain else [name]
        if instance.entree.niveau in self.bases:
            finer = self.bases[instance.entree.niveau].evaluation
            return finer.missing(name) + finer.missing(instance.groupe)
        return [
            lack
            for needed, optional in needs(instance).values()
            if needed is not None and needed not in self.constantes and not optional
            for lack in self._lacks(needed, (*chain, name))
        ]

    def _compute(self, name: str) -> Valeurs:
        instance = self.instances.get(name)
        if instance is None:
            if name not in self.grandeurs:
                asker = f" (demandé par « {self._asked[-2]} »)" if len(self._asked) > 1 else ""
                raise EntreeInvalide(f"Aucun indicateur ni grandeur ne se nomme « {name} »{asker}.")
            return self.grandeurs[name]
        base = self.bases.get(instance.entree.niveau)
        if base is None:
            return self._call(instance)
        weight = np.nan_to_num(base.evaluation[instance.groupe].valeurs)
        return carry(base.evaluation[name], base.maille, instance.entree.agregation, weight)

    def _call(self, instance: Instance) -> Valeurs:
        inputs: dict[str, Valeurs] = {}
        arguments: dict[str, Any] = {}
        for parameter, (needed, optional) in needs(instance).items():
            if needed is None:
                arguments[parameter] = constant(instance, parameter)
            elif needed in self.constantes:
                arguments[parameter] = self.constantes[needed]
            elif not optional or self.knows(needed):
                inputs[parameter] = self[needed]
                arguments[parameter] = inputs[parameter].valeurs
        answer = find_function(instance.entree.id)(**arguments)
        return combine(answer, inputs, instance.entree)


def constant(instance: Instance, parameter: str) -> Any:
    """A template variable's value, or a threshold's."""
    if parameter in instance.variables:
        return instance.variables[parameter].valeur
    return load_seuils()[instance.entree.entrees.get(parameter, parameter)].valeur


def needs(instance: Instance) -> dict[str, tuple[str | None, bool]]:
    """By parameter: the name of the figure it reads (null for a constant), and whether it can do without."""
    found: dict[str, tuple[str | None, bool]] = {}
    for name, optional in parameters(find_function(instance.entree.id)):
        needed = instance.fill(instance.entree.entrees.get(name, name))
        fixed = name in instance.variables or needed in load_seuils()
        found[name] = (None if fixed else needed, optional)
    return found


@cache
def parameters(function: Callable[..., object]) -> tuple[tuple[str, bool], ...]:
    """The names of a function's parameters, and whether each has a default."""
    signature = inspect.signature(function).parameters.values()
    return tuple((p.name, p.default is not p.empty) for p in signature)


def combine(answer: Floats | Resultat, inputs: Mapping[str, Valeurs], entry: Indicateur) -> Valeurs:
    """Add to an answer the reliability of its worst input, the smallest coverage, the sources and vintage."""
    result = answer if isinstance(answer, Resultat) else Resultat(answer)
    values = np.asarray(result.valeurs, dtype=np.float64)
    known = np.isfinite(values)
    figures = list(inputs.values())
    couverture = result.couverture
    if couverture is None:
        couverture = np.minimum.reduce([f.couverture for f in figures] or [np.ones(len(values))])
    own = np.zeros(len(values), dtype=np.uint8) if result.fiabilite is None else result.fiabilite
    fiabilite = np.maximum.reduce([own, *(f.fiabilite for f in figures)], dtype=np.uint8)
    sources = frozenset().union(*(f.sources for f in figures))
    vintages = [figure for name, figure in inputs.items() if name == entry.millesime] or figures
    millesime = "-".join(sorted({f.millesime for f in vintages if f.millesime}))
    figure = Valeurs(values, np.where(known, couverture, 0.0), fiabilite, millesime, sources)
    return replace(figure, bas=result.bas, haut=result.haut)
