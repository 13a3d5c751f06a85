"""docs/permissions.md is the rule: every address of the site is in it, and each cell is tried.

A new address needs a line there, or this fails. In the tables: « oui » the page opens or the write is taken,
« non » refused (403), « connexion » asked to log in first, « – » the method does not exist (405). A request
that would ask of a role no more than it asked of another, with the same answers, is not made again
(``tests.web.questions``).
"""

import json
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import SESSION_KEY
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from maillage.scenarios.fichier import write_scenario
from maillage.scenarios.modifications import Fermeture, Scenario
from maillage.sdaasp.programme.echange import export_programme
from maillage.sdaasp.reprise.chargement import load_programme
from maillage.web.annuaire.accueil.models import LienDeReponse, OrientationEnvoyee, StructureAccueillante
from maillage.web.annuaire.ambassadeurs.models import SeanceFormation
from maillage.web.annuaire.fraicheur.models import CampagneMenee, DemandeConfirmation, LienConfirmation
from maillage.web.annuaire.models import (
    CorrectionProposee,
    CorrespondanceGardee,
    DecisionDoublon,
    EtatAnnuaire,
    FicheTenue,
    ImportAnnuaire,
)
from maillage.web.annuaire.reseau.models import ConventionAccueil
from maillage.web.api.securite import Limite
from maillage.web.atelier.models import ScenarioEnregistre
from maillage.web.bilan.models import BilanAnnuel, ContributionEcrite
from maillage.web.complements.models import ComplementPropose
from maillage.web.comptes import commands as comptes
from maillage.web.comptes.models import Invitation, Jeton, Mandat, Menage, Organisation, Recuperation
from maillage.web.comptes.secret import empreinte
from maillage.web.echanges.models import EspaceEchange, MessageEchange
from maillage.web.elaboration.models import Elaboration, Evenement, Parole
from maillage.web.fichiers.models import FichierDonne
from maillage.web.gouvernance.models import ComiteDecrit, Decision, FeuilleDeRoute, RemonteeDeposee, Seance
from maillage.web.parcours.models import OrganismeConsulte, Signataire, TexteSoumis
from maillage.web.partenaires.models import Partenaire
from maillage.web.participation.models import (
    ComiteUsagers,
    ConsultationPublique,
    Enquete,
    LienDeSuivi,
    MembreUsagers,
    PropositionDeposee,
    ReunionUsagers,
    SignalementRecu,
    TexteLibre,
)
from maillage.web.programme import models
from maillage.web.publication.models import EnvoiDeWebhook, Webhook
from maillage.web.socle import magasin
from maillage.web.socle.models import Travail
from tests.web.questions import Questions, note_questions

