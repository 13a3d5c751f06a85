"""What tells who somebody is, in a text that will be published: names, numbers, addresses of mail.

A rule of words, without dictionary of first names: it finds what is written as one writes it in French,
with a title, after « s’appelle », or two capitalised words side by side. It misses a first name alone and a
name written small without title; a person reads before anything is published. What is *sure* (a number, a
mail, a name after a title) is never published; what is only possible is asked of a person.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from maillage.catalogue.noms import plier
from maillage.participation.reglages import read_setting


class NatureIdentifiant(StrEnum):
    """What was found."""

    COURRIEL = "courriel"
    TELEPHONE = "telephone"
    NIR = "nir"
    PLAQUE = "plaque"
    NOM = "nom"
    NOM_POSSIBLE = "nom_possible"


_N = NatureIdentifiant
SURS: Final = frozenset(NatureIdentifiant) - {_N.NOM_POSSIBLE}
"""What is never published."""
LIBELLES_IDENTIFIANT: Final = {
    _N.COURRIEL: "une adresse électronique",
    _N.TELEPHONE: "un numéro de téléphone",
    _N.NIR: "un numéro de sécurité sociale",
    _N.PLAQUE: "une plaque d’immatriculation",
    _N.NOM: "un nom de personne",
    _N.NOM_POSSIBLE: "peut-être un nom de personne",
}
CACHES: Final = {
    _N.COURRIEL: "[adresse masquée]",
    _N.TELEPHONE: "[numéro masqué]",
    _N.NIR: "[numéro masqué]",
    _N.PLAQUE: "[plaque masquée]",
    _N.NOM: "[nom masqué]",
    _N.NOM_POSSIBLE: "[nom masqué]",
}
"""What is put in its place."""


@dataclass(frozen=True, slots=True, order=True)
class Identifiant:
    """What was found at characters ``debut`` (included) to ``fin`` (excluded) of a text."""

    debut: int
    fin: int
    nature: NatureIdentifiant
    texte: str

    @property
    def sur(self) -> bool:
        """Whether it is surely one."""
        return self.nature in SURS

    @property
    def libelle(self) -> str:
        """What it is, in words."""
        return LIBELLES_IDENTIFIANT[self.nature]


_SEP = r"[\s.\-/_]{0,2}"
_HAUT, _BAS, _BLANC = "A-ZÀ-ÖØ-ÞŒ", "a-zà-öø-ÿœ", " \u00a0\u202f"
_MOT = rf"[{_HAUT}][{_HAUT}{_BAS}]*(?:[’'\-][{_HAUT}{_BAS}]+)*"
PARTICULES: Final = frozenset({"de", "du", "des", "la", "le", "van", "von", "ben", "el", "al", "di", "da"})
_PARTICULE = r"(?:de|du|des|d[’']|la|le|van|von|ben|el|al|di|da)"
_PARTIE = rf"(?:[{_HAUT}]\.|(?:{_PARTICULE}[{_BLANC}]?){{0,3}}{_MOT})"
_NOM = rf"{_PARTIE}(?:[{_BLANC}]{_PARTIE})*"
_TITRE = (
    r"(?:MM?\.?|Me|(?i:mr|mmes?|mlles?|messieurs|monsieur|mesdames|madame|mademoiselle|dr|docteure?|pr|"
    rf"professeure?|maître)\.?)(?:(?<=\.)[{_BLANC}]?|[{_BLANC}])"
)
_NUMERIQUES: Final = (
    (
        _N.COURRIEL,
        re.compile(
            r"(?<![\w.+\-])[\w.+\-]{1,64}\s?(?:@|\(at\)|\[at\]|\sarobase\s)\s?[\w\-]{1,63}"
            r"(?:\s?(?:\.|\spoint\s)\s?[\w\-]{1,63}){1,8}",
            re.IGNORECASE,
        ),
    ),
    (
        _N.NIR,
        re.compile(
            rf"(?<!\d)[12]{_SEP}\d{_SEP}\d{_SEP}(?:0[1-9]|1[0-2]|[2-9]\d){_SEP}(?:\d{_SEP}\d|2[AB])"
            rf"(?:{_SEP}\d){{6}}(?:{_SEP}\d{{2}})?(?!\d)"
        ),
    ),
    (
        _N.TELEPHONE,
        re.compile(rf"(?<!\d)(?:(?:\+|00)\s?33(?:\s?\(0\))?|0){_SEP}[1-9](?:{_SEP}\d){{8}}(?!\d)"),
    ),
    (
        _N.PLAQUE,
        re.compile(
            r"(?<![A-Za-z0-9])(?:[A-HJ-NP-TV-Z]{2}[\s\-]?\d{3}[\s\-]?[A-HJ-NP-TV-Z]{2}"
            r"|[a-hj-np-tv-z]{2}-\d{3}-[a-hj-np-tv-z]{2}"
            r"|\d{3,4}[\s\-]?[A-Z]{2,3}[\s\-]?(?:\d{2}|2[AB]))(?![A-Za-z0-9])"
        ),
    ),
)
_APRES_TITRE = re.compile(rf"(?<![\w’']){_TITRE}(?P<nom>{_NOM})")
_APRES_TITRE_PETIT = re.compile(rf"(?<![\w’']){_TITRE}(?P<nom>[{_BAS}]{{3,}}(?:-[{_BAS}]+)*)")
_APPELE = re.compile(
    r"(?i:[sm][’']appel(?:le|ait|aient)|nommée?s?|prénommée?s?|mon nom est|son nom est)"
    rf"[{_BLANC}](?P<nom>{_NOM})"
)
_PAIRE = re.compile(rf"{_MOT}(?:[{_BLANC}](?:{_PARTICULE}[{_BLANC}]?)?{_MOT})+")


def find_identifying(texte: str, connus: Collection[str] = ()) -> tuple[Identifiant, ...]:
    """What tells who somebody is in a text, in order, without overlap; what is sure wins over what may be.

    ``connus``: names that are no person's, as one writes them (the communes of a département).

    >>> [(i.nature.value, i.texte) for i in find_identifying("Mme Durand au 06 12 34 56 78 a fermé à 15 h.")]
    [('nom', 'Mme Durand'), ('telephone', '06 12 34 56 78')]
    >>> find_identifying("Le bus 59 ne va plus à Solre le Château depuis le 3 mars.", ["Solre-le-Château"])
    ()
    >>> find_identifying("Madame la Maire et Monsieur le Préfet sont prévenus.")
    ()
    """
    known = _list_known(connus)
    kept: list[Identifiant] = []
    for found in sorted(_find_all(texte, known), key=lambda one: (not one.sur, one.debut, -one.fin)):
        if all(found.fin <= other.debut or found.debut >= other.fin for other in kept):
            kept.append(found)
    return tuple(sorted(kept))


def _find_all(texte: str, known: Collection[str]) -> Iterator[Identifiant]:
    for nature, pattern in _NUMERIQUES:
        for match in pattern.finditer(texte):
            yield _make(match.span(), nature, texte)
    for pattern in (_APRES_TITRE, _APPELE):
        for match in pattern.finditer(texte):
            yield from _keep_name(match, texte)
    for match in _APRES_TITRE_PETIT.finditer(texte):
        if plier(match["nom"]) not in _list("petits_mots") | _list("mots_de_fonctions"):
            yield _make(match.span(), _N.NOM_POSSIBLE, texte)
    yield from _find_pairs(texte, known)


def _keep_name(match: re.Match[str], texte: str) -> Iterator[Identifiant]:
    """A name after a title, but of an office (« Madame la Maire ») or a word of every sentence."""
    words = plier(match["nom"]).split()
    begins = len(words[0]) > 1 and words[0] in _list("petits_mots") - PARTICULES
    if not set(words) & _list("mots_de_fonctions") and not begins:
        yield _make(match.span(), _N.NOM, texte)


def _find_pairs(texte: str, known: Collection[str]) -> Iterator[Identifiant]:
    """Capitalised words side by side, none of which is known to name something else."""
    known = {*known, *_list("petits_mots"), *_list("mots_de_fonctions")}
    for match in _PAIRE.finditer(texte):
        words = [(m.start() + match.start(), m[0]) for m in re.finditer(_MOT, match[0])]
        run: list[tuple[int, str]] = []
        for start, word in [*words, (match.end(), "")]:
            folded = plier(word).split()
            if word and known.isdisjoint(folded):
                run.append((start, word))
                continue
            if len(run) >= 2 and not all(len(w) > 1 and w.isupper() for _, w in run):
                yield _make((run[0][0], run[-1][0] + len(run[-1][1])), _N.NOM_POSSIBLE, texte)
            run = []


def _list(name: str) -> frozenset[str]:
    return frozenset(read_setting(name))


def _list_known(connus: Collection[str]) -> frozenset[str]:
    names = (*read_setting("mots_qui_ne_nomment_personne"), *connus)
    return frozenset(part for name in names for part in plier(name).split() if len(part) > 2)


def _make(span: tuple[int, int], nature: NatureIdentifiant, texte: str) -> Identifiant:
    return Identifiant(span[0], span[1], nature, texte[span[0] : span[1]])


def mask(texte: str, trouves: Iterable[Identifiant]) -> str:
    """The text with what was found replaced by what it is.

    >>> said = "Demandez M. Petit, plaque AB-123-CD."
    >>> mask(said, find_identifying(said))
    'Demandez [nom masqué], plaque [plaque masquée].'
    """
    for one in sorted(trouves, reverse=True):
        texte = texte[: one.debut] + CACHES[one.nature] + texte[one.fin :]
    return texte


def cut(texte: str, trouves: Iterable[Identifiant]) -> tuple[tuple[str, Identifiant | None], ...]:
    """The text in pieces, each with what it is (null: nothing), to show the author what will be hidden.

    >>> said = "Voir Mme Roy ici"
    >>> [(piece, one is not None) for piece, one in cut(said, find_identifying(said))]
    [('Voir ', False), ('Mme Roy', True), (' ici', False)]
    """
    pieces: list[tuple[str, Identifiant | None]] = []
    at = 0
    for one in sorted(trouves):
        pieces += [(texte[at : one.debut], None), (one.texte, one)]
        at = one.fin
    return tuple(piece for piece in (*pieces, (texte[at:], None)) if piece[0])
