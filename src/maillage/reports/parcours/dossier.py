"""The legal course as a document, and the index of the file that goes with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from maillage.francais import accord, jour, typeset
from maillage.reports.rendu.blocs import Bloc, Document, Liste, Nombre, Paragraphe, Tableau, Titre
from maillage.sdaasp.parcours.avis import LIBELLES, follow, tell
from maillage.sdaasp.parcours.controle import list_reservations
from maillage.sdaasp.parcours.dates import list_dates
from maillage.sdaasp.parcours.etapes import EtatEtape, list_etapes, tell_reste
from maillage.sdaasp.parcours.modele import Parcours

A_CONFIRMER = "règle à confirmer au texte officiel"
ETATS = {EtatEtape.FAITE: "faite", EtatEtape.OUVERTE: "en cours", EtatEtape.A_VENIR: "à venir"}


@dataclass(frozen=True, slots=True)
class PieceDeDossier:
    """A piece of the file: its path, what it is, its size in bytes and its SHA-256.

    ``empreinte`` null: it was given and is not in the store any more; its size is then what it was.
    """

    chemin: str
    quoi: str
    octets: int
    empreinte: str | None


def make_course(schema: str, etat: str, parcours: Parcours, le: date, loi: Sequence[str]) -> Document:
    """Where the course stands on a day, each date explained; ``loi``: what the law's list finds, in words."""
    blocs = [*_tell_stages(parcours, le), *_tell_bodies(parcours, le), *_tell_acts(parcours)]
    blocs += [*_tell_dates(parcours, le), Titre("Ce que la loi demande du programme"), Liste(tuple(loi))]
    return _wrap("Parcours légal du schéma", schema, f"{etat}. Établi le {jour(le)}.", blocs)


def make_index(schema: str, pieces: Iterable[PieceDeDossier], le: date) -> Document:
    """What the file holds, with the SHA-256 of each piece."""
    rows = tuple(
        (p.chemin, p.quoi, Nombre(p.octets, str(p.octets)), p.empreinte or "absent du magasin")
        for p in pieces
    )
    heads = ("piece", "contenu", "octets", "sha256")
    table = Tableau("Pièces du dossier", heads, rows, id="pieces", numeriques=frozenset({2}))
    said = f"{accord(len(rows), 'pièce')} au {jour(le)}. L’empreinte SHA-256 dit qu’une pièce n’a pas changé."
    return _wrap("Index du dossier", schema, said, [Titre("Les pièces", id="liste"), table])


def _wrap(titre: str, schema: str, chapeau: str, blocs: Sequence[Bloc]) -> Document:
    return Document(titre, schema, "Maillage", typeset(schema), tuple(blocs), chapeau=typeset(chapeau))


def _tell_stages(parcours: Parcours, le: date) -> Iterator[Bloc]:
    rows = tuple(
        (
            one.nom,
            ETATS[one.etat],
            jour(one.faite_le) if one.faite_le and one.etat is EtatEtape.FAITE else tell_reste(one.reste),
            _tell_source(one.source, confirme=one.confirme),
        )
        for one in list_etapes(parcours, le)
    )
    yield Titre("Où en est le parcours")
    yield Tableau("Étapes", ("Étape", "État", "Le, ou ce qui reste", "Source"), rows, id="etapes")
    known = list_reservations(parcours)
    if known:
        yield Paragraphe("Ce que la loi n’interdit pas, et qu’il faut savoir :")
        yield Liste(tuple(map(typeset, known)))


def _tell_source(source: str, *, confirme: bool) -> str:
    return source if confirme else f"{source} ({A_CONFIRMER})"


def _tell_bodies(parcours: Parcours, le: date) -> Iterator[Bloc]:
    yield Titre("Qui est consulté")
    rows = tuple(
        (one.nom, str(one.version) if one.saisi_le else "–", tell(follow(one, le)), one.reference or "–")
        for one in parcours.consultations
    )
    heads = ("Organisme", "Version du texte", "Ses dates", "Référence")
    yield Tableau("Organismes consultés", heads, rows, id="organismes")
    answers = tuple(
        (
            one.nom,
            LIBELLES[one.avis] if one.avis else "–",
            reserve.texte,
            _tell_answer(reserve.suite, reserve.reponse),
        )
        for one in parcours.consultations
        for reserve in one.reserves
    )
    if answers:
        heads = ("Organisme", "Avis", "Réserve", "Réponse")
        yield Tableau("Réserves, et la réponse à chacune", heads, answers, id="reserves")


def _tell_answer(suite: str | None, reponse: str) -> str:
    return f"{suite.replace('_', ' ')} : {reponse}" if suite else "sans réponse"


def _tell_acts(parcours: Parcours) -> Iterator[Bloc]:
    texts = (
        (f"Version {t.numero}", f"arrêtée le {jour(t.arretee_le)}", t.objet or "–") for t in parcours.textes
    )
    acts = (
        (
            name,
            f"{jour(act.le)}, version {act.version}" if act else "pas encore",
            act.reference if act else "–",
        )
        for name, act in (("Conseil départemental", parcours.approbation), ("Préfet", parcours.arrete))
    )
    signed = (
        (one.nom, f"signé le {jour(one.signe_le)}" if one.signe_le else "signature attendue",
         " ; ".join(one.engagements) or "–")
        for one in parcours.signatures
    )  # fmt: skip
    yield Titre("Textes, actes et signatures")
    yield Tableau(
        "Textes, actes et signatures", ("Quoi", "Quand", "Objet ou référence"), (*texts, *acts, *signed)
    )


def _tell_dates(parcours: Parcours, le: date) -> Iterator[Bloc]:
    rows = tuple(
        (
            jour(one.quand) if one.quand else "–",
            one.quoi,
            one.regle,
            _tell_source(one.source, confirme=one.confirme),
        )
        for one in list_dates(parcours, le)
    )
    yield Titre("Chaque date, et pourquoi elle est ce jour-là")
    yield Tableau("Dates", ("Jour", "Quoi", "Pourquoi ce jour", "Source de la règle"), rows, id="dates")
