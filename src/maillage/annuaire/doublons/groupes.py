"""Structures grouped by place: which pairs are worth a look, which go together, what is asked of somebody.

Only structures are compared: two prestations of one structure are two things it offers, never a duplicate.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from maillage.annuaire.doublons.mots import read_address, read_name, read_phone
from maillage.annuaire.doublons.paires import Candidate, Comparaison, Verdict, compare, order
from maillage.annuaire.fiche import Annuaire
from maillage.catalogue.constantes import EARTH_RADIUS_M
from maillage.catalogue.lecture import read_toml

Paire = tuple[str, str]


@dataclass(frozen=True, slots=True)
class MemeLieu:
    """One place: ids in order, two at least, and the comparisons that hold them together, surest first."""

    ids: tuple[str, ...]
    liens: tuple[Comparaison, ...]


@dataclass(frozen=True, slots=True)
class LieuxReunis:
    """``groupes`` by first id, and ``questions``, the pairs that somebody must decide, likeliest first."""

    groupes: tuple[MemeLieu, ...]
    questions: tuple[Comparaison, ...]

    def write(self) -> dict[str, Any]:
        """Groups with their ids, the score of what holds them (its weakest link) and why; questions alike."""
        return {
            "groupes": [
                {
                    "ids": list(one.ids),
                    "score": round(min(link.probabilite for link in one.liens), 4),
                    "liens": [link.write() for link in one.liens],
                }
                for one in self.groupes
            ],
            "questions": [one.write() for one in self.questions],
        }


def list_candidates(annuaire: Annuaire) -> tuple[Candidate, ...]:
    """The structures of a directory, each with whether its address is only a base."""
    known = annuaire.complements
    return tuple(
        Candidate(one, bool(known[one.id].itinerante) if one.id in known else False)
        for one in annuaire.structures
    )


@dataclass(frozen=True, eq=False)
class Comparees:
    """Structures and every pair of them worth a look, compared once, whatever people say of them.

    ``unies``: pairs that are one place without asking; ``doutes``: questions; ``refusees``: pairs that can't
    be one place whatever agrees.
    """

    candidats: Mapping[str, Candidate]
    unies: tuple[Comparaison, ...]
    doutes: tuple[Comparaison, ...]
    refusees: frozenset[Paire]

    def compare(self, pair: Paire) -> Comparaison:
        """Two of its structures side by side."""
        return compare(self.candidats[pair[0]], self.candidats[pair[1]])


def compare_all(candidates: Sequence[Candidate]) -> Comparees:
    """Every pair worth a look."""
    by_id = {one.structure.id: one for one in candidates}
    found = [compare(by_id[a], by_id[b]) for a, b in sorted(set(list_pairs(candidates)))]
    verdicts = [one.verdict for one in found]
    sure, asked = (
        tuple(one for one, verdict in zip(found, verdicts, strict=True) if verdict is wanted)
        for wanted in (Verdict.MEME, Verdict.DOUTE)
    )
    return Comparees(by_id, sure, asked, frozenset(one.ids for one in found if one.refus))


def match(candidates: Sequence[Candidate], decisions: Mapping[Paire, Verdict] | None = None) -> LieuxReunis:
    """Group structures that are one place; see :func:`gather`.

    >>> from maillage.annuaire.fiche import Structure
    >>> told = {"source": "x", "date_maj": "2026-01-01", "code_insee": "59008", "nom": "Espace Dupont"}
    >>> two = [Candidate(Structure.read({**told, "id": x, "adresse": "5 rue Haute"})) for x in "ab"]
    >>> [group.ids for group in match(two).groupes], match(two, {("a", "b"): Verdict.AUTRE}).groupes
    ([('a', 'b')], ())
    """
    return gather(compare_all(candidates), decisions or {})


def gather(comparees: Comparees, decisions: Mapping[Paire, Verdict]) -> LieuxReunis:
    """Groups and questions. ``decisions``: what people said of pairs, ids in order.

    A person's word passes before any weight, either way; without it, groups come back as they were. Pairs are
    joined from the surest on; two groups are not when a pair across them is refused, by rule or by somebody.
    """
    said = {pair: told for pair, told in decisions.items() if set(pair) <= comparees.candidats.keys()}
    apart = {pair for pair in comparees.refusees if pair not in said}
    apart |= {pair for pair, verdict in said.items() if verdict is Verdict.AUTRE}
    by_people = {pair: comparees.compare(pair) for pair in said}
    joined = [told for pair, told in by_people.items() if said[pair] is Verdict.MEME]
    weighed = [told for told in comparees.unies if told.ids not in said]
    groups = join([*sorted(joined, key=rank), *sorted(weighed, key=rank)], apart)
    where = {one: group for group in groups for one in group.ids}
    left = [told for told in comparees.doutes if told.ids not in said]
    left += [told for pair, told in by_people.items() if said[pair] is Verdict.DOUTE]
    asked = (
        told for told in left if where.get(told.ids[0], told.ids[0]) != where.get(told.ids[1], told.ids[1])
    )
    return LieuxReunis(groups, tuple(sorted(asked, key=rank)))


def rank(told: Comparaison) -> tuple[float, Paire]:
    """Likeliest first."""
    return -told.probabilite, told.ids


def join(sure: Iterable[Comparaison], apart: set[Paire]) -> tuple[MemeLieu, ...]:
    """Groups out of pairs that are one place, none of which holds a pair of ``apart``."""
    members: dict[str, list[str]] = {}
    links: dict[str, list[Comparaison]] = defaultdict(list)
    for told in sure:
        one, other = (members.setdefault(each, [each]) for each in told.ids)
        if one is other:
            links[one[0]].append(told)
            continue
        if any(order(x, y) in apart for x in one for y in other):
            continue
        kept = [*links.pop(one[0], []), *links.pop(other[0], []), told]
        one.extend(other)
        for each in other:
            members[each] = one
        links[one[0]] = kept
    found = {id(group): group for group in members.values() if len(group) > 1}
    return tuple(
        sorted(
            (MemeLieu(tuple(sorted(one)), tuple(links[one[0]])) for one in found.values()),
            key=lambda g: g.ids,
        )
    )


def list_pairs(candidates: Sequence[Candidate]) -> Iterator[Paire]:
    """Pairs worth comparing: near, or one phone, SIRET, door or name in one commune; ids in order."""
    yield from list_near(candidates)
    shared: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for one in candidates:
        for key in list_keys(one):
            shared[key].add(one.structure.id)
    most = read_toml("doublons.toml")["regles"]["foule"]
    for ids in shared.values():
        if len(ids) <= most:
            yield from (order(a, b) for a, b in combinations(sorted(ids), 2))


def list_keys(one: Candidate) -> Iterator[tuple[str, ...]]:
    """What makes a structure worth comparing with another that has the same."""
    told = one.structure
    if phone := read_phone(told.telephone):
        yield ("telephone", phone)
    if told.siret:
        yield ("siret", told.siret)
    if not told.code_insee:
        return
    for street in read_address(told.adresse, told.complement_adresse):
        yield from (
            ("porte", told.code_insee, number, word) for number in street.nues for word in street.mots
        )
    if words := read_name(told.nom, told.commune):
        yield ("nom", told.code_insee, *sorted(words))


def list_near(candidates: Sequence[Candidate]) -> Iterator[Paire]:
    """Pairs within the catalogue's radius (≤), as the crow flies."""
    from scipy.spatial import KDTree  # noqa: PLC0415 - a third of a second, for who compares records

    points = [(one.structure.id, one.structure.longitude, one.structure.latitude) for one in candidates]
    placed = [(key, lon, lat) for key, lon, lat in points if lon is not None and lat is not None]
    if len(placed) < 2:
        return
    lon, lat = np.radians([(lon, lat) for _, lon, lat in placed]).T
    where = EARTH_RADIUS_M * np.column_stack(
        [np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)]
    )
    tree: Any = KDTree(where)
    radius = read_toml("doublons.toml")["regles"]["rayon_m"]
    for a, b in sorted(tree.query_pairs(radius)):
        yield order(placed[a][0], placed[b][0])
