"""Documents are set in the same typeface everywhere, and hold it."""

import re
import subprocess
from pathlib import Path

import pytest

from maillage.reports.ecrire.composition import compile_pdf

TEXT = """#set document(title: "Essai")
#set text(lang: "fr", font: "Atkinson Hyperlegible Next")
Près de 12\u202f000 personnes à ≤ 7 min, soit 3,5 % : *gras*, _italique_, œuvre, « guillemets ». → ailleurs
"""


def test_the_typefaces_and_their_licences_are_there(polices) -> None:
    families = {path.stem.partition("_")[0] for path in polices.glob("*.ttf")}
    assert {"AtkinsonHyperlegibleNext", "NotoSans", "NotoSansArabic", "NotoEmoji"} < families
    for family in families:
        licence = (polices / f"LICENCE_{family}").read_text("utf-8").upper()
        assert "SIL OPEN FONT LICENSE" in licence, family


@pytest.mark.lent
def test_every_letter_is_held_and_only_the_arrow_comes_from_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "essai.pdf"
    path.write_bytes(compile_pdf(TEXT.encode()))
    listed = subprocess.run(["pdffonts", str(path)], capture_output=True, text=True, check=True).stdout
    lines = listed.splitlines()[2:]
    extra = r"^[A-Z]{6}\+|-Identity-H$"
    names = sorted(re.sub(extra, "", line.split()[0]) for line in lines)
    assert names == [
        "AtkinsonHyperlegibleNext-Bold",
        "AtkinsonHyperlegibleNext-Italic",
        "AtkinsonHyperlegibleNext-Regular",
        "LibertinusSerif-Regular",
    ]
    assert [line.split()[-5] for line in lines] == ["yes"] * 4  # embedded


def test_the_same_text_gives_the_same_bytes() -> None:
    assert compile_pdf(TEXT.encode()) == compile_pdf(TEXT.encode())
