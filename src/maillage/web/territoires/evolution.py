"""Two atlases side by side: what changed between an older one and this one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from maillage.atlas.lecture.chiffres import Chiffre
from maillage.atlas.lecture.territoires import Territoire
from maillage.catalogue.indicateurs import load_dimensions
from maillage.web.socle import atlas as atlases
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.territoires import phrases, selection


@dataclass(frozen=True)
class Evolution:
    """One figure before and now, the gap in words and what it means for access (empty when nothing)."""

    territoire: Territoire
    avant: Chiffre
    maintenant: Chiffre
    ecart: str
    jugement: str

    @property
    def ton(self) -> str:
        """The tone of the label."""
        return {"mieux": "succes", "moins bien": "ici"}.get(self.jugement, "")

    @property
    def millesimes(self) -> str:
        """« 2023 → 2024 », or the one vintage when both figures come from it."""
        old, new = self.avant.definition.millesime, self.maintenant.definition.millesime
        return new if old == new else f"{old or 'non daté'} → {new or 'non daté'}"

    @property
    def difference(self) -> float:
        """Now minus before, as the atlas has it; both are known."""
        assert self.avant.valeur is not None
        assert self.maintenant.valeur is not None
        return self.maintenant.valeur - self.avant.valeur


@dataclass(frozen=True)
class EvolutionMaille:
    """A mesh between two atlases: the lines by size of change, and those that entered or left the list."""

    lignes: list[Evolution]
    entres: list[Territoire]
    sortis: list[Territoire]

    @property
    def mieux(self) -> int:
        """How many lines are better."""
        return sum(line.jugement == "mieux" for line in self.lignes)

    @property
    def moins_bien(self) -> int:
        """How many lines are worse."""
        return sum(line.jugement == "moins bien" for line in self.lignes)


def choose_avant(atlas: AtlasOuvert, wanted: str | None) -> AtlasOuvert | None:
    """The atlas to compare with: the one asked for, else the one of the département before this; or null."""
    ids = atlases.list_ids(atlas.code_departement)
    if wanted and wanted != atlas.id:
        return atlases.choose(wanted)
    later = ids[ids.index(atlas.id) + 1 :] if atlas.id in ids else ()
    return atlases.choose(later[0]) if later else None


def list_suivis(atlas: AtlasOuvert, niveau: str) -> list[str]:
    """What is followed from one atlas to the next: head figures, then the first of each dimension."""
    heads = (selection.de_la_dimension(atlas, niveau, key)[:1] for key in load_dimensions())
    return list(
        dict.fromkeys([*selection.reperes(atlas, niveau), *(name for head in heads for name in head)])
    )


def list_evolutions(avant: AtlasOuvert | None, atlas: AtlasOuvert, here: Territoire) -> list[Evolution]:
    """The figures of a territory in the atlas before this one, and now; those unknown in either left out."""
    if avant is None:
        return []
    return _evolutions(avant, atlas, [here], list_suivis(atlas, here.niveau))


def _evolutions(
    avant: AtlasOuvert, atlas: AtlasOuvert, territoires: Iterable[Territoire], names: list[str]
) -> list[Evolution]:
    pairs = (
        (t, avant.chiffre(t.niveau, t.code, name), atlas.chiffre(t.niveau, t.code, name))
        for t in territoires
        for name in names
    )
    return [
        Evolution(t, old, new, phrases.ecart(new, old), judge(old, new))
        for t, old, new in pairs
        if old.connu and new.connu
    ]


def judge(avant: Chiffre, maintenant: Chiffre) -> str:
    """« mieux », « moins bien », or nothing when the gap is too small to say or has no direction.

    >>> from maillage.atlas.lecture.definitions import Definition
    >>> d = Definition("x", "x", unite="min", sens="moins")
    >>> judge(Chiffre(d, 13.0, *[None] * 4), Chiffre(d, 8.0, *[None] * 4))
    'mieux'
    """
    sens = maintenant.definition.sens
    gap = phrases.ecart(maintenant, avant)
    if sens not in ("plus", "moins") or gap in ("", "autant"):
        return ""
    return "mieux" if gap.endswith(f"de {sens}") else "moins bien"


def compare_niveau(avant: AtlasOuvert, atlas: AtlasOuvert, niveau: str, indicateur: str) -> EvolutionMaille:
    """One indicator over a mesh between two atlases, the largest change first."""
    lines = _evolutions(avant, atlas, atlas.territoires(niveau), [indicateur])
    lines.sort(key=lambda line: (-abs(line.difference), line.territoire.code))
    kept = [(t, _kept(avant, t), _kept(atlas, t)) for t in atlas.territoires(niveau)]
    return EvolutionMaille(
        lines,
        [t for t, old, new in kept if new and old is False],
        [t for t, old, new in kept if old and new is False],
    )


def _kept(atlas: AtlasOuvert, territoire: Territoire) -> bool | None:
    """Whether the rule keeps a territory; null when it was not judged."""
    found = atlas.deficit(territoire.niveau, territoire.code)
    return found.en_deficit if found is not None and found.decidable else None
