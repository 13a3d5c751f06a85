"""A document of blocks as one HTML file: no script, no outside asset, readable without its style sheet."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from importlib.resources import files
from itertools import groupby

from maillage.reports.ecrire.composition import embed_typeface
from maillage.reports.rendu.blocs import (
    LIEU_ET_DATE,
    Bloc,
    Carte,
    Cellule,
    Couverture,
    Document,
    EnRegard,
    Image,
    Liste,
    Paragraphe,
    Signatures,
    Tableau,
    Titre,
)


def write_page(document: Document) -> str:
    """The whole page."""
    style = embed_typeface() + files(__package__).joinpath("page.css").read_text("utf-8")
    sections = list_sections(document)
    mark = "Jeu d’essai · " if document.jeu_essai else ""
    banners = "".join(f'<p class="bandeau">{escape(text)}</p>' for text in document.bandeaux)
    body = "".join(write_section(section) for section in sections)
    return f"""<!doctype html>
<html lang="fr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{mark}{escape(document.titre)}</title>
<style>{style}</style>
</head>
<body{' class="essai"' if document.jeu_essai else ""}>
<a class="evitement" href="#contenu">Aller au contenu</a>
<header>
<div role="note" aria-label="À savoir">{banners}</div>
<h1>{escape(document.titre)}</h1>
<p class="sous-titre">{escape(document.sous_titre)}</p>
{write_cover(document.couverture)}
<p class="chapeau">{escape(document.chapeau)}</p>
</header>
<nav aria-label="Sommaire"><ul>{"".join(link(section) for section in sections)}</ul></nav>
<main id="contenu">
{body}
</main>
<footer><p>{escape(document.mention)}</p></footer>
</body>
</html>
"""


def write_cover(couverture: Couverture | None) -> str:
    """What the cover says beside the title; empty without one."""
    if couverture is None:
        return ""
    lines = "".join(f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>" for label, value in couverture.lignes)
    return f'<p class="surtitre">{escape(couverture.surtitre)}</p><dl class="couverture">{lines}</dl>'


Section = tuple[Titre, list[Bloc]]


def list_sections(document: Document) -> list[Section]:
    """The blocks under each first-level heading."""
    found: list[Section] = []
    for bloc in document.blocs:
        if isinstance(bloc, Titre) and bloc.niveau == 1:
            found.append((bloc, []))
        elif found:
            found[-1][1].append(bloc)
    return found


def link(section: Section) -> str:
    """One line of the contents, the headings that it holds under it when they can be reached."""
    title, blocs = section
    held = [bloc for bloc in blocs if isinstance(bloc, Titre) and bloc.niveau == 2 and bloc.id]
    inner = f"<ul>{''.join(link((bloc, [])) for bloc in held)}</ul>" if held else ""
    return f'<li><a href="#partie-{title.id}">{escape(title.texte)}</a>{inner}</li>'


def write_section(section: Section) -> str:
    """A heading, then its blocks; maps that follow one another stand side by side."""
    title, blocs = section
    parts = []
    for maps, run in groupby(blocs, key=lambda bloc: isinstance(bloc, Carte)):
        body = "".join(map(write_bloc, run))
        parts.append(f'<div class="cartes">{body}</div>' if maps else body)
    name = f"partie-{title.id}"
    heading = f'<h2 id="{name}-titre">{escape(title.texte)}</h2>'
    return f'<section id="{name}" aria-labelledby="{name}-titre">{heading}{"".join(parts)}</section>'


def write_bloc(bloc: Bloc) -> str:
    """One block."""
    if isinstance(bloc, Paragraphe | Liste):
        return write_text(bloc)
    if isinstance(bloc, Titre):
        name = f' id="partie-{bloc.id}"' if bloc.id else ""
        return f"<h{bloc.niveau + 1}{name}>{escape(bloc.texte)}</h{bloc.niveau + 1}>"
    if isinstance(bloc, EnRegard):
        texts = "".join(map(write_text, bloc.textes))
        return f'<div class="regard">{write_map(bloc.carte)}<div>{texts}</div></div>'
    if isinstance(bloc, Image):
        return f"<figure>{bloc.svg}<figcaption>{escape(bloc.texte)}</figcaption></figure>"
    if isinstance(bloc, Signatures):
        boxes = "".join(f"<li>{escape(who)} {escape(known)}</li>" for who, known in bloc.signataires)
        return f"<p>{escape(LIEU_ET_DATE)}</p><ul>{boxes}</ul>"
    return write_map(bloc) if isinstance(bloc, Carte) else write_table(bloc)


def write_text(bloc: Paragraphe | Liste) -> str:
    """Sentences."""
    if isinstance(bloc, Paragraphe):
        return f"<p>{escape(bloc.texte)}</p>"
    return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in bloc.elements)}</ul>"


def write_map(carte: Carte) -> str:
    """The drawing, its legend as a list, and the way to its table."""
    legend = "".join(
        f'<li><span class="pastille" style="background:{c.couleur}"></span>{escape(c.libelle)}'
        f' <span class="compte">{c.territoires}</span></li>'
        for c in carte.classes
    )
    drawing = carte.svg.replace(' role="img"', f' role="img" aria-describedby="{carte.id}-mots"', 1)
    return (
        f'<figure id="carte-{carte.id}"><figcaption>{escape(carte.titre)}</figcaption>{drawing}'
        f'<ul class="legende" aria-label="Légende, avec le nombre de communes">{legend}</ul>'
        f'<p class="mots" id="{carte.id}-mots">{escape(carte.description)}</p>'
        f'<p class="note">{escape(carte.note)} <a href="#{carte.tableau}">La même carte en tableau</a></p>'
        "</figure>"
    )


def write_table(table: Tableau) -> str:
    """A table that scrolls on its own on a narrow screen; a long one folds."""
    head = "".join(
        f'<th scope="col"{align(k, table)}>{escape(name)}</th>' for k, name in enumerate(table.colonnes)
    )
    rows = "".join(write_row(row, table) for row in table.lignes)
    note = f'<p class="note">{escape(table.note)}</p>' if table.note else ""
    inner = (
        f'<div class="defile" role="region" tabindex="0" aria-label="{escape(table.titre)}">'
        f"<table><caption>{escape(table.titre)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>{note}"
    )
    if not table.annexe:
        return f'<div id="{table.id}">{inner}</div>'
    summary = f"{escape(table.titre)} ({len(table.lignes)} lignes)"
    return f'<details id="{table.id}"><summary>{summary}</summary>{inner}</details>'


def write_row(row: Iterable[Cellule], table: Tableau) -> str:
    """One row; its first cell heads it."""
    cells = [
        f'<th scope="row">{escape(str(cell))}</th>'
        if k == 0
        else f"<td{align(k, table)}>{escape(str(cell))}</td>"
        for k, cell in enumerate(row)
    ]
    return f"<tr>{''.join(cells)}</tr>"


def align(column: int, table: Tableau) -> str:
    """The class of a column of figures."""
    return ' class="n"' if column in table.numeriques else ""
