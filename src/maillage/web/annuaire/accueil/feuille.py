"""The sheet handed to whoever is received: where to go, when, how, what to bring; it names nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

import numpy as np

from maillage.annuaire.fiche import Complement
from maillage.annuaire.ouverture import tell
from maillage.annuaire.plusieurs import keep_rows
from maillage.annuaire.recherche import DemandeService, IndexAnnuaire, OffreDuLieu, Trouvees, place
from maillage.francais import jour as write_day
from maillage.horaires.dire import dire
from maillage.reports.rendu.blocs import Bloc, Document, Liste, Paragraphe, Titre
from maillage.web.annuaire.cherche import read_search
from maillage.web.annuaire.depart import PointDeDepart
from maillage.web.annuaire.queries import AnnuaireTenu
from maillage.web.annuaire.question import QuestionTrouver
from maillage.web.annuaire.resultats import ReponseLieu
from maillage.web.annuaire.trouver import MODES_DITS, answer
from maillage.web.socle.atlas import AtlasOuvert
from maillage.web.socle.demande import read_int

LIEUX_AU_PLUS: Final = 6
RIEN_DIT: Final = "Ce qu’il faut apporter n’est pas dit : appelez avant de venir."


@dataclass(frozen=True)
class LieuDeFeuille:
    """A place of the sheet. ``mode``: by what its minutes are told; ``heures``: empty when not said.

    ``depart``: the place one leaves from, empty when not known.
    """

    cle: int
    lieu: ReponseLieu
    mode: str
    heures: str
    depart: str = ""

    @property
    def etapes(self) -> tuple[str, ...]:
        """How to get there by public transport, leg by leg, from where one is received."""
        here = {"chez vous": self.depart}
        return tuple(
            f"{one.part} {here.get(one.de, one.de)} : {one.par}, {one.vers} à {one.arrive}"
            for one in self.lieu.etapes
        )

    @property
    def trajet(self) -> str:
        """How long it takes from where one is, in words; empty when not known."""
        told = [(self.mode, self.lieu.duree_min)] if self.lieu.duree_min is not None else []
        return " ; ".join(f"{name} : {minutes} min" for name, minutes in (*told, *self.lieu.autres))

    @property
    def a_savoir(self) -> tuple[str, ...]:
        """What the record says of coming: conditions, papers, how to ask, price."""
        one = self.lieu.offre.prestation
        if one is None:
            return ()
        told = (
            one.conditions_acces,
            one.mobilisation_precisions,
            one.publics_precisions,
            one.frais_precisions,
        )
        return tuple(dict.fromkeys(words for words in told if words))

    @property
    def signes(self) -> tuple[str, ...]:
        """What is said of price and appointments."""
        booked = self.lieu.offre.complement.rendez_vous
        free = self.lieu.gratuit
        told = None if free is None else "Gratuit" if free else "Payant"
        meet = None if booked is None else "Sur rendez-vous" if booked else "Sans rendez-vous"
        step = "Entrée sans marche" if self.lieu.offre.complement.sans_marche else None
        return tuple(words for words in (told, meet, step) if words)


def read_places(
    atlas: AtlasOuvert, chosen: Sequence[str], here: PointDeDepart | None, now: datetime
) -> list[LieuDeFeuille]:
    """The records picked, in the order of their picking, so many at most; others are left out."""
    searched = read_search().tell_apart()
    held, index = searched.tenu, searched.index
    back = {key: which for which, key in held.cles.items()}
    keys = dict.fromkeys(key for text in chosen if (key := read_int(text)) in back)
    wanted = list(keys)[:LIEUX_AU_PLUS]
    question = QuestionTrouver(
        DemandeService(), "", None, None, now.replace(second=0, microsecond=0, tzinfo=None), "", "transports"
    )
    idents = {back[key] for key in wanted}
    told = None
    if here and wanted:
        told = answer(atlas, question, here, lambda found: _keep(index, found, idents), searched)
    found = {one.cle: one for one in (*told.resultats, *told.loin)} if told else {}
    mode = MODES_DITS.get(told.mode, "") if told else ""
    return [
        _write(key, found.get(key) or _make_plain(held, index, key, back[key], now), mode, here)
        for key in wanted
    ]


def _keep(index: IndexAnnuaire, found: Trouvees, idents: set[tuple[str, str]]) -> Trouvees:
    kept = [_kind(index.offres[row]) in idents for row in found.rows.tolist()]
    return keep_rows(found, np.array(kept, bool))


def _kind(one: OffreDuLieu) -> tuple[str, str]:
    return ("prestation" if one.prestation else "structure", one.ident)


def _make_plain(
    held: AnnuaireTenu, index: IndexAnnuaire, key: int, kind: tuple[str, str], now: datetime
) -> ReponseLieu:
    """A place without a time: an offer of the index, or a structure that offers several."""
    one = next((offre for offre in index.offres if _kind(offre) == kind), None)
    if one is None:
        home = next(one for one in held.annuaire.structures if one.id == kind[1])
        one = next(iter(place(home, None, held.annuaire.complements.get(home.id, Complement(id=home.id)))))
    plain = ReponseLieu(1, one, key, (), held.confirmees.get(kind[1]), ())
    return replace(plain, ouverture=tell(one.horaire, now.replace(tzinfo=None)))


def _write(key: int, one: ReponseLieu, mode: str, here: PointDeDepart | None) -> LieuDeFeuille:
    text = one.offre.horaire.texte
    return LieuDeFeuille(key, one, mode, dire(text) if text else "", here.nom if here else "")


def make_document(
    places: Sequence[LieuDeFeuille], here: PointDeDepart | None, day: date, *, jeu_essai: bool
) -> Document:
    """The sheet as a document to print."""
    start = f" depuis {here.nom}" if here else ""
    return Document(
        titre="Où aller",
        sous_titre=f"Feuille d’orientation du {write_day(day)}",
        auteur="Maillage",
        mention="Cette feuille ne porte le nom de personne, et rien n’en est gardé.",
        blocs=tuple(block for one in places for block in _tell(one, start)),
        jeu_essai=jeu_essai,
    )


def _tell(one: LieuDeFeuille, start: str) -> list[Bloc]:
    r = one.lieu
    facts = [
        ("Où", ", ".join(part for part in (r.chez, r.adresse) if part)),
        ("Téléphone", r.telephone),
        ("Horaires", one.heures or "non dits : appelez avant"),
        (f"Pour y aller{start}", one.trajet),
        ("À savoir", " ; ".join(one.signes)),
    ]
    blocks: list[Bloc] = [Titre(r.nom), Liste(tuple(f"{name} : {told}" for name, told in facts if told))]
    if one.etapes:
        blocks.append(Paragraphe(f"En partant maintenant : {' ; '.join(one.etapes)}."))
    blocks.append(Paragraphe(" ".join(("Avant de venir :", *one.a_savoir)) if one.a_savoir else RIEN_DIT))
    blocks.append(
        Paragraphe(f"Source : {r.offre.fiche.source}, fiche du {write_day(r.offre.fiche.date_maj)}.")
    )
    return blocks
