"""What the page of an arrondissement, or of the département, says: public facts only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from maillage.atlas.lecture.territoires import Territoire
from maillage.francais import accord, avec_unite
from maillage.sdaasp.programme.statuts import is_retenue, tell_retenues
from maillage.sdaasp.programme.vocabulaire import Meteo, StatutDeclinaison, get_libelle
from maillage.web.programme.declinaisons.queries import Filtres, list_declinaisons
from maillage.web.programme.lecture import SchemaAbsent
from maillage.web.programme.models import Declinaison
from maillage.web.programme.noms import Noms, get_noms
from maillage.web.programme.taches.queries import CLOS, is_late
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.territoires import geographie, petite_carte, phrases, queries

LOIN = 3


@dataclass(frozen=True)
class EtapeDatee:
    """A step that is not done, of which declinaison, and when it should be over."""

    objet: Declinaison
    libelle: str
    fin: date


@dataclass(frozen=True)
class ThemeSuivi:
    """How far a theme is here; ``meteo``: the worst its pilots say, empty when none says anything.

    Null where its reader may not read it.
    """

    nom: str
    cle: str
    retenues: int
    detail: str
    a_confirmer: int
    meteo: str | None


@dataclass(frozen=True)
class PointTerritoire:
    """The whole page: sentences, a map, themes, what is late, blocked, undecided, next.

    ``meteo``: whether its reader may read how the pilots say that it goes, « Bloqué » included.
    """

    territoire: Territoire
    phrases: tuple[str, ...]
    carte: petite_carte.PetiteCarte | None
    themes: tuple[ThemeSuivi, ...]
    retards: tuple[EtapeDatee, ...]
    bloquees: tuple[Declinaison, ...]
    prochaines: tuple[EtapeDatee, ...]
    noms: Noms | None
    meteo: bool = True


def read_point(atlas: AtlasOuvert, here: Territoire, today: date, *, meteo: bool = True) -> PointTerritoire:
    """The page of a territory on a day; without a schema, only what the atlas says."""
    noms, rows = _read_rows(here)
    steps = sorted(_list_steps(rows), key=lambda step: (step.fin, step.objet.cle))
    late = tuple(step for step in steps if step.fin < today)
    known = [row for row in rows if row.meteo == Meteo.ORAGE and row.statut not in CLOS]
    stopped = tuple(known) if meteo else None
    drawn = petite_carte.carte_autour(atlas, here)
    return PointTerritoire(
        here,
        (_tell_access(atlas, here), *_tell_worst(atlas, here, drawn), *_tell_actions(rows, late, stopped)),
        drawn,
        tuple(_gather_themes(noms, rows, meteo=meteo)) if noms else (),
        late,
        stopped or (),
        tuple(step for step in steps if step.fin >= today),
        noms,
        meteo,
    )


def _read_rows(here: Territoire) -> tuple[Noms | None, list[Declinaison]]:
    try:
        noms = get_noms()
    except SchemaAbsent:
        return None, []
    place = here.code if here.niveau == "arrondissement" else ""
    return noms, list(list_declinaisons(Filtres(arrondissement=place)))


def _list_steps(rows: Iterable[Declinaison]) -> Iterable[EtapeDatee]:
    for row in rows:
        for step in row.etapes if row.statut not in CLOS else ():
            if is_late(step, date.max):
                yield EtapeDatee(row, step["libelle"], date.fromisoformat(step["fin"]))


def _gather_themes(noms: Noms, rows: list[Declinaison], *, meteo: bool) -> Iterable[ThemeSuivi]:
    for key, name in noms.themes.items():
        held = [row for row in rows if row.theme == key]
        counts = Counter(StatutDeclinaison(row.statut) if row.statut else None for row in held)
        worst = max((list(Meteo).index(Meteo(row.meteo)) for row in held if row.meteo), default=None)
        if held:
            yield ThemeSuivi(
                name,
                key,
                sum(n for status, n in counts.items() if is_retenue(status)),
                tell_retenues(counts),
                counts[None],
                _tell_weather(worst) if meteo else None,
            )


def _tell_weather(worst: int | None) -> str:
    return "" if worst is None else get_libelle(list(Meteo)[worst])


def _tell_access(atlas: AtlasOuvert, here: Territoire) -> str:
    reperes, proches = queries.list_reperes(atlas, here), queries.list_proches(atlas, here)
    return "".join(words for words, _ in phrases.chapeau(here, reperes, proches))


def _tell_worst(
    atlas: AtlasOuvert, here: Territoire, drawn: petite_carte.PetiteCarte | None
) -> tuple[str, ...]:
    """Where the figure of the map is at its worst, and how many people live there."""
    if drawn is None or drawn.chiffre.definition.sens == "neutre":
        return ()
    d = drawn.chiffre.definition
    known = [
        (figure.valeur, place)
        for place in geographie.communes_dans(atlas, here)
        if (figure := atlas.chiffre("commune", place.code, d.id)).valeur is not None
    ]
    known.sort(key=lambda pair: (pair[0] if d.sens == "plus" else -pair[0], pair[1].nom))
    worst = ", ".join(
        f"{place.nom} ({avec_unite(value, d.unite, d.arrondi)})" for value, place in known[:LOIN]
    )
    return (f"Le plus difficile, pour « {d.nom} » : {worst}.",) if worst else ()


def _tell_actions(
    rows: list[Declinaison], late: tuple[EtapeDatee, ...], stopped: tuple[Declinaison, ...] | None
) -> tuple[str, ...]:
    if not rows:
        return ("Aucune action n’est encore inscrite au schéma pour ce territoire.",)
    counts = Counter(StatutDeclinaison(row.statut) if row.statut else None for row in rows)
    kept, detail = sum(n for s, n in counts.items() if is_retenue(s)), tell_retenues(counts)
    said = f"{accord(kept, 'action retenue', 'actions retenues')}{f' : {detail}' if detail else ''}."
    parts = [
        accord(len(late), "étape en retard", "étapes en retard"),
        *([] if stopped is None else [accord(len(stopped), "action bloquée", "actions bloquées")]),
        f"{accord(counts[None], 'action')} dont l’état reste à décider",
    ]
    return (said, f"À surveiller : {', '.join(parts)}.")
