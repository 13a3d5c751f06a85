"""``maillage atlas colonnes``: what the columns of a file are, told once and kept beside it."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("fichier", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--colonnes", "text", help="Nom attendu = nom dans le fichier : code=id,nom=name.")
def colonnes(fichier: Path, text: str | None) -> None:
    """Montrer les colonnes et les premières lignes d’un fichier, ou dire ce qu’elles sont.

    Ce qui est dit est gardé à côté des données, dans FICHIER.colonnes.toml : supprimez-le pour l’oublier.
    """
    from maillage.catalogue.sources import list_sources
    from maillage.sources.apercu import read_apercu, refuse_unrecognised
    from maillage.sources.colonnes import check_told, find_note, parse_told, write_told
    from maillage.sources.decouverte import recognise

    if text is None:
        show(*read_apercu(fichier))
        source = recognise(fichier)
        click.echo(f"Reconnu : {list_sources()[source].nom}." if source else "Aucune source ne le reconnaît.")
        return
    note, told = find_note(fichier), parse_told(text)
    before = note.read_bytes() if note.is_file() else None
    note.unlink(missing_ok=True)
    try:
        check_told(told, read_apercu(fichier)[0], fichier)
        write_told(fichier, told)
        source = refuse_unrecognised(fichier)
    except Exception:
        note.unlink(missing_ok=True)
        if before is not None:
            note.write_bytes(before)
        raise
    show(*read_apercu(fichier))
    click.echo(f"Reconnu : {list_sources()[source].nom}. Gardé dans {note.name}.")


def show(names: list[str], rows: list[list[str]]) -> None:
    """One line a column: its name, then its first cells."""
    for rank, name in enumerate(names):
        cells = " | ".join(row[rank][:40] for row in rows)
        click.echo(f"  {name} : {cells}")
