"""Tile archives are served by exact parts."""

import pytest

ADDRESS = "/carte/tuiles/communes.pmtiles"
BODY = bytes(range(256)) * 4


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-126", 0, 126),
        ("bytes=1000-", 1000, 1023),
        ("bytes=1020-9999", 1020, 1023),
        ("bytes=-10", 1014, 1023),
        ("bytes=-99999", 0, 1023),
        (f"bytes=5-{'9' * 5000}", 5, 1023),
    ],
)
def test_a_part(client, asked, first, last) -> None:
    answer = client.get(ADDRESS, headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.getvalue() == BODY[first : last + 1]
    assert answer.headers["Content-Range"] == f"bytes {first}-{last}/1024"


def test_the_whole_and_beyond(client) -> None:
    assert client.get(ADDRESS).getvalue() == BODY
    for asked in ("bytes=5000-", "bytes=1024-", f"bytes={'9' * 5000}-", "bytes=-0"):
        answer = client.get(ADDRESS, headers={"Range": asked})
        assert answer.status_code == 416, asked[:20]
        assert answer.headers["Content-Range"] == "bytes */1024"


@pytest.mark.parametrize(
    "asked", ["bytes=-", "bytes=4-2", "bytes=0-1,4-5", "lignes=0-1", "bytes=²-³", "bytes", "", "bytes=a-b"]
)
def test_what_is_not_a_part_gets_the_whole(client, asked) -> None:
    answer = client.get(ADDRESS, headers={"Range": asked})
    assert answer.status_code == 200
    assert answer.getvalue() == BODY


def test_a_part_of_another_version_is_not_given(client) -> None:
    mark = client.get(ADDRESS, headers={"Range": "bytes=0-1"}).headers["ETag"]
    same, other = ({"Range": "bytes=0-1", "If-Range": tag} for tag in (mark, '"autre"'))
    assert client.get(ADDRESS, headers=same).status_code == 206
    whole = client.get(ADDRESS, headers=other)
    assert (whole.status_code, whole.getvalue()) == (200, BODY)


@pytest.mark.parametrize(
    "name", ["absent.pmtiles", "..%2fmanifest.json", "manifest.json", "Communes.pmtiles"]
)
def test_nothing_else_is_served(client, name) -> None:
    assert client.get(f"/carte/tuiles/{name}").status_code == 404


def test_a_part_is_never_compressed_and_a_page_is(client, db) -> None:
    headers = {"Accept-Encoding": "gzip"}
    part = client.get(ADDRESS, headers={**headers, "Range": "bytes=0-999"})
    assert "Content-Encoding" not in part.headers
    assert part.getvalue() == BODY[:1000]
    assert client.get("/", headers=headers).headers["Content-Encoding"] == "gzip"
