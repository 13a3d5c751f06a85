"""Writes of governance: permission asked, atomic, in the history, told to who follows."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.utils import timezone

from maillage.sdaasp.gouvernance import remontees
from maillage.sdaasp.gouvernance.annee import plan_year
from maillage.sdaasp.gouvernance.feuilles import EtatFeuille
from maillage.sdaasp.gouvernance.modele import Comite
from maillage.sdaasp.gouvernance.remontees import ActeRemontee, EtapeRemontee, NatureRemontee, Remontee
from maillage.sdaasp.gouvernance.seances import (
    LIBELLES,
    EtatCompteRendu,
    EtatDecision,
    EtatSeance,
    check_compte_rendu,
    check_decision,
    check_seance,
    number_decision,
)
from maillage.sdaasp.programme.vocabulaire import EtatAmendement
from maillage.web.gouvernance import models, queries
from maillage.web.programme.amendements.commands import move_amendement
from maillage.web.programme.discussion import list_amendements
from maillage.web.socle.ecriture import as_validation, ecriture
from maillage.web.suivi import commands as suivi


@dataclass(frozen=True, slots=True)
class Reglement:
    """What a decision does of an amendment: its number, adopted or not, from when (null: today)."""

    amendement: int
    adopte: bool
    effet_le: date | None = None


SUITES_DE_REMONTEE: list[Callable[[Any, models.RemonteeDeposee], None]] = []
"""(who, remontée) called in the same transaction once a remontée has moved; a room above adds its own."""


def make_key(sorte: str) -> str:
    """A key that nobody guesses and no other object has."""
    return f"{sorte}-{secrets.token_hex(5)}"


def describe_comites(auteur: Any, schema: str) -> None:
    """Make the catalogue's comités this département's own, once: from then on they are edited."""
    with ecriture(auteur, "gouvernance.decrire"):
        if models.ComiteDecrit.objects.exists():
            return
        for ordre, comite in enumerate(queries.list_comites(schema)):
            _keep(auteur, comite, ordre)


def _keep(auteur: Any, comite: Comite, ordre: int) -> models.ComiteDecrit:
    row = models.ComiteDecrit(cle=f"comite-{comite.cle}", ordre=ordre)
    for name in models.ComiteDecrit.CHAMPS:
        value = getattr(comite, name)
        setattr(
            row,
            name,
            [list(p) if isinstance(p, tuple) else p for p in value] if isinstance(value, tuple) else value,
        )
    suivi.create(auteur, row)
    return row


def add_comite(auteur: Any, comite: Comite) -> models.ComiteDecrit:
    """One more comité."""
    with ecriture(auteur, "gouvernance.decrire"):
        if models.ComiteDecrit.objects.filter(cle=f"comite-{comite.cle}").exists():
            raise ValidationError("Un comité porte déjà ce sigle.")
        return _keep(auteur, comite, models.ComiteDecrit.objects.count())


def remove_comite(auteur: Any, row: models.ComiteDecrit) -> None:
    """Describe a comité no more; what it has held stays. One that others feed, or that has met, is kept."""
    with ecriture(auteur, "gouvernance.decrire"):
        key = row.valeur.cle
        feeding = [
            other.sigle for other in models.ComiteDecrit.objects.exclude(pk=row.pk) if key in other.alimente
        ]
        if feeding:
            raise ValidationError(f"{', '.join(feeding)} l’alimente : changez-le d’abord.")
        if models.RemonteeDeposee.objects.filter(comite=key, close=False).exists():
            raise ValidationError("Des remontées attendent sa réponse : répondez-leur d’abord.")
        row.delete()


def fill_year(auteur: Any, an: int) -> list[models.Seance]:
    """Set every meeting of a year that has no day yet; those set stay where they are."""
    with ecriture(auteur, "gouvernance.preparer_annee"):
        reperes = queries.read_reperes()
        held = [value for row in models.Seance.objects.filter(jour__year=an) if (value := row.valeur)]
        comites, places = list(reperes.comites.values()), list(reperes.noms.arrondissements)
        planned = plan_year(comites, places, an, reperes.noms.schema["departement"], held)
        rows = [
            models.Seance(
                cle=make_key("seance"),
                comite=one.rendezvous.comite,
                periode=one.rendezvous.periode,
                territoire=one.rendezvous.territoire or "",
                jour=one.jour,
            )
            for one in planned
        ]
        for row in rows:
            suivi.create(auteur, row, f"Calendrier {an}")
    return rows


def add_seance(auteur: Any, comite: str, territoire: str, jour: date) -> models.Seance:
    """A meeting called besides those of the year."""
    row = models.Seance(cle=make_key("seance"), comite=comite, territoire=territoire, jour=jour)
    with ecriture(auteur, "gouvernance.organiser", row):
        suivi.create(auteur, row)
    return row


def change_seance(
    auteur: Any, row: models.Seance, version: int, champs: Mapping[str, Any], motif: str = ""
) -> models.Seance:
    """Another day, place, agenda or attendance; a meeting called that moves is to be called again."""
    if row.etat == EtatSeance.TENUE and not set(champs) <= {"presences"}:
        raise ValidationError("Cette séance a eu lieu : son jour et son ordre du jour ne changent plus.")
    fields = dict(champs)
    if row.etat == EtatSeance.CONVOQUEE and fields.get("jour", row.jour) != row.jour:
        fields["etat"] = EtatSeance.PREVUE
        motif = motif or "Déplacée : à convoquer de nouveau"
    return suivi.update(auteur, row, version, fields, motif or "Séance modifiée")


def move_seance(auteur: Any, row: models.Seance, version: int, etat: EtatSeance) -> models.Seance:
    """Called, held, called off, set again."""
    with as_validation():
        check_seance(EtatSeance(row.etat), etat, row.jour, timezone.localdate())
    return suivi.update(auteur, row, version, {"etat": etat}, f"Séance {LIBELLES[etat]}")


def write_minutes(auteur: Any, row: models.Seance, version: int, texte: str) -> models.Seance:
    """Other minutes, until they are approved."""
    if row.etat_compte_rendu == EtatCompteRendu.APPROUVE:
        raise ValidationError("Ce compte rendu est approuvé : il ne change plus.")
    return suivi.update(auteur, row, version, {"compte_rendu": texte}, "Compte rendu")


def move_minutes(auteur: Any, row: models.Seance, version: int, etat: EtatCompteRendu) -> models.Seance:
    """Sent, remarked upon, approved."""
    with as_validation():
        check_compte_rendu(
            EtatCompteRendu(row.etat_compte_rendu), etat, row.compte_rendu, EtatSeance(row.etat)
        )
    fields: dict[str, Any] = {"etat_compte_rendu": etat}
    if etat is EtatCompteRendu.ENVOYE:
        fields["envoye_le"] = timezone.localdate()
    return suivi.update(auteur, row, version, fields, f"Compte rendu {LIBELLES[etat]}")


def put_on_agenda(auteur: Any, row: models.Seance, up: models.RemonteeDeposee, version: int) -> models.Seance:
    """A point of the agenda that answers for a remontée, and the step in its journal: both, or none."""
    if (row.comite, row.territoire) != (up.comite, up.devant):
        raise ValidationError("Cette remontée est devant un autre comité.")
    with ecriture(auteur, "gouvernance.organiser", row):
        move_remontee(auteur, up, up.version, ActeRemontee.INSCRIRE, seance=row.cle)
        points = [*row.points, {"titre": f"Remontée : {up.texte[:200]}", "objet": up.cle}]
        return change_seance(auteur, row, version, {"points": points}, "À l’ordre du jour")


def decide(
    auteur: Any, seance: models.Seance, champs: Mapping[str, Any], reglement: Reglement | None = None
) -> models.Decision:
    """One more decision of a meeting, numbered after the last; the amendment that it settles with it."""
    with ecriture(auteur, "gouvernance.organiser", seance):
        models.Seance.objects.select_for_update().get(pk=seance.pk)
        if seance.etat != EtatSeance.TENUE:
            raise ValidationError("Une décision se prend en séance : dites-la tenue d’abord.")
        last = seance.decisions.order_by("-rang").values_list("rang", flat=True).first() or 0
        row = models.Decision(
            cle=make_key("decision"), seance=seance, rang=last + 1, territoire=seance.territoire, **champs
        )
        reperes = queries.read_reperes()
        place = reperes.noms.arrondissements.get(seance.territoire, "")
        row.reference = number_decision(reperes.name_comite(seance.comite), seance.jour, row.rang, place)
        row.amendement = reglement.amendement if reglement else None
        suivi.create(auteur, row)
        if reglement:
            _settle(auteur, row, reglement)
    return row


def _settle(auteur: Any, row: models.Decision, reglement: Reglement) -> None:
    """Examine, if nobody has, then adopt or reject an amendment, in the name of a decision."""
    amendement = get_object_or_404(list_amendements(auteur), pk=reglement.amendement)
    if amendement.etat == EtatAmendement.PROPOSE:
        move_amendement(auteur, amendement, EtatAmendement.EN_EXAMEN, "")
    etat = EtatAmendement.ADOPTE if reglement.adopte else EtatAmendement.REJETE
    move_amendement(auteur, amendement, etat, row.texte, effet_le=reglement.effet_le, decision=row.cle)


def move_decision(
    auteur: Any, row: models.Decision, version: int, etat: EtatDecision, motif: str
) -> models.Decision:
    """Under way, done, given up, taken up again."""
    with as_validation():
        check_decision(EtatDecision(row.etat), etat, motif)
    return suivi.update(
        auteur, row, version, {"etat": etat, "motif": motif}, motif or f"Décision {LIBELLES[etat]}"
    )


def deposit(
    auteur: Any, nature: NatureRemontee, texte: str, *, theme: str = "", territoire: str = "", objet: str = ""
) -> models.RemonteeDeposee:
    """Send something up, to the comité that the rule names."""
    today = timezone.localdate()
    value = Remontee(
        cle=make_key("remontee"),
        nature=nature,
        texte=texte,
        theme=theme,
        territoire=territoire or None,
        objet=objet,
    )
    row = models.RemonteeDeposee(
        cle=value.cle, nature=nature, texte=texte, theme=theme, territoire=territoire, objet=objet,
        deposee_le=today, auteur=auteur,
    )  # fmt: skip
    with ecriture(auteur, "gouvernance.remonter"), as_validation():
        reperes = queries.read_reperes()
        days = queries.list_prochaines_par_comite(today, territoire)
        comite = remontees.route(list(reperes.comites.values()), territoire or None, days)
        deposited = remontees.deposit(value, comite, today, auteur.get_full_name())
        row.write(row.take(deposited, reperes.comites[comite]))
        suivi.create(auteur, row, "Déposée")
        suivi.follow(auteur, row, oui=True)
    return row


def move_remontee(
    auteur: Any,
    row: models.RemonteeDeposee,
    version: int,
    acte: ActeRemontee,
    comite: str = "",
    seance: str = "",
    texte: str = "",
) -> models.RemonteeDeposee:  # fmt: skip
    """One step further: on an agenda, further up, answered."""
    fields = _make_step(auteur, row, acte, comite or row.comite, seance, texte)
    with ecriture(auteur):
        moved = suivi.update(auteur, row, version, fields, remontees.NOMS[acte])
        _follow_up(auteur, moved)
    return moved


def _follow_up(auteur: Any, row: models.RemonteeDeposee) -> None:
    for suite in SUITES_DE_REMONTEE:
        suite(auteur, row)


def withdraw(auteur: Any, row: models.RemonteeDeposee, version: int, texte: str) -> models.RemonteeDeposee:
    """Its author takes it back, and says why."""
    acte = ActeRemontee.RETIRER
    with ecriture(auteur, "gouvernance.retirer", row):
        current = models.RemonteeDeposee.objects.select_for_update().get(pk=row.pk)
        if current.version != version:
            raise suivi.ConflitVersion(current)
        current.write(_make_step(auteur, current, acte, current.comite, "", texte))
        suivi.save_change(auteur, current, ["etapes"], remontees.NOMS[acte])
        _follow_up(auteur, current)
    return current


def _make_step(
    auteur: Any, row: models.RemonteeDeposee, acte: ActeRemontee, comite: str, seance: str, texte: str
) -> dict[str, Any]:
    """The columns after one more step."""
    comites = queries.read_reperes().comites
    today, name = timezone.localdate(), auteur.get_full_name()
    step = EtapeRemontee(acte=acte, le=today, comite=comite, seance=seance, texte=texte.strip(), par=name)
    with as_validation():
        moved = remontees.move(row.valeur, step, list(comites.values()))
    return row.take(moved, comites[comite])


def start_feuille(auteur: Any, territoire: str, theme: str, annee: int) -> models.FeuilleDeRoute:
    """A road map that nobody has begun, or the one that somebody has."""
    row = models.FeuilleDeRoute(
        cle=f"feuille-{territoire}-{theme}-{annee}", territoire=territoire, theme=theme, annee=annee
    )
    with ecriture(auteur, row.MODIFIER, row):
        held = models.FeuilleDeRoute.objects.filter(cle=row.cle).first()
        if held is None:
            suivi.create(auteur, row, "Commencée")
    return held or row


def write_feuille(
    auteur: Any, row: models.FeuilleDeRoute, version: int, champs: Mapping[str, Any]
) -> models.FeuilleDeRoute:
    """Another text; agreed upon, it is a draft again, unless nothing but what is done was said."""
    fields = dict(champs)
    if row.etat == EtatFeuille.VALIDEE and _tell_promise(row, fields) != _tell_promise(row, {}):
        fields |= {"etat": EtatFeuille.BROUILLON, "seance": ""}
    return suivi.update(auteur, row, version, fields, "Feuille de route")


def _tell_promise(row: models.FeuilleDeRoute, champs: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a comité agrees upon: all of it but the days on which things were done."""
    lines = champs.get("engagements", row.engagements)
    return (champs.get("ambition", row.ambition), [one | {"fait_le": None} for one in lines])


