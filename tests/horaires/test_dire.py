import pytest

from maillage.francais import FINE, INSECABLE
from maillage.horaires.dire import dire


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("24/7", "24 h sur 24, 7 jours sur 7"),
        ("off", "fermé"),
        ("", ""),
        ("Mo-Fr 09:00-12:00,13:30-17:00", "lun.–ven. 9 h–12 h, 13 h 30–17 h"),
        ("mo-fr 9:00-12:00; sa OFF", "lun.–ven. 9 h–12 h ; sam. fermé"),
        ("Mo-Fr 09:00-12:00, We 14:00-18:00", "lun.–ven. 9 h–12 h ; mer. 14 h–18 h"),
        ("Fr 22:00-02:00", "ven. 22 h–2 h"),
        ("Mo 00:00-24:00", "lun. 0 h–24 h"),
        ("Sa open", "sam. 24 h sur 24"),
        ("Sa[1,3] 09:00-12:00", "1er et 3e sam. du mois 9 h–12 h"),
        ("Sa[-1] 09:00-12:00", "dernier sam. du mois 9 h–12 h"),
        ("week 1-10 Mo 09:00-12:00", "semaine 1–10 lun. 9 h–12 h"),
        (
            "Mo 09:00-12:00; PH off; SH 10:00-11:00",
            "lun. 9 h–12 h ; jours fériés fermé ; vacances scolaires 10 h–11 h",
        ),
        ("Apr-Sep Mo 09:00-12:00", "avr.–sept. lun. 9 h–12 h"),
        ("Mo 09:00-12:00; Dec 25-Jan 01 off", "lun. 9 h–12 h ; 25 déc.–1er janv. fermé"),
        ("2027 Feb 02-05 09:00-12:00", "2–5 févr. 2027 9 h–12 h"),
        ("easter off; Mo 09:00-sunset", "Pâques fermé ; lun. de 9 h au coucher du soleil"),
        # What is not sure is said so.
        ('"sur rendez-vous"', "« sur rendez-vous » (à confirmer)"),
        ('Mo 09:00-12:00 "sur rendez-vous"', "lun. 9 h–12 h « sur rendez-vous » (à confirmer)"),
        ('Mo 09:00-12:00 open "sonnez"', "lun. 9 h–12 h « sonnez »"),
        ('Mo 09:00-12:00 || "sur rendez-vous"', "lun. 9 h–12 h ; sinon « sur rendez-vous » (à confirmer)"),
        ("Mo 09:00-12:00; Sa unknown", "lun. 9 h–12 h ; sam. (à confirmer)"),
        ("Mo-Fr", "lun.–ven. (heures non dites)"),
        ("Mo 10:00+", "lun. à partir de 10 h (fin non dite)"),
        ("Mo 10:00-12:00+", "lun. 10 h–12 h (fin non dite)"),
        ('"en été": Mo 09:00-12:00', "« en été » lun. 9 h–12 h (à confirmer)"),
        # What cannot be read, or has no words here, is shown as it came.
        ("lundi matin", "lundi matin"),
        ("Mo[1] +2 days 09:00-12:00", "Mo[1] +2 days 09:00-12:00"),
        ("Mo (sunrise+01:00)-12:00", "Mo (sunrise+01:00)-12:00"),
    ],
)
def test_hours_are_said_in_french_with_what_is_not_sure(text, said):
    assert dire(text).replace(INSECABLE, " ").replace(FINE, " ") == said
