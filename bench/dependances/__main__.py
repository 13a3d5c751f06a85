"""``python -m bench.dependances sbom|licences|audit``: see the Makefile."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench.dependances.audit import audit
from bench.dependances.livre import ROOT, list_shipped
from bench.dependances.nomenclature import write_bom
from bench.dependances.page import write_page


def main() -> int:
    """Write one of the documents, or look for known flaws."""
    parser = argparse.ArgumentParser(prog="python -m bench.dependances", description=__doc__)
    parser.add_argument("quoi", choices=["sbom", "licences", "audit"])
    asked = parser.parse_args().quoi
    if asked == "audit":
        return audit()
    if asked == "sbom":
        return _write(ROOT / "build/maillage.cdx.json", write_bom(list_shipped()))
    return _write(ROOT / "docs/licences.md", write_page(list_shipped()))


def _write(path: Path, text: str) -> int:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
