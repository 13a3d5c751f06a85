"""``maillage recherche``: the answers of an atlas, best first, in words and as JSON."""

import json

from click.testing import CliRunner

from maillage.cli.recherche import recherche


def test_words_need_no_quotes_and_answers_are_objects(petit_atlas) -> None:
    first = petit_atlas.territoires("commune").row(0, named=True)
    arguments = [*first["nom"].split(), "--atlas", str(petit_atlas.dossier)]
    answer = CliRunner().invoke(recherche, [*arguments, "--json"])
    assert answer.exit_code == 0
    best = json.loads(answer.output)[0]
    assert (best["nom"], best["genre"], best["code"]) == (first["nom"], "commune", first["code"])
    assert set(best) == {"nom", "genre", "code", "detail", "score", "url"}
    assert first["nom"] in CliRunner().invoke(recherche, arguments).output


def test_nothing_found_is_said(petit_atlas) -> None:
    answer = CliRunner().invoke(recherche, ["xyzxyz", "--atlas", str(petit_atlas.dossier)])
    assert answer.exit_code == 0
    assert "Rien ne répond" in answer.output
    as_json = CliRunner().invoke(recherche, ["xyzxyz", "--atlas", str(petit_atlas.dossier), "--json"])
    assert json.loads(as_json.output) == []
