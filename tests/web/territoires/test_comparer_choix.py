"""A comparison of the figures one chooses, and what one takes away of it."""

import csv
import io

QUERY = "t=commune:90001&t=commune:90012&c=duree_france_services&c=densite&c=inconnu"


def test_only_what_is_chosen_is_compared(client, db) -> None:
    page = client.get(f"/comparer/?{QUERY}").content.decode()
    table = page.partition('class="table comparaison"')[2].partition("</table>")[0]
    assert 'href="/methodes/duree_france_services/"' in table
    assert 'href="/methodes/densite/"' in table
    assert table.count("<tr>") == 3
    assert 'value="densite" checked' in page


def test_the_file_says_ranks_units_and_the_departement(client, db) -> None:
    answer = client.get(f"/comparer/?{QUERY}&format=csv", follow=True)
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:4] == ["indicateur", "nom", "unité", "millésime"]
    assert rows[0][5].startswith("rang (1er = meilleur accès)")
    assert rows[0][-1] == "département"
    first = dict(zip(rows[0], rows[1], strict=True))
    assert (first["indicateur"], first["unité"]) == ("duree_france_services", "min")
    assert (rows[1][5], rows[1][7]) == ("1er sur 12", "12e sur 12")
    assert [row[0] for row in rows[1:]] == ["duree_france_services", "densite"]


def test_the_spreadsheet_is_one(client, db) -> None:
    answer = client.get(f"/comparer/?{QUERY}&format=ods", follow=True)
    assert answer.content[:2] == b"PK"
