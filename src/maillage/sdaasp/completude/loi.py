"""What the law asks of the programme of actions, territory by territory: asked, served, missing.

Law n° 2015-991, article 98, and decree n° 2016-402, article 1, 2°: for the territories in deficit, a
programme of actions with quantitative and qualitative objectives, and measures to reach them. One answer,
:func:`answer`, read by pages, documents, workbooks, data, the API and the command line.

What serves a territory names it (``TerritoireEnDeficit.list_reste``): an objective by its ``territoires``, a
declinaison by its ``zones`` while it stands (``INACTIFS`` and « à confirmer » do not). A quantitative
objective is a target with a number, a qualitative one a target with a sentence, on an indicator of what names
the territory. A target on a fiche names no territory; a target of 0 is a number.

The same decree, 3°, asks for a plan de développement de la mutualisation over the whole département:
``mutualisation``, read from the sharings (``sdaasp.mutualisation.plan``), arrondissement by arrondissement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from maillage.sdaasp.completude.territoires import TerritoireEnDeficit, list_territoires
from maillage.sdaasp.mutualisation.plan import counts, list_places, list_reached, sort_plan
from maillage.sdaasp.programme.mesures import Cible, IndicateurSuivi
from maillage.sdaasp.programme.modele import Declinaison, ObjectifPrioritaire, Programme
from maillage.sdaasp.programme.regles import Regle, list_rules
from maillage.sdaasp.programme.statuts import is_retenue
from maillage.sdaasp.programme.vocabulaire import NatureCible


@dataclass(frozen=True, slots=True)
class CompteObjets:
    """Objects of the programme that have what a requirement speaks of: keys of all, and of those that do."""

    attendu: tuple[str, ...]
    servi: tuple[str, ...]

    @property
    def manque(self) -> tuple[str, ...]:
        """Keys of those that do not."""
        return tuple(key for key in self.attendu if key not in set(self.servi))


@dataclass(frozen=True, slots=True)
class Exigence:
    """One thing the law asks, for each territory in deficit, or each arrondissement for the plan (codes).

    ``par``: territory → keys of what serves it, wholly or in part. ``reste``: territory → what of it nothing
    serves; every missing territory has one. ``objets``: the same thing counted over the whole programme, of
    objectives or declinaisons; ``None`` where it has no meaning.
    """

    regle: Regle
    attendu: tuple[str, ...]
    par: Mapping[str, tuple[str, ...]]
    reste: Mapping[str, tuple[str, ...]]
    objets: CompteObjets | None

    @property
    def servi(self) -> tuple[str, ...]:
        """Codes of the territories that are wholly served."""
        return tuple(code for code in self.attendu if code not in self.reste)

    @property
    def manque(self) -> tuple[str, ...]:
        """Codes of the territories that are not, or in part only."""
        return tuple(code for code in self.attendu if code in self.reste)

    @property
    def remplie(self) -> bool:
        """Whether there are territories in deficit and each is served: nothing identified is no pass."""
        return bool(self.attendu) and not self.reste


@dataclass(frozen=True, slots=True)
class Completude:
    """The answer: the territories in deficit, and each thing the law asks of the programme for them.

    ``mutualisation``: the plan, asked of each of ``lieux``, (code, name) of the arrondissements.
    """

    schema: str
    territoires: tuple[TerritoireEnDeficit, ...]
    exigences: tuple[Exigence, ...]
    mutualisation: Exigence
    lieux: tuple[tuple[str, str], ...]

    @property
    def toutes(self) -> tuple[Exigence, ...]:
        """Everything the law asks and that is judged, in its order."""
        return (*self.exigences, self.mutualisation)

    @property
    def complete(self) -> bool:
        """Whether each territory in deficit has all it asks, and the plan reaches the whole département."""
        return all(exigence.remplie for exigence in self.toutes)

    @property
    def noms(self) -> dict[str, str]:
        """The name of every territory that something is asked for."""
        return dict(self.lieux) | {place.code: place.nom for place in self.territoires}

    @property
    def manquants(self) -> tuple[str, ...]:
        """Codes of the territories that miss one thing or more."""
        missing = {code for exigence in self.exigences for code in exigence.manque}
        return tuple(t.code for t in self.territoires if t.code in missing)


def answer(programme: Programme, diagnostic: Iterable[TerritoireEnDeficit] = ()) -> Completude:
    """The law's answer on a programme; ``diagnostic``: what an atlas finds in deficit, when there is one.

    The example of hand: two zones, one objective that names the first and has a number to reach.

    >>> from maillage.sdaasp.programme.mesures import IndicateurSuivi
    >>> from maillage.sdaasp.programme.modele import Schema, TerritoireDuSchema
    >>> programme = Programme(
    ...     schema=Schema(cle="s", nom="S", departement="59", debut=2025, fin=2030, version="1"),
    ...     territoires=tuple(TerritoireDuSchema(code=c, nom=c.upper(), niveau="zone") for c in "ab"),
    ...     objectifs=(ObjectifPrioritaire(cle="o", fiche="f", ordre=1, libelle="O", territoires=("a",)),),
    ...     indicateurs=(IndicateurSuivi(cle="i", objet="o", libelle="I", nature=NatureCible.QUANTITATIVE),),
    ...     cibles=(Cible(indicateur="i", annee=2027, valeur=8),),
    ... )
    >>> [(e.regle.id, e.servi, e.manque) for e in answer(programme).exigences][:2]
    [('objectifs_quantitatifs', ('a',), ('b',)), ('objectifs_qualitatifs', (), ('a', 'b'))]
    """
    places = list_territoires(programme, diagnostic)
    named = list_named(programme)
    exigences = []
    for rule in list_rules("loi"):
        kept = _KEPT[rule.id](programme)
        serving = {key: codes for key, codes in named.items() if key in kept}
        exigences.append(_require(rule, places, serving, _count(rule, programme, kept)))
    return Completude(
        programme.schema.nom, places, tuple(exigences), _require_plan(programme), list_places(programme)
    )


def _require_plan(programme: Programme) -> Exigence:
    """The plan: each arrondissement that nothing planned reaches is left, whole."""
    (rule,) = list_rules("mutualisation")
    by = list_reached(programme)
    planned = sort_plan(programme.mutualisations).prevus
    held = CompteObjets(tuple(p.cle for p in planned), tuple(p.cle for p in planned if counts(p)))
    left = {code: (code,) for code, keys in by.items() if not keys}
    return Exigence(rule, tuple(by), by, left, held)


def stands(declinaison: Declinaison) -> bool:
    """Whether a declinaison is a measure: its status is known, and it is neither empty nor given up."""
    return is_retenue(declinaison.statut)


def list_named(programme: Programme) -> dict[str, frozenset[str]]:
    """Key of an objective or a standing declinaison → the territories it names; none left empty."""
    found = {op.cle: frozenset(op.territoires) for op in programme.objectifs}
    found |= {d.cle: frozenset(d.zones) for d in programme.declinaisons if stands(d)}
    return {key: codes for key, codes in found.items() if codes}


def list_targets(programme: Programme, *natures: NatureCible) -> tuple[str, ...]:
    """The key of what each target of these natures is for; one without its number or sentence is none."""
    kept = {i.cle: i for i in programme.indicateurs if i.nature in natures}
    return tuple(kept[c.indicateur].objet for c in programme.cibles if _says(c, kept.get(c.indicateur)))


def _says(cible: Cible, indicator: IndicateurSuivi | None) -> bool:
    if indicator is None:
        return False
    return cible.valeur is not None if indicator.nature is NatureCible.QUANTITATIVE else bool(cible.texte)


_KEPT: dict[str, Callable[[Programme], frozenset[str]]] = {
    "objectifs_quantitatifs": lambda programme: frozenset(list_targets(programme, NatureCible.QUANTITATIVE)),
    "objectifs_qualitatifs": lambda programme: frozenset(list_targets(programme, NatureCible.QUALITATIVE)),
    "mesures": lambda programme: frozenset(d.cle for d in programme.declinaisons if stands(d)),
    "territoires_en_deficit": lambda programme: frozenset(list_named(programme)),
}


def _count(rule: Regle, programme: Programme, kept: frozenset[str]) -> CompteObjets | None:
    if rule.id == "territoires_en_deficit":
        return None
    items: tuple[Declinaison | ObjectifPrioritaire, ...] = programme.objectifs
    if rule.id == "mesures":
        items = programme.declinaisons
    return CompteObjets(tuple(i.cle for i in items), tuple(i.cle for i in items if i.cle in kept))


def _require(
    rule: Regle,
    places: tuple[TerritoireEnDeficit, ...],
    serving: Mapping[str, frozenset[str]],
    objets: CompteObjets | None,
) -> Exigence:
    by = {t.code: tuple(key for key, codes in serving.items() if codes & t.cles) for t in places}
    named = frozenset().union(*serving.values())
    left = {t.code: reste for t in places if (reste := t.list_reste(named))}
    return Exigence(rule, tuple(t.code for t in places), by, left, objets)
