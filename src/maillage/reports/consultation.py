"""The synthesis of a consultation: how many, who was not heard, what became of each comment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from maillage.francais import accord, jour, typeset
from maillage.participation.consultations import TRIS_AVIS, AbsentsDUneConsultation, TriAvis
from maillage.participation.resultats import TriAPlat, TriCroise
from maillage.reports.participation import list_rows, tell_hidden
from maillage.reports.rendu.blocs import Bloc, Cellule, Document, Nombre, Paragraphe, Tableau, Titre

REPRESENTE = (
    "Répondait qui voulait : ces avis sont ceux des personnes qui ont répondu, et de personne d’autre. Une "
    "même personne a pu répondre plusieurs fois."
)


def tell_heard(reponses: int | None, minimum: int, avis: int) -> str:
    """How many voted, how many said why, and that they stand for themselves."""
    voted = f"Moins de {minimum} personnes ont répondu" if reponses is None else accord(reponses, "réponse")
    return f"{voted} ; {accord(avis, 'avis écrit', 'avis écrits')}. {REPRESENTE}"


def tell_absent(absents: AbsentsDUneConsultation) -> str:
    """Whom the consultation did not hear, as far as people said who they are; empty when it heard all.

    >>> tell_absent(AbsentsDUneConsultation(personne=("Élu",))).startswith("Personne n’a dit être : Élu.")
    True
    """
    told = []
    if absents.personne:
        told.append(f"Personne n’a dit être : {', '.join(absents.personne)}.")
    if absents.trop_peu:
        told.append(f"Trop peu pour être comptés, ou tus avec eux : {', '.join(absents.trop_peu)}.")
    if told:
        told.append("Qui n’a ni écran ni l’aide d’un accueil n’a sans doute pas été entendu non plus.")
    return " ".join(told)


def make_synthese_consultation(
    *,
    titre: str,
    intitule: str,
    extrait: Sequence[tuple[str, ...]],
    periode: tuple[date, date],
    reponses: int | None,
    minimum: int,
    tris: Sequence[TriAPlat],
    croises: Sequence[TriCroise],
    avis: Mapping[TriAvis, Sequence[tuple[str, str, int | None]]],
    tus: Mapping[str, int],
    absents: AbsentsDUneConsultation,
    suites: str,
    essai: bool,
) -> Document:
    """The synthesis, as a document or a workbook; ``extrait``: (field, words) consulted."""
    received = sum(map(len, avis.values())) + sum(tus.values())
    blocs: list[Bloc] = [
        Paragraphe(typeset(f"Du {jour(periode[0])} au {jour(periode[1])}.")),
        Paragraphe(typeset(tell_heard(reponses, minimum, received))),
    ]
    if said := tell_absent(absents):
        blocs.append(Paragraphe(typeset(said)))
    blocs += [Titre("Ce que nous en avons fait", 1), Paragraphe(typeset(suites or "Cela reste à dire."))]
    blocs += _write_counts(tris, croises, minimum)
    for tri, rows in avis.items():
        if rows:
            blocs.append(_write_avis(tri, rows))
    if tus:
        why: tuple[tuple[Cellule, ...], ...] = tuple(
            (typeset(reason), Nombre.entier(count)) for reason, count in sorted(tus.items())
        )
        blocs.append(
            Tableau("Avis non montrés", ("Pourquoi", "Combien"), why, id="tus", numeriques=frozenset({1}))
        )
    read = tuple((typeset(field), typeset(words)) for field, words in extrait)
    blocs.append(Tableau(typeset(f"Texte consulté : {intitule}"), ("Champ", "Texte"), read, id="texte"))
    return Document(
        titre=typeset(titre), sous_titre="Synthèse de la consultation", auteur="Maillage",
        mention=typeset(titre), blocs=tuple(blocs), jeu_essai=essai,
    )  # fmt: skip


def _write_counts(tris: Sequence[TriAPlat], croises: Sequence[TriCroise], minimum: int) -> list[Bloc]:
    """The counts of each question, and of the votes by who one is, small groups hidden."""
    blocs: list[Bloc] = [
        Tableau(
            typeset(tri.question.texte), ("Réponse", "Effectif", "Part"),
            tuple(row[1:] for row in list_rows([tri])), id=f"question_{number}",
            numeriques=frozenset({1, 2}),
        )
        for number, tri in enumerate(tris, 1)
    ]  # fmt: skip
    for one in croises:
        cells: tuple[tuple[Cellule, ...], ...] = tuple(
            (group, *(Nombre.entier(n) for n in counts)) for group, counts in one.groupes
        )
        blocs.append(
            Tableau(
                typeset(f"{one.question.texte} — par : {one.par.texte}"), ("Groupe", *one.modalites), cells,
                id="croise", note=typeset(tell_hidden(one, minimum)),
                numeriques=frozenset(range(1, len(one.modalites) + 1)),
            )
        )  # fmt: skip
    return blocs


def _write_avis(tri: TriAvis, rows: Sequence[tuple[str, str, int | None]]) -> Tableau:
    cells = tuple(
        (typeset(texte), typeset(reponse + (f" Amendement n° {number}." if number else "")))
        for texte, reponse, number in rows
    )
    titre = f"{accord(len(rows), 'avis', 'avis')} : {TRIS_AVIS[tri]}"
    return Tableau(typeset(titre), ("Avis", "Réponse"), cells, id=f"avis_{tri.value}")
