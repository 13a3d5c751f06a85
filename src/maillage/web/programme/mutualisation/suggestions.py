"""What could be shared: what the atlas suggests, and what apps above the programme add."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from maillage.catalogue.lecture import read_toml
from maillage.francais import avec_unite
from maillage.reports.programme.pistes import find_pistes, list_crowded, name_types, tell_motifs
from maillage.sdaasp.programme.mutualisations import FILE
from maillage.web.programme import models
from maillage.web.socle.atlas import AtlasOuvert

MONTREES = 50
UNITES = {"share": "part"}


@dataclass(frozen=True)
class Suggestion:
    """One suggestion: its title, why, what is offered there, the place it may be tied to, whence it comes.

    ``arrondissement``: code, blank when unknown. ``adresse``: where more is said, blank for none.
    """

    titre: str
    motifs: tuple[str, ...]
    lieux: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    arrondissement: str = ""
    site: str = ""
    origine: str = ""
    adresse: str = ""

    @property
    def origine_dite(self) -> str:
        """Why, as a row keeps it."""
        return " ".join((self.origine, *self.motifs)).strip()


Source = Callable[[Any, AtlasOuvert], list[Suggestion]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Let an app say what it suggests, from what a person may read."""
    _sources.append(source)


def gather(personne: Any, atlas: AtlasOuvert | None, arrondissement: str = "") -> list[Suggestion]:
    """All of them, the scenarios' first, but those that a row comes from; none without an atlas."""
    if atlas is None:
        return []
    found = [one for source in _sources for one in source(personne, atlas)]
    found += atlas.garder("pistes_de_mutualisation", lambda: _list_of_atlas(atlas))
    taken = set(models.Mutualisation.objects.exclude(origine=None).values_list("origine", flat=True))
    kept = (one for one in found if one.origine_dite not in taken)
    return [one for one in kept if not arrondissement or one.arrondissement == arrondissement]


def _list_of_atlas(atlas: AtlasOuvert) -> list[Suggestion]:
    communes = {t.code: t for t in atlas.territoires("commune")}
    crowded, labels = list_crowded(atlas), f"Atlas {atlas.manifeste.millesime}."
    return [
        Suggestion(
            titre=communes[piste.commune].nom,
            motifs=tell_motifs(piste, crowded),
            lieux=tuple(lieu.nom for lieu in piste.lieux),
            services=name_types(piste),
            arrondissement=communes[piste.commune].parents.get("arrondissement", ""),
            site=piste.lieux[0].id,
            origine=labels,
        )
        for piste in find_pistes(atlas)
        if piste.commune in communes
    ]


def list_seuils() -> list[dict[str, Any]]:
    """The thresholds behind the suggestions, with their source."""
    return [
        one | {"dit": avec_unite(one["valeur"], UNITES.get(one["unite"], one["unite"]))}
        for one in read_toml(FILE)["seuils"].values()
    ]
