"""click's own words (usage, options, errors) in French, through gettext as click foresees."""

from __future__ import annotations

import gettext
import os
from pathlib import Path


def install() -> None:
    """Point gettext at our French catalogue before click prints anything."""
    os.environ["LANGUAGE"] = "fr"
    gettext.bindtextdomain("messages", Path(__file__).parent / "locale")
    gettext.textdomain("messages")
