"""What a spreadsheet program holds, and what it takes for a formula: one rule to write and to read.

Limits of Excel, the tightest (Microsoft, « Spécifications et limites relatives à Microsoft Excel », not read
at the source). OpenDocument states none; LibreOffice keeps the same rows and columns.
"""

from __future__ import annotations

import re

LIGNES = 1_048_576
COLONNES = 16_384
CARACTERES = 32_767  # of a cell
NOM_DE_FEUILLE = 31
INTERDITS_FEUILLE = "[]*?:/\\'"

# Spreadsheets run what starts so when a CSV is opened (OWASP, « CSV Injection »), blanks before it or not.
DANGEREUX = r"^'*[ \n]*[=+\-@\t\r]"
DANGER = re.compile(rf"^(?={DANGEREUX[1:]})")


def neutraliser(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe before it. ``restaurer`` undoes it.

    >>> neutraliser("=1+1"), neutraliser(" @x"), neutraliser("Lille")
    ("'=1+1", "' @x", 'Lille')
    """
    return DANGER.sub("'", text)


def restaurer(text: str) -> str:
    """The text that ``neutraliser`` wrote; any other is left as it is.

    >>> restaurer(neutraliser("'=1")), restaurer("l'eau"), restaurer("'Lille'")
    ("'=1", "l'eau", "'Lille'")
    """
    return text[1:] if text.startswith("'") and DANGER.match(text) else text
