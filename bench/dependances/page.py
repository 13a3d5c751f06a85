"""docs/licences.md: each shipped package, its version, its licence, and on what ground it is shipped."""

from __future__ import annotations

from collections.abc import Iterable

from bench.dependances.licences import judge, read_rules
from bench.dependances.livre import ROOT, PaquetLivre

SORTES = {"pypi": "Paquets Python", "npm": "Ce que les pages et les documents emportent (npm)"}


def write_page(livres: Iterable[PaquetLivre]) -> str:
    """The page, for these packages."""
    rules, livres = read_rules(), list(livres)
    rows = [(row["paquet"], row["fichier"], row["licence"], row["pourquoi"]) for row in rules["embarquees"]]
    return (
        (ROOT / "bench/dependances/licences.modele.md")
        .read_text("utf-8")
        .format(
            date=f"{rules['date']:%d/%m/%Y}",
            refusees=", ".join(prefix.rstrip("-") for prefix in rules["refusees"]),
            licences=_table(("licence", "ce qu’elle demande"), rules["admises"].items()),
            paquets="\n".join(_section(sorte, livres) for sorte in SORTES),
            embarquees=_table(("paquet", "bibliothèque", "licence", "ce que c’est"), rows),
        )
    )


def _section(sorte: str, livres: list[PaquetLivre]) -> str:
    rows = [(one.nom, one.version, _say(one)) for one in livres if one.sorte == sorte]
    return f"## {SORTES[sorte]} ({len(rows)})\n\n" + _table(("paquet", "version", "licence"), rows)


def _say(livre: PaquetLivre) -> str:
    found = judge(livre)
    return f"{found.expression} ; {found.note}" if found.note else found.expression


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
