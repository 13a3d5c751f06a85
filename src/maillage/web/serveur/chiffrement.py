"""Encryption of a backup, on request, by GnuPG: for a public key given as a file, no keyring being asked.

The plain copy stands in a folder closed to others, beside the backup, for the time it is made or read.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from maillage.catalogue.erreurs import EntreeInvalide, Faute
from maillage.web.serveur.fichiers import draft, explain, hide, put, refuse_existing

Mots = tuple[tuple[str, str, str], ...]
# RFC 4880, 4.2 and 4.3: the first octet of a message encrypted for a public key (tag 1) or by a password (3).
DEBUTS = frozenset({0x84, 0x85, 0x86, 0x8C, 0x8D, 0x8E, 0xC1, 0xC3})
ARMURE = b"-----BEGIN PGP MESSAGE"
# What GnuPG says of its failures on its status lines (doc/DETAILS of GnuPG), most precise first.
PLEIN = ("No space left", "le disque est plein", "Libérez de la place")
COUPE = ("le fichier est coupé ou abîmé", "Prenez une autre copie de cette sauvegarde")
OUVRIR = (
    PLEIN,
    ("NO_SECKEY", "la clé secrète qui l’ouvre n’est pas sur cette machine", "Importez-la dans GnuPG"),
    (
        "key decryption failed",
        "la clé secrète n’a pas été déverrouillée",
        "Donnez sa phrase de passe à GnuPG",
    ),
    ("", *COUPE),
)
REUSSI = ("DECRYPTION_OKAY", "END_ENCRYPTION")
FERMER = (
    PLEIN,
    ("NODATA", "ce n’est pas une clé publique", "Faites-la par « gpg --export --armor ADRESSE »"),
    ("INV_RECP", "cette clé ne peut pas chiffrer", "Vérifiez qu’elle est publique et n’a pas expiré"),
)


@contextmanager
def write_for(destination: Path, cle: Path | None) -> Iterator[Path]:
    """Where to write the plain backup: the destination, or a draft then encrypted for the key ``cle``."""
    if cle is None:
        yield destination
        return
    refuse_existing(destination)
    with hide(destination.parent) as folder:
        _try_key(cle, folder)
        yield (plain := folder / destination.name)
        with draft(destination) as partial:
            _encrypt(plain, partial, cle, folder)
            put(partial, destination)


@contextmanager
def read_plain(fichier: Path, folder: Path) -> Iterator[Path]:
    """The backup as it was before it was encrypted, for a while; in ``folder`` when it had to be opened."""
    if not is_encrypted(fichier):
        yield fichier
        return
    with hide(folder) as hidden, draft(hidden / fichier.name) as plain:
        _run(fichier, plain, ["--decrypt"], f"{fichier} ne peut pas être déchiffrée.", OUVRIR)
        yield plain


def is_encrypted(fichier: Path) -> bool:
    """Whether the file begins as a message of GnuPG, armoured or not."""
    with explain(fichier, "ne peut pas être lue"), fichier.open("rb") as file:
        start = file.read(len(ARMURE))
    return bool(start) and (start[0] in DEBUTS or start == ARMURE)


def _try_key(cle: Path, folder: Path) -> None:
    """Refuse a key that cannot encrypt before anything is copied."""
    trial = folder / "essai"
    trial.write_bytes(b"essai")
    _encrypt(trial, folder / "essai.gpg", cle, folder)


def _encrypt(plain: Path, target: Path, cle: Path, home: Path) -> None:
    options = ["--homedir", str(home), "--no-options", "--trust-model", "always", "--encrypt"]
    _run(
        plain,
        target,
        [*options, "--recipient-file", str(cle)],
        f"Chiffrer pour {cle} est impossible.",
        FERMER,
    )


def _run(source: Path, target: Path, arguments: list[str], refus: str, mots: Mots) -> None:
    command = ["gpg", "--batch", "--status-fd", "2", *arguments]
    if shutil.which("gpg") is None:
        reason = Faute("gpg est introuvable", que_faire="Installez GnuPG (apt-get install gpg)")
        raise EntreeInvalide(refus, (reason,))
    with explain(target, "ne peut pas être écrite"), source.open("rb") as given, target.open("wb") as made:
        done = subprocess.run(  # noqa: S603 - GnuPG, told in the documentation
            command, stdin=given, stdout=made, stderr=subprocess.PIPE, env=_in_english(), check=False
        )
    # Cut in its first packets, a message is opened as an empty one, without an error.
    said = done.stderr.decode(errors="replace")
    if done.returncode or not any(mark in said for mark in REUSSI):
        raise EntreeInvalide(refus, (_tell(said, mots),))


def _tell(said: str, mots: Mots) -> Faute:
    for mark, reason, advice in mots:
        if mark in said:
            return Faute(reason, que_faire=advice)
    told = " ; ".join(line for line in said.splitlines() if not line.startswith("[GNUPG:]"))
    return Faute(told[:500] or COUPE[0])


def _in_english() -> dict[str, str]:
    return os.environ | {"LC_ALL": "C"}
