"""How good a prestation's record is: the ten criteria of data·inclusion v1, at a stated date.

The schema's own library (``data_inclusion.schema.v1.score_qualite``) counts ages from the clock; here the day
is given, so that a figure can be shown again. Each criterion is a number from 0 to 1, null where it does not
apply; the score is their mean, each rounded to two decimals first, as the library does. A structure has none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from maillage.annuaire.fiche import Prestation
from maillage.catalogue.lecture import read_toml

SANS_DATE: Final = frozenset({"agefiph", "france-travail"})
"""Sources whose dates the schema does not judge."""


@dataclass(frozen=True, slots=True)
class CritereQualite:
    """One criterion: its name in the schema, what it asks for, what to do to meet it."""

    nom: str
    libelle: str
    que_faire: str


@dataclass(frozen=True, slots=True)
class QualiteFiche:
    """The score, from 0 to 1, and each criterion by name (null: does not apply)."""

    score: float
    criteres: dict[str, float | None]

    @property
    def manques(self) -> tuple[CritereQualite, ...]:
        """The criteria that are not wholly met, worst first, in the schema's order where equal."""
        short = [one for one in CRITERES if (self.criteres[one.nom] or 0) < 1 and self.applies(one.nom)]
        return tuple(sorted(short, key=lambda one: self.criteres[one.nom] or 0))

    def applies(self, nom: str) -> bool:
        """Whether a criterion is asked of this record."""
        return self.criteres[nom] is not None


CRITERES: Final = (
    CritereQualite("adresse_bien_definie", "Adresse", "Dites l’adresse où l’on est reçu."),
    CritereQualite("modes_mobilisation_bien_definis", "Accès", "Dites comment et par qui il se demande."),
    CritereQualite("au_moins_un_public", "Public", "Dites à qui le service s’adresse."),
    CritereQualite("au_moins_une_thematique", "Thématique", "Choisissez une thématique."),
    CritereQualite("au_moins_un_moyen_de_contact", "Contact", "Donnez un téléphone, un courriel ou un lien."),
    CritereQualite("courriel_bien_defini", "Courriel", "Donnez le courriel auquel écrire."),
    CritereQualite("date_maj_recente", "Mise à jour", "Relisez la fiche : elle date de plus de six mois."),
    CritereQualite("frais_bien_definis", "Frais", "Dites si le service est gratuit, sinon son prix."),
    CritereQualite("description_bien_definie", "Description", "Décrivez-le en 200 à 2 000 caractères."),
    CritereQualite("telephone_bien_defini", "Téléphone", "Donnez le téléphone à appeler."),
)  # fmt: skip


def measure(prestation: Prestation, at: date) -> QualiteFiche:
    """The quality of a record on a day.

    >>> one = Prestation(source="x", id="p", structure_id="s", nom="Aide", date_maj=date(2026, 1, 1),
    ...     description="Une aide.", frais="gratuit", thematiques=("sante--addictions",), telephone="0320")
    >>> measure(one, date(2026, 3, 1)).score
    0.57
    """
    found = {name: judge(prestation) for name, judge in list_judges(at).items()}
    known = [round(value, 2) for value in found.values() if value is not None]
    return QualiteFiche(round(sum(known) / len(known), 2), found)


def judge_address(one: Prestation) -> float | None:
    """Asked of who receives people on the spot."""
    asked = "en-presentiel" in (one.modes_accueil or ()) or "se-presenter" in (one.modes_mobilisation or ())
    return float(bool(one.adresse)) if asked else None


def judge_phone(one: Prestation) -> float | None:
    """Asked of who is reached by telephone."""
    return float(bool(one.telephone)) if "telephoner" in (one.modes_mobilisation or ()) else None


def judge_mail(one: Prestation) -> float | None:
    """Asked of who is reached by mail."""
    return float(bool(one.courriel)) if "envoyer-un-courriel" in (one.modes_mobilisation or ()) else None


def judge_ways(one: Prestation) -> float:
    """Half for how it is asked for, half for by whom."""
    return (one.modes_mobilisation is not None) / 2 + (one.mobilisable_par is not None) / 2


def judge_age(one: Prestation, at: date) -> float | None:
    """1 until 180 days, then falling in a straight line to 0 at 730: (730 - age) / (730 - 180).

    >>> one = Prestation(source="x", id="p", structure_id="s", nom="Aide", date_maj=date(2026, 1, 1))
    >>> [round(judge_age(one, date.fromordinal(one.date_maj.toordinal() + n)), 2) for n in (180, 455, 730)]
    [1.0, 0.5, 0.0]
    """
    if one.source in SANS_DATE:
        return None
    told = read_toml("annuaire.toml")["qualite"]
    fresh, stale = float(told["frais_jours"]), float(told["perime_jours"])
    return min(1.0, max(0.0, (stale - (at - one.date_maj).days) / (stale - fresh)))


def judge_topic(one: Prestation) -> float:
    """At least one thématique."""
    return float(bool(one.thematiques))


def judge_public(one: Prestation) -> float:
    """At least one public."""
    return float(bool(one.publics))


def judge_contact(one: Prestation) -> float:
    """At least one way to be reached."""
    return float(bool(one.courriel or one.lien_mobilisation or one.telephone))


def judge_description(one: Prestation) -> float:
    """1 from 200 to 1,999 characters, a half from 50 and beyond, 0 below."""
    length = len(one.description or "")
    return 1.0 if 200 <= length < 2000 else 0.5 if length >= 50 else 0.0


def judge_price(one: Prestation) -> float:
    """1 when free, or when its price is said; a half when it is only said to be paid for."""
    if one.frais is None:
        return 0.0
    return 1.0 if one.frais == "gratuit" or one.frais_precisions else 0.5


def list_judges(at: date) -> dict[str, Callable[[Prestation], float | None]]:
    """Each criterion of the schema, in its order, as judged on a day."""
    return {
        "adresse_bien_definie": judge_address,
        "modes_mobilisation_bien_definis": judge_ways,
        "au_moins_un_public": judge_public,
        "au_moins_une_thematique": judge_topic,
        "au_moins_un_moyen_de_contact": judge_contact,
        "courriel_bien_defini": judge_mail,
        "date_maj_recente": partial(judge_age, at=at),
        "frais_bien_definis": judge_price,
        "description_bien_definie": judge_description,
        "telephone_bien_defini": judge_phone,
    }
