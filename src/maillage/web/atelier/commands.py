"""Writes on scenarios: permission asked, atomic, in the history."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError

from maillage.scenarios.fichier import write_scenario
from maillage.scenarios.modifications import Scenario
from maillage.web.atelier.models import ScenarioEnregistre
from maillage.web.comptes.models import Organisation
from maillage.web.socle.ecriture import ecriture
from maillage.web.suivi import commands as suivi
from maillage.web.suivi.models import Abonnement

Visibilite = ScenarioEnregistre.Visibilite


def create_scenario(
    auteur: Any, scenario: Scenario, empreinte: str, motif: str = "Création"
) -> ScenarioEnregistre:
    """A new draft of this person."""
    with ecriture(auteur, "atelier.creer"):
        row = ScenarioEnregistre(
            auteur=auteur, contenu=write_scenario(scenario), titre=scenario.nom, empreinte=empreinte
        )
        row.cle = f"scenario-{secrets.token_hex(5)}"  # nothing of its title: a draft is not guessed
        suivi.create(auteur, row, motif)
    return row


def write_file(
    auteur: Any, row: ScenarioEnregistre, version: int, scenario: Scenario, empreinte: str, motif: str
) -> ScenarioEnregistre:
    """Other edits, another name or other assumptions, on the scenario last read at ``version``."""
    fields = {"contenu": write_scenario(scenario), "empreinte": empreinte}
    return suivi.update(auteur, row, version, fields, motif)


def share(
    auteur: Any, row: ScenarioEnregistre, version: int, visibilite: str, organisation: Organisation | None
) -> ScenarioEnregistre:
    """Open a scenario to others, or close it; those who may no longer read it no longer follow it."""
    check_opening(auteur, row, visibilite, organisation)
    with ecriture(auteur, "atelier.partager", row):
        fields = {"visibilite": visibilite, "organisation": organisation}
        done = suivi.update(auteur, row, version, fields, f"Ouvert à : {Visibilite(visibilite).label}")
        _stop_others(done)
    return done


def check_opening(
    auteur: Any, row: ScenarioEnregistre, visibilite: str, organisation: Organisation | None
) -> None:
    """Refuse to publish without the right to, and to share with an organisation of others."""
    if Visibilite.PUBLIC in (visibilite, row.visibilite) and not auteur.has_perm("atelier.publier"):
        raise PermissionDenied("atelier.publier")
    own = {mandat.organisation_id for mandat in auteur.mandats_en_cours}
    if organisation is None and visibilite == Visibilite.ORGANISATION:
        raise ValidationError("Dites à quelle organisation l’ouvrir.")
    if organisation is not None and organisation.pk not in own:
        raise ValidationError("On ouvre un scénario à une organisation dont on a un mandat.")


def _stop_others(row: ScenarioEnregistre) -> None:
    held = Abonnement.objects.filter(objet=row.cle).select_related("personne")
    gone = [one.pk for one in held if not row.is_lisible(one.personne)]
    Abonnement.objects.filter(pk__in=gone).delete()


def link(auteur: Any, row: ScenarioEnregistre, version: int, lien: str) -> ScenarioEnregistre:
    """Say which object of the programme a scenario serves."""
    return suivi.update(auteur, row, version, {"lien": lien}, "Lié au programme")


def retirer(auteur: Any, row: ScenarioEnregistre) -> None:
    """Take a scenario away, with its history; what was public stays in no page."""
    with ecriture(auteur, "atelier.partager", row):
        Abonnement.objects.filter(objet=row.cle).delete()
        row.history.all().delete()
        row.delete()


def copy(auteur: Any, row: ScenarioEnregistre, empreinte: str) -> ScenarioEnregistre:
    """One's own draft, from a scenario that one reads."""
    return create_scenario(auteur, row.scenario, empreinte, f"Copie de « {row.titre} »"[:100])


def keep_example(scenario: Scenario, empreinte: str) -> ScenarioEnregistre:
    """A public scenario of nobody, written by the install itself."""
    row = ScenarioEnregistre(contenu=write_scenario(scenario), titre=scenario.nom, empreinte=empreinte)
    row.cle, row.visibilite = "exemple", Visibilite.PUBLIC
    with ecriture(None):
        suivi.create(None, row, "Exemple livré avec l’application")
    return row
