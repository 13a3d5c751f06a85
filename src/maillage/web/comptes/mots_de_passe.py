"""Passwords that one would guess: common words, runs of the keyboard, what is known of the person."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

FRANCAIS = Path(__file__).parent / "mots_de_passe_courants.txt"
LEET = str.maketrans("013457@$!", "oieastasi")
RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "azertyuiopqsdfghjklmwxcvbn",
    "qwertyuiopasdfghjklzxcvbnm",
    "01234567890",
)
RUN_LENGTH = 3
FREE_LETTERS = 4  # what must remain once the runs, or the repeated letters, are taken away
COMMON_WORDS = 2  # as many common words, alone, make a guess; a sentence of more does not
PERSONAL_WORD = 4  # letters; shorter, a name is in too many words


def fold(text: str) -> str:
    """In small letters, without accents.

    >>> fold("Été-Bonjour")
    'ete-bonjour'
    """
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


@cache
def list_common() -> frozenset[str]:
    """Common passwords: Django's twenty thousand, and French ones."""
    return frozenset(CommonPasswordValidator().passwords | set(FRANCAIS.read_text("utf-8").split()))


def is_common(text: str) -> bool:
    """Whether it is one or two common words, dressed with digits, signs or letters put for others.

    >>> [is_common(t) for t in ("MotDePasse-2026!", "bonjour.soleil.59", "un vieux saule près du canal")]
    [True, True, False]
    """
    plain = fold(text)
    for form in (plain, plain.translate(LEET)):
        words = {word for word in re.split(r"[^a-z]+", form) if len(word) > 1}
        joined = "".join(re.findall("[a-z]+", form))
        if joined in list_common() or (0 < len(words) <= COMMON_WORDS and words <= list_common()):
            return True
    return False


def is_run(text: str) -> bool:
    """Whether it is made of neighbours of the alphabet or keyboard, or of very few characters.

    >>> [is_run(t) for t in ("azertyuiop123", "aaaabbbbcccc", "987654321abc", "le chat dort ici")]
    [True, True, True, False]
    """
    left = fold(text)
    for run in [order for row in RUNS for order in (row, row[::-1])]:
        for length in range(len(run), RUN_LENGTH - 1, -1):
            for start in range(len(run) - length + 1):
                left = left.replace(run[start : start + length], "")
    return len(set(left)) < FREE_LETTERS


def find_personal(text: str, words: list[str]) -> str | None:
    """The word known of the person that the password holds, whole or nearly alone."""
    plain = fold(text)
    for word in words:
        if word in plain and (len(word) > PERSONAL_WORD or re.search(rf"(?<![a-z]){word}(?![a-z])", plain)):
            return word
    return None


def list_personal(personne: Any) -> list[str]:
    """The words of a person's name, address, office and organisation."""
    texts = [personne.first_name, personne.last_name, personne.email.partition("@")[0]]
    if personne.organisation_id:
        texts.append(personne.organisation.sigle)
    words = {word for text in texts for word in re.split(r"[^a-z]+", fold(text))}
    return sorted(word for word in words if len(word) >= PERSONAL_WORD)


class Devinable:
    """Refuse what is guessed first."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ``ValidationError``."""
        if is_common(password) or is_run(password):
            raise ValidationError(
                "Ce mot de passe se devine : des mots très employés, ou des touches qui se suivent. "
                "Quatre mots sans rapport font mieux."
            )

    def get_help_text(self) -> str:
        """What the form says of it."""
        return "Il n’est fait ni de mots de passe courants, ni de touches qui se suivent."


class Personnel:
    """Refuse what is known of the person."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ``ValidationError``."""
        if user is not None and (word := find_personal(password, list_personal(user))):
            raise ValidationError(f"Ce mot de passe contient « {word} », que l’on connaît de vous.")

    def get_help_text(self) -> str:
        """What the form says of it."""
        return "Il ne contient ni votre nom, ni votre adresse, ni le sigle de votre organisation."
