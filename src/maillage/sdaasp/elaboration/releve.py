"""Paroles collected on paper and typed in a table: every row read, every fault told, nothing guessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.catalogue.noms import plier
from maillage.catalogue.tableurs import restaurer
from maillage.catalogue.textes import check_text
from maillage.sdaasp.elaboration.paroles import LONGUEUR_PAROLE, ORIGINES, OrigineParole
from maillage.sdaasp.programme.classeur import Feuille

COLONNES: Final = ("texte", "theme", "arrondissement", "evenement", "organisation", "origine")
LIGNES_MAX: Final = 5000
"""Rows of one table, at most: a thousand people and five sheets of paper each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParoleLue:
    """One row of a table: keys of its theme, arrondissement and event, empty when the row says none."""

    ligne: int
    texte: str
    theme: str = ""
    territoire: str = ""
    evenement: str = ""
    organisation: str = ""
    origine: OrigineParole = OrigineParole.ECRIT


@dataclass(frozen=True, slots=True)
class Connus:
    """What a row may name, key → name: themes, arrondissements, events."""

    themes: Mapping[str, str]
    arrondissements: Mapping[str, str]
    evenements: Mapping[str, str]


def read_releve(feuille: Feuille, connus: Connus) -> tuple[ParoleLue, ...]:
    """The paroles of a table. Only the column ``texte`` is needed; an empty row is left aside.

    Raises:
        EntreeInvalide: with every fault, its row and its column.

    >>> sheet = Feuille("a", ("texte", "theme"), (("Plus de médecin", "Santé"), ("Le bus", "Autre")))
    >>> read_releve(sheet, Connus({"sante": "Santé"}, {}, {}))
    Traceback (most recent call last):
        ...
    maillage.catalogue.erreurs.EntreeInvalide: Ce tableau ne peut pas être repris.
      - ligne 3, colonne « theme » : « Autre » n’est pas connu. Possible : Santé
    """
    heads = [plier(str(head or "")) for head in feuille.colonnes]
    faults = list(_check_heads(heads))
    if len(feuille.lignes) > LIGNES_MAX:
        faults.append(Faute(f"plus de {LIGNES_MAX} lignes", que_faire="Faites-en plusieurs tableaux"))
    if faults:
        raise EntreeInvalide("Ce tableau ne peut pas être repris.", tuple(faults))
    reading = _Releve(connus)
    rows = enumerate(feuille.lignes, feuille.entete + 1)
    read = [reading.read(number, dict(zip(heads, map(_text, row), strict=False))) for number, row in rows]
    if reading.faults:
        raise EntreeInvalide("Ce tableau ne peut pas être repris.", tuple(reading.faults))
    found = tuple(one for one in read if one is not None)
    if not found:
        raise EntreeInvalide("Ce tableau ne contient aucune parole.")
    return found


def list_new(lues: Iterable[ParoleLue], connues: Iterable[tuple[str, str]]) -> tuple[ParoleLue, ...]:
    """The rows that are not written yet: ``connues`` are (event or empty, text) of those that are.

    Two people who say the same are two: the same words come as many times as the table says them.

    >>> rows = [ParoleLue(ligne=n, texte="Le bus") for n in (2, 3)]
    >>> [one.ligne for one in list_new(rows, [("", "Le bus")])], list_new(rows, [("", "Le bus")] * 2)
    ([3], ())
    """
    held = Counter(connues)
    found = []
    for one in lues:
        if held[one.evenement, one.texte]:
            held[one.evenement, one.texte] -= 1
        else:
            found.append(one)
    return tuple(found)


def _check_heads(heads: list[str]) -> list[Faute]:
    unknown = [head for head in heads if head and head not in COLONNES]
    faults = [
        Faute(f"colonne inconnue « {head} »", que_faire=f"Les colonnes sont : {', '.join(COLONNES)}")
        for head in unknown
    ]
    if "texte" not in heads:
        faults.append(Faute("aucune colonne « texte »", que_faire="C’est la seule indispensable"))
    return faults


def _text(cell: Any) -> str:
    return "" if cell is None else restaurer(str(cell)).strip()


class _Releve:
    """What is being read: what rows may name, by folded name, and the faults found."""

    def __init__(self, connus: Connus) -> None:
        self.faults: list[Faute] = []
        self.names = {
            "theme": _index(connus.themes),
            "arrondissement": _index(connus.arrondissements),
            "evenement": _index(connus.evenements),
            "origine": _index({one.value: words for one, words in ORIGINES.items()}),
        }
        self.offered = {
            "theme": connus.themes.values(),
            "arrondissement": connus.arrondissements.values(),
            "evenement": connus.evenements.values(),
            "origine": ORIGINES.values(),
        }

    def read(self, row: int, cells: Mapping[str, str]) -> ParoleLue | None:
        if not any(cells.values()):
            return None
        keys = {name: self._find(row, name, cells.get(name, "")) for name in self.names}
        return ParoleLue(
            ligne=row,
            texte=self._read_text(row, "texte", cells.get("texte", ""), LONGUEUR_PAROLE),
            theme=keys["theme"],
            territoire=keys["arrondissement"],
            evenement=keys["evenement"],
            organisation=self._read_text(row, "organisation", cells.get("organisation", ""), 200),
            origine=OrigineParole(keys["origine"] or OrigineParole.ECRIT),
        )

    def _read_text(self, row: int, column: str, text: str, limit: int) -> str:
        try:
            kept = check_text(text)
        except ValueError as error:
            self.faults.append(Faute(str(error), None, row, column))
            return ""
        if not kept and column == "texte":
            self.faults.append(Faute("texte vide", None, row, column, "Écrivez-le, ou ôtez la ligne"))
        if len(kept) > limit:
            said = f"texte de {len(kept)} caractères : {limit} au plus"
            self.faults.append(Faute(said, None, row, column, "Faites-en plusieurs lignes"))
        return kept

    def _find(self, row: int, column: str, said: str) -> str:
        if not said:
            return ""
        found = self.names[column].get(plier(said), [])
        if len(found) == 1:
            return found[0]
        offered = ", ".join(list(self.offered[column])[:20]) or "aucun"
        what = (
            f"« {said[:80]} » n’est pas connu" if not found else f"« {said[:80]} » désigne plusieurs choses"
        )
        self.faults.append(Faute(what, None, row, column, f"Possible : {offered}"))
        return ""


def _index(names: Mapping[str, str]) -> dict[str, list[str]]:
    """Folded name or key → the keys that it may be."""
    found: dict[str, list[str]] = {}
    for key, name in names.items():
        for said in {plier(key), plier(name)}:
            found.setdefault(said, []).append(key)
    return found
