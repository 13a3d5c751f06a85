"""A frozen bilan in a backup that somebody altered: refused; sealed again by them, restored and found out."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from maillage.catalogue.erreurs import EntreeInvalide
from maillage.sdaasp.bilan.scelle import Scelle, VerdictScelle, hash_text, seal, verify_chain
from maillage.web.serveur import sauvegarde
from tests.web.socle.test_installation import make_base

CLE = b"la cle de l'installation"
V = VerdictScelle
PREMIER = seal('{"annee":2025,"texte":"Deux cabinets ouverts."}', CLE)
SECOND = seal('{"annee":2026}', CLE, PREMIER.empreinte)


def run(base: Path, statement: str, *values: str) -> None:
    with closing(sqlite3.connect(base)) as connection, connection:
        connection.execute(statement, values)


def read(base: Path) -> tuple[VerdictScelle, ...]:
    """What the application says of the frozen bilans of a base, the oldest first."""
    with closing(sqlite3.connect(base)) as connection:
        rows = connection.execute(
            "SELECT texte, precedent, empreinte, signature FROM bilan_bilanfige ORDER BY id"
        ).fetchall()
    names = ("texte", "precedent", "empreinte", "signature")
    return verify_chain([Scelle(**dict(zip(names, row, strict=True))) for row in rows], [CLE])


@pytest.fixture
def sauvee(tmp_path: Path) -> tuple[Path, Path]:
    """A base with two frozen bilans, and its backup."""
    (tmp_path / "var").mkdir()
    base = make_base(tmp_path / "var" / "maillage.sqlite3", 3)
    run(
        base,
        "CREATE TABLE bilan_bilanfige (id INTEGER PRIMARY KEY, texte, precedent, empreinte, signature)",
    )
    for one in (PREMIER, SECOND):
        run(
            base,
            "INSERT INTO bilan_bilanfige (texte, precedent, empreinte, signature) VALUES (?, ?, ?, ?)",
            one.texte, one.precedent, one.empreinte, one.signature,
        )  # fmt: skip
    sauvegarde.save(base, tmp_path / "copie")
    return base, tmp_path / "copie"


def change_text(copie: Path) -> None:
    run(copie, "UPDATE bilan_bilanfige SET texte = replace(texte, 'Deux', 'Dix')")


def forge(copie: Path) -> None:
    """Another text with its own right hash: only the signature does not follow."""
    text = PREMIER.texte.replace("Deux", "Dix")
    run(copie, "UPDATE bilan_bilanfige SET texte = ?, empreinte = ? WHERE id = 1", text, hash_text(text))


def erase(copie: Path) -> None:
    run(copie, "DELETE FROM bilan_bilanfige WHERE id = 1")


ATTAQUES: tuple[tuple[Callable[[Path], None], tuple[VerdictScelle, ...]], ...] = (
    (change_text, (V.ALTERE, V.INTACT)),
    (forge, (V.AUTRE_CLE, V.CHAINE)),
    (erase, (V.CHAINE,)),
)


@pytest.mark.parametrize(("attack", "said"), ATTAQUES)
def test_an_altered_backup_is_refused_and_the_base_stays(sauvee, attack, said) -> None:
    base, copie = sauvee
    attack(copie)
    before = base.read_bytes()
    with pytest.raises(EntreeInvalide, match="ses tables ont changé"):
        sauvegarde.restore(copie, base)
    assert base.read_bytes() == before


@pytest.mark.parametrize(("attack", "said"), ATTAQUES)
def test_one_that_was_sealed_again_is_restored_and_its_bilan_found_out(sauvee, attack, said) -> None:
    base, copie = sauvee
    assert read(base) == (V.INTACT, V.INTACT)
    attack(copie)
    run(copie, f"DROP TABLE {sauvegarde.SCEAU}")
    sauvegarde._seal(copie)  # what whoever has read the code can do too: this seal has no secret
    sauvegarde.restore(copie, base)
    assert read(base) == said
