"""Writes of the reception desk: where one works, favourites, orientations from their sending to erasure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.utils import timezone

from maillage.annuaire.orientation import (
    EXPIREE,
    ActeOrientation,
    EtapeOrientation,
    check_journal,
    read_prenom,
    read_rappel,
)
from maillage.catalogue.besoins import list_besoins
from maillage.participation.identifiants import find_identifying
from maillage.web.annuaire.accueil.equipe import find_equipe, list_equipes, may_answer, may_withdraw
from maillage.web.annuaire.accueil.models import (
    CompteOrientations,
    FavoriEquipe,
    LienDeReponse,
    OrientationEnvoyee,
    PreferenceAccueil,
    StructureAccueillante,
)
from maillage.web.annuaire.models import FicheTenue
from maillage.web.comptes import secret
from maillage.web.comptes.models import Organisation
from maillage.web.socle.ecriture import as_validation, ecriture

A = ActeOrientation
ACCUEILLIR, ORIENTER, OUVRIR = "annuaire.accueillir", "annuaire.orienter", "annuaire.ouvrir_orientation"
REPONSES: Final = frozenset({A.RECEVOIR, A.ACCEPTER, A.REFUSER})
MOTIF_AU_PLUS: Final = 300


def remember_place(auteur: Any, commune: str = "", fiche: FicheTenue | None = None) -> None:
    """Say where one receives people, so that it is asked no more; nothing said forgets it."""
    with ecriture(auteur, ACCUEILLIR):
        if not commune and fiche is None:
            PreferenceAccueil.objects.filter(personne=auteur).delete()
            return
        PreferenceAccueil.objects.update_or_create(
            personne=auteur, defaults={"commune": commune, "fiche": fiche}
        )


def star(auteur: Any, fiche: FicheTenue, note: str, connus: Collection[str] = ()) -> FavoriEquipe:
    """Keep a record at the team's hand, with its note; ``connus``: names of communes, which name nobody.

    Raises:
        ValidationError: the note names somebody, or the account has no team.
    """
    with ecriture(auteur, ACCUEILLIR):
        check_words(note, connus)
        row, _ = FavoriEquipe.objects.update_or_create(
            equipe_id=need_equipe(auteur, "accueillir"), fiche=fiche,
            defaults={"note": note.strip(), "auteur": auteur, "note_le": timezone.localdate()},
        )  # fmt: skip
    return row  # type: ignore[no-any-return]


def unstar(auteur: Any, fiche: FicheTenue) -> None:
    """Take a record and its note from the team's favourites."""
    with ecriture(auteur, ACCUEILLIR):
        FavoriEquipe.objects.filter(equipe__in=list_equipes(auteur), fiche=fiche).delete()


def need_equipe(auteur: Any, action: str) -> int:
    """The team of an account.

    Raises:
        ValidationError: it has none.
    """
    team = find_equipe(auteur, action)
    if team is None:
        raise ValidationError(
            "Ce compte n’a pas d’équipe : demandez un mandat à l’administration, dans votre organisation."
        )
    return team


def check_words(text: str, connus: Collection[str] = ()) -> None:
    """Refuse words that surely name somebody, and too many of them.

    Raises:
        ValidationError: with each passage.
    """
    if len(text) > MOTIF_AU_PLUS:
        raise ValidationError(f"{len(text)} caractères, {MOTIF_AU_PLUS} au plus.")
    found = [one for one in find_identifying(text, connus) if one.sur]
    if found:
        told = [f"« {one.texte} » : {one.libelle}" for one in found]
        raise ValidationError([*told, "Enlevez ces passages : on ne garde ici rien qui nomme quelqu’un."])


@dataclass(frozen=True, kw_only=True)
class AccordOrientation:
    """What a structure agrees to: see ``StructureAccueillante``."""

    ouverte: bool
    courriel: str = ""
    organisation: Organisation | None = None
    besoins: tuple[str, ...] = ()
    territoire: str = ""


def set_accueillante(auteur: Any, fiche: FicheTenue, accord: AccordOrientation) -> StructureAccueillante:
    """Say that a structure accepts orientations, or no more, and how it is told."""
    row = StructureAccueillante.objects.filter(fiche=fiche).first() or StructureAccueillante(fiche=fiche)
    row.territoire = accord.territoire
    with ecriture(auteur, OUVRIR, row):
        if fiche.sorte != FicheTenue.Sorte.STRUCTURE:
            raise ValidationError("Seule une structure accepte des orientations.")
        row.ouverte, row.courriel = accord.ouverte, accord.courriel
        row.organisation, row.besoins = accord.organisation, list(accord.besoins)
        row.save()
    return row


@dataclass(frozen=True, kw_only=True)
class PersonneOrientee:
    """Somebody sent: a first name, a way to call back, the key of a need."""

    prenom: str
    rappel: str
    besoin: str


