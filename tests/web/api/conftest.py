"""An install where every part of the API has something to say; a mark in each field that is not for all."""

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from maillage.annuaire.fiche import Annuaire, Prestation, Structure
from maillage.scenarios.modifications import Ouverture, Scenario
from maillage.sdaasp.programme.visibilite import RESERVES
from maillage.web.annuaire.commands import FichierLu, import_annuaire
from maillage.web.atelier import commands as ateliers
from maillage.web.comptes.models import Personne
from maillage.web.gouvernance import models as gouvernance
from maillage.web.participation import models as participation
from maillage.web.programme import models
from maillage.web.programme.indicateurs.commands import create_indicateur
from maillage.web.socle import debit
from maillage.web.suivi.commands import comment, update

PROGRAMME, GOUVERNANCE, SCENARIOS, ANNUAIRE = "programme", "gouvernance", "scenarios", "annuaire"
TOUS, PERSONNE, AUTEUR = "anyone", "nobody", "its author, with a key for scenarios"
# Field → who reads it by API: a right of a key, whose person holds every mandate it takes.
CHAMPS = {
    "Valeur.auteur": PROGRAMME,
    "Valeur.valideur": PROGRAMME,
    "Valeur.motif": PROGRAMME,
    "Declinaison.commentaire_meteo": TOUS,
    "Commentaire.texte": PERSONNE,
    "historique.motif": PERSONNE,
    "Scenario.brouillon": AUTEUR,
    "Scenario.comptes": SCENARIOS,
    "Seance.compte_rendu": GOUVERNANCE,
    "Decision.texte": GOUVERNANCE,
    "Remontee.texte": GOUVERNANCE,
    "Remontee.par": PERSONNE,
    "Prestation.contact": ANNUAIRE,
    "Signalement.texte": PERSONNE,
    "Signalement.lieu": PERSONNE,
    "Signalement.entre_agents": PERSONNE,
    "Signalement.par": PERSONNE,
    "Signalement.texte_public": TOUS,
    "Signalement.a_relire": PERSONNE,
    "Proposition.a_relire": PERSONNE,
    "Proposition.publiee": TOUS,
    "Consultation.a_venir": PERSONNE,
    "Personne.nom": PERSONNE,
    "Personne.email": PERSONNE,
}
MARQUES = {name: f"zinnia{rank}cosmos" for rank, name in enumerate(CHAMPS, 10)}
CLE, JOUR = "sante/593/2025/1", dt.date(2026, 1, 31)
CONNUS = {"niveau": "commune", "code": "90001", "indicateur": "densite", "q": "numerique"}
"""Values that exist here, for what an address takes."""


@pytest.fixture
def sans_limite(monkeypatch) -> None:
    """Each request falls in a minute of its own."""
    minutes = count()
    monkeypatch.setattr(debit, "minute", lambda: next(minutes))


