"""Setting a PDF: tagged (PDF/UA-1), the same bytes and the same typeface on every machine."""

from __future__ import annotations

import base64
import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

import typst

ESSAIS: Final = 6
LATIN: Final = 0x250
MANQUANT: Final = re.compile(r'the text `"(.*?)"` could not be displayed')
ECHAPPE: Final = re.compile(r"\\u\{([0-9a-f]+)\}")
POLICES: Final = Path(__file__).parents[1] / "polices"
"""Atkinson Hyperlegible Next, Noto for the signs it lacks (SIL Open Font License): by ``make install``."""


def compile_pdf(source: bytes | str, sys_inputs: dict[str, str] | None = None) -> bytes:
    """Typst text, or the path of a file, as a PDF without a date of making.

    Fonts of the machine are never used: signs that the typeface lacks come from our others, then from those
    of typst; one that none of them has is written by its number, ``[U+4E2D]``: a text never makes it fail.
    """
    given = sys_inputs or {}
    for _ in range(ESSAIS):
        try:
            return _compile(source, given)
        except typst.TypstError as error:
            missing = find_missing(error.diagnostic)
            if not missing:
                raise
            given = {name: text.translate(missing) for name, text in given.items()}
    return _compile(source, {name: text.translate(_Numbers()) for name, text in given.items()})


def _compile(source: bytes | str, sys_inputs: dict[str, str]) -> bytes:
    pdf: bytes = typst.compile(
        source, sys_inputs=sys_inputs, font_paths=_load_fonts(), pdf_standards="ua-1", timestamp=0
    )
    return pdf


def rasterise(svg: str, ppi: int = 160) -> bytes:
    """A drawing as a PNG, for the formats that take no SVG: 12 cm wide at ``ppi`` points an inch."""
    source = (
        b'#set page(width: 12cm, height: auto, margin: 0pt)\n#image(bytes(sys.inputs.svg), format: "svg")'
    )
    png: bytes = typst.compile(
        source, sys_inputs={"svg": svg}, font_paths=_load_fonts(), format="png", ppi=ppi
    )
    return png


@cache
def _load_fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[str(POLICES)])


def find_missing(diagnostic: str) -> dict[int, str]:
    """Character → what stands for it, of each text that typst says no typeface displays.

    In a group, the marks go first: the letter that bears them may well be known.

    >>> find_missing('error: PDF/UA-1 error: the text `"中"` could not be displayed with font `"A"`')
    {20013: '[U+4E2D]'}
    """
    found: dict[int, str] = {}
    for quoted in MANQUANT.findall(diagnostic):
        text = ECHAPPE.sub(lambda code: chr(int(code[1], 16)), quoted)
        marks = [sign for sign in text if unicodedata.category(sign)[0] in "MC" and not sign.isascii()]
        signs = marks or [sign for sign in text if not sign.isascii()]
        found |= {ord(sign): name_sign(sign) for sign in signs}
    return found


def name_sign(sign: str) -> str:
    """The number of a sign; nothing for one that only shapes its neighbours (joiners, variants).

    >>> name_sign("中"), name_sign(chr(0x200D)), name_sign(chr(0xFE0F))
    ('[U+4E2D]', '', '')
    """
    shapes = unicodedata.category(sign) == "Cf" or 0xFE00 <= ord(sign) <= 0xFE0F
    return "" if shapes else f"[U+{ord(sign):04X}]"


class _Numbers(dict[int, str]):
    """For ``str.translate``: each sign past Latin by its number."""

    def __missing__(self, code: int) -> str:
        return chr(code) if code < LATIN else name_sign(chr(code))


@cache
def embed_typeface() -> str:
    """A style rule that holds the typeface, for a page that must stand alone; empty where it is not built."""
    path = POLICES / "page.woff2"
    if not path.exists():
        return ""
    data = base64.b64encode(path.read_bytes()).decode()
    return (
        '@font-face { font-family: "Atkinson Hyperlegible Next"; font-weight: 200 800; '
        f'src: url(data:font/woff2;base64,{data}) format("woff2"); }}'
    )
