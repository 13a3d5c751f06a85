"""A photo drawn again: upright, no larger than a screen, without place, date, device or any other word in it.

A child process does it, whose memory and processor time the system limits: what stops it stops nothing else.
"""

from __future__ import annotations

import io
import resource
import subprocess
import sys
from typing import Final

from PIL import Image, ImageOps

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.limites import limit_process, read_limit

SECTION: Final = "fichier_donne"
REFUS: Final = 3
ABIMEE: Final = "Cette photo ne s’ouvre pas, ou demande trop de mémoire : enregistrez-la de nouveau en JPEG."


def redraw(body: bytes) -> bytes:
    """The photo as it is kept: JPEG for a JPEG or a WebP without transparency, PNG for the others.

    Raises:
        EntreeInvalide: it cannot be read, or takes more than the limits.
    """
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no outside input in the command
            [sys.executable, "-m", __name__],
            input=body,
            capture_output=True,
            timeout=4 * read_limit(SECTION, "processeur_s"),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise EntreeInvalide(ABIMEE) from None
    if done.returncode == REFUS:
        raise EntreeInvalide(done.stderr.decode())
    if done.returncode:
        raise EntreeInvalide(ABIMEE)
    return done.stdout


def draw(body: bytes) -> bytes:
    """What the child does."""
    Image.MAX_IMAGE_PIXELS = None  # counted here, before any is decoded
    most, side = read_limit(SECTION, "pixels"), read_limit(SECTION, "cote_pixels")
    with Image.open(io.BytesIO(body), formats=("JPEG", "PNG", "WEBP")) as given:
        if given.width * given.height > most:
            raise EntreeInvalide(f"Cette photo a plus de {most // 10**6} millions de points : réduisez-la.")
        given.draft("RGB", (side, side))
        turned = ImageOps.exif_transpose(given)
        clear = "A" in turned.mode or "transparency" in turned.info
        drawn = turned.convert("RGBA" if clear else "RGB")
        as_png = clear or given.format == "PNG"
    drawn.thumbnail((side, side))
    drawn.info.clear()
    out = io.BytesIO()
    if as_png:
        drawn.save(out, "PNG", optimize=True)
    else:
        drawn.save(out, "JPEG", quality=read_limit(SECTION, "qualite_jpeg"), optimize=True)
    return out.getvalue()


def main() -> None:
    """Read a photo, write it drawn again."""
    limit_process(resource.RLIMIT_AS, read_limit(SECTION, "memoire_octets"))
    limit_process(resource.RLIMIT_CPU, read_limit(SECTION, "processeur_s"))
    try:
        drawn = draw(sys.stdin.buffer.read())
    except EntreeInvalide as error:
        sys.stderr.write(str(error))
        sys.exit(REFUS)
    sys.stdout.buffer.write(drawn)


if __name__ == "__main__":
    main()
