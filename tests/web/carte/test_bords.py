"""A figure on the edge of a class: page and report say the same of it, and their words are the rule."""

import hashlib
import html
import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from maillage.atlas.lecture.ouvert import open_atlas
from maillage.reports.diagnostic.rapport import make_report

if TYPE_CHECKING:
    from maillage.atlas.lecture.ouvert import Atlas

NAME = "duree_panier_quotidien"
SECONDS = [180.0, 183.0, 240.0, 300.0, 420.0, 546.0]


@pytest.fixture
def dossier(petit_atlas: "Atlas", tmp_path: Path) -> Path:
    """The small atlas, with times that stand on the edges of classes."""
    folder = Path(shutil.copytree(petit_atlas.dossier, tmp_path / "atlas"))
    path = folder / "indicateurs" / "commune.parquet"
    pl.read_parquet(path).with_columns(pl.Series(NAME, SECONDS)).write_parquet(path)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest["tables"]["indicateurs/commune.parquet"]["sha256"] = digest
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return folder


def holds(words: str, minutes: float) -> bool:
    """Whether the words of a class hold a value: « plus de » is >, « à » and « jusqu’à » are ≤."""
    numbers = [float(text.replace(",", ".")) for text in re.findall(r"\d+(?:,\d+)?", words)]
    if words.startswith("plus de"):
        return minutes > numbers[0] and (len(numbers) == 1 or minutes <= numbers[1])
    if words.startswith("jusqu’à"):
        return minutes <= numbers[0]
    return numbers[0] <= minutes <= numbers[-1]


def test_the_page_tells_each_figure_by_the_words_of_its_class(client, db, settings, dossier) -> None:
    settings.MAILLAGE_ATLAS = dossier
    query = f"niveau=commune&indicateur={NAME}"
    page = html.unescape(client.get(f"/carte/?{query}").content.decode())
    legend = dict(re.findall(r'<i class="c(\d)"></i><span>(.*?)</span>', page))
    groups = json.loads(client.get(f"/carte/donnees.json?{query}").content)["classes"]
    tints = {code: str(tint) for tint, codes in enumerate(groups) for code in codes}
    assert len(tints) == len(SECONDS)
    for code, seconds in zip(sorted(tints), SECONDS, strict=True):
        assert holds(legend[tints[code]], seconds / 60)


def test_the_report_tells_each_figure_by_the_words_of_its_class(dossier) -> None:
    drawn = [carte for section in make_report(open_atlas(dossier)).sections for carte in section.cartes]
    classes = next(carte for carte in drawn if carte.id == "panier").classes
    for one in classes:
        assert one.territoires == sum(holds(one.libelle, seconds / 60) for seconds in SECONDS)
    assert [one.territoires for one in classes] == [1, 2, 1, 1, 0, 1]
