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
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from itertools import product
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from maillage.access.evaluation.agregation import CROISEES, Maille, carry
from maillage.access.evaluation.valeurs import Floats, Valeurs
from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.indicateurs import Indicateur, load_indicateurs
from maillage.catalogue.seuils import load_seuils


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
class IndicateurNomme:
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
        """A name with this indicator's variables in it."""
        return fill(template, {name: variable.id for name, variable in self.variables.items()})


def fill(template: str, values: Mapping[str, str]) -> str:
    """``template`` with each ``{name}`` replaced.

    >>> fill("part_{type}_plus_{m}min", {"type": "poste", "m": "7"})
    'part_poste_plus_7min'
    """
    for name, value in values.items():
        template = template.replace(f"{{{name}}}", value)
    return template


def expand(entry: Indicateur, domaines: Mapping[str, Iterable[Variable]]) -> list[IndicateurNomme]:
    """All that an entry names; ``domaines`` gives the values of each variable. No domain: none."""
    choices = [domaines.get(name, ()) for name in entry.variables]
    nommes = []
    for values in product(*choices):
        variables = dict(zip(entry.variables, values, strict=True))
        ids = {name: variable.id for name, variable in variables.items()}
        textes = {name: variable.texte for name, variable in variables.items()}
        nommes.append(IndicateurNomme(fill(entry.id, ids), fill(entry.nom, textes), entry, variables))
    return nommes


def expand_all(
    domaines: Mapping[str, Iterable[Variable]], entries: Iterable[Indicateur] | None = None
) -> dict[str, IndicateurNomme]:
    """Every named indicator of the catalogue by id; two entries that make the same id are an error."""
    domaines = {name: tuple(values) for name, values in domaines.items()}
    nommes: dict[str, IndicateurNomme] = {}
    for entry in load_indicateurs().values() if entries is None else entries:
        for nomme in expand(entry, domaines):
            if nomme.id in nommes:
                raise EntreeInvalide(f"Deux indicateurs portent le nom « {nomme.id} ».")
            nommes[nomme.id] = nomme
    return nommes


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
class Base:
    """A finer mesh, where some indicators are computed, and how to carry them from it."""

    evaluation: Evaluation
    maille: Maille


def bring(base: Base, nomme: IndicateurNomme) -> Valeurs:
    """A figure of the finer mesh ``base``, carried; its coverage is that of everybody.

    Where the group itself is unknown in some places (a secret count), the figure is that of the others and
    its coverage says so: it falls to the share of the people who live where the group is known.
    """
    entree, finer = nomme.entree, base.evaluation
    group = finer[nomme.groupe].valeurs
    croise = None
    if entree.agregation in CROISEES:
        second = finer[nomme.fill(entree.rang) if entree.rang else "population"].valeurs
        croise = np.where(np.isfinite(group), second, np.nan)
    carried = carry(finer[nomme.id], base.maille, entree.agregation, np.nan_to_num(group), croise)
    said = np.isfinite(group) if croise is None else np.isfinite(croise)
    if said.all():
        return carried
    everybody = np.nan_to_num(finer["population"].valeurs)
    total, reached = (base.maille.sum(people) for people in (everybody, np.where(said, everybody, 0.0)))
    share = np.divide(reached, total, out=np.zeros(base.maille.n), where=total > 0)
    return withhold(replace(carried, couverture=carried.couverture * share), entree.couverture_min)


def withhold(figure: Valeurs, couverture_min: float) -> Valeurs:
    """The figure, unknown where its coverage is below (<) the minimum; coverage still says how much was.

    >>> withhold(replace(Valeurs.observe([300, 500]), couverture=np.array([0.94, 0.95])), 0.95).valeurs
    array([ nan, 500.])
    """
    few = figure.couverture < couverture_min
    ends = (None if end is None else np.where(few, np.nan, end) for end in (figure.bas, figure.haut))
    bas, haut = ends
    return replace(figure, valeurs=np.where(few, np.nan, figure.valeurs), bas=bas, haut=haut)


