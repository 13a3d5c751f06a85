"""A picture as PNG, in the typeface of documents: it goes where SVG does not, in a slide or a letter."""

from __future__ import annotations

from functools import cache

from maillage.reports.ecrire.composition import POLICES

MIME = "image/png"
# Pixels for one unit of the picture: sharp on paper at half a page.
ECHELLE = 2.0


def make_png(svg: str) -> bytes:
    """The pixels of a picture that stands alone (:func:`maillage.reports.rendu.planche.compose`)."""
    import vl_convert  # noqa: PLC0415 - starts an engine: only where a picture is asked for

    _register_fonts()
    return bytes(vl_convert.svg_to_png(svg, scale=ECHELLE))


@cache
def _register_fonts() -> None:
    import vl_convert  # noqa: PLC0415

    vl_convert.register_font_directory(str(POLICES))
