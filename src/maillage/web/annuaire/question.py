"""What a resident asks, read from the form: need, place, moment, means, for whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django import forms

from maillage.annuaire.moyens import MOYENS_ACCES
from maillage.annuaire.recherche import DemandeService
from maillage.catalogue.besoins import read_depart
from maillage.web.socle.formulaires import JourField

QUAND: Final = [
    ("maintenant", "Maintenant"),
    ("demain", "Demain matin"),
    ("samedi", "Samedi matin"),
    ("jour", "Un autre jour"),
]
COMMENT: Final = [
    ("transports", "Sans voiture : à pied, en bus, en train"),
    ("voiture", "En voiture"),
    ("velo", "À vélo"),
    ("marche", "À pied"),
]
PUBLICS: Final = [
    ("", "Tout le monde"),
    ("jeunes", "Un jeune"),
    ("familles", "Une famille, un enfant"),
    ("seniors", "Une personne âgée"),
    ("personnes-en-situation-de-handicap", "Une personne handicapée"),
    ("personnes-exilees", "Une personne étrangère, sans papiers"),
    ("demandeurs-emploi", "Une personne sans emploi"),
    ("beneficiaires-des-minimas-sociaux", "Une personne au RSA, à l’AAH"),
    ("femmes", "Une femme"),
    ("etudiants", "Un étudiant, une étudiante"),
    ("personnes-en-situation-durgence", "Une urgence"),
]
LANGUES: Final = [
    ("", "Peu importe"),
    ("ar", "Arabe"),
    ("en", "Anglais"),
    ("de", "Allemand"),
    ("es", "Espagnol"),
    ("nl", "Néerlandais"),
    ("pl", "Polonais"),
    ("pt", "Portugais"),
    ("uk", "Ukrainien"),
    ("fsl", "Langue des signes"),
]
MOYENS: Final = [("", "Peu importe"), *((one.value, nom) for one, nom in MOYENS_ACCES.items())]
SAMEDI: Final = 5


class FormulaireTrouver(forms.Form):
    """The one form of the page; nothing in it has to be filled but the need and the place."""

    besoin = forms.CharField(label="De quoi avez-vous besoin ?", max_length=200, required=False)
    ou = forms.CharField(label="Où êtes-vous ?", max_length=200, required=False)
    lon = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    quand = forms.ChoiceField(label="Quand ?", choices=QUAND, required=False)
    jour = JourField(label="Jour", required=False)
    heure = forms.TimeField(
        label="Heure de départ", required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    comment = forms.ChoiceField(label="Comment ?", choices=COMMENT, required=False)
    public = forms.ChoiceField(label="Pour qui ?", choices=PUBLICS, required=False)
    langue = forms.ChoiceField(label="Dans quelle langue ?", choices=LANGUES, required=False)
    moyen = forms.ChoiceField(label="Comment être reçu ?", choices=MOYENS, required=False)
    gratuit = forms.BooleanField(label="Gratuit", required=False)
    sans_marche = forms.BooleanField(label="Sans marche à l’entrée", required=False)
    sans_rendez_vous = forms.BooleanField(label="Sans rendez-vous", required=False)


@dataclass(frozen=True)
class QuestionTrouver:
    """What is asked; ``depart_a``: when one leaves, by the clock on the wall."""

    demande: DemandeService
    ou: str
    lon: float | None
    lat: float | None
    depart_a: datetime
    quand: str
    comment: str

    @property
    def depart_min(self) -> int:
        """Minutes after midnight when one leaves."""
        return self.depart_a.hour * 60 + self.depart_a.minute

    @property
    def jour(self) -> date:
        """The day when one leaves."""
        return self.depart_a.date()


def read_question(told: dict[str, Any], now: datetime) -> QuestionTrouver:
    """The question of a form that is valid; ``now``: the clock on the wall, without time zone."""
    quand = told.get("quand") or QUAND[0][0]
    return QuestionTrouver(
        DemandeService(
            told.get("besoin") or "",
            told.get("public") or "",
            bool(told.get("gratuit")),
            bool(told.get("sans_marche")),
            bool(told.get("sans_rendez_vous")),
            told.get("langue") or "",
            told.get("moyen") or "",
        ),
        told.get("ou") or "",
        told.get("lon"),
        told.get("lat"),
        choose_depart(quand, told.get("jour"), told.get("heure"), now),
        quand,
        told.get("comment") or COMMENT[0][0],
    )


def choose_depart(quand: str, jour: date | None, heure: time | None, now: datetime) -> datetime:
    """When one leaves. A morning starts at the hour of the catalogue; Saturday is today when it is one.

    >>> choose_depart("samedi", None, None, datetime(2026, 11, 29, 18, 0)).isoformat()
    '2026-12-05T09:00:00'
    >>> choose_depart("samedi", None, None, datetime(2026, 12, 5, 10, 30)).isoformat()
    '2026-12-05T10:30:00'
    >>> choose_depart("jour", date(2026, 12, 24), time(14, 15), datetime(2026, 11, 29)).isoformat()
    '2026-12-24T14:15:00'
    """
    now = now.replace(second=0, microsecond=0, tzinfo=None)
    if quand == "maintenant" or (quand == "jour" and jour is None):
        return now if heure is None else datetime.combine(now.date(), heure)
    ahead = {"demain": 1, "samedi": (SAMEDI - now.weekday()) % 7}
    day = jour if quand == "jour" and jour else now.date() + timedelta(days=ahead.get(quand, 0))
    return max(datetime.combine(day, heure or time.fromisoformat(read_depart("matin"))), now)
