"""Reads of the legal course: where it stands on a day, line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404
from django.urls import reverse

from maillage.sdaasp.completude.loi import Completude
from maillage.sdaasp.completude.mots import tell_exigence
from maillage.sdaasp.parcours import pieces
from maillage.sdaasp.parcours.avis import EtatAvis, SuiviAvis, follow, tell
from maillage.sdaasp.parcours.delais import list_rappels
from maillage.sdaasp.parcours.modele import Parcours
from maillage.sdaasp.parcours.pieces import ACTES, EtatPiece
from maillage.sdaasp.programme.differences import Difference, compare
from maillage.sdaasp.programme.echange import from_plain, to_plain
from maillage.sdaasp.programme.modele import Programme
from maillage.web.fichiers.models import FichierDonne
from maillage.web.parcours import models
from maillage.web.programme.lecture import TABLES
from maillage.web.programme.noms import Noms
from maillage.web.programme.presentation import show_field
from maillage.web.suivi.queries import Ecart, get_lisible

TONS = {
    EtatAvis.A_SAISIR: "",
    EtatAvis.ATTENDU: "attente",
    EtatAvis.RENDU: "succes",
    EtatAvis.REPUTE_DONNE: "accent",
}
ETATS = {
    EtatAvis.A_SAISIR: "à saisir",
    EtatAvis.ATTENDU: "avis attendu",
    EtatAvis.RENDU: "avis rendu",
    EtatAvis.REPUTE_DONNE: "réputé donné",
}


@dataclass(frozen=True)
class LigneOrganisme:
    """One body on a day, as its line tells it; ``rappel``: the next reminder, null when none is left."""

    objet: models.OrganismeConsulte
    suivi: SuiviAvis
    rappel: date | None

    @property
    def etat(self) -> str:
        """In two words."""
        return ETATS[self.suivi.etat]

    @property
    def ton(self) -> str:
        """How its label is coloured."""
        return TONS[self.suivi.etat]

    @property
    def phrase(self) -> str:
        """Each date explained."""
        return tell(self.suivi)

    @property
    def sans_reponse(self) -> int:
        """How many of its reserves have no answer."""
        return sum(not one["suite"] for one in self.objet.reserves)


def list_lignes(jour: date) -> list[LigneOrganisme]:
    """Every body on a day, EPCI first."""
    return [make_ligne(row, jour) for row in models.OrganismeConsulte.objects.select_related("apres")]


def make_ligne(row: models.OrganismeConsulte, jour: date) -> LigneOrganisme:
    """One body on a day."""
    suivi = follow(row.valeur, jour)
    waits = suivi.etat is EtatAvis.ATTENDU and row.saisi_le is not None
    days = [day for day in list_rappels(row.saisi_le) if day >= jour] if waits and row.saisi_le else []
    return LigneOrganisme(row, suivi, days[0] if days else None)


def may_ask_again(row: models.OrganismeConsulte, ligne: LigneOrganisme) -> bool:
    """Whether a body whose avis counts may be asked on a text newer than the one it had."""
    newer = models.TexteSoumis.objects.filter(numero__gt=row.texte or 0)
    again = models.OrganismeConsulte.objects.filter(apres=row)
    return ligne.suivi.acquis and newer.exists() and not again.exists()


@dataclass(frozen=True)
class PieceMontree:
    """A piece of the file, its state in words and how it is coloured, where it is added."""

    nom: str
    precision: str
    etat: str
    ton: str
    adresse: str


ETATS_PIECE = {
    EtatPiece.PRESENTE: ("présente", "succes"),
    EtatPiece.MANQUE: ("manque", "attente"),
    EtatPiece.A_VENIR: ("pas encore", ""),
}


def list_pieces(course: Parcours, jour: date, loi: Completude) -> list[PieceMontree]:
    """What the file holds and lacks on a day: what the law asks of the text, then each piece; 1 query."""
    joined = {row.objet for row in FichierDonne.objects.filter(retire_le=None, objet__in=_list_keys(course))}
    if models.UNIQUE in joined:
        joined.add(ACTES)
    asked = [
        _show_piece(
            one.regle.intitule, EtatPiece.PRESENTE if one.remplie else EtatPiece.MANQUE,
            tell_exigence(loi, one), reverse("programme:completude"),
        )
        for one in loi.toutes
    ]  # fmt: skip
    held = [
        _show_piece(one.nom, one.etat, one.precision, _find_place(one.cle))
        for one in pieces.list_pieces(course, jour, joined)
    ]
    return [*asked, *held]


def _list_keys(course: Parcours) -> list[str]:
    return [models.UNIQUE, *(one.cle for one in course.consultations)]


def _show_piece(nom: str, etat: EtatPiece, precision: str, adresse: str) -> PieceMontree:
    words, tone = ETATS_PIECE[etat]
    return PieceMontree(nom, precision, words, tone, adresse)


def _find_place(key: str) -> str:
    anchors = {"texte": "#textes", ACTES: "#actes", "signataires": "#convention"}
    return anchors.get(key) or reverse("parcours:organisme", args=[key])


def list_attendus(jour: date) -> list[LigneOrganisme]:
    """The bodies whose avis is awaited on a day, the first to end first."""
    rows = models.OrganismeConsulte.objects.select_related("apres").exclude(saisi_le=None)
    asked = [make_ligne(row, jour) for row in rows]
    waiting = [line for line in asked if line.suivi.etat is EtatAvis.ATTENDU]
    return sorted(waiting, key=lambda line: (line.suivi.echeance or date.max, line.objet.nom))


def read_if_begun() -> Parcours | None:
    """The course for the documents of the programme; null before anything of it is kept."""
    course = models.read_parcours()
    return course if course != Parcours() else None


def get_actes() -> models.ActesParcours:
    """The acts; a row not written yet has version 0."""
    return models.ActesParcours.objects.first() or models.ActesParcours(cle=models.UNIQUE, version=0)


def get(personne: Any, sorte: str, cle: str) -> Any:
    """One object of the course that this person may read, or a 404."""
    found = get_lisible(personne, sorte, cle)
    if found.espace != "parcours":
        raise Http404("Rien de tel ici.")
    return found


@dataclass(frozen=True)
class TexteMontre:
    """A version of the text, and who was given it."""

    objet: models.TexteSoumis
    organismes: Sequence[str]


def list_textes(lignes: Sequence[LigneOrganisme]) -> list[TexteMontre]:
    """The versions in order, with who was given each."""
    given: dict[int, list[str]] = {}
    for line in lignes:
        if line.objet.saisi_le and line.objet.texte:
            given.setdefault(line.objet.texte, []).append(line.objet.nom)
    return [
        TexteMontre(row, given.get(row.numero, [])) for row in models.TexteSoumis.objects.defer("contenu")
    ]


def read_text(row: models.TexteSoumis) -> Programme:
    """The programme that a version froze."""
    return from_plain(Programme, row.contenu["programme"])


def list_changes(row: models.TexteSoumis, noms: Noms) -> list[Ecart]:
    """What a version changes in the one before it, in words; nothing for the first."""
    before = models.TexteSoumis.objects.filter(numero=row.numero - 1).first()
    if before is None:
        return []
    return [_show(change, noms) for change in compare(read_text(before), read_text(row))]


def _show(change: Difference, noms: Noms) -> Ecart:
    name = noms.get(change.cle)
    if change.champ is None:
        gone = change.nature == "retrait"
        return Ecart(name, "présent" if gone else "absent", "retiré" if gone else "ajouté")
    model = TABLES.get(change.collection)
    label = model.name_champ(change.champ) if model else change.champ
    values = (_show_value(change, value, model, noms) for value in (change.avant, change.apres))
    return Ecart(f"{name} : {label.lower()}", *values)


def _show_value(change: Difference, value: Any, model: type[Any] | None, noms: Noms) -> str:
    plain = to_plain(value)
    return show_field(model, change.champ or "", plain, noms) if model else str(plain)


def group_conventions(rows: Sequence[models.Signataire]) -> Mapping[str, list[models.Signataire]]:
    """Name of a convention → who signs it."""
    found: dict[str, list[models.Signataire]] = {}
    for row in rows:
        found.setdefault(row.convention, []).append(row)
    return found
