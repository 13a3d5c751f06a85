"""The report beside larger territories, on the small atlas: only people and density are known elsewhere."""

from dataclasses import replace

import polars as pl

from maillage.atlas.lecture.lecteur import Lecteur
from maillage.reports.diagnostic.references import make_section


def test_the_report_sets_known_references_beside_the_departement(petit_atlas):
    section = make_section(Lecteur(petit_atlas))
    rows = {row[0]: row[1:] for row in section.tableaux[0].lignes}
    density = next(row for name, row in rows.items() if name.startswith("Densité"))
    known = [float(str(cell).split("\u00a0")[0].replace(",", ".")) for cell in density[1:4]]
    assert [round(value) for value in known] == [188, 500, 122]
    assert not any(name.startswith("Nombre") for name in rows), "a bare count compares nothing"


def test_nothing_known_elsewhere_no_section(petit_atlas):
    none = petit_atlas.references().with_columns(valeur=pl.lit(None, pl.Float64))
    assert make_section(Lecteur(replace(petit_atlas, _kept={"references": none}))) is None
