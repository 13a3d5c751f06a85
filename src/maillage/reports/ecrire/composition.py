"""Setting a PDF: tagged (PDF/UA-1), the same bytes and the same typeface on every machine."""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path
from typing import Final

import typst

POLICES: Final = Path(__file__).parents[1] / "polices"
"""Atkinson Hyperlegible Next (SIL Open Font License), put there by ``make install``."""


def compile_pdf(source: bytes | str, sys_inputs: dict[str, str] | None = None) -> bytes:
    """Typst text, or the path of a file, as a PDF without a date of making.

    Fonts of the machine are never used: letters that the typeface lacks come from those that typst holds.
    """
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[str(POLICES)])
    pdf: bytes = typst.compile(
        source,
        sys_inputs=sys_inputs or {},
        font_paths=fonts,
        pdf_standards="ua-1",
        timestamp=0,
    )
    return pdf


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
