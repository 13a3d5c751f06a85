"""The seal of a frozen bilan: canonical text, SHA-256 chained to the year before, signature of the install.

Whoever changes the text, its hash or its place in the chain without the key of the install is found out;
whoever holds the key too is found out by the hash that is printed in the documents already sent.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

CONTEXTE: Final = b"maillage.bilan.scelle.1"


class VerdictScelle(StrEnum):
    """What verifying says: whole; changed; signed by no known key; the one sealed before it is another."""

    INTACT = "intact"
    ALTERE = "altere"
    AUTRE_CLE = "autre_cle"
    CHAINE = "chaine"


VERDICTS: Final = {
    VerdictScelle.INTACT: "Intact : le texte est celui qui a été figé.",
    VerdictScelle.ALTERE: "Altéré : ce qui est enregistré n’est plus ce qui a été figé. "
    "Comparez avec les documents déjà remis, et rétablissez-le depuis une sauvegarde.",
    VerdictScelle.AUTRE_CLE: "Non vérifiable : la signature n’est pas celle de cette installation. "
    "La clé secrète a changé, ou le bilan a été réécrit : comparez l’empreinte avec celle des documents "
    "déjà remis.",
    VerdictScelle.CHAINE: "Son texte est intact, mais le bilan figé avant lui a changé ou disparu.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scelle:
    """A frozen text: the hash of it and of ``precedent`` (the year before's, empty for the first), signed.

    ``contresceaux``: the same hash signed again by keys that came later, while the former still verified it.
    """

    texte: str
    precedent: str
    empreinte: str
    signature: str
    contresceaux: tuple[str, ...] = ()


def write_canonical(plain: Any) -> str:
    """Plain values as the one text that is hashed: keys in order, no blank, letters as they are.

    >>> write_canonical({"b": 1, "a": ["é", None, 1.5]})
    '{"a":["é",null,1.5],"b":1}'
    """
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def hash_text(texte: str, precedent: str = "") -> str:
    """SHA-256 of a text and of the hash before it, in hexadecimal."""
    return hashlib.sha256(f"{precedent}\n{texte}".encode()).hexdigest()


def seal(texte: str, cle: bytes, precedent: str = "") -> Scelle:
    """A text sealed with the key of an install.

    >>> held = seal("texte", b"secret")
    >>> verify(held, [b"secret"]).value, verify(held, [b"autre"]).value
    ('intact', 'autre_cle')
    """
    print_ = hash_text(texte, precedent)
    return Scelle(texte=texte, precedent=precedent, empreinte=print_, signature=_sign(print_, cle))


def verify(scelle: Scelle, cles: Iterable[bytes]) -> VerdictScelle:
    """Whether a sealed text is the one that was sealed, by one of the keys that the install has or had."""
    if hash_text(scelle.texte, scelle.precedent) != scelle.empreinte:
        return VerdictScelle.ALTERE
    known = [_sign(scelle.empreinte, cle) for cle in cles]
    kept = (scelle.signature, *scelle.contresceaux)
    signed = any(hmac.compare_digest(one, other) for one in known for other in kept)
    return VerdictScelle.INTACT if signed else VerdictScelle.AUTRE_CLE


def countersign(scelle: Scelle, cle: bytes) -> str:
    """The hash of a sealed text signed by another key; to be kept beside the seal, which does not change.

    >>> from dataclasses import replace
    >>> held = seal("texte", b"ancienne")
    >>> kept = replace(held, contresceaux=(countersign(held, b"nouvelle"),))
    >>> verify(held, [b"nouvelle"]).value, verify(kept, [b"nouvelle"]).value
    ('autre_cle', 'intact')
    """
    return _sign(scelle.empreinte, cle)


def verify_chain(scelles: Iterable[Scelle], cles: Sequence[bytes]) -> tuple[VerdictScelle, ...]:
    """Each seal in the order in which they were made: its own text, then the one before it.

    >>> first = seal("un", b"secret")
    >>> second = seal("deux", b"secret", first.empreinte)
    >>> [one.value for one in verify_chain([first, second], [b"secret"])]
    ['intact', 'intact']
    >>> [one.value for one in verify_chain([second], [b"secret"])]
    ['chaine']
    """
    found, before = [], ""
    for scelle in scelles:
        own = verify(scelle, cles)
        broken = own is VerdictScelle.INTACT and scelle.precedent != before
        found.append(VerdictScelle.CHAINE if broken else own)
        before = scelle.empreinte
    return tuple(found)


def _sign(empreinte: str, cle: bytes) -> str:
    return hmac.new(cle, CONTEXTE + empreinte.encode(), hashlib.sha256).hexdigest()