@dataclass
class Evaluation:
    """Indicators of one mesh, computed when asked and kept.

    ``grandeurs``: the arrays known at this mesh. ``bases``: the finer meshes by ``niveau`` of the entries
    computed there (``carreau``, ``commune``); the carreaux have none, the communes have the carreaux only.
    ``constantes``: what functions may ask for that is no figure.
    """

    nommes: Mapping[str, IndicateurNomme]
    grandeurs: Grandeurs
    bases: Mapping[str, Base] = field(default_factory=dict)
    constantes: Mapping[str, object] = field(default_factory=dict)
    _kept: dict[str, Valeurs] = field(default_factory=dict)
    _asked: list[str] = field(default_factory=list)
    _leaves: dict[str, frozenset[str]] = field(default_factory=dict)

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
        nomme = self.nommes.get(name)
        if nomme is None or name in chain:
            return [] if name in self.grandeurs or name in chain else [name]
        if nomme.entree.niveau in self.bases:
            finer = self.bases[nomme.entree.niveau].evaluation
            rang = [nomme.fill(nomme.entree.rang)] if nomme.entree.rang else []
            return [lack for needed in (name, nomme.groupe, *rang) for lack in finer.missing(needed)]
        return [
            lack
            for needed, optional in needs(nomme).values()
            if needed is not None and needed not in self.constantes and not optional
            for lack in self._lacks(needed, (*chain, name))
        ]

    def leaves(self, name: str) -> frozenset[str]:
        """The grandeurs that ``name`` is made from, at whatever mesh, asked for or not."""
        if name not in self._leaves:
            self._leaves[name] = frozenset()  # a cycle has no leaf of its own
            self._leaves[name] = frozenset().union(*self._follow(name))
        return self._leaves[name]

    def _follow(self, name: str) -> Iterator[frozenset[str]]:
        nomme = self.nommes.get(name)
        if nomme is None:
            yield frozenset({name})
        elif nomme.entree.niveau in self.bases:
            finer = self.bases[nomme.entree.niveau].evaluation
            rang = [nomme.fill(nomme.entree.rang)] if nomme.entree.rang else []
            yield from (finer.leaves(needed) for needed in (name, nomme.groupe, "population", *rang))
        else:
            yield from (self.leaves(needed) for needed, _ in needs(nomme).values() if needed is not None)

    def _compute(self, name: str) -> Valeurs:
        nomme = self.nommes.get(name)
        if nomme is None:
            if name not in self.grandeurs:
                asker = f" (demandé par « {self._asked[-2]} »)" if len(self._asked) > 1 else ""
                raise EntreeInvalide(f"Aucun indicateur ni grandeur ne se nomme « {name} »{asker}.")
            return self.grandeurs[name]
        base = self.bases.get(nomme.entree.niveau)
        if base is None:
            return self._call(nomme)
        return bring(base, nomme)

    def _call(self, nomme: IndicateurNomme) -> Valeurs:
        inputs: dict[str, Valeurs] = {}
        arguments: dict[str, Any] = {}
        for parameter, (needed, optional) in needs(nomme).items():
            if needed is None:
                arguments[parameter] = constant(nomme, parameter)
            elif needed in self.constantes:
                arguments[parameter] = self.constantes[needed]
            elif not optional or self.knows(needed):
                inputs[parameter] = self[needed]
                arguments[parameter] = inputs[parameter].valeurs
        function = find_function(nomme.entree.id)
        answer = function(**arguments)
        if nomme.entree.monotone and not isinstance(answer, Resultat):
            answer = spread(function, arguments, inputs, nomme.entree.monotone, answer)
        return combine(answer, inputs, nomme.entree)


def spread(
    function: Callable[..., Floats | Resultat],
    arguments: Mapping[str, Any],
    inputs: Mapping[str, Valeurs],
    monotone: Iterable[str],
    answer: Floats,
) -> Floats | Resultat:
    """The answer with the interval that its inputs' intervals give it; as it stands when they have none.

    The function goes one way with each parameter of ``monotone``: its extremes are at their ends.
    """
    ends = {
        name: (inputs[name].bas, inputs[name].haut)
        for name in monotone
        if name in inputs and inputs[name].bas is not None
    }
    if not ends:
        return answer
    swaps = [dict(zip(ends, corner, strict=True)) for corner in product(*ends.values())]
    found = [function(**(dict(arguments) | swap)) for swap in swaps]
    corners = [f.valeurs if isinstance(f, Resultat) else f for f in (answer, *found)]
    return Resultat(answer, bas=np.minimum.reduce(corners), haut=np.maximum.reduce(corners))


def constant(nomme: IndicateurNomme, parameter: str) -> Any:
    """A template variable's value, or a threshold's."""
    if parameter in nomme.variables:
        return nomme.variables[parameter].valeur
    return load_seuils()[nomme.entree.entrees.get(parameter, parameter)].valeur


def needs(nomme: IndicateurNomme) -> dict[str, tuple[str | None, bool]]:
    """By parameter: the name of the figure it reads (null for a constant), and whether it can do without."""
    found: dict[str, tuple[str | None, bool]] = {}
    for name, optional in parameters(find_function(nomme.entree.id)):
        needed = nomme.fill(nomme.entree.entrees.get(name, name))
        fixed = name in nomme.variables or needed in load_seuils()
        found[name] = (None if fixed else needed, optional)
    return found


@cache
def parameters(function: Callable[..., object]) -> tuple[tuple[str, bool], ...]:
    """The names of a function's parameters, and whether each has a default."""
    signature = inspect.signature(function).parameters.values()
    return tuple((p.name, p.default is not p.empty) for p in signature)


def combine(answer: Floats | Resultat, inputs: Mapping[str, Valeurs], entry: Indicateur) -> Valeurs:
    """Add to an answer the reliability of its worst input, the smallest coverage, the sources and vintage.

    An input that is unknown in a place where the answer is not (a secret that it bounds) says nothing of the
    coverage there: a value has a coverage above 0, its interval and its reliability tell what it lacks.
    """
    result = answer if isinstance(answer, Resultat) else Resultat(answer)
    values = np.asarray(result.valeurs, dtype=np.float64)
    known = np.isfinite(values)
    figures = list(inputs.values())
    couverture = result.couverture
    if couverture is None:
        said = [np.where(f.couverture > 0, f.couverture, 1.0) for f in figures]
        couverture = np.minimum.reduce(said or [np.ones(len(values))])
    own = np.zeros(len(values), dtype=np.uint8) if result.fiabilite is None else result.fiabilite
    fiabilite = np.maximum.reduce([own, *(f.fiabilite for f in figures)], dtype=np.uint8)
    sources = frozenset().union(*(f.sources for f in figures))
    vintages = [figure for name, figure in inputs.items() if name == entry.millesime] or figures
    millesime = "-".join(sorted({f.millesime for f in vintages if f.millesime}))
    figure = Valeurs(values, np.where(known, couverture, 0.0), fiabilite, millesime, sources)
    return replace(figure, bas=result.bas, haut=result.haut)
