"""Secrets handed out once and kept as hashes: 256 bits of chance need no salt."""

from __future__ import annotations

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