@pytest.fixture
def pleine(nord, compte, settings) -> Iterator[Callable[[str], Personne]]:
    """The author of it all, chargé de mission."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    author = compte("charge_mission")
    author.last_name, author.email = MARQUES["Personne.nom"], f"{MARQUES['Personne.email']}@example.org"
    author.save()
    make_programme(author)
    make_scenarios(author)
    make_annuaire()
    make_gouvernance(author)
    make_participation(author)
    return author


def make_programme(author) -> None:
    row = models.Declinaison.objects.get(cle=CLE)
    row = update(author, row, row.version, {"statut": "engagee"}, MARQUES["historique.motif"])
    told = {"meteo": "orage", "commentaire_meteo": MARQUES["Declinaison.commentaire_meteo"]}
    row = update(author, row, row.version, told, "")
    comment(author, row, MARQUES["Commentaire.texte"])
    indicator = create_indicateur(author, row, {"libelle": "Accueils", "nature": "quantitative"})
    models.Cible.objects.create(indicateur=indicator, annee=2026, valeur=12)
    said = {name: MARQUES[f"Valeur.{name}"] for name in RESERVES["valeurs"]}
    models.Valeur.objects.create(indicateur=indicator, date=JOUR, valeur=4, etat="validee", **said)


def make_scenarios(author) -> None:
    for name, level in (("brouillon", ""), ("comptes", "comptes")):
        mark = MARQUES[f"Scenario.{name}"]
        edits = (Ouverture(type="ecole", nom=mark, commune="90001"),)
        row = ateliers.create_scenario(author, Scenario(nom=mark, modifications=edits), "")
        if level:
            ateliers.share(author, row, row.version, level, None)


def make_annuaire() -> None:
    told = {"source": "essai", "date_maj": JOUR, "code_insee": "90001"}
    homes = tuple(Structure(id=f"essai--{n}", nom=f"Accueil {n}", **told) for n in range(1, 4))
    offer = Prestation(
        id="essai--9", nom="Aide au numérique", structure_id="essai--1", thematiques=("numerique",),
        contact_nom_prenom=MARQUES["Prestation.contact"], frais="gratuit", **told,
    )  # fmt: skip
    import_annuaire(None, FichierLu(Annuaire(homes, (offer,)), "e.json", "essai", "0" * 64))


def make_gouvernance(author) -> None:
    seance = gouvernance.Seance.objects.create(
        cle="cotech-1", comite="cotech", jour=JOUR, compte_rendu=MARQUES["Seance.compte_rendu"],
        points=[{"titre": "Le point", "objet": "sante"}], presences=[{"organisation": "Département"}],
    )  # fmt: skip
    gouvernance.Decision.objects.create(
        cle="decision-1", seance=seance, rang=1, reference="Cotech 1", texte=MARQUES["Decision.texte"],
        remontee="remontee-1",
    )  # fmt: skip
    step = {"acte": "deposer", "le": "2026-01-02", "comite": "cotech", "par": MARQUES["Remontee.par"]}
    gouvernance.RemonteeDeposee.objects.create(
        cle="remontee-1", nature="alerte", texte=MARQUES["Remontee.texte"], comite="cotech",
        deposee_le="2026-01-02", etapes=[step], auteur=author, objet="sante",
    )  # fmt: skip


def make_participation(author) -> None:
    by = MARQUES["Signalement.par"]
    steps = [
        {"acte": "deposer", "le": "2026-01-02"},
        {"acte": "publier", "le": "2026-01-03", "par": by},
        {"acte": "instruire", "le": "2026-01-04", "par": by, "texte": MARQUES["Signalement.entre_agents"]},
        {"acte": "repondre", "le": "2026-01-05", "par": by, "texte": "Le guichet ouvre le samedi."},
    ]
    participation.SignalementRecu.objects.create(
        cle="signalement-1", theme="sante", texte=MARQUES["Signalement.texte"],
        lieu=MARQUES["Signalement.lieu"], texte_public=MARQUES["Signalement.texte_public"], etapes=steps,
        etat="repondre", depose_le="2026-01-02", auteur=author,
    )  # fmt: skip
    participation.SignalementRecu.objects.create(
        cle="signalement-2", theme="sante", texte=MARQUES["Signalement.a_relire"], etapes=steps[:1],
        etat="deposer", depose_le="2026-01-02",
    )  # fmt: skip
    comite = participation.ComiteUsagers.objects.create(cle="usagers-1", nom="Usagers de Douai")
    for key, name, state in (("1", "publiee", "publier"), ("2", "a_relire", "deposer")):
        participation.PropositionDeposee.objects.create(
            cle=f"proposition-{key}", comite=comite, texte=MARQUES[f"Proposition.{name}"], etat=state,
            etapes=[{"acte": one, "le": "2026-01-02"} for one in ("deposer", "publier")[: 3 - int(key)]],
            publiee_le=None if state == "deposer" else "2026-01-02",
        )  # fmt: skip
    for key, until, title in (("1", "2199-12-31", "Votre avis"), ("2", "", MARQUES["Consultation.a_venir"])):
        enquete = participation.Enquete.objects.create(
            cle=f"enquete-{key}", titre=title, questions=[{"cle": "q1", "sorte": "oui/non", "texte": "?"}],
            ouvre_le="2026-01-01" if until else "2199-12-30", ferme_le=until or "2199-12-31",
        )  # fmt: skip
        participation.ConsultationPublique.objects.create(
            cle=f"consultation-{key}", enquete=enquete, objet="sante", intitule=title, question="Et vous ?"
        )
