"""Downloading a file: streamed, resumed, checked by length and hash, renamed whole.

A download cut off leaves its beginning in the cache (``.part``) and nothing elsewhere. Proxies come from the
environment (``https_proxy``, ``no_proxy``).
"""

from __future__ import annotations

import errno
import hashlib
import http.client
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING

from maillage import __version__
from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.francais import refus

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Progress = Callable[[int, int | None], None]  # bytes received, bytes expected (null: unknown)

CHUNK_BYTES = 256 * 1024
TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
A_LA_MAIN = "Téléchargez le fichier dans un navigateur et indiquez son dossier par --from."


@dataclass(frozen=True)
class Reglages:
    """How patient a download is. ``timeout_s``: silence after which the server is given up."""

    timeout_s: float = 30.0
    tries: int = 4
    pause_s: float = 1.0


class Coupure(Exception):
    """The transfer stopped short for a reason that may pass: worth another try."""


def download(
    url: str,
    target: Path,
    *,
    sha256: str | None = None,
    progress: Progress | None = None,
    reglages: Reglages | None = None,
) -> Path:
    """Fetch ``url`` into ``target``, whole or not at all; resumes ``target.part`` where the server allows it.

    Raises:
        EntreeInvalide: not an http address, refused, absent, truncated, too slow, wrong hash, disk full.
    """
    settings = reglages or Reglages()
    if not url.startswith(("https://", "http://")):
        raise EntreeInvalide(f"Adresse refusée : {url} (http ou https attendu).")
    part = target.with_name(f"{target.name}.part")
    reason = ""
    for attempt in range(settings.tries):
        try:
            transfer(url, part, settings.timeout_s, progress)
        except Coupure as cut:
            reason = str(cut)
            time.sleep(settings.pause_s * 2**attempt if attempt + 1 < settings.tries else 0)
            continue
        check_hash(part, sha256, url)
        part.replace(target)
        forget_version(part)
        return target
    raise EntreeInvalide(
        f"{target.name} n'a pu être téléchargé.",
        (Faute(f"{reason} ({url})", target.name, que_faire=A_LA_MAIN),),
    )


def transfer(url: str, part: Path, timeout_s: float, progress: Progress | None) -> None:
    """One try: append to ``part`` what is missing.

    Raises:
        Coupure: worth another try.
        EntreeInvalide: not worth one (4xx, disk full).
    """
    try:
        with open_from(url, part, timeout_s) as answer:
            receive(answer, part, progress)
    except urllib.error.HTTPError as error:
        error.close()
        refuse_status(error.code, part, url)
    except (TimeoutError, http.client.HTTPException, ConnectionError) as error:
        raise Coupure(name_failure(error)) from error
    except urllib.error.URLError as error:
        raise Coupure(name_failure(error.reason)) from error
    except OSError as error:
        raise refuse_disk(error, part) from error


def open_from(url: str, part: Path, timeout_s: float) -> http.client.HTTPResponse:
    """The server's answer, from the end of ``part`` when its version is known."""
    headers = {"User-Agent": f"maillage/{__version__}", "Accept-Encoding": "identity"}
    version = read_version(part)
    if version and part.exists() and part.stat().st_size:
        headers |= {"Range": f"bytes={part.stat().st_size}-", "If-Range": version}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 (http and https only, checked by download)
    opener = urllib.request.build_opener()  # reads the proxies of the environment each time
    answer: http.client.HTTPResponse = opener.open(request, timeout=timeout_s)
    return answer


def receive(answer: http.client.HTTPResponse, part: Path, progress: Progress | None) -> None:
    """Write the body after what is there (206) or from nothing (200), and check its length."""
    resumed = answer.status == http.client.PARTIAL_CONTENT
    done = part.stat().st_size if resumed else 0
    remember_version(part, answer.headers.get("ETag") or answer.headers.get("Last-Modified"))
    length = answer.headers.get("Content-Length")
    expected = done + int(length) if length and length.isdigit() else None
    with part.open("ab" if resumed else "wb") as stream:
        while block := answer.read(CHUNK_BYTES):
            stream.write(block)
            done += len(block)
            if progress:
                progress(done, expected)
    if expected is not None and done < expected:
        raise Coupure(f"transfert coupé à {done} octets sur {expected}")


def version_file(part: Path) -> Path:
    """Where the version (ETag or date) of a partial download is kept."""
    return part.with_name(f"{part.name}.version")


def read_version(part: Path) -> str | None:
    """The version of what ``part`` holds; a weak ETag does not allow resuming."""
    path = version_file(part)
    version = path.read_text("utf-8").strip() if path.exists() else ""
    return version if version and not version.startswith("W/") else None


def remember_version(part: Path, version: str | None) -> None:
    """Keep the version for a later resume."""
    version_file(part).write_text(version or "", "utf-8")


def forget_version(part: Path) -> None:
    """Nothing is partial any more."""
    version_file(part).unlink(missing_ok=True)


def refuse_status(status: int, part: Path, url: str) -> None:
    """What an HTTP error means: try again, start again, or give up."""
    if status == http.client.REQUESTED_RANGE_NOT_SATISFIABLE:
        part.unlink(missing_ok=True)
        raise Coupure("le serveur refuse la reprise")
    if status in TRANSIENT:
        raise Coupure(f"le serveur répond {status}")
    meaning = {
        401: "accès refusé",
        403: "accès refusé",
        404: "fichier absent du serveur",
        410: "fichier retiré",
    }
    quoi = f"{meaning.get(status, 'réponse inattendue')} ({status}, {url})"
    raise EntreeInvalide("Le téléchargement est refusé.", (Faute(quoi, que_faire=A_LA_MAIN),))


def name_failure(error: object) -> str:
    """A network failure in French."""
    if isinstance(error, TimeoutError):
        return "le serveur ne répond plus"
    if isinstance(error, http.client.IncompleteRead):
        return "transfert coupé"
    if isinstance(error, ConnectionRefusedError):
        return "connexion refusée"
    return f"réseau indisponible : {error}"


def refuse_disk(error: OSError, part: Path) -> EntreeInvalide:
    """A full or read-only disk: what is partial is removed."""
    part.unlink(missing_ok=True)
    forget_version(part)
    full = error.errno in {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
    return EntreeInvalide(
        f"Le disque est plein : {part.name} retiré." if full else f"Écriture impossible : {refus(error)}."
    )


def check_hash(part: Path, sha256: str | None, url: str) -> None:
    """The file has the expected hash; otherwise it is removed.

    Raises:
        EntreeInvalide: wrong hash.
    """
    if sha256 is None:
        return
    with part.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != sha256.lower():
        part.unlink()
        forget_version(part)
        faute = Faute(
            f"empreinte {found} au lieu de {sha256} ({url})",
            part.name,
            que_faire="Le fichier reçu est retiré.",
        )
        raise EntreeInvalide("Le fichier téléchargé n'est pas celui attendu.", (faute,))
