"""The synthesis of the making of a schema: who came, what was said, what was kept and why, what was not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from maillage.francais import accord, jour, nombre, typeset
from maillage.reports.rendu.blocs import Bloc, Document, Nombre, Paragraphe, Tableau, Titre
from maillage.sdaasp.elaboration.modele import (
    ETATS_EVENEMENT,
    NATURES,
    NATURES_EVENEMENT,
    EtatEvenement,
    Evenement,
    NatureElaboration,
    count_presence,
)
from maillage.sdaasp.elaboration.synthese import ISSUES, CompteParoles, IssueParole, SyntheseElaboration

PARTOUT, SANS_THEME = "Tout le département", "Thème non dit"


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutissementEcrit:
    """What paroles led to, in words: the object, the words written, who carries them, why, what was said."""

    objet: str
    redaction: str
    voix: int
    motifs: tuple[str, ...]
    paroles: tuple[str, ...]
    amendement: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheseEcrite:
    """The making of a schema as its synthesis tells it; ``themes`` and ``arrondissements``: key → name.

    ``evenements``: each with how many paroles it brought. ``non_retenues`` and ``ecartees``: (text, why).
    """

    titre: str
    nature: NatureElaboration
    schema: str
    etablie_le: date
    debut: date
    fin: date | None
    synthese: SyntheseElaboration
    themes: Mapping[str, str]
    arrondissements: Mapping[str, str]
    evenements: tuple[tuple[Evenement, int], ...] = ()
    aboutissements: tuple[AboutissementEcrit, ...] = ()
    non_retenues: tuple[tuple[str, str], ...] = ()
    ecartees: tuple[tuple[str, str], ...] = ()
    presentation: str = ""
    jeu_essai: bool = False


def make_synthese(ecrite: SyntheseEcrite) -> Document:
    """The whole synthesis."""
    waiting = ecrite.synthese.paroles.get(IssueParole.EN_ATTENTE)
    draft = (
        f"Projet : {accord(waiting, 'parole attend', 'paroles attendent')} encore d’être lues ou décidées."
    )
    told = [line.strip() for line in ecrite.presentation.splitlines() if line.strip()]
    end = f" au {jour(ecrite.fin)}" if ecrite.fin else ", en cours"
    return Document(
        titre=typeset(f"Synthèse : {ecrite.titre}"),
        sous_titre=typeset(f"{NATURES[ecrite.nature]} · depuis le {jour(ecrite.debut)}{end}"),
        auteur="Maillage",
        mention=typeset(f"{ecrite.schema} · document du {jour(ecrite.etablie_le)}"),
        blocs=(
            *(Paragraphe(typeset(line)) for line in told),
            *_write_figures(ecrite),
            *_write_events(ecrite),
            *_write_cross(ecrite),
            *_write_kept(ecrite),
            *_write_left(ecrite),
        ),
        bandeaux=(typeset(draft),) if waiting else (),
        jeu_essai=ecrite.jeu_essai,
    )


def _write_figures(ecrite: SyntheseEcrite) -> Iterator[Bloc]:
    found = ecrite.synthese
    yield Titre("En chiffres")
    people = "Personne n’a compté les présences."
    if found.presences is not None:
        people = (
            f"{accord(found.presences, 'présence comptée', 'présences comptées')} (une personne venue deux "
            f"fois compte deux fois), au nom de {accord(found.organisations, 'organisation')}."
        )
    lacks = ""
    if found.sans_compte:
        words = accord(found.sans_compte, "événement tenu", "événements tenus")
        lacks = f" {words} sans aucun compte."
    yield Paragraphe(typeset(f"{accord(found.tenus, 'événement tenu', 'événements tenus')}. {people}{lacks}"))
    rows = tuple((ISSUES[issue], Nombre.entier(found.paroles.get(issue))) for issue in IssueParole)
    total = ("Reçues", Nombre.entier(found.paroles.recues))
    note = typeset("Une parole divisée compte une fois ; elle est retenue dès qu’une de ses parties l’est.")
    yield Tableau(
        "Ce que les paroles sont devenues", ("Paroles", "Nombre"), (*rows, total), note=note,
        numeriques=frozenset({1}),
    )  # fmt: skip


def _write_events(ecrite: SyntheseEcrite) -> Iterator[Bloc]:
    yield Titre("Les événements")
    if not ecrite.evenements:
        yield Paragraphe("Aucun événement n’est noté.")
        return
    rows = tuple(_write_event(ecrite, event, said) for event, said in ecrite.evenements)
    heads = ("Événement", "Dates", "Où", "État", "Organisations venues", "Personnes", "Paroles")
    yield Tableau("Les événements, dans l’ordre des dates", heads, rows, numeriques=frozenset({4, 5, 6}))


def _write_event(ecrite: SyntheseEcrite, event: Evenement, said: int) -> tuple[str | Nombre, ...]:
    count = count_presence(event)
    held = event.etat is EtatEvenement.TENU
    until = f" au {event.fin:%d/%m/%Y}" if event.fin != event.debut else ""
    people = Nombre(None, "non dit")
    if count.personnes is not None:
        least = "au moins " if count.sans_nombre else ""
        people = Nombre(count.personnes, f"{least}{nombre(count.personnes)}")
    return (
        typeset(f"{event.titre} ({NATURES_EVENEMENT[event.nature]})"),
        f"{event.debut:%d/%m/%Y}{until}",
        ecrite.arrondissements.get(event.territoire or "", PARTOUT),
        ETATS_EVENEMENT[event.etat],
        Nombre.entier(count.presentes) if held else Nombre(None, "–"),
        people,
        Nombre.entier(said),
    )


def _write_cross(ecrite: SyntheseEcrite) -> Iterator[Bloc]:
    yield Titre("D’où viennent les paroles, et sur quoi")
    rows = tuple(
        _write_case(ecrite, place, theme, count) for (place, theme), count in ecrite.synthese.cases.items()
    )
    if not rows:
        yield Paragraphe("Aucune parole n’a été recueillie.")
        return
    heads = ("Arrondissement", "Thème", "Reçues", "Retenues", "Non retenues", "Autres")
    note = typeset("Autres : en attente, hors sujet, refusées à la modération.")
    yield Tableau(
        "Paroles par arrondissement et par thème", heads, rows, note=note,
        numeriques=frozenset({2, 3, 4, 5}), annexe=len(rows) > 30,
    )  # fmt: skip


def _write_case(
    ecrite: SyntheseEcrite, place: str, theme: str, count: CompteParoles
) -> tuple[str | Nombre, ...]:
    kept, left = count.get(IssueParole.RETENUE), count.get(IssueParole.NON_RETENUE)
    counts = (count.recues, kept, left, count.recues - kept - left)
    names = (ecrite.arrondissements.get(place, PARTOUT), ecrite.themes.get(theme, SANS_THEME))
    return (*names, *map(Nombre.entier, counts))


def _write_kept(ecrite: SyntheseEcrite) -> Iterator[Bloc]:
    yield Titre("Ce qui en a été retenu, et pourquoi")
    if not ecrite.aboutissements:
        yield Paragraphe("Rien n’est encore retenu.")
        return
    rows = tuple(
        (
            typeset(one.redaction or "Déjà au programme"),
            typeset(" ; ".join(part for part in (one.objet, one.amendement) if part)),
            typeset(" ".join(one.motifs)),
            Nombre.entier(one.voix),
        )
        for one in ecrite.aboutissements
    )
    heads = ("Ce qui est écrit", "Où, au programme", "Pourquoi", "Paroles")
    yield Tableau("Ce à quoi les paroles ont mené", heads, rows, numeriques=frozenset({3}))
    said = tuple(
        (typeset(one.redaction or one.objet), text) for one in ecrite.aboutissements for text in one.paroles
    )
    yield Tableau("Les paroles retenues", ("Ce qui est écrit", "Ce qui a été dit"), said, annexe=True)


def _write_left(ecrite: SyntheseEcrite) -> Iterator[Bloc]:
    for title, rows in (
        ("Ce qui n’a pas été retenu, et pourquoi", ecrite.non_retenues),
        ("Hors sujet", ecrite.ecartees),
    ):
        yield Titre(title)
        if rows:
            told = tuple((text, typeset(why)) for text, why in rows)
            yield Tableau(title, ("Ce qui a été dit", "Pourquoi"), told)
        else:
            yield Paragraphe("Rien de ce qui a été dit n’est dans ce cas.")