def send(auteur: Any, accueillante: StructureAccueillante, qui: PersonneOrientee) -> OrientationEnvoyee:
    """Send somebody to a structure that accepts it; sent twice the same day, it is one.

    Raises:
        ValidationError: more than a first name and a way to call back, or the structure does not accept it.
    """
    with as_validation():
        prenom, rappel = read_prenom(qui.prenom), read_rappel(qui.rappel)
    with ecriture(auteur, ORIENTER):
        team = need_equipe(auteur, "orienter")
        held = StructureAccueillante.objects.select_for_update().get(pk=accueillante.pk)
        if qui.besoin not in list_besoins() or not held.accepts(qui.besoin):
            raise ValidationError("Cette structure n’accepte pas d’orientation pour ce besoin.")
        today = timezone.localdate()
        same = OrientationEnvoyee.objects.filter(
            accueillante=held, equipe=team, besoin=qui.besoin, prenom=prenom, rappel=rappel, envoyee_le=today,
            etat__in=[A.ENVOYER.value, A.RECEVOIR.value],
        ).order_by("pk").first()  # fmt: skip
        if same is not None:
            return same  # type: ignore[no-any-return]
        row = OrientationEnvoyee(
            accueillante=held, equipe_id=team, auteur=auteur, besoin=qui.besoin, prenom=prenom, rappel=rappel,
            envoyee_le=today,
        )  # fmt: skip
        row.take((EtapeOrientation(A.ENVOYER, today),))
        row.save()
    return row


def advance(auteur: Any, row: OrientationEnvoyee, acte: ActeOrientation, motif: str = "") -> None:
    """A step by an account: the structure answers, who sent it takes it back."""
    allowed = may_answer(auteur, row.accueillante) if acte in REPONSES else may_withdraw(auteur, row)
    if not allowed:
        raise PermissionDenied(ORIENTER)
    with ecriture(auteur, ORIENTER):
        _advance(row, acte, motif)


def answer_by_link(row: OrientationEnvoyee, acte: ActeOrientation, motif: str = "") -> None:
    """A step by who holds the secret link of a structure; it never withdraws."""
    if acte not in REPONSES:
        raise PermissionDenied(ORIENTER)
    with ecriture(None):
        _advance(row, acte, motif)


def _advance(row: OrientationEnvoyee, acte: ActeOrientation, motif: str) -> None:
    today = timezone.localdate()
    check_words(motif)
    current = OrientationEnvoyee.objects.select_for_update().get(pk=row.pk)
    if current.follow(today).etat == EXPIREE and acte in REPONSES:
        raise ValidationError("Cette orientation a expiré : demandez à qui l’a envoyée d’en faire une autre.")
    journal = (*current.journal, EtapeOrientation(acte, today, motif.strip() or None))
    with as_validation():
        check_journal(journal)
    current.take(journal)
    current.save()


def make_link(auteur: Any, row: OrientationEnvoyee) -> str:
    """A new secret link for the structure, given by hand by who sent it; those made before no longer work."""
    if not may_withdraw(auteur, row):
        raise PermissionDenied(ORIENTER)
    with ecriture(auteur, ORIENTER):
        return _make_link(row)


def make_mailed_link(row: OrientationEnvoyee) -> str:
    """A new secret link, for the mail that tells the structure."""
    with ecriture(None):
        return _make_link(row)


def _make_link(row: OrientationEnvoyee) -> str:
    LienDeReponse.objects.filter(orientation=row).delete()
    clear, kept = secret.nouveau()
    LienDeReponse.objects.create(orientation=row, empreinte=kept, cree_le=timezone.localdate())
    return clear


def note_told(row: OrientationEnvoyee, now: datetime) -> None:
    """Write down that the mail has left."""
    with ecriture(None):
        OrientationEnvoyee.objects.filter(pk=row.pk).update(prevenue_le=now)


def forget_orientations(now: datetime) -> int:
    """Erase the orientations whose day has come, versions and links too, once counted; how many."""
    today = timezone.localdate(now)
    rows = list(OrientationEnvoyee.objects.filter(efface_le__lte=today).order_by("pk"))
    for row in rows:
        if not row.essai:
            _count(row, row.follow(today).etat)
    keys = [row.pk for row in rows]
    OrientationEnvoyee.objects.filter(pk__in=keys).delete()
    OrientationEnvoyee.history.filter(id__in=keys).delete()
    return len(keys)


def _count(row: OrientationEnvoyee, etat: str) -> None:
    line, _ = CompteOrientations.objects.get_or_create(
        mois=row.envoyee_le.replace(day=1), besoin=row.besoin, accueillante_id=row.accueillante_id, etat=etat
    )
    CompteOrientations.objects.filter(pk=line.pk).update(nombre=F("nombre") + 1)


def keep_example_structure(fiche: FicheTenue, equipe: Organisation) -> StructureAccueillante:
    """A structure of the example that accepts orientations, whose accounts are those of the same team."""
    with ecriture(None):
        return StructureAccueillante.objects.create(fiche=fiche, organisation=equipe)  # type: ignore[no-any-return]


def keep_example(
    accueillante: StructureAccueillante,
    equipe: Organisation,
    besoin: str,
    le: date,
    suite: Collection[EtapeOrientation],
) -> OrientationEnvoyee:
    """A simulated orientation and what follows it: only for an install that tries the tool."""
    with ecriture(None):
        row = OrientationEnvoyee(
            accueillante=accueillante, equipe=equipe, besoin=besoin, prenom="(essai)", rappel="(essai)",
            envoyee_le=le, essai=True,
        )  # fmt: skip
        row.take((EtapeOrientation(A.ENVOYER, le), *suite))
        row.save()
    return row
