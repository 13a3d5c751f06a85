"""ARCEP's files, small ones made here in the columns that it publishes: what is read, what is not zero."""

from pathlib import Path

import polars as pl
import pytest

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sources import read
from maillage.sources.base import Provenance, Table
from maillage.sources.decouverte import recognise
from maillage.sources.recenses import fill_unlisted

TECHNO = (
    "code_insee;nom_com;code_dep;code_reg;nbr;type;elig_ftth;elig_coax;elig_cu;elig_thdr;elig_4gf;elig_hdr;"
    "elig_sat;date"
)
SITES = (
    "code_op;nom_op;num_site;id_site_partage;id_station_anfr;x_lambert_93;y_lambert_93;latitude;longitude;"
    "nom_reg;nom_dep;insee_dep;nom_com;insee_com;site_2g;site_3g;site_4g;site_5g"
)
MEILLEURE = "code_insee;nbr;type;nbr_elig_8;elig_ftth;elig_coax;elig_cu_30;elig_thdr;elig_cu_8;elig_4gf;date"


def write(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


def site(operator: str, number: int, commune: str, quatre: int) -> str:
    place = f"Hauts-de-France;Nord;59;É;{commune}"
    return f"{operator};Nom;{number};;;700000;7000000;50,1;3,1;{place};1;1;{quatre};0"


def test_premises_by_technology(tmp_path: Path) -> None:
    path = write(
        tmp_path / "commune_techno.csv",
        TECHNO,
        "01001;Aéré;01;84;100;all;80;0;60;0;90;0;100;2026-03-31",
        "01001;Aéré;01;84;90;log;75;0;55;0;80;0;90;2026-03-31",
        "59350;Lille;59;32;200000;all;198000;150000;0;0;200000;0;200000;2026-03-31",
    )
    assert recognise(path) == "arcep_fixe"
    (table,) = read("arcep_fixe", path)
    assert (table.provenance.millesime, table.provenance.eprouve) == ("2026", False)
    rows = table.frame.select("code_insee", "locaux", "locaux_fibre", "locaux_cable", "locaux_cuivre").rows()
    assert rows == [("01001", 100, 80, 0, 60), ("59350", 200_000, 198_000, 150_000, 0)]


def test_more_premises_reached_than_premises_is_refused_with_its_row(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", TECHNO, "01001;A;01;84;100;all;101;0;60;0;90;0;100;2026-03-31")
    with pytest.raises(EntreeInvalide) as refused:
        read("arcep_fixe", path)
    (faute,) = refused.value.fautes
    assert (faute.ligne, faute.colonne) == (2, "elig_ftth")


def test_the_table_of_best_technologies_is_not_taken_for_it(tmp_path: Path) -> None:
    path = write(tmp_path / "m.csv", MEILLEURE, "01001;100;all;90;80;0;0;0;0;10;2026-03-31")
    assert recognise(path) is None


def test_sites_are_counted_by_operator_and_a_village_of_the_list_without_any_has_none(tmp_path: Path) -> None:
    path = write(
        tmp_path / "2026_T1_sites_Metropole.csv",
        SITES,
        site("20801", 1, "59350", 1),
        site("20801", 2, "59350", 1),
        site("20815", 3, "59350", 1),
        site("20820", 4, "59350", 0),
        site("20810", 5, "59606", 0),
        encoding="cp1252",
    )
    assert recognise(path) == "arcep_mobile"
    (table,) = read("arcep_mobile", path)
    assert table.provenance.millesime == "2026"
    columns = ["antennes_4g", "operateurs_4g", "antennes_4g_orange", "antennes_4g_bouygues"]
    told = {row[0]: row[1:] for row in table.frame.select("code_insee", *columns).rows()}
    assert told == {"59350": (3, 2, 2, 0), "59606": (0, 0, 0, 0)}
    origin = Provenance("cog", "C", "I", "L", "2026", None, "0" * 64, "c.csv", eprouve=False)
    codes = pl.DataFrame({"code_insee": ["59001", "59350", "59606", "62041"]})
    _, filled = fill_unlisted((Table("communes", codes, origin), table))
    operators = dict(filled.frame.select("code_insee", "operateurs_4g").iter_rows())
    assert operators == {"59001": 0, "59350": 2, "59606": 0}  # nothing is said of the Pas-de-Calais
