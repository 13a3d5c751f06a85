"""The postcodes of every commune, from the same package as the embedded example, for the catalogue."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

from exemple.communes import read_json

OUT = Path(__file__).parent.parent / "src" / "maillage" / "catalogue" / "codes_postaux.csv"


def write_postcodes(package: Path, out: Path = OUT) -> None:
    """One row a postcode, with the present communes that share it, joined by « | »."""
    found: dict[str, list[str]] = defaultdict(list)
    for commune in read_json(package / "communes.json"):
        if commune["type"] == "commune-actuelle":
            for post in commune.get("codesPostaux", []):
                found[post].append(commune["code"])
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code_postal", "communes"])
        writer.writerows((post, "|".join(sorted(codes))) for post, codes in sorted(found.items()))
