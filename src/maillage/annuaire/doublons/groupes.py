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
from scipy.spatial import KDTree

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


def match(candidates: Sequence[Candidate], decisions: Mapping[Paire, Verdict] | None = None) -> LieuxReunis:
    """Group structures that are one place. ``decisions``: what people said of pairs, ids in order.

    A person's word passes before any weight, either way; without it, groups come back as they were. Pairs are
    joined from the surest on; two groups are not when a pair across them is refused, by rule or by somebody.

    >>> from maillage.annuaire.fiche import Structure
    >>> told = {"source": "x", "date_maj": "2026-01-01", "code_insee": "59008", "nom": "Espace Dupont"}
    >>> two = [Candidate(Structure.read({**told, "id": x, "adresse": "5 rue Haute"})) for x in "ab"]
    >>> [group.ids for group in match(two).groupes], match(two, {("a", "b"): Verdict.AUTRE}).groupes
    ([('a', 'b')], ())
    """
    said = dict(decisions or {})
    by_id = {one.structure.id: one for one in candidates}
    pairs = set(list_pairs(candidates)) | {pair for pair in said if set(pair) <= by_id.keys()}
    found = {pair: compare(by_id[pair[0]], by_id[pair[1]]) for pair in sorted(pairs)}
    apart = {
        pair
        for pair, told in found.items()
        if decide(pair, told, said) is Verdict.AUTRE and (told.refus or pair in said)
    }
    sure = [told for pair, told in found.items() if decide(pair, told, said) is Verdict.MEME]
    groups = join(sorted(sure, key=lambda told: (told.ids not in said, -told.probabilite, told.ids)), apart)
    where = {one: group for group in groups for one in group.ids}
    asked = [
        told
        for pair, told in found.items()
        if decide(pair, told, said) is Verdict.DOUTE
        and where.get(pair[0], pair[0]) != where.get(pair[1], pair[1])
    ]
    return LieuxReunis(groups, tuple(sorted(asked, key=lambda told: (-told.probabilite, told.ids))))


def decide(pair: Paire, told: Comparaison, said: Mapping[Paire, Verdict]) -> Verdict:
    """What somebody said of a pair, else what it weighs."""
    return said.get(pair, told.verdict)


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
