"""A meeting on paper: its convocation, its minutes, the packet that goes with its agenda."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, time

from maillage.francais import INSECABLE, accord, jour, jour_de_semaine, majuscule, typeset
from maillage.reports.rendu.blocs import (
    Bloc,
    Carte,
    Couverture,
    Document,
    EnRegard,
    Liste,
    Paragraphe,
    Signatures,
    Tableau,
    Titre,
)
from maillage.sdaasp.gouvernance.modele import Comite
from maillage.sdaasp.gouvernance.remontees import NATURES, AttenteRemontee
from maillage.sdaasp.gouvernance.seances import (
    LIBELLES,
    EtatCompteRendu,
    EtatDecision,
    EtatSeance,
    Presence,
    count_quorum,
    find_remarks_end,
    tell_came,
    tell_quorum,
    tell_reponse,
)

NON_DIT = "non dit"


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionEcrite:
    """A decision as a document tells it; ``echeance``: null when it has none."""

    reference: str
    texte: str
    etat: EtatDecision
    responsable: str = ""
    echeance: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeanceEcrite:
    """A meeting as its documents tell it, on the day ``etablie_le``.

    ``nom``: « CTS Cambrai ». ``lieu`` and ``heure`` are empty and null until said. ``schema``: its name.
    """

    nom: str
    comite: Comite
    schema: str
    jour: date
    etat: EtatSeance
    etablie_le: date
    heure: time | None = None
    lieu: str = ""
    points: tuple[str, ...] = ()
    presences: tuple[Presence, ...] = ()
    compte_rendu: str = ""
    etat_compte_rendu: EtatCompteRendu = EtatCompteRendu.BROUILLON
    envoye_le: date | None = None
    decisions: tuple[DecisionEcrite, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendementEcrit:
    """A proposed amendment as a packet tells it: ``changements`` are (field, before, after), in words.

    ``avis``: what each says of it, in words.
    """

    numero: int
    objet: str
    motif: str
    changements: tuple[tuple[str, str, str], ...]
    avis: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PiecesDeSeance:
    """What a packet holds besides the agenda.

    ``attentes``: what waits before the comité. ``ouvertes``: decisions taken before, not done yet.
    ``amendements``: those that a decision may settle. ``documents``: whole documents, in the order in which
    they are read (portrait, fiches, notes).
    """

    attentes: tuple[AttenteRemontee, ...] = ()
    ouvertes: tuple[DecisionEcrite, ...] = ()
    amendements: tuple[AmendementEcrit, ...] = ()
    documents: tuple[Document, ...] = ()


def make_convocation(seance: SeanceEcrite) -> Document:
    """The letter that calls a meeting, signed by those who convene the comité."""
    comite = seance.comite
    blocs: list[Bloc] = [
        Paragraphe(f"Vous êtes invité à la réunion du comité « {comite.nom} », {_tell_when(seance)}."),
        *_write_agenda(seance),
    ]
    if comite.siegent:
        blocs += [Titre("Y siègent"), Liste(comite.siegent)]
    if comite.quorum is not None:
        blocs += [Titre("Quorum"), Paragraphe(f"{tell_quorum(comite.quorum)} {_POUVOIR}")]
    blocs.append(Signatures(tuple((who, "") for who in comite.convoquent)))
    draft = "" if seance.etat in (EtatSeance.CONVOQUEE, EtatSeance.TENUE) else _tell_state(seance)
    return _wrap(seance, "Convocation", blocs, (draft,))


_POUVOIR = "Qui ne peut venir peut donner pouvoir à une organisation qui sera présente."


def _tell_state(seance: SeanceEcrite) -> str:
    return f"Projet : cette séance est {LIBELLES[seance.etat]}, sa convocation n’est pas partie."


def _tell_when(seance: SeanceEcrite) -> str:
    """« le mardi 7 avril 2026 à 14 h 30, Préfecture »; what is not known is said."""
    hour = ", à une heure à préciser"
    if seance.heure:
        hour = f" à {seance.heure:%H}{INSECABLE}h{INSECABLE}{seance.heure:%M}"
    where = seance.lieu or "en un lieu à préciser"
    return f"le {jour_de_semaine(seance.jour)} {jour(seance.jour)}{hour}, {where}"


def _write_agenda(seance: SeanceEcrite) -> Iterator[Bloc]:
    yield Titre("Ordre du jour")
    if not seance.points:
        yield Paragraphe("Aucun point n’est encore inscrit.")
        return
    rows = tuple((str(rank), point) for rank, point in enumerate(seance.points, 1))
    yield Tableau("Les points, dans l’ordre", ("N°", "Point"), rows)


def make_minutes(seance: SeanceEcrite) -> Document:
    """The minutes: who came, what was said, what was decided."""
    blocs = [
        Paragraphe(f"Le comité « {seance.comite.nom} » s’est réuni {_tell_when(seance)}."),
        *_write_attendance(seance),
        *_write_agenda(seance),
        Titre("Ce qui a été dit"),
        *(Paragraphe(line.strip()) for line in seance.compte_rendu.splitlines() if line.strip()),
        *([] if seance.compte_rendu.strip() else [Paragraphe("Le compte rendu n’est pas encore écrit.")]),
        Titre("Décisions"),
        *_write_decisions(seance.decisions, "Décisions prises en séance", "Aucune décision n’est notée."),
    ]
    return _wrap(seance, "Compte rendu", blocs, (_tell_minutes(seance),))


def _tell_minutes(seance: SeanceEcrite) -> str:
    """What is said above minutes that nobody has approved; nothing once they are."""
    if seance.etat_compte_rendu is EtatCompteRendu.APPROUVE:
        return ""
    until = f" : remarques jusqu’au {jour(find_remarks_end(seance.envoye_le))}" if seance.envoye_le else ""
    return f"Projet de compte rendu, {LIBELLES[seance.etat_compte_rendu]}{until}."


def _write_attendance(seance: SeanceEcrite) -> Iterator[Bloc]:
    yield Titre("Présences")
    if not seance.presences:
        yield Paragraphe("Personne n’est noté.")
        return
    held = count_quorum(seance.presences, seance.comite.quorum)
    yield Paragraphe(held.phrase)
    rows = tuple((p.organisation, tell_reponse(p), tell_came(p)) for p in seance.presences)
    yield Tableau("Qui a été convoqué, qui est venu", ("Organisation", "Réponse", "Présence"), rows)


def _write_decisions(decisions: Iterable[DecisionEcrite], titre: str, vide: str) -> Iterator[Bloc]:
    heads = ("Référence", "Décision", "Qui s’en charge", "Pour le", "État")
    rows = tuple(
        (d.reference, d.texte, d.responsable or NON_DIT, _tell_day(d.echeance), LIBELLES[d.etat])
        for d in decisions
    )
    yield Tableau(titre, heads, rows) if rows else Paragraphe(vide)


def _tell_day(day: date | None) -> str:
    return NON_DIT if day is None else f"{day:%d/%m/%Y}"


def make_packet(seance: SeanceEcrite, pieces: PiecesDeSeance) -> Document:
    """Everything one reads before a meeting, in one document: agenda, what waits, then each piece whole."""
    blocs = [
        *_write_agenda(seance),
        *_write_waiting(pieces.attentes),
        Titre("Décisions des séances précédentes, encore ouvertes"),
        *_write_decisions(pieces.ouvertes, "Ce qui reste à faire", "Aucune n’est ouverte."),
        *_write_amendments(pieces.amendements),
    ]
    for rank, piece in enumerate(pieces.documents):
        blocs += _insert(piece, f"piece{rank}-")
    made = _wrap(seance, "Dossier de séance", blocs)
    lines = (
        ("Séance", typeset(_tell_when(seance))),
        ("Convoquent", ", ".join(seance.comite.convoquent) or NON_DIT),
        ("Dossier du", jour(seance.etablie_le)),
    )
    test = any(piece.jeu_essai for piece in pieces.documents)
    return replace(made, sommaire=1, couverture=Couverture(seance.comite.nom, lines), jeu_essai=test)


def _write_waiting(attentes: tuple[AttenteRemontee, ...]) -> Iterator[Bloc]:
    yield Titre("Ce qui attend une réponse de ce comité")
    if not attentes:
        yield Paragraphe("Rien n’attend.")
        return
    heads = ("Nature", "Ce qui remonte", "Déposée le", "Attend depuis", "Prochain rappel")
    rows = tuple(
        (
            NATURES[one.remontee.nature],
            one.remontee.texte,
            f"{one.depuis:%d/%m/%Y}",
            accord(one.jours, "jour"),
            f"{one.rappel:%d/%m/%Y}",
        )
        for one in attentes
    )
    yield Tableau("Remontées sans réponse, la plus ancienne d’abord", heads, rows)


def _write_amendments(amendements: tuple[AmendementEcrit, ...]) -> Iterator[Bloc]:
    """Each with its words before and after; nothing when none is proposed."""
    if amendements:
        yield Titre("Amendements du schéma à régler")
    for one in amendements:
        yield Titre(f"N° {one.numero}, {one.objet}", 2)
        yield Paragraphe(f"Pourquoi : {one.motif}")
        yield Tableau("Ce qu’il change", ("Champ", "Aujourd’hui", "Proposé"), one.changements)
        if one.avis:
            yield Liste(one.avis)


def _insert(piece: Document, prefix: str) -> Iterator[Bloc]:
    """A whole document as a part: its title above its headings, its warnings first, its source last."""
    yield Titre(piece.titre, 1, nouvelle_page=True)
    told = (piece.sous_titre, *piece.bandeaux, piece.chapeau)
    yield from (Paragraphe(text) for text in told if text)
    yield from (_lower(bloc, prefix) for bloc in piece.blocs)
    yield Paragraphe(piece.mention)


def _lower(bloc: Bloc, prefix: str) -> Bloc:
    """A block one heading lower, its names its own: two pieces may name theirs alike."""
    if isinstance(bloc, Titre):
        name = f"{prefix}{bloc.id}" if bloc.id else ""
        return replace(bloc, niveau=bloc.niveau + 1, id=name, nouvelle_page=False)
    if isinstance(bloc, Tableau) and bloc.id:
        return replace(bloc, id=f"{prefix}{bloc.id}")
    if isinstance(bloc, Carte):
        return _rename(bloc, prefix)
    return replace(bloc, carte=_rename(bloc.carte, prefix)) if isinstance(bloc, EnRegard) else bloc


def _rename(carte: Carte, prefix: str) -> Carte:
    table = f"{prefix}{carte.tableau}" if carte.tableau else ""
    return replace(carte, id=f"{prefix}{carte.id}", tableau=table)


def _wrap(
    seance: SeanceEcrite, nature: str, blocs: Iterable[Bloc], bandeaux: tuple[str, ...] = ()
) -> Document:
    when = majuscule(f"{jour_de_semaine(seance.jour)} {jour(seance.jour)}")
    return Document(
        titre=typeset(f"{nature} : {seance.nom}"),
        sous_titre=typeset(when),
        auteur=", ".join(seance.comite.convoquent) or "Maillage",
        mention=typeset(f"{seance.schema} · {seance.nom}, {jour(seance.jour)}"),
        blocs=tuple(map(_set_type, blocs)),
        bandeaux=tuple(typeset(text) for text in bandeaux if text),
    )


def _set_type(bloc: Bloc) -> Bloc:
    if isinstance(bloc, Paragraphe):
        return Paragraphe(typeset(bloc.texte))
    if isinstance(bloc, Liste):
        return Liste(tuple(map(typeset, bloc.elements)))
    return bloc
