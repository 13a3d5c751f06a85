"""A feed's files, in a zip or in a folder, opened within limits."""

from __future__ import annotations

import zipfile
from pathlib import Path, PurePosixPath

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.catalogue.limites import read_limit
from maillage.francais import refus
from maillage.sources.gtfs.rapport import RemarquesGtfs
from maillage.sources.poids import refuse_crowded

UNREADABLE = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError)


class Archive:
    """The text files of one feed by name (``stops.txt``); ``read`` gives their bytes.

    The limit on what it holds once open counts bytes as they come: a directory that lies is caught.
    """

    def __init__(self, path: Path, rapport: RemarquesGtfs) -> None:
        self.path, self.rapport = path, rapport
        self.left = int(read_limit("gtfs", "ouvert_octets"))
        self.most = self.left
        self.zip = None if path.is_dir() else self._open()
        self.names = self._list()

    def _open(self) -> zipfile.ZipFile:
        try:
            with self.path.open("rb") as stream:
                head = stream.read(4)
            if not head:
                self.rapport.say("empty_file", self.path.name)
            elif not head.startswith(b"PK"):
                self._give_up("ce n’est pas un fichier zip")
            self.rapport.refuse()
            refuse_crowded(self.path, read_limit("gtfs", "repertoire_octets"))
            return zipfile.ZipFile(self.path)
        except OSError as error:
            raise EntreeInvalide(f"Le flux {self.path.name} ne peut être lu : {refus(error)}.") from error
        except UNREADABLE as error:
            self._give_up("elle est abîmée ou coupée")
            self.rapport.refuse()
            raise AssertionError from error

    def _give_up(self, why: str) -> None:
        self.rapport.say("archive_illisible", self.path.name, why)

    def _list(self) -> dict[str, str]:
        """The name of each text file → its place; those of one folder of the archive when it holds all."""
        if self.zip is None:
            return {p.name: str(p) for p in sorted(self.path.iterdir()) if p.is_file()}
        members = [m for m in self.zip.infolist() if not m.is_dir() and "__MACOSX" not in m.filename]
        if len(members) > read_limit("gtfs", "membres") or sum(m.file_size for m in members) > self.most:
            self.rapport.say("archive_trop_lourde", self.path.name, self.most)
            self.rapport.refuse()
        folders = {str(PurePosixPath(m.filename).parent) for m in members}
        inside = "." if "." in folders or len(folders) != 1 else folders.pop()
        if inside != ".":
            self.rapport.say("invalid_input_files_in_subfolder", self.path.name, inside)
        placed = ((PurePosixPath(m.filename), m.filename) for m in members)
        return {place.name: name for place, name in placed if str(place.parent) == inside}

    def read(self, name: str) -> bytes | None:
        """The bytes of a file, null when the feed has none.

        Raises:
            EntreeInvalide: broken, or past the limit.
        """
        if name not in self.names:
            return None
        try:
            data = self._read(self.names[name])
        except OSError as error:
            raise EntreeInvalide(f"{name} ne peut être lu : {refus(error)}.") from error
        except (*UNREADABLE, zipfile.zlib.error) as error:  # type: ignore[attr-defined]
            self._give_up(f"{name} est abîmé ou coupé")
            self.rapport.refuse()
            raise AssertionError from error
        self.left -= len(data)
        if self.left < 0:
            self.rapport.say("archive_trop_lourde", self.path.name, self.most)
            self.rapport.refuse()
        return data

    def _read(self, place: str) -> bytes:
        if self.zip is None:
            with Path(place).open("rb") as stream:
                return stream.read(self.left + 1)
        with self.zip.open(place) as member:
            return member.read(self.left + 1)
