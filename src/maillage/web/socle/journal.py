"""Logs as JSON lines: one object per event, without a secret, an e-mail address or a network address.

What comes from elsewhere (Django, a library, a traceback) passes the same mask as our own words.
"""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

_HEX = "[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4})*"
_MASKS = (
    # An address that opens something by itself: its secret is what follows.
    (
        re.compile(
            r"(/comptes/(?:invitation|recuperation)/|/travaux/|/courriel/arreter/|/gouvernance/agenda/"
            r"|/signalements/suivre/|/accueil/reponse/|/annuaire/(?:confirmer|imports/essai)/"
            r"|/atelier/reponses/|/elaboration/dire/)[^/\s\"'?]+"
        ),
        r"\1…",
    ),
    # What looks like one of our secrets (32 bytes in base 64), wherever it is written.
    (re.compile(r"(?<![\w-])(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*\d)[A-Za-z0-9_-]{40,}(?![\w-])"), "…"),
    (re.compile(r"[^\s@\"'<>(),;:=\[\]]+@[^\s@\"'<>(),;:\[\]]+"), "[courriel]"),
    (re.compile(r"(?i)(?<![\d.])(?:::ffff:)?\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)"), "[adresse]"),
    (re.compile(r"(?<![\w:])(?:[0-9a-fA-F]{1,4}:){4,7}[0-9a-fA-F]{1,4}(?![\w:])"), "[adresse]"),
    (re.compile(rf"(?<![\w:])(?:{_HEX})?::(?:{_HEX})?(?![\w:])"), "[adresse]"),
)


def mask(text: str) -> str:
    """The text without what a log must not hold.

    >>> mask("GET /travaux/essai/annuler par agent@example.org depuis 192.0.2.7 et 2001:db8::1")
    'GET /travaux/…/annuler par [courriel] depuis [adresse] et [adresse]'
    """
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    return text


FIELDS = ("methode", "chemin", "statut", "duree_ms", "numero", "compte")


class JsonFormatter(logging.Formatter):
    """One JSON object a line: date, level, logger, message, and the request's fields when there are any."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        event = {
            "date": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "niveau": record.levelname,
            "origine": record.name,
            "message": mask(record.getMessage()),
        }
        held = {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        event |= {name: mask(value) if isinstance(value, str) else value for name, value in held.items()}
        if record.exc_info:
            event["trace"] = mask(self.formatException(record.exc_info))
        return json.dumps(event, ensure_ascii=False, default=str)
