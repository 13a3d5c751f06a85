"""CQL2 text (OGC 21-065r2): a filter as people type it → a tree; every fault says where, in French.

Read: AND, OR, NOT, parentheses; ``=``, ``<>``, ``<``, ``>``, ``<=``, ``>=``; LIKE, BETWEEN, IN, IS NULL;
CASEI, ACCENTI; S_INTERSECTS and the other spatial comparisons with a geometry in WKT or a BBOX; DATE and
TIMESTAMP. Whatever nests does so by a parenthesis: these are counted before anything is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import shapely
from shapely.errors import GEOSException

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.ogc.jours import read_day, read_day_of
from maillage.ogc.reperes import CRS84, make_boite, transform_shape_back

LONGUEUR_MAX: Final = 8000
PROFONDEUR_MAX: Final = 60
COMPARAISONS_MAX: Final = 200
NOMBRE_MAX: Final = 1e15
COMPARAISONS: Final = ("<=", ">=", "<>", "=", "<", ">")
SPATIALES: Final = (
    "S_INTERSECTS",
    "S_EQUALS",
    "S_DISJOINT",
    "S_TOUCHES",
    "S_WITHIN",
    "S_OVERLAPS",
    "S_CROSSES",
    "S_CONTAINS",
)
FORMES: Final = (
    "POINT",
    "LINESTRING",
    "POLYGON",
    "MULTIPOINT",
    "MULTILINESTRING",
    "MULTIPOLYGON",
    "GEOMETRYCOLLECTION",
)
MORCEAU: Final = re.compile(
    r"""(?P<blanc>\s+)
    |(?P<texte>'(?:\\'|''|[^'])*')
    |(?P<cite>"[^"]+")
    |(?P<nombre>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<mot>[^\W\d][\w:.-]*)
    |(?P<signe><=|>=|<>|[=<>(),+-])""",
    re.VERBOSE,
)


class FiltreInvalide(EntreeInvalide):
    """A filter that is not CQL2, or that asks for what the layer does not have."""


@dataclass(frozen=True, slots=True)
class NoeudFiltre:
    """One node: ``et``, ``ou``, ``non``; a comparison; ``nom``, ``valeur``, ``date``; a ``forme``.

    A ``forme`` is in longitude and latitude.
    """

    sorte: str
    fils: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class _Morceau:
    sorte: str
    texte: str
    place: int


def read_filter(text: str, repere: str = CRS84) -> NoeudFiltre:
    """The tree of a filter, whose geometries are written in that system.

    >>> read_filter("nom = 'Lille' AND NOT population < 10").sorte
    'et'
    >>> read_filter("a = 1 OR b = 2 AND c = 3").sorte  # AND binds first
    'ou'
    >>> read_filter("nom = ")
    Traceback (most recent call last):
    ...
    maillage.ogc.cql2.FiltreInvalide: Ce filtre s’arrête trop tôt : il manque une valeur.
    """
    if len(text) > LONGUEUR_MAX:
        raise FiltreInvalide(f"Ce filtre a {len(text)} signes : {LONGUEUR_MAX} au plus.")
    reader = _Lecteur(_cut(text), repere)
    tree = reader.disjonction()
    reader.finish()
    return tree


def _cut(text: str) -> list[_Morceau]:
    pieces, place, depth = [], 0, 0
    while place < len(text):
        found = MORCEAU.match(text, place)
        if found is None:
            shown = text[place : place + 12]
            advice = " Une apostrophe ouvre un texte qui n’est pas fermé." if shown[0] == "'" else ""
            raise FiltreInvalide(f"Au signe {place + 1}, « {shown} » ne veut rien dire en CQL2.{advice}")
        if found.lastgroup == "nombre" and float(found[0]) > NOMBRE_MAX:
            raise FiltreInvalide(f"Au signe {place + 1}, ce nombre est trop grand.")
        depth = max(0, depth + {"(": 1, ")": -1}.get(found[0], 0))
        if depth > PROFONDEUR_MAX:
            raise FiltreInvalide(
                f"Ce filtre a plus de {PROFONDEUR_MAX} parenthèses les unes dans les autres."
            )
        if found.lastgroup != "blanc":
            pieces.append(_Morceau(str(found.lastgroup), found[0], place))
        place = found.end()
    return pieces


class _Lecteur:
    """Recursive descent over the pieces, no deeper than their parentheses."""

    def __init__(self, pieces: list[_Morceau], repere: str) -> None:
        self.pieces = pieces
        self.repere = repere
        self.rang = 0
        self.comptees = 0

    def peek(self, ahead: int = 0) -> _Morceau:
        at = self.rang + ahead
        return self.pieces[at] if at < len(self.pieces) else _Morceau("fin", "", -1)

    def is_next(self, *words: str) -> bool:
        piece = self.peek()
        return piece.sorte in {"mot", "signe"} and piece.texte.upper() in words

    def take(self, *words: str) -> bool:
        if self.is_next(*words):
            self.rang += 1
            return True
        return False

    def expect(self, sign: str) -> None:
        if not self.take(sign):
            self.refuse(f"on attendait « {sign} »")

    def finish(self) -> None:
        if self.peek().sorte != "fin":
            self.refuse("on attendait AND, OR ou la fin du filtre")

    def refuse(self, why: str) -> None:
        piece = self.peek()
        if piece.sorte == "fin":
            raise FiltreInvalide(f"Ce filtre s’arrête trop tôt : {why}.")
        raise FiltreInvalide(f"Au signe {piece.place + 1}, « {piece.texte[:40]} » : {why}.")

    def disjonction(self) -> NoeudFiltre:
        parts = [self.conjonction()]
        while self.take("OR"):
            parts.append(self.conjonction())
        return parts[0] if len(parts) == 1 else NoeudFiltre("ou", tuple(parts))

    def conjonction(self) -> NoeudFiltre:
        parts = [self.terme()]
        while self.take("AND"):
            parts.append(self.terme())
        return parts[0] if len(parts) == 1 else NoeudFiltre("et", tuple(parts))

    def terme(self) -> NoeudFiltre:
        turns = 0
        while self.take("NOT"):
            turns += 1
        inner = self.predicat()
        return NoeudFiltre("non", (inner,)) if turns % 2 else inner

    def predicat(self) -> NoeudFiltre:
        self.comptees += 1
        if self.comptees > COMPARAISONS_MAX:
            raise FiltreInvalide(
                f"Ce filtre a plus de {COMPARAISONS_MAX} comparaisons : IN en réunit plusieurs."
            )
        if self.take("("):
            inner = self.disjonction()
            self.expect(")")
            return inner
        if self.is_next(*SPATIALES) and self.peek(1).texte == "(":
            return self.spatial()
        left = self.scalaire()
        if left.sorte == "valeur" and isinstance(left.fils[0], bool) and not self.is_next(*COMPARAISONS):
            return left
        return self.comparaison(left)

    def comparaison(self, left: NoeudFiltre) -> NoeudFiltre:
        for sign in COMPARAISONS:
            if self.take(sign):
                return NoeudFiltre(sign, (left, self.scalaire()))
        if self.take("IS"):
            turned = self.take("NOT")
            self.expect("NULL")
            return self.turn(turned, NoeudFiltre("nul", (left,)))
        turned = self.take("NOT")
        if self.take("LIKE"):
            return self.turn(turned, NoeudFiltre("comme", (left, self.scalaire())))
        if self.take("BETWEEN"):
            low = self.scalaire()
            self.expect("AND")
            return self.turn(turned, NoeudFiltre("entre", (left, low, self.scalaire())))
        if self.take("IN"):
            return self.turn(turned, NoeudFiltre("parmi", (left, *self.liste())))
        if not turned and left.sorte == "nom":
            return NoeudFiltre("vrai", (left,))
        self.refuse("on attendait une comparaison (=, <>, <, >, LIKE, BETWEEN, IN, IS NULL)")
        raise AssertionError

    @staticmethod
    def turn(turned: bool, node: NoeudFiltre) -> NoeudFiltre:  # noqa: FBT001
        return NoeudFiltre("non", (node,)) if turned else node

    def liste(self) -> list[NoeudFiltre]:
        self.expect("(")
        found = [self.scalaire()]
        while self.take(","):
            found.append(self.scalaire())
        self.expect(")")
        return found

    def scalaire(self) -> NoeudFiltre:
        piece = self.peek()
        if piece.sorte == "texte":
            self.rang += 1
            return NoeudFiltre("valeur", (_unquote(piece.texte),))
        if piece.sorte == "nombre" or piece.texte in {"+", "-"}:
            return NoeudFiltre("valeur", (self.nombre(),))
        if piece.sorte == "cite":
            self.rang += 1
            return NoeudFiltre("nom", (piece.texte[1:-1],))
        if piece.sorte == "mot":
            return self.mot(piece)
        self.refuse("il manque une valeur")
        raise AssertionError

    def mot(self, piece: _Morceau) -> NoeudFiltre:
        word, called = piece.texte.upper(), self.peek(1).texte == "("
        self.rang += 1
        if word in {"TRUE", "FALSE"} and not called:
            return NoeudFiltre("valeur", (word == "TRUE",))
        if word in {"CASEI", "ACCENTI"} and called:
            self.expect("(")
            inner = self.scalaire()
            self.expect(")")
            return NoeudFiltre("casse" if word == "CASEI" else "accents", (inner,))
        if word in {"DATE", "TIMESTAMP"} and called:
            return self.instant(word)
        if called:
            self.rang -= 1
            self.refuse("cette fonction n’est pas offerte")
        return NoeudFiltre("nom", (piece.texte,))

    def instant(self, word: str) -> NoeudFiltre:
        self.expect("(")
        text = _unquote(self.peek().texte) if self.peek().sorte == "texte" else ""
        read, shown = (read_day, "2026-01-31") if word == "DATE" else (read_day_of, "2026-01-31T12:00:00Z")
        try:
            day = read(text)
        except ValueError:
            self.refuse(f"{word} attend un jour du calendrier, entre apostrophes, comme '{shown}'")
        self.rang += 1
        self.expect(")")
        return NoeudFiltre("date", (day,))

    def nombre(self) -> float:
        sign = -1.0 if self.take("-") else 1.0
        if sign > 0:
            self.take("+")
        piece = self.peek()
        if piece.sorte != "nombre":
            self.refuse("on attendait un nombre")
        self.rang += 1
        return sign * float(piece.texte)

    def spatial(self) -> NoeudFiltre:
        word = self.peek().texte.upper()
        self.rang += 1
        self.expect("(")
        first = self.forme()
        self.expect(",")
        second = self.forme()
        self.expect(")")
        return NoeudFiltre("spatial", (word, first, second))

    def forme(self) -> NoeudFiltre:
        if self.is_next("BBOX") and self.peek(1).texte == "(":
            self.rang += 1
            values = [node.fils[0] for node in self.liste()]
            if len(values) not in {4, 6} or not all(isinstance(value, float) for value in values):
                self.refuse("BBOX prend quatre nombres : ouest, sud, est, nord")
            try:
                boxes = make_boite(tuple(values), self.repere)
            except EntreeInvalide as error:
                raise FiltreInvalide(f"BBOX : {error.message}.") from error
            shapes = [shapely.box(*box) for box in boxes]
            return NoeudFiltre("forme", (shapes[0] if len(shapes) == 1 else shapely.multipolygons(shapes),))
        if self.is_next(*FORMES) and self.peek(1).texte in {"(", "Z"}:
            return NoeudFiltre("forme", (self.wkt(),))
        return self.scalaire()

    def wkt(self) -> Any:
        """The pieces of a geometry, up to its last parenthesis, read by GEOS."""
        start, depth = self.rang, 0
        while True:
            piece = self.peek()
            if piece.sorte == "fin":
                self.refuse("il manque la parenthèse qui ferme cette géométrie")
            self.rang += 1
            depth += {"(": 1, ")": -1}.get(piece.texte, 0)
            if depth == 0 and piece.texte == ")":
                break
        text = " ".join(piece.texte for piece in self.pieces[start : self.rang]).replace("- ", "-")
        try:
            return transform_shape_back(shapely.from_wkt(text), self.repere)
        except (GEOSException, ValueError) as error:
            raise FiltreInvalide(f"Cette géométrie n’est pas du WKT : {text[:60]}…") from error


def _unquote(text: str) -> str:
    """A literal without its quotes.

    >>> _unquote("'l''Isle'")
    "l'Isle"
    """
    return text[1:-1].replace("''", "'").replace("\\'", "'")