DOCUMENT = Path(__file__).parents[2] / "docs" / "permissions.md"
# What a write needs to be more than an empty form: a refusal must not hide behind a missing field.
FORMULAIRES = {
    "/programme/indicateurs/sante.1%231/": {"sorte": "cible", "cible-annee": "2026", "cible-texte": "essai"},
    "/programme/indicateurs/adopter/objectif/sante.1/": {"chiffre": "duree_pharmacie departement:90"},
    "/programme/indicateurs/lier/sante.1%231/": {"chiffre": "duree_pharmacie departement:90"},
    "/programme/commenter/fiche/sante": {"texte": "essai"},
    "/programme/afom/": {"nature": "atout", "texte": "essai"},
    "/programme/importer/": {"etape": "abandonner"},
    "/programme/declinaisons/lot": {"choix": "sante/593/2025/1@1", "statut": "en_cours"},
    "/programme/amendements/": {"amendement": "1", "etat": "en_examen"},
    "/programme/amendements/avis": {"amendement": "1", "sens": "favorable"},
    "/programme/amendements/appliquer": {"amendement": "1"},
    "/programme/demarches/nouvelle/": {"nom": "Essai", "version": "1"},
    "/programme/demarches/sraddet/noter": {"le": "2026-05-01", "texte": "Essai", "version": "1"},
    "/programme/mutualisation/nouvelle/": {"libelle": "Essai", "type": "permanence", "version": "1"},
    "/programme/restaurer/fiche/sante": {"etat": "999999", "version": "1"},
    "/atelier/scenarios/essai/ajouter/ouvrir/": {"version": "1", "type": "ecole", "nom": "É", "ou": "90001"},
    "/atelier/scenarios/essai/retirer": {"version": "1"},
    "/atelier/scenarios/essai/partager/": {"version": "1", "visibilite": "public"},
    "/atelier/restaurer/scenario/essai": {"etat": "999999", "version": "1"},
    "/atelier/commenter/scenario/essai": {"texte": "essai"},
    "/accueil/favoris/1": {"note": "essai"},
    "/accueil/structures/1/": {"ouverte": "on"},
    "/accueil/structures/1/orienter/": {
        "besoin": "manger", "prenom": "essai", "rappel": "0320000001", "accord": "on",
    },
    "/accueil/orientations/1/avancer": {"acte": "accepter"},
    "/accueil/reponse/essai/": {"acte": "recevoir"},
    "/accueil/formations/": {
        "titre": "Essai", "jour": "2199-01-01", "lieu": "Ici", "public": "Tous", "organisation": "Essai",
    },
    "/annuaire/1/simple/": {"texte": "Essai"},
    "/annuaire/1/corriger/": {"nom": "Accueil du public"},
    "/annuaire/corrections/1/avancer": {"etat": "envoyee"},
    "/annuaire/doublons/trancher": {"r0": "autre", "a0": "essai--1", "b0": "essai--2"},
    "/annuaire/reseau/afom/proposer": {"arrondissement": "901", "constat": "sante:theme_sans_accueil"},
    "/annuaire/reseau/essayer": {"commune": "90001"},
    "/annuaire/confirmer/essai/": {"fiche": "1"},
    "/annuaire/1/conventions/nouvelle/": {"partenaire": "CAF", "objets": "visio", "debut": "2026-01-01"},
    "/annuaire/conventions/essai-convention/modifier/": {
        "partenaire": "CPAM", "objets": "visio", "debut": "2026-01-01", "version": "1",
    },
    "/annuaire/conventions/commenter/convention/essai-convention": {"texte": "essai"},
    "/annuaire/conventions/restaurer/convention/essai-convention": {"etat": "999999", "version": "1"},
    "/completer/lieu/?id=france_services:1": {"dit_accessible": "non", "source": "Essai"},
    "/completer/lignes/essai-complement/trancher": {"decision": "accepter", "version": "1"},
    "/completer/lignes/essai-complement/maintenir": {"version": "1"},
    "/completer/lignes/essai-complement/reprendre": {
        "valeur": "non", "source": "Essai", "verifie_le": "2026-01-02", "version": "1",
    },
    "/completer/lignes/essai-complement/retirer": {"version": "1"},
    "/completer/relire/trancher": {"decision": "accepter", "choix": "essai-complement@1"},
    "/completer/lignes/commenter/complement/essai-complement": {"texte": "essai"},
    "/completer/lignes/restaurer/complement/essai-complement": {"etat": "999999", "version": "1"},
    "/comptes/moi/cles/": {"nom": "essai"},
    "/partenaires/moi/": {"courriel": "essai@example.org", "accepte": "on"},
    "/partenaires/nouveau/": {"organisation": "Essai", "nature": "autre"},
    "/partenaires/1/": {"organisation": "Essai", "nature": "autre"},
    "/echanges/sante/593/ecrire": {"texte": "essai"},
    "/echanges/messages/1/repondre": {"texte": "essai"},
    "/echanges/messages/1/retirer": {"motif": "essai"},
    "/gouvernance/preparer": {"annee": "2027"},
    "/gouvernance/reunion/": {"comite": "cotech", "jour": "2027-06-01"},
    "/gouvernance/comites/nouveau/": {"sigle": "GT", "nom": "Essai", "niveau": "departement"},
    "/gouvernance/seances/essai/passer": {"etat": "annulee", "version": "1"},
    "/gouvernance/seances/essai/passer-compte-rendu": {"etat": "envoye", "version": "1"},
    "/gouvernance/seances/essai/inscrire": {"remontee": "essai-remontee", "version": "1"},
    "/gouvernance/decisions/essai-decision/passer": {"etat": "faite", "version": "1"},
    "/gouvernance/remontees/essai-remontee/avancer": {"acte": "repondre", "texte": "Oui", "version": "1"},
    "/gouvernance/feuilles/feuille-593-sante-2026/valider": {"seance": "essai", "version": "1"},
    "/gouvernance/remontees/nouvelle/": {"nature": "alerte", "texte": "Essai"},
    "/gouvernance/commenter/seance/essai": {"texte": "essai"},
    "/gouvernance/restaurer/seance/essai": {"etat": "999999", "version": "1"},
    "/comites-usagers/nouveau/": {"nom": "Essai"},
    "/comites-usagers/essai-usagers/modifier/": {"nom": "Essai", "version": "1"},
    "/comites-usagers/essai-usagers/membres/1": {"acte": "confirmer"},
    "/comites-usagers/essai-usagers/reunions/nouvelle/": {"jour": "2027-06-01"},
    "/comites-usagers/reunions/essai-reunion/modifier/": {"jour": "2027-06-01", "version": "1"},
    "/comites-usagers/essai-usagers/proposer/": {"texte": "Ouvrir le samedi"},
    "/comites-usagers/propositions/essai-proposition/avancer": {
        "acte": "etudier", "texte": "Oui", "version": "1",
    },
    "/consultations/nouvelle/?sorte=fiche&objet=sante": {"titre": "Essai"},
    "/consultations/essai-consultation/tri/": {"choix": "essai-avis", "tri": "tu", "reponse": "Essai"},
    "/consultations/essai-consultation/tri/une/": {"avis": "essai-avis", "tri": "tu", "reponse": "Essai"},
    "/consultations/essai-consultation/suites": {"suites": "Essai", "version": "1"},
    "/enquetes/essai-enquete/publier": {"version": "1"},
    "/enquetes/essai-enquete/textes/essai": {"texte": "Essai", "acte": "taire"},
    "/signalements/nouveau/": {"texte": "Le guichet est fermé"},
    "/signalements/essai-signalement/avancer": {"acte": "repondre", "texte": "Oui", "version": "1"},
    "/signalements/a-traiter/refuser": {"choix": "essai-signalement@1", "motif": "Essai"},
    "/signalements/commenter/signalement/essai-signalement": {"texte": "essai"},
    "/signalements/restaurer/signalement/essai-signalement": {"etat": "999999", "version": "1"},
    "/bilans/ouvrir": {"annee": "2027"},
    "/bilans/2026/avancer": {"acte": "figer", "version": "1"},
    "/bilans/contributions/essai-contribution/": {"texte": "Essai", "version": "1"},
    "/bilans/contributions/essai-contribution/brouillon": {"texte": "Essai", "version": "1"},
    "/bilans/commenter/contribution/essai-contribution": {"texte": "essai"},
    "/bilans/restaurer/contribution/essai-contribution": {"etat": "999999", "version": "1"},
    "/elaboration/nouvelle/": {"nature": "revision", "titre": "Essai", "debut": "2026-01-01"},
    "/elaboration/essai-elaboration/passer": {"geste": "publier", "version": "1"},
    "/elaboration/essai-elaboration/tri/": {"geste": "ecarter", "motif": "a", "choix": "essai-parole@1"},
    "/elaboration/essai-elaboration/tri/une/": {
        "geste": "ecarter", "motif": "a", "parole": "essai-parole", "version": "1",
    },
    "/elaboration/essai-elaboration/contribuer/": {"texte": "Essai"},
    "/elaboration/evenements/essai-evenement/recueillir/": {"texte": "Essai", "origine": "salle"},
    "/elaboration/evenements/essai-evenement/inviter": {"version": "1"},
    "/elaboration/evenements/essai-evenement/passer": {"etat": "invite", "version": "1"},
    "/elaboration/evenements/essai-evenement/ouvrir": {"jusqu_au": "2199-01-01", "version": "1"},
    "/elaboration/paroles/essai-parole/avancer": {"geste": "ecarter", "motif": "a", "version": "1"},
    "/elaboration/dire/ESSA2345/": {"texte": "Essai"},
    "/elaboration/commenter/evenement/essai-evenement": {"texte": "essai"},
    "/elaboration/restaurer/evenement/essai-evenement": {"etat": "999999", "version": "1"},
    "/webhooks/1/agir": {"acte": "suspendre"},
    "/gouvernance/parcours/actes/": {"version": "0"},
    "/gouvernance/parcours/textes/nouveau/": {"arretee_le": "2020-01-02"},
    "/gouvernance/parcours/signataires/nouveau/": {"nom": "Essai"},
    "/gouvernance/parcours/signataires/essai-signataire/": {"nom": "Autre", "version": "1"},
    "/gouvernance/parcours/organismes/nouveau/": {"nature": "epci", "nom": "Autre"},
    "/gouvernance/parcours/organismes/essai-organisme/avis/": {
        "delibere_le": "2020-03-01", "avis": "favorable", "version": "1",
    },
    "/gouvernance/parcours/organismes/essai-organisme/saisine/": {
        "saisi_le": "2020-02-01", "texte": "1", "version": "1",
    },
    "/gouvernance/parcours/organismes/essai-organisme/repondre": {
        "suite": "retenue", "reponse": "Essai", "rang": "0", "version": "1",
    },
    "/gouvernance/parcours/commenter/organisme/essai-organisme": {"texte": "essai"},
    "/gouvernance/parcours/restaurer/organisme/essai-organisme": {"etat": "999999", "version": "1"},
}  # fmt: skip

