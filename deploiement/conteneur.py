"""``python -m deploiement.conteneur``: the image of a commit, by whichever builder this machine has.

The install archive, opened, is all that the builder is given: all of it was tracked, or built.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from deploiement.paquet import make

CONSTRUCTEURS = ("podman", "buildah", "docker")
ABSENT = f"Aucun constructeur d’images ici : installez l’un de {', '.join(CONSTRUCTEURS)}."
FORMAT = {"podman": ["--format", "docker"], "buildah": ["--format", "docker"], "docker": []}
"""The docker format keeps HEALTHCHECK; docker knows no other."""


def main() -> None:
    """Build the image, and say its name; what is not ours is passed on to the builder."""
    parser = argparse.ArgumentParser(description="Fabriquer l’image de conteneur d’un commit.")
    parser.add_argument("--commit", default="HEAD", help="la version à emporter")
    parser.add_argument("--constructeur", choices=CONSTRUCTEURS, default=find_builder())
    given, options = parser.parse_known_args()
    if given.constructeur is None:
        sys.exit(ABSENT)
    with tempfile.TemporaryDirectory() as work:
        place = unpack(make(given.commit, Path(work)), Path(work))
        name = place.name.replace("maillage-", "maillage:", 1)
        subprocess.run(write_line(given.constructeur, name, options), cwd=place, check=True)
    print(name)


def find_builder() -> str | None:
    """The first builder that is installed and answers; a client without its service is none."""
    return next((name for name in CONSTRUCTEURS if shutil.which(name) and _answers(name)), None)


def _answers(name: str) -> bool:
    return subprocess.run([name, "info"], capture_output=True, check=False).returncode == 0


def unpack(archive: Path, folder: Path) -> Path:
    """The folder that an install archive holds."""
    with tarfile.open(archive) as held:
        held.extractall(folder, filter="data")
    return folder / archive.stem


def write_line(builder: str, name: str, options: list[str]) -> list[str]:
    """The command that builds an image of the folder it is run in."""
    words = [builder, "build", *FORMAT[builder], "--file", "deploiement/Containerfile", "--tag", name]
    return [*words, *options, "."]


if __name__ == "__main__":
    main()
