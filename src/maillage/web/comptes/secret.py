"""Secrets handed out once and kept as hashes: 256 bits of chance need no salt."""

from __future__ import annotations

import base64
import hashlib
import secrets


def nouveau() -> tuple[str, str]:
    """A new secret and its hash."""
    secret = secrets.token_urlsafe(32)
    return secret, empreinte(secret)


def empreinte(secret: str) -> str:
    """What is kept of a secret.

    >>> len(empreinte("a"))
    64
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def nouveau_code() -> tuple[str, str]:
    """A code that a person copies by hand (80 bits), and its hash.

    >>> code, kept = nouveau_code()
    >>> len(code), kept == empreinte_code(f" {code.upper()} ")
    (19, True)
    """
    letters = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    code = "-".join(letters[start : start + 4] for start in range(0, 16, 4))
    return code, empreinte_code(code)


def empreinte_code(code: str) -> str:
    """What is kept of a code, however it is typed."""
    return empreinte("".join(c for c in code.casefold() if c.isalnum()))