ENTREES = ("/comptes/connexion/?next=", "/administration/login/?next=")
Line = tuple[str, str, str, dict[str, str]]


def read_tables() -> Iterator[Line]:
    """(view, address, method, column → expected answer) of each line of the document."""
    heads: list[str] = []
    for text in DOCUMENT.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in text.strip("|").split("|")]
        if text.startswith("| vue"):
            heads = cells
        elif text.startswith("| `"):
            row = dict(zip(heads, cells, strict=True))
            view, address = row.pop("vue").strip("`"), row.pop("adresse").strip("`")
            if "méthode" in row:
                yield view, address, row.pop("méthode"), row
            else:
                for method in ("GET", "POST"):
                    yield view, address, method, {"tous": row[method]}


def names(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from names(pattern, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield f"{prefix}{pattern.name}"


def test_every_address_is_listed_for_each_method() -> None:
    listed = {(view, method) for view, _, method, _ in read_tables()}
    served = set(names(get_resolver()))
    unlisted = served - {view for view, _ in listed}
    assert not unlisted, f"ajoutez à docs/permissions.md : {sorted(unlisted)}"
    assert {view for view, _ in listed} <= served
    missing = {(view, "GET") for view in served} - listed
    missing |= {(view, "POST") for view in served if not view.startswith("admin:")} - listed
    assert not missing, f"ajoutez à docs/permissions.md : {sorted(missing)}"


def test_every_line_leads_to_its_view_and_every_role_has_a_column() -> None:
    roles = set()
    for view, address, _, expected in read_tables():
        found = resolve(address.partition("?")[0])
        assert found.view_name == view, address
        roles |= set(expected)
    assert roles == {"tous", "anonyme", "sans mandat", "superutilisateur", *Mandat.Role.values}


@pytest.fixture
def clients(compte) -> dict[str, Client]:
    """One browser for each column."""
    found = {"anonyme": Client()}
    for role in ("", *Mandat.Role.values):
        found[role or "sans mandat"] = Client()
        personne = compte(role)
        personne.is_staff = role == Mandat.Role.ADMINISTRATION
        personne.save()
        found[role or "sans mandat"].force_login(personne)
    found["superutilisateur"] = Client()
    chief = compte()
    chief.is_staff = chief.is_superuser = True
    chief.save()
    found["superutilisateur"].force_login(chief)
    return found


@pytest.fixture
def objets(nord, compte, settings, tmp_path) -> None:
    """One of each thing that the addresses of the document name, numbered 1 or « essai »."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    someone = compte()
    indicator = models.IndicateurSuivi.objects.create(
        cle="sante.1#1", objet="sante.1", libelle="Essai", nature="quantitative", themes=["sante"]
    )
    models.Valeur.objects.create(pk=1, indicateur=indicator, date="2026-01-01", valeur=1, auteur="quelqu’un")
    place = {"theme": "sante", "arrondissement": "593", "nature": "atout"}
    models.ItemAfom.objects.create(cle="sante/593/afom1", texte="Essai", **place)
    models.BonnePratique.objects.create(cle="essai", titre="Essai")
    models.Label.objects.create(cle="essai", nom="Essai")
    models.FicheAction.history.filter(cle="sante").update(history_id=999_999)
    models.Amendement.objects.create(pk=1, sorte="fiche", objet="sante", motif="essai", auteur=someone)
    TOTPDevice.objects.create(pk=1, user=someone, name="essai")
    scenario = Scenario(nom="Essai", modifications=(Fermeture(lieu="france_services:1"),))
    ScenarioEnregistre.objects.create(
        cle="essai", titre="Essai", contenu=write_scenario(scenario), visibilite="public", auteur=someone
    )
    ScenarioEnregistre.history.update(history_id=999_999)
    make_gouvernance(someone)
    space = EspaceEchange.objects.create(
        cle="echange-sante-593", theme="sante", territoire="593", nom="Essai"
    )
    now = timezone.now()
    MessageEchange.objects.create(
        pk=1, espace=space, texte="essai", auteur=someone, ecrit_le=now, dernier_le=now
    )
    make_bilan()
    make_parcours()
    make_elaboration()
    make_participation()
    make_usagers(someone)
    make_consultation()
    folder = settings.EXPORTS / "essai"
    folder.mkdir(parents=True)
    (folder / "essai.zip").write_bytes(b"essai")
    Travail.objects.create(jeton="essai", titre="Essai", genre="tout_exporter", fichier="essai.zip")
    organisation = Organisation.objects.get_or_create(nom="Essai", nature="autre")[0]
    chief = compte("charge_mission")
    demande = comptes.DemandeInvitation("invitee@example.org", "Une", "Personne", organisation, "partenaire")
    comptes.invite_personne(chief, demande)
    Partenaire.objects.create(pk=1, organisation=organisation)
    make_annuaire()
    make_orientation()
    make_complement()
    Invitation.objects.update(empreinte=empreinte("essai"))
    comptes.create_jeton(someone, "essai")
    Jeton.objects.update(id=1)
    tomorrow = timezone.now() + timedelta(days=1)
    Recuperation.objects.create(empreinte=empreinte("essai"), personne=someone, expire_le=tomorrow)
    Menage.objects.create(pk=1, regle="essai", nombre=0)
    webhook = Webhook.objects.create(pk=1, nom="Essai", adresse="https://exemple.fr/", secret="essai")
    EnvoiDeWebhook.objects.create(pk=1, webhook=webhook, cle="essai", genre="essai", identifiant="msg_essai")


def make_annuaire() -> None:
    """Two records, a correction, what is said of both, the link of a campaign that goes on.

    The directory has a mark of its own: what other tests computed of an empty one is not what it is.
    """
    EtatAnnuaire.objects.create(pk=1, marque=uuid4().hex, marque_lieux=uuid4().hex)
    told = {"source": "essai", "id": "essai--1", "nom": "Accueil", "date_maj": "2026-01-31"}
    for n in (1, 2):
        FicheTenue.objects.create(
            pk=n, sorte="structure", ident=f"essai--{n}", source="essai", vue_le="2026-02-01",
            contenu=told | {"id": f"essai--{n}"}, complement={"fonctions": ["premier_niveau"]},
        )  # fmt: skip
    ImportAnnuaire.objects.create(pk=1, fichier="e.json", format="tableur", empreinte="0" * 64)
    CorrespondanceGardee.objects.create(pk=1, nom="Essai", contenu={"nom": "Essai"})
    asked = {"nom": "e.json", "empreinte": "0" * 64}
    Travail.objects.create(jeton="essai-annuaire", titre="Essai", genre="lire_annuaire", parametres=asked)
    (settings.EXPORTS / "essai-annuaire").mkdir()
    waiting = {"structures": [], "services": [], "complements": [], "incertain": {"format": [], "fiches": {}}}
    waiting |= {"phrases": [], "format": "tableur", "ailleurs": 0, "entier": True, "departement": None}
    (settings.EXPORTS / "essai-annuaire" / "lecture.json").write_text(json.dumps(waiting), "utf-8")
    DecisionDoublon.objects.create(
        pk=1, premiere="essai--1", seconde="essai--2", reponse="plus_tard", dite_le=timezone.now()
    )
    ConventionAccueil.objects.create(
        cle="essai-convention", structure_id=1, partenaire="CAF", objets=["visio"], debut="2026-01-01"
    )
    ConventionAccueil.history.update(history_id=999_999)
    CorrectionProposee.objects.create(
        pk=1, fiche_id=1, champ="nom", valeur="Autre accueil", proposee_le="2026-02-02"
    )
    SeanceFormation.objects.create(pk=1, titre="Essai", jour="2199-01-01")
    campagne = CampagneMenee.objects.create(debut="2026-01-01", fin="2199-01-01", lancee_le="2026-01-01")
    demande = DemandeConfirmation.objects.create(campagne=campagne, adresse="essai@example.org")
    demande.fiches.add(1)
    LienConfirmation.objects.create(demande=demande, empreinte=empreinte("essai"), cree_le="2026-01-01")


def make_orientation() -> None:
    """A structure that accepts orientations, one sent by the organisation of every mandate to itself."""
    team = Organisation.objects.get(nom="Conseil départemental d’essai")
    home = StructureAccueillante.objects.create(pk=1, fiche_id=1, organisation=team)
    today = timezone.localdate()
    row = OrientationEnvoyee.objects.create(
        pk=1, accueillante=home, equipe=team, besoin="manger", prenom="Essai", rappel="essai", etat="envoyer",
        etapes=[{"acte": "envoyer", "le": today.isoformat()}], envoyee_le=today,
        efface_le=today + timedelta(days=60),
    )  # fmt: skip
    LienDeReponse.objects.create(orientation=row, empreinte=empreinte("essai"), cree_le=today)


def make_complement() -> None:
    """A line that waits, of the organisation of every mandate."""
    ComplementPropose.objects.create(
        cle="essai-complement", lieu="france_services:1", type_lieu="france_services", nom="Essai",
        champ="accessible", valeur="oui", source="Essai", verifie_le="2026-01-01",
        organisation=Organisation.objects.get(nom="Conseil départemental d’essai"),
    )  # fmt: skip
    ComplementPropose.history.update(history_id=999_999)


def make_gouvernance(auteur) -> None:
    """A meeting, its decision, a remontée before the same comité of the département."""
    Seance.objects.create(cle="essai", comite="cotech", jour="2026-06-02")
    Seance.history.update(history_id=999_999)
    empreinte = magasin.put(settings.MAILLAGE_FICHIERS, b"%PDF-")
    FichierDonne.objects.create(
        pk=1, objet="essai-decision", empreinte=empreinte, nom="a.pdf", genre="pdf", octets=5
    )
    Decision.objects.create(
        cle="essai-decision", seance=Seance.objects.get(), rang=1, reference="Essai", texte="Essai"
    )
    step = {"acte": "deposer", "le": "2026-05-01", "comite": "cotech", "seance": "", "texte": "", "par": ""}
    RemonteeDeposee.objects.create(
        cle="essai-remontee", nature="alerte", texte="Essai", comite="cotech", deposee_le="2026-05-01",
        etapes=[step], auteur=auteur,
    )  # fmt: skip
    ComiteDecrit.objects.create(cle="comite-cotech", sigle="CoTech", nom="Essai", niveau="departement")
    FeuilleDeRoute.objects.create(
        cle="feuille-593-sante-2026", territoire="593", theme="sante", annee=2026, ambition="Essai"
    )


def make_bilan() -> None:
    """A bilan that takes contributions, and one of them."""
    asked = {"acte": "demander", "le": "2026-09-01"}
    bilan = BilanAnnuel.objects.create(cle="bilan-2026", annee=2026, etapes=[asked])
    ContributionEcrite.objects.create(
        cle="essai-contribution", bilan=bilan, theme="sante", territoire="593", echeance="2026-10-15"
    )
    ContributionEcrite.history.update(history_id=999_999)


def make_participation() -> None:
    """A signalement that is public, the link of its author; a survey whose results are."""
    steps = [{"acte": acte, "le": "2026-05-01"} for acte in ("deposer", "publier")]
    row = SignalementRecu.objects.create(
        cle="essai-signalement", theme="sante", texte="Essai", texte_public="Essai", etapes=steps,
        etat="publier", depose_le="2026-05-01",
    )  # fmt: skip
    SignalementRecu.history.update(history_id=999_999)
    asked = [{"cle": "q1", "sorte": "oui/non", "texte": "Essai ?"}]
    enquete = Enquete.objects.create(
        cle="essai-enquete", titre="Essai", questions=asked, ouvre_le="2026-05-01", ferme_le="2026-05-09",
        publiee_le="2026-05-10",
    )  # fmt: skip
    TexteLibre.objects.create(pk="essai", enquete=enquete, question="q1", texte="Essai")
    LienDeSuivi.objects.create(
        signalement=row, empreinte=empreinte("essai"), billet="essai", cree_le="2026-05-01"
    )


def make_consultation() -> None:
    """A consultation whose synthesis is public, and a comment."""
    asked = [{"cle": "q1", "sorte": "un choix", "texte": "Essai ?", "choix": ["Favorable", "Réservé"]}]
    enquete = Enquete.objects.create(
        cle="essai-consultee", titre="Essai", questions=asked, ouvre_le="2026-05-01", ferme_le="2026-05-09",
        publiee_le="2026-05-10",
    )  # fmt: skip
    ConsultationPublique.objects.create(
        cle="essai-consultation", enquete=enquete, objet="sante", intitule="Essai", question="Essai ?"
    )
    TexteLibre.objects.create(pk="essai-avis", enquete=enquete, question="q2", texte="Essai")


def make_usagers(auteur) -> None:
    """A comité d'usagers, who asks to sit there, a meeting, a proposition that is public."""
    comite = ComiteUsagers.objects.create(cle="essai-usagers", nom="Essai")
    MembreUsagers.objects.create(pk=1, comite=comite, personne=auteur, consenti_le="2026-05-01")
    ReunionUsagers.objects.create(cle="essai-reunion", comite=comite, jour="2026-05-01")
    steps = [{"acte": acte, "le": "2026-05-01"} for acte in ("deposer", "publier")]
    PropositionDeposee.objects.create(
        cle="essai-proposition", comite=comite, texte="Essai", etapes=steps, etat="publier",
        publiee_le="2026-05-01",
    )  # fmt: skip


def make_parcours() -> None:
    """A text, a body that was asked, who signs."""
    text = export_programme(load_programme())
    TexteSoumis.objects.create(numero=1, arretee_le="2020-01-01", contenu=text, empreinte="")
    OrganismeConsulte.objects.create(
        cle="essai-organisme", nature="epci", nom="Essai", texte=1, saisi_le="2020-02-01",
        reserves=[{"texte": "Essai", "suite": None, "reponse": ""}],
    )  # fmt: skip
    OrganismeConsulte.history.update(history_id=999_999)
    Signataire.objects.create(cle="essai-signataire", nom="Essai")


def make_elaboration() -> None:
    """The making of a schema, an event that is open to all, what was said there."""
    row = Elaboration.objects.create(
        cle="essai-elaboration", nature="elaboration", titre="Essai", schema="essai", debut="2026-01-01"
    )
    event = Evenement.objects.create(
        cle="essai-evenement", elaboration=row, nature="fondatrice", titre="Essai", debut="2026-02-01",
        fin="2026-02-01", code="ESSA2345", ouvert_au="2199-01-01",
    )  # fmt: skip
    Evenement.history.update(history_id=999_999)
    said = {"acte": "recueillir", "le": "2026-02-01"}
    Parole.objects.create(
        cle="essai-parole", elaboration=row, evenement=event, texte="Essai", origine="salle", etat="a_trier",
        etapes=[said], recue_le="2026-02-01",
    )  # fmt: skip


def try_once(client: Client, method: str, address: str) -> str:
    """What this reader gets; what it wrote is undone."""
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        if method == "GET":
            answer = client.get(address)
        else:
            answer = client.post(address, FORMULAIRES.get(address.partition("?")[0], {}))
        answer.close()
        transaction.set_rollback(True)
    client.cookies = cookies
    if answer.status_code == 302 and answer.headers["Location"].startswith(ENTREES):
        return "connexion"
    return {401: "connexion", 403: "non", 405: "–", 404: "absent"}.get(answer.status_code, "oui")


# Three readers stand for all where everyone has the same right.
TOUS = ("anonyme", "sans mandat", "superutilisateur")


@pytest.mark.lent
@pytest.mark.ignore_template_errors
def test_each_cell_is_what_happens(clients, objets, monkeypatch) -> None:
    monkeypatch.setattr(Limite, "PUBLIQUE", 10**6)  # more addresses of the API than a minute allows
    wrong = []
    keys = {reader: int(client.session.get(SESSION_KEY, 0)) for reader, client in clients.items()}
    for view, address, method, expected in read_tables():
        columns = dict.fromkeys(TOUS, expected["tous"]) if "tous" in expected else expected
        known: list[tuple[Questions, str]] = []
        for reader, right in columns.items():
            # Who administers is staff too: allowed by more than a mandate, she stands for herself alone.
            alone = f"{reader}, en équipe" if reader == Mandat.Role.ADMINISTRATION else reader
            got = next((answer for asked, answer in known if asked.hold_for(alone)), None)
            if got is None:
                with note_questions(alone, keys[reader]) as asked:
                    got = try_once(clients[reader], method, address)
                known.append((asked, got))
            if got != right:
                wrong.append(f"{method} {view} ({address}), {reader} : {got}, et non {right}")
    assert not wrong, "\n".join(wrong)


def test_every_model_of_the_administration_is_listed() -> None:
    listed = {view for view, *_ in read_tables()}
    for model in admin.site._registry:
        for page in ("changelist", "add", "change", "delete", "history"):
            assert f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}" in listed
