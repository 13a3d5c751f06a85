"""Speaking: in the room, online, by the open address; what anybody sends is hidden until it is let in."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from maillage.sdaasp.elaboration.paroles import ActeParole, EtapeParole
from maillage.web.elaboration import commands, recueil
from maillage.web.elaboration.models import Parole
from maillage.web.suivi.models import Commentaire, Mouvement
from maillage.web.suivi.queries import list_nouveautes

MECHANT = "<script>alert(1)</script> =1+1 {{ 7*7 }} \x07 \u202e"


@pytest.fixture
def ouvert(charge, journee):
    return commands.open_to_all(charge, journee, journee.version, timezone.localdate())


def test_the_room_keeps_its_last_choices_and_nobodys_name(client, compte, journee) -> None:
    accueil = compte("accueil")
    client.force_login(accueil)
    page = f"/elaboration/evenements/{journee.cle}/recueillir/"
    answer = client.post(page, {"texte": "Le bus passe deux fois", "theme": "mobilites", "origine": "salle"})
    assert "theme=mobilite" in answer.headers["Location"]
    shown = client.get(answer.headers["Location"]).content.decode()
    assert '<option value="mobilites" selected>' in shown
    row = Parole.objects.get()
    assert (row.etat, row.auteur, row.evenement, row.etapes[0]["par"]) == ("a_trier", None, journee, "")
    assert client.post(page, {"texte": " ", "origine": "salle"}).status_code == 200
    assert client.post(page, {"texte": "a", "origine": "en_ligne"}).status_code == 200
    assert Parole.objects.count() == 1


def test_who_speaks_with_an_account_is_told_what_becomes_of_it(client, compte, charge, elaboration) -> None:
    partenaire = compte("partenaire")
    client.force_login(partenaire)
    client.post(f"/elaboration/{elaboration.cle}/contribuer/", {"texte": "Une permanence", "theme": "sante"})
    row = Parole.objects.get()
    assert (row.auteur, row.origine) == (partenaire, "en_ligne")
    step = EtapeParole(acte=ActeParole.ECARTER, le=timezone.localdate(), motif="Déjà fait")
    commands.move_paroles(charge, {row.cle: row.version}, step)
    (news,) = list_nouveautes(partenaire)
    assert "Déjà fait" in news.mouvements[0].texte
    assert "permanence" not in f"{Mouvement.objects.values_list('intitule', 'texte')}"
    assert "hors sujet" in client.get(f"/elaboration/{elaboration.cle}/contribuer/").content.decode()


def test_what_anybody_sends_is_read_by_nobody_before_it_is_let_in(
    client, ouvert, elaboration, compte, charge
) -> None:
    page = f"/elaboration/dire/{ouvert.code}/"
    answer = client.post(page, {"texte": MECHANT, "theme": "sante"})
    assert answer.headers["Location"] == f"{page}?merci=1"
    assert "merci" in client.get(answer.headers["Location"]).content.decode()
    row = Parole.objects.get()
    assert (row.etat, row.auteur, row.territoire, row.evenement) == ("a_moderer", None, "", ouvert)
    assert "\x07" not in row.texte
    assert row.history.get().history_user is None
    lecteur, ailleurs = compte("analyste"), compte("pilote_thematique", theme="mobilites")
    for who in (lecteur, ailleurs):
        client.force_login(who)
        assert client.get(row.get_absolute_url()).status_code == 404
        assert client.get(f"/elaboration/historique/parole/{row.cle}/").status_code == 404
        for url in (f"/elaboration/{elaboration.cle}/tri/", ouvert.get_absolute_url()):
            assert "alert" not in client.get(url).content.decode()
        client.post(f"/elaboration/commenter/parole/{row.cle}", {"texte": "a"})
    assert not Commentaire.objects.exists()
    client.force_login(compte("pilote_thematique", theme="sante"))
    shown = client.get(f"/elaboration/{elaboration.cle}/tri/").content.decode()
    assert "&lt;script&gt;" in shown
    assert "<script>alert" not in shown
    step = EtapeParole(acte=ActeParole.ADMETTRE, le=timezone.localdate())
    commands.move_paroles(charge, {row.cle: row.version}, step)
    client.force_login(lecteur)
    assert "&lt;script&gt;" in client.get(row.get_absolute_url()).content.decode()


def test_the_open_address_bounds_what_it_takes(client, ouvert, monkeypatch) -> None:
    page = f"/elaboration/dire/{ouvert.code}/"
    assert client.post(page, {"texte": "x" * 1501}).status_code == 200
    assert client.post(page, {"texte": "a", "theme": "inconnu"}).status_code == 200
    client.post(page, {"texte": "machine", "adresse": "http://ici"})
    assert not Parole.objects.exists()
    monkeypatch.setattr(recueil, "PAR_MINUTE", 5)
    codes = [client.post(page, {"texte": f"n° {n}"}).status_code for n in range(4)]
    assert codes == [302, 302, 429, 429]
    monkeypatch.setattr(recueil, "PAR_MINUTE", 100)
    monkeypatch.setattr(commands, "A_MODERER_AU_PLUS", 2)
    assert "plein" in client.post(page, {"texte": "de trop"}).content.decode()
    assert Parole.objects.count() == 2
    assert client.get("/elaboration/dire/", {"code": "ZZZZZZZZ"}).status_code == 200


def test_nothing_is_taken_once_it_is_closed(client, charge, ouvert, elaboration) -> None:
    commands.close_elaboration(charge, elaboration, elaboration.version, date(2026, 12, 31))
    assert client.get(f"/elaboration/dire/{ouvert.code}/").status_code == 404
    with pytest.raises(ValidationError):
        commands.deposit(ouvert, "Trop tard")
    ouvert.elaboration.refresh_from_db()
    with pytest.raises(ValidationError, match="close depuis"):
        commands.collect(charge, ouvert.elaboration, {"texte": "a", "origine": "salle"})


def test_an_address_whose_day_has_passed_opens_nothing(client, ouvert) -> None:
    type(ouvert).objects.update(ouvert_au=timezone.localdate() - timedelta(days=1))
    assert client.get(f"/elaboration/dire/{ouvert.code}/").status_code == 404
    assert client.get("/elaboration/dire/", {"code": ouvert.code}).status_code == 200
