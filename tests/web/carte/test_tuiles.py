"""Tile archives are served by exact parts."""

import pytest

ADDRESS = "/carte/tuiles/communes.pmtiles"
BODY = bytes(range(256)) * 4


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-126", 0, 126), ("bytes=1000-", 1000, 1023), ("bytes=1020-9999", 1020, 1023)],
)
def test_a_part(client, asked, first, last) -> None:
    answer = client.get(ADDRESS, headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.content == BODY[first : last + 1]
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/1024"


def test_the_whole_and_beyond(client) -> None:
    whole = client.get(ADDRESS)
    assert b"".join(whole.streaming_content) == BODY
    assert client.get(ADDRESS, headers={"Range": "bytes=5000-"}).status_code == 416


@pytest.mark.parametrize(
    "name", ["absent.pmtiles", "..%2fmanifest.json", "manifest.json", "Communes.pmtiles"]
)
def test_nothing_else_is_served(client, name) -> None:
    assert client.get(f"/carte/tuiles/{name}").status_code == 404


def test_a_part_is_never_compressed_and_a_page_is(client, db) -> None:
    headers = {"Accept-Encoding": "gzip"}
    part = client.get(ADDRESS, headers={**headers, "Range": "bytes=0-999"})
    assert "Content-Encoding" not in part.headers
    assert part.content == BODY[:1000]
    assert client.get("/", headers=headers).headers["Content-Encoding"] == "gzip"
