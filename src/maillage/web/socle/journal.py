"""Logs as JSON lines: one object per event, no personal data beyond the account's number."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

FIELDS = ("methode", "chemin", "statut", "duree_ms", "compte")


class JsonFormatter(logging.Formatter):
    """One JSON object a line: date, level, logger, message, and the request's fields when there are any."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        event = {
            "date": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "niveau": record.levelname,
            "origine": record.name,
            "message": record.getMessage(),
        }
        event |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info:
            event["trace"] = self.formatException(record.exc_info)
        return json.dumps(event, ensure_ascii=False, default=str)
