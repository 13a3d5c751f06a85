"""Text as it may enter and stay: the one gate of forms, imports and readings of the database.

Normal form C (Unicode standard annex 15); no character that XML 1.0 or PostgreSQL has no room for; the signs
that Word draws with its Symbol and Wingdings typefaces become the signs they look like.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

LONGUEUR = 10_000
"""Characters of one text, at most: a cell of a spreadsheet holds 32 767, guards included."""
ABIME = re.compile("[\x00\ud800-\udfff]")
COMMANDE = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
VIDE = re.compile(
    f"[\ufdd0-\ufdef{''.join(chr(plane << 16 | end) for plane in range(17) for end in (0xFFFE, 0xFFFF))}]"
)
SIGNES_DE_WORD = {
    0xF0B7: "•", 0xF0A7: "▪", 0xF06F: "○", 0xF0D8: "→", 0xF0E0: "→", 0xF0FC: "✓", 0xF0A8: "□", 0xF06E: "■",
    0xF076: "◆", 0xF02D: "-", 0xF0AE: "→", 0xF0DE: "⇒", 0xF0F0: "⇒", 0xF0FE: "☑", 0xF020: " ",
}  # fmt: skip
WORD = re.compile(f"[{''.join(map(chr, SIGNES_DE_WORD))}]")
SUSPECT = re.compile("|".join(kind.pattern for kind in (ABIME, COMMANDE, VIDE, WORD)))
"""One look at a text in place of four: most texts have none of these."""
MOTS = {
    "commande": "un caractère de commande est devenu une espace",
    "abime": "un caractère abîmé a été ôté",
    "word": "un signe de Word est devenu un signe de tous les logiciels",
}


def clean_text(text: str) -> str:
    """The text as it is kept; a clean text is left as it is.

    >>> clean_text("e\\u0301te\\u0301"), clean_text("a\\x0bb\\x00"), clean_text("\\uf0b7 un")
    ('été', 'a b', '• un')
    """
    if text.isascii() and text.isprintable():
        return text
    if SUSPECT.search(text):
        text = VIDE.sub("", ABIME.sub("", COMMANDE.sub(" ", text))).translate(SIGNES_DE_WORD)
    return unicodedata.normalize("NFC", text)


def tell_changes(text: str) -> tuple[str, ...]:
    """What ``clean_text`` changes that somebody could miss, in words; normal form C shows nothing.

    >>> tell_changes("a\\x0bb"), tell_changes("e\\u0301")
    (('un caractère de commande est devenu une espace',), ())
    """
    if (text.isascii() and text.isprintable()) or not SUSPECT.search(text):
        return ()
    found = {
        "commande": COMMANDE.search(text),
        "abime": ABIME.search(text) or VIDE.search(text),
        "word": WORD.search(text),
    }
    return tuple(MOTS[name] for name, there in found.items() if there)


def check_text(text: str) -> str:
    """The clean text; raises ``ValueError`` in French for what is broken or too long.

    >>> check_text("a\\ud800")
    Traceback (most recent call last):
        ...
    ValueError: caractère abîmé U+D800 : récrivez ce texte
    """
    if found := ABIME.search(text) or VIDE.search(text):
        raise ValueError(f"caractère abîmé U+{ord(found.group()):04X} : récrivez ce texte")
    if len(text) > LONGUEUR:
        raise ValueError(f"texte de {len(text)} caractères : {LONGUEUR} au plus")
    return clean_text(text)


def clean_all(value: Any) -> Any:
    """Any JSON value with its texts clean, keys too."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, list | tuple):
        return type(value)(clean_all(part) for part in value)
    if isinstance(value, dict):
        return {clean_all(key): clean_all(part) for key, part in value.items()}
    return value