def settle_feuille(
    auteur: Any, row: models.FeuilleDeRoute, version: int, seance: models.Seance
) -> models.FeuilleDeRoute:
    """A meeting of its arrondissement, or of the département, that was held has agreed upon it."""
    if seance.etat != EtatSeance.TENUE or seance.territoire not in ("", row.territoire):
        raise ValidationError("Choisissez une séance tenue, de cet arrondissement ou du département.")
    with ecriture(auteur, "gouvernance.organiser", seance):
        if not row.ambition.strip() and not row.engagements:
            raise ValidationError("Elle est vide : écrivez-la d’abord.")
        return suivi.update(
            auteur, row, version, {"etat": EtatFeuille.VALIDEE, "seance": seance.cle}, f"Validée : {seance}"
        )


def call_by_mail(auteur: Any, seance: models.Seance) -> int:
    """Ask that the convocation leave by mail to whoever sits; once a person and a day; how many more."""
    with ecriture(auteur, "gouvernance.organiser", seance):
        if seance.etat != EtatSeance.CONVOQUEE:
            raise ValidationError("Dites d’abord la séance convoquée.")
        asked = {"seance": seance, "jour": seance.jour}
        made = [
            models.ConvocationParCourriel.objects.get_or_create(
                personne=one, **asked, defaults={"identifiant": make_key("convocation")}
            )[1]
            for one in queries.list_called(queries.read_reperes(), seance)
        ]
    return sum(made)


def take_convocation(pk: int, now: datetime) -> models.ConvocationParCourriel | None:
    """Take up one that has not left; null when another process has it, or it has left."""
    with ecriture(None):
        row = models.ConvocationParCourriel.objects.select_for_update(of=("self",)).get(pk=pk)
        busy = row.pris_le is not None and now - row.pris_le < suivi.UN_ENVOI
        if busy or row.partie_le is not None:
            return None
        row.pris_le = now
        row.save()
        return row


def settle_convocation(row: models.ConvocationParCourriel, partie_le: datetime | None) -> None:
    """It has left; or it was refused (null), and may be taken up at once."""
    with ecriture(None):
        models.ConvocationParCourriel.objects.filter(pk=row.pk).update(partie_le=partie_le, pris_le=None)
