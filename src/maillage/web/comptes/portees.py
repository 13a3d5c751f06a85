"""The names a mandate may bear: themes, territories and dimensions that exist here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.core.exceptions import ValidationError

from maillage.catalogue.arrondissements import list_arrondissements
from maillage.francais import de
from maillage.web.socle import atlas

# Field of a mandate → key → French name.
Names = Mapping[str, Mapping[str, str]]
_sources: list[Callable[[], Names]] = []
_MESSAGES = {
    "theme": "Aucun thème « {} » dans le programme. {}",
    "territoire": "Aucun territoire « {} » ici. Écrivez « arrondissement: » puis son code. {}",
    "dimension": "Aucune dimension « {} » dans le programme. {}",
}


def register(source: Callable[[], Names]) -> None:
    """Let an app say which names its objects bear."""
    _sources.append(source)


def list_names() -> dict[str, dict[str, str]]:
    """Field → key → name, of all that the apps know; the atlas read first adds its arrondissements."""
    known: dict[str, dict[str, str]] = {field: {} for field in _MESSAGES}
    opened = atlas.choose(None)
    for place in opened.territoires("arrondissement") if opened else ():
        known["territoire"][place.cle] = place.nom
    for source in _sources:
        for field, names in source().items():
            known[field] |= names
    return known


def name_scope(field: str, key: str, known: Mapping[str, Mapping[str, str]] | None = None) -> str:
    """What a field of a mandate names, in words; the key where nothing here bears it."""
    name = (list_names() if known is None else known)[field].get(key, key)
    return f"arrondissement {de(name)}" if key.startswith("arrondissement:") and name != key else name


def check_names(**given: str) -> None:
    """Raise ``ValidationError`` for each name given that nothing bears; an empty one is open."""
    wanted = {field: key for field, key in given.items() if key}
    known = list_names() if wanted else {}
    faults = {
        field: _MESSAGES[field].format(key, _say_known(known[field]))
        for field, key in wanted.items()
        if key not in known[field] and not (field == "territoire" and _exists_elsewhere(key))
    }
    if faults:
        raise ValidationError(faults)


def _say_known(names: Mapping[str, str]) -> str:
    return f"Connus : {', '.join(sorted(names)[:12])}." if names else "Aucun programme n’est chargé."


def _exists_elsewhere(key: str) -> bool:
    """A real arrondissement, though neither the atlas nor the programme speaks of it yet."""
    level, _, code = key.partition(":")
    return level == "arrondissement" and code in list_arrondissements()
