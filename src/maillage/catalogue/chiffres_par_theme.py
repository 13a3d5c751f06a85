"""Which figures of an atlas speak of a theme of a schema, whatever the département: a dated table."""

from __future__ import annotations

from maillage.catalogue.lecture import read_toml
from maillage.catalogue.noms import plier


def list_for_theme(nom: str) -> tuple[str, ...]:
    """Ids of indicators, the most telling first; none for a theme that the table does not know.

    A theme is known by how the words of its name begin; the one that begins first in it wins.

    >>> list_for_theme("Éducation et accompagnement des familles")[:2]
    ('duree_ecole_elementaire', 'duree_college')
    >>> list_for_theme("Mutualisation des services")
    ()
    """
    padded = f" {plier(nom)} "
    found = [
        (padded.find(f" {word}"), -len(word), entry["chiffres"])
        for entry in read_toml("chiffres_par_theme.toml").values()
        if isinstance(entry, dict)
        for word in entry["mots"]
        if f" {word}" in padded
    ]
    return tuple(min(found, default=(0, 0, ()))[2])


def prefer(propositions: tuple[str, ...], noms: dict[str, str], texte: str, nombre: int) -> tuple[str, ...]:
    """The ``nombre`` first propositions, those whose name shares a word with ``texte`` before the others.

    Words of five letters at least, alike by their first five.

    >>> names = {"a": "APL aux médecins", "b": "Durée d’accès : Pharmacie", "c": "Durée d’accès : Maternité"}
    >>> prefer(("a", "b", "c", "d"), names, "Garder une maternité à moins d’une heure", 2)
    ('c', 'a')
    """
    wanted = _stems(texte)
    held = [one for one in propositions if one in noms]
    return tuple(sorted(held, key=lambda one: not wanted & _stems(noms[one]))[:nombre])


COURANTS = frozenset({"acces", "duree", "servi", "habit", "perso", "terri", "offre", "publi"})


def _stems(text: str) -> set[str]:
    return {word[:5] for word in plier(text).split() if len(word) > 4} - COURANTS
