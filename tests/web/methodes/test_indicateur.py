"""The page of an indicator: its formula typeset, its example with the result."""

import re


def test_the_formula_is_a_picture_with_its_text(client, db) -> None:
    page = client.get("/methodes/densite/").content.decode()
    assert 'src="/methodes/densite/formule.svg"' in page
    assert 'alt="Formule : D_t = P_t / S_t"' in page
    picture = client.get("/methodes/densite/formule.svg")
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert picture.content.startswith(b"<svg")


def test_the_example_shows_its_result(client, db) -> None:
    page = client.get("/methodes/densite/").content.decode()
    assert re.search(r"<dt>Résultat</dt>\s*<dd>\s*454,7\s*</dd>", page)


def test_an_unknown_indicator_has_no_formula(client, db) -> None:
    assert client.get("/methodes/inconnu/formule.svg").status_code == 404
