"""The guide tells each rule: its name, gravity and what follows."""

import re
from pathlib import Path

from maillage.catalogue.gtfs import list_rules

GUIDE = Path(__file__).parents[3] / "docs/guide/transports.md"


def test_the_guide_tells_each_rule() -> None:
    rows = re.findall(r"^\| `(\w+)`( \\\*)? \| (\w+) \| (\w+) \|", GUIDE.read_text("utf-8"), re.MULTILINE)
    assert [(code, not own, gravity, fate) for code, own, gravity, fate in rows] == [
        (rule.code, rule.validateur, rule.gravite, rule.suite) for rule in list_rules().values()
    ]
