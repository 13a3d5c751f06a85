"""click's own words (usage, options, errors) in French, through gettext as click foresees."""

from __future__ import annotations

import gettext
import os
import re
from pathlib import Path

from maillage.catalogue.erreurs import EntreeInvalide


def install() -> None:
    """Point gettext at our French catalogue before click prints anything."""
    os.environ["LANGUAGE"] = "fr"
    gettext.bindtextdomain("messages", Path(__file__).parent / "locale")
    gettext.textdomain("messages")


def check_arguments(arguments: list[str]) -> None:
    """Refuse what no path and no table can hold: nothing, a null character, what is not UTF-8.

    Tables are read by libraries that take no other names. An empty argument is what an unset variable of a
    script gives.
    """
    for before, argument in zip(["", *arguments], arguments, strict=False):
        if not argument or re.fullmatch("--[a-z-]+=", argument):
            where = f" après {before}" if before.startswith("-") and not argument else ""
            raise EntreeInvalide(f"Un argument est vide{where or f' : {argument}'} : donnez-lui une valeur.")
        if "\0" in argument or re.search("[\ud800-\udfff]", argument):
            shown = argument.encode("utf-8", "replace").decode().replace("\0", "?")
            raise EntreeInvalide(
                f"« {shown} » contient un caractère qu’aucun nom ne peut porter, ou qui n’est pas de "
                "l’UTF-8 : retapez-le, ou renommez ce fichier."
            )
