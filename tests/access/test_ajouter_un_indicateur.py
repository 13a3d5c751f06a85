"""The worked example of the guide runs as it is written."""

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from maillage.access.evaluation import registre
from maillage.access.evaluation.registre import Evaluation, Variable
from maillage.access.evaluation.valeurs import Valeurs
from maillage.access.indicateurs import offre
from maillage.catalogue.indicateurs import check_entry, load_indicateurs, make_indicateur

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "ajouter-un-indicateur.md"


def read_block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    assert found
    return found[1]


def test_one_entry_and_one_function_of_twenty_lines_make_an_indicator(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ((name, fields),) = tomllib.loads(read_block("toml")).items()
    code = read_block("python")
    assert len(code.splitlines()) <= 20
    assert name not in load_indicateurs()
    assert check_entry("offre", name, fields) == []
    entry = make_indicateur("offre", name, fields)
    exec(compile(code, GUIDE.name, "exec"), vars(offre))
    function = vars(offre).pop(entry.fonction)
    known = registre.find_function
    monkeypatch.setattr(registre, "find_function", lambda id_: function if id_ == name else known(id_))

    example = {key: np.array(value, float) for key, value in entry.exemple.entrees.items()}
    np.testing.assert_allclose(function(**example), entry.exemple.resultat)
    types = {"type": (Variable("pharmacie", "Pharmacie"),)}
    nommes = registre.expand_all(types, [*load_indicateurs().values(), entry])
    figures = Evaluation(
        nommes,
        {
            "effectif_pharmacie": Valeurs.observe([12, 0], "2024", "bpe", fiabilite="impute"),
            "habitants_pharmacie": Valeurs.observe([24_000, 500], "2023", "cog"),
        },
    )
    figure = figures["habitants_par_pharmacie"]
    np.testing.assert_allclose(figure.valeurs, [2000, np.nan])
    assert figure.fiabilite.tolist() == [1, 1]
    assert figure.sources == {"bpe", "cog"}
    assert nommes["habitants_par_pharmacie"].nom == "Habitants par implantation : Pharmacie"
