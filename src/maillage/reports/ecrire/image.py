"""A picture as PNG, in the typeface of documents: it goes where SVG does not, in a slide or a letter."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from maillage.reports.ecrire.composition import POLICES
from maillage.reports.rendu.planche import Planche, compose

MIME = "image/png"
# Pixels for one unit of the picture: sharp on paper at half a page.
ECHELLE = 2.0


def write_png(planche: Planche, path: Path) -> None:
    """The plate in pixels, where it is told."""
    import vl_convert  # noqa: PLC0415 - starts an engine: only where a picture is asked for

    _register_fonts()
    path.write_bytes(vl_convert.svg_to_png(compose(planche), scale=ECHELLE))


@cache
def _register_fonts() -> None:
    import vl_convert  # noqa: PLC0415

    vl_convert.register_font_directory(str(POLICES))
