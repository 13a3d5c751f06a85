"""Tile archives are served by exact parts."""

import pytest

ADDRESS = "/carte/tuiles/communes.pmtiles"


@pytest.fixture
def body(dossier_atlas) -> bytes:
    """The archive that the code built: some thousands of bytes."""
    return (dossier_atlas / "essai-2026" / "tuiles" / "communes.pmtiles").read_bytes()


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-126", 0, 126),
        ("bytes=1000-", 1000, -1),
        ("bytes=1020-9999999", 1020, -1),
        ("bytes=-10", -10, -1),
        ("bytes=-9999999", 0, -1),
        (f"bytes=5-{'9' * 5000}", 5, -1),
    ],
)
def test_a_part(client, body, asked, first, last) -> None:
    """``first`` and ``last`` count from the end where negative."""
    start, end = (place % len(body) for place in (first, last))
    answer = client.get(ADDRESS, headers={"Range": asked})
    assert answer.status_code == 206
    assert answer.getvalue() == body[start : end + 1]
    assert answer.headers["Content-Range"] == f"bytes {start}-{end}/{len(body)}"


def test_the_whole_and_beyond(client, body) -> None:
    assert client.get(ADDRESS).getvalue() == body
    for asked in ("bytes=5000000-", f"bytes={len(body)}-", f"bytes={'9' * 5000}-", "bytes=-0"):
        answer = client.get(ADDRESS, headers={"Range": asked})
        assert answer.status_code == 416, asked[:20]
        assert answer.headers["Content-Range"] == f"bytes */{len(body)}"


@pytest.mark.parametrize(
    "asked", ["bytes=-", "bytes=4-2", "bytes=0-1,4-5", "lignes=0-1", "bytes=²-³", "bytes", "", "bytes=a-b"]
)
def test_what_is_not_a_part_gets_the_whole(client, body, asked) -> None:
    answer = client.get(ADDRESS, headers={"Range": asked})
    assert answer.status_code == 200
    assert answer.getvalue() == body


def test_a_part_of_another_version_is_not_given(client, body) -> None:
    mark = client.get(ADDRESS, headers={"Range": "bytes=0-1"}).headers["ETag"]
    same, other = ({"Range": "bytes=0-1", "If-Range": tag} for tag in (mark, '"autre"'))
    assert client.get(ADDRESS, headers=same).status_code == 206
    whole = client.get(ADDRESS, headers=other)
    assert (whole.status_code, whole.getvalue()) == (200, body)


@pytest.mark.parametrize(
    "name", ["absent.pmtiles", "..%2fmanifest.json", "manifest.json", "Communes.pmtiles"]
)
def test_nothing_else_is_served(client, name) -> None:
    assert client.get(f"/carte/tuiles/{name}").status_code == 404


def test_a_part_is_never_compressed_and_a_page_is(client, db, body) -> None:
    headers = {"Accept-Encoding": "gzip"}
    part = client.get(ADDRESS, headers={**headers, "Range": "bytes=0-999"})
    assert "Content-Encoding" not in part.headers
    assert part.getvalue() == body[:1000]
    assert client.get("/", headers=headers).headers["Content-Encoding"] == "gzip"
