"""click's own words (usage, options, errors) in French, through gettext as click foresees."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

from maillage.catalogue.erreurs import EntreeInvalide


def install() -> None:
    """Point gettext at our French catalogue before click prints anything."""
    os.environ["LANGUAGE"] = "fr"
    gettext.bindtextdomain("messages", Path(__file__).parent / "locale")
    gettext.textdomain("messages")


def check_arguments(arguments: list[str]) -> None:
    """Refuse what no path and no table can hold: a null character, a lone half of a character.

    Bytes that are not UTF-8 pass: a file may bear them as its name.
    """
    for argument in arguments:
        try:
            held = b"\0" not in os.fsencode(argument)
        except UnicodeEncodeError:
            held = False
        if not held:
            shown = argument.encode("utf-8", "replace").decode().replace("\0", "?")
            raise EntreeInvalide(
                f"« {shown} » contient un caractère qu’aucun nom ne peut porter : retapez-le."
            )
