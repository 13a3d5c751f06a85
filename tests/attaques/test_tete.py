"""Asking for the head alone: HEAD answers wherever GET does, with the same headers and no body."""

import pytest

ADDRESSES = (
    "/", "/carte/", "/classements/", "/programme/", "/sante", "/pret", "/accessibilite/", "/api/1/atlas",
    "/comptes/connexion/", "/carte/tuiles/communes.pmtiles", "/territoires/commune/99001/portrait.pdf",
    "/programme/exporter/json", "/programme/exporter/xlsx",
)  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_head(client, nord, address) -> None:
    whole, head = client.get(address), client.generic("HEAD", address)
    assert head.status_code == whole.status_code
    assert head.getvalue() == b""
    assert head.headers["Content-Type"] == whole.headers["Content-Type"]
    assert int(head.headers["Content-Length"]) > 0
    whole.close()


def test_where_get_is_refused_so_is_head(client, db) -> None:
    assert client.get("/comptes/moi/cles/").status_code == client.head("/comptes/moi/cles/").status_code
    assert client.head("/classements/tout").status_code == 405


def test_a_document_of_no_programme_is_not_found(client, db) -> None:
    assert client.get("/programme/exporter/json").status_code == 404
