"""A survey on paper, and its results: documents and tables to carry away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from maillage.francais import accord, avec_unite, jour, nombre, typeset
from maillage.participation.questions import NOTE_MAX, QuestionEnquete, SorteQuestion
from maillage.participation.resultats import TriAPlat, TriCroise
from maillage.reports.rendu.blocs import (
    Bloc,
    Cellule,
    Document,
    Image,
    Liste,
    Nombre,
    Paragraphe,
    Tableau,
    Titre,
)

CASE = "☐"
COLONNES = ("Question", "Réponse", "Effectif", "Part")
VOLONTAIRES = (
    "Répondait qui voulait : ces parts valent pour les personnes qui ont répondu, et n’ont pas de marge "
    "d’erreur. Rien ne dit qu’elles valent pour les autres."
)


def make_paper(
    titre: str,
    presentation: str,
    questions: Sequence[QuestionEnquete],
    ferme_le: date,
    adresse: str,
    qr: str,
    *,
    essai: bool,
) -> Document:
    """The form to print: boxes to tick, lines to write on, the address to answer online (``qr``: SVG)."""
    blocs: list[Bloc] = [
        Paragraphe(typeset(
            "Ne donnez ni votre nom, ni votre adresse : personne ne saura qui a répondu. "
            f"À rendre avant le {jour(ferme_le)}."
        ))
    ]  # fmt: skip
    for number, one in enumerate(questions, 1):
        blocs += _write_question(number, one)
    blocs += [
        Titre("Répondre en ligne", 1),
        Image(qr, f"Code à photographier, qui mène à {adresse}", 0.2),
        Paragraphe(adresse),
    ]
    return Document(
        titre=typeset(titre), sous_titre=typeset(presentation), auteur="Maillage", mention=typeset(titre),
        blocs=tuple(blocs), jeu_essai=essai,
    )  # fmt: skip


def _write_question(number: int, one: QuestionEnquete) -> Iterator[Bloc]:
    yield Titre(typeset(f"{number}. {one.texte}"), 1)
    if one.sorte is SorteQuestion.TEXTE:
        yield Paragraphe("\u2026" * 60)
        yield Paragraphe("\u2026" * 60)
    elif one.sorte is SorteQuestion.NOTE:
        yield Paragraphe(f"Entourez une note, de 0 à {NOTE_MAX} :")
        yield Paragraphe("\u2003".join(str(note) for note in range(NOTE_MAX + 1)))
    else:
        several = one.sorte is SorteQuestion.PLUSIEURS
        yield Paragraphe("Cochez toutes celles qui conviennent :" if several else "Cochez une case :")
        yield Liste(tuple(typeset(f"{CASE} {choice}") for choice in one.modalites))


def list_rows(tris: Sequence[TriAPlat]) -> list[tuple[Cellule, ...]]:
    """Each count of each question: (question, answer, count, share); hidden ones are « secret »."""
    rows: list[tuple[Cellule, ...]] = []
    for tri in tris:
        for line in tri.lignes:
            if line.effectif is None or not tri.reponses:
                rows.append((tri.question.texte, line.modalite, "secret", "secret"))
            else:
                part = line.effectif / tri.reponses
                shown = Nombre(part, avec_unite(part, "part"))
                rows.append((tri.question.texte, line.modalite, Nombre.entier(line.effectif), shown))
    return rows


def make_results(
    titre: str, tris: Sequence[TriAPlat], croises: Sequence[TriCroise], reponses: int | None, minimum: int,
    marge: float | None, textes: Sequence[tuple[str, Sequence[str]]], *, essai: bool,
) -> Document:  # fmt: skip
    """The results, as a document or a workbook."""
    blocs: list[Bloc] = [
        Paragraphe(typeset(tell_answers(reponses, minimum))),
        Paragraphe(typeset(tell_margin(marge))),
    ]
    for number, tri in enumerate(tris, 1):
        rows = tuple(row[1:] for row in list_rows([tri]))
        note = "" if tri.moyenne is None else f"Note moyenne : {nombre(tri.moyenne, 1)} sur {NOTE_MAX}."
        blocs.append(
            Tableau(
                typeset(tri.question.texte), COLONNES[1:], rows, id=f"question_{number}", note=typeset(note),
                numeriques=frozenset({1, 2}),
            )
        )  # fmt: skip
    for number, one in enumerate(croises, 1):
        cells: list[tuple[Cellule, ...]] = [
            (group, *(Nombre.entier(n) for n in counts)) for group, counts in one.groupes
        ]
        blocs.append(
            Tableau(
                typeset(f"{one.question.texte} — par : {one.par.texte}"), ("Groupe", *one.modalites),
                tuple(cells), id=f"croise_{number}", note=typeset(tell_hidden(one, minimum)),
                numeriques=frozenset(range(1, len(one.modalites) + 1)),
            )
        )  # fmt: skip
    for question, said in textes:
        if said:
            blocs += [Titre(typeset(question), 1), Liste(tuple(map(typeset, said)))]
    return Document(
        titre=typeset(titre), sous_titre="Résultats de l’enquête", auteur="Maillage", mention=typeset(titre),
        blocs=tuple(blocs), jeu_essai=essai,
    )  # fmt: skip


def tell_answers(reponses: int | None, minimum: int) -> str:
    """How many answered, and what is hidden."""
    if reponses is None:
        return f"Moins de {minimum} personnes ont répondu : rien ne peut être montré."
    return (
        f"{accord(reponses, 'réponse')}. Un effectif de moins de {minimum} est secret, et avec lui un autre, "
        "pour qu’on ne le retrouve pas par différence."
    )


def tell_margin(marge: float | None) -> str:
    """How far a share may be from that of all, or why nothing can be said."""
    if marge is None:
        return VOLONTAIRES
    return (
        f"Personnes tirées au hasard : une part est connue à {nombre(marge * 100, 1)} points près, dans 95 "
        "cas sur 100, si toutes celles qui ont été tirées ont répondu."
    )


def tell_hidden(one: TriCroise, minimum: int) -> str:
    """How many groups are hidden, and why."""
    if not one.tus:
        return ""
    told = accord(one.tus, "groupe est tu", "groupes sont tus")
    return f"{told} : un effectif y est de moins de {minimum}, ou le ferait retrouver."
