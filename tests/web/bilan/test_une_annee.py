"""A year of the Nord in seven roles: meetings, a blockage, an amendment, the frozen bilan, the trace."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from maillage.sdaasp.bilan.etats import ActeBilan
from maillage.sdaasp.gouvernance.remontees import ActeRemontee, NatureRemontee
from maillage.sdaasp.gouvernance.seances import EtatCompteRendu, EtatSeance
from maillage.sdaasp.programme.vocabulaire import Opinion
from maillage.web.bilan import commands as bilans
from maillage.web.bilan.models import BilanAnnuel
from maillage.web.comptes.models import Mandat
from maillage.web.gouvernance import commands, models, queries
from maillage.web.programme.amendements.commands import give_opinion, propose_amendement
from maillage.web.programme.models import Amendement, Declinaison

AN = 2026
DOUAI = "593"
A, R, N = ActeBilan, ActeRemontee, NatureRemontee
REVUE = "Un cabinet dans le local que la ville prête"


@pytest.fixture
def set_day(monkeypatch) -> Callable:
    """Set the day that the application believes it is."""

    def change(jour: date) -> None:
        at = timezone.make_aware(datetime.combine(jour, time(10)))
        monkeypatch.setattr(timezone, "now", lambda: at)

    return change


@pytest.fixture
def roles(nord, compte) -> dict:
    """Seven people, one a role, their mandates running since the first of the year."""
    place = f"arrondissement:{DOUAI}"
    people = {
        "charge": compte("charge_mission"),
        "prefecture": compte("direction"),
        "sous_prefet": compte("direction", territoire=place),
        "pilote": compte("pilote_territorial", theme="sante", territoire=place),
        "thematique": compte("pilote_thematique", theme="sante"),
        "referent": compte("referent_dimension"),
        "epci": compte("partenaire"),
    }
    Mandat.objects.update(debut=date(AN, 1, 1))
    return people


def list_of(comite: str) -> list[models.Seance]:
    return list(models.Seance.objects.filter(comite=comite).order_by("jour"))


def hold(auteur, seance: models.Seance, set_day) -> models.Seance:
    """Call a meeting three weeks before, hold it, have its minutes written, sent, approved."""
    set_day(seance.jour - timedelta(days=21))
    held = commands.move_seance(auteur, seance, seance.version, EtatSeance.CONVOQUEE)
    set_day(seance.jour)
    held = commands.move_seance(auteur, held, held.version, EtatSeance.TENUE)
    held = commands.write_minutes(auteur, held, held.version, "Ce qui s’est dit.")
    for etat in (EtatCompteRendu.ENVOYE, EtatCompteRendu.APPROUVE):
        held = commands.move_minutes(auteur, held, held.version, etat)
    return held


def raise_in_spring(roles, seance: models.Seance, set_day) -> models.RemonteeDeposee:
    """What an arrondissement sends up at its CTS, passed on to the CoTech: in Douai, a blockage."""
    here = seance.territoire
    who, runs, nature = roles["thematique"], roles["prefecture"], N.PROPOSITION
    if here == DOUAI:
        who, runs, nature = roles["pilote"], roles["sous_prefet"], N.BLOCAGE
    set_day(seance.jour - timedelta(days=30))
    up = commands.deposit(who, nature, f"Un local manque ({here})", theme="sante", territoire=here)
    assert (up.comite, up.devant) == ("cts", here)
    hold(runs, commands.put_on_agenda(runs, seance, up, seance.version), set_day)
    up.refresh_from_db()
    return commands.move_remontee(runs, up, up.version, R.TRANSMETTRE, "cotech", texte="Hors de nos moyens")


def answer_in_june(charge, ups: list[models.RemonteeDeposee]) -> models.RemonteeDeposee:
    """The CoTech answers the proposals, and sends the blockage of Douai to the CoPil."""
    (douai,) = (up for up in ups if up.nature == N.BLOCAGE)
    for up in ups:
        if up != douai:
            commands.move_remontee(charge, up, up.version, R.REPONDRE, texte="Retenu")
    return commands.move_remontee(charge, douai, douai.version, R.TRANSMETTRE, "copil", texte="À arbitrer")


def amend(roles, action: Declinaison) -> Amendement:
    """The pilot of Douai has an action changed; an EPCI and a référent say what they think of it."""
    made = propose_amendement(roles["pilote"], action, {"libelle": REVUE}, "Le local manque")
    give_opinion(roles["epci"], made, Opinion.FAVORABLE, "Le local est à nous")
    give_opinion(roles["referent"], made, Opinion.RESERVE, "Est-il de plain-pied ?")
    return made


def contribute(charge) -> BilanAnnuel:
    """Contributions asked, each given."""
    bilan = bilans.advance(charge, bilans.open_year(charge, AN), 1, A.DEMANDER)
    for part in bilan.contributions.all():
        bilans.write_contribution(charge, part, part.version, "Ce qui était promis est fait.", rendre=True)
    return bilan


def test_a_year_from_its_calendar_to_its_frozen_bilan(client, roles, set_day) -> None:
    charge, pilote = roles["charge"], roles["pilote"]
    set_day(date(AN, 1, 15))
    assert len(commands.fill_year(charge, AN)) == 6 + 2 + 6 + 1
    assert commands.fill_year(charge, AN) == []
    june, november = list_of("cotech")
    (copil,) = list_of("copil")

    ups = [raise_in_spring(roles, seance, set_day) for seance in list_of("cts")]
    hold(charge, june, set_day)
    blocage = answer_in_june(charge, ups)
    action = Declinaison.objects.filter(theme="sante", arrondissement=DOUAI).earliest("cle")
    amendement = amend(roles, action)

    set_day(date(AN, 9, 1))
    bilan = contribute(charge)
    for seance in list_of("cta"):
        held = hold(roles["prefecture"], seance, set_day)
        where = {"territoire": held.territoire, "reunion": held.cle}
        bilan = bilans.advance(roles["prefecture"], bilan, bilan.version, A.RELIRE, **where)
    held = hold(charge, november, set_day)
    bilan = bilans.advance(charge, bilan, bilan.version, A.CONSOLIDER, reunion=held.cle)

    copil = hold(charge, commands.put_on_agenda(charge, copil, blocage, copil.version), set_day)
    said = {"texte": "Le local de la ville est pris", "remontee": blocage.cle}
    decision = commands.decide(charge, copil, said, commands.Reglement(amendement.pk, adopte=True))
    action.refresh_from_db()
    assert action.libelle == REVUE
    blocage.refresh_from_db()
    commands.move_remontee(charge, blocage, blocage.version, R.REPONDRE, texte="Le local est trouvé")
    bilan = bilans.advance(charge, bilan, bilan.version, A.VALIDER, reunion=copil.cle)
    bilans.advance(charge, bilan, bilan.version, A.FIGER)

    assert not models.RemonteeDeposee.objects.filter(close=False).exists()
    year = queries.read_annee(queries.read_reperes(), AN, date(AN, 12, 31))
    assert not year.manquantes
    assert not year.en_retard
    client.force_login(pilote)
    assert "Le local est trouvé" in client.get(blocage.get_absolute_url()).content.decode()
    trace = client.get(f"/gouvernance/remontees/{blocage.cle}/trace/").content.decode()
    for link in (decision.reference, REVUE, f"Bilan {AN}"):
        assert link in trace
