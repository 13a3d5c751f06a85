"""The one way to read the address that names an account."""

from __future__ import annotations

import unicodedata


def normalize_address(text: str) -> str:
    """An e-mail address as accounts keep it: one form for all letter cases and Unicode look-alikes.

    >>> normalize_address(" Ａgent@Example.ORG "), normalize_address("\u212aim@example.org")
    ('agent@example.org', 'kim@example.org')
    """
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).strip().casefold())
