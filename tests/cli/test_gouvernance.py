"""``maillage gouvernance annee``: the year as JSON and in words."""

import json

from click.testing import CliRunner

from maillage.cli.gouvernance import gouvernance


def test_the_year_is_told_twice() -> None:
    found = CliRunner().invoke(gouvernance, ["annee", "2026", "--json"])
    year = json.loads(found.output)
    assert (found.exit_code, year["annee"], year["departement"], len(year["seances"])) == (0, 2026, "59", 15)
    first = year["seances"][0]
    assert (first["comite"], first["territoire_nom"], first["alimente"]) == (
        "cts",
        "Avesnes-sur-Helpe",
        ["cotech"],
    )
    said = CliRunner().invoke(gouvernance, ["annee", "2026"]).output
    assert all(f"{row['jour']} {row['date']}" in said for row in year["seances"])
