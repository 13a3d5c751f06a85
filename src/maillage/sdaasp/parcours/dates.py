"""Every date of a course, past or to come, with the rule that gives it and where that rule is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from dateutil.relativedelta import relativedelta

from maillage.catalogue.lecture import read_toml
from maillage.francais import accord
from maillage.francais import jour as dire_jour
from maillage.sdaasp.parcours.avis import EtatAvis, SuiviAvis, follow
from maillage.sdaasp.parcours.delais import MOIS_AVIS, find_echeance, list_rappels
from maillage.sdaasp.parcours.modele import Acte, Consultation, NatureOrganisme, Parcours

NOMMES: Final = 3
DELAI: Final = (
    f"{MOIS_AVIS} mois de calendrier depuis le {{}} : jusqu’au même jour du mois, ou au dernier s’il "
    "n’existe pas ; ni dimanche ni jour férié ne le déplace."
)
REPUTE: Final = "Le délai passé sans avis, il est réputé donné : donné, non favorable."
RAPPEL: Final = "Un rappel vient avant l’échéance, à qui n’a pas encore donné son avis."


@dataclass(frozen=True, slots=True)
class DateExpliquee:
    """A date: ``quand`` null when nothing gives it yet; ``regle`` why it is that day; ``source`` of the rule.

    ``confirme``: whether the rule was read in the official text.
    """

    quand: date | None
    quoi: str
    regle: str
    source: str
    confirme: bool


def list_dates(parcours: Parcours, jour: date) -> tuple[DateExpliquee, ...]:
    """All of them as they are known on ``jour``, in order; those that nothing gives yet are last.

    >>> asked = Consultation(cle="a", nom="CC A", nature=NatureOrganisme.EPCI, saisi_le=date(2025, 11, 30))
    >>> for one in list_dates(Parcours(consultations=(asked,)), date(2026, 2, 14))[:4]:
    ...     print(one.quand, one.quoi)
    2025-11-30 Saisine de CC A
    2026-02-23 Rappel de l’avis attendu de CC A
    2026-02-28 Dernier jour pour l’avis de CC A
    2026-03-01 À défaut, avis réputé donné de CC A
    """
    found = [*_tell_texts(parcours), *_tell_avis(parcours, jour), *_tell_acts(parcours, jour)]
    return tuple(sorted(found, key=lambda one: one.quand or date.max))


def find_earliest_approval(parcours: Parcours, jour: date) -> date | None:
    """The first day on which every avis is given or deemed given; null while somebody is to be asked."""
    if any(not parcours.list_natures(nature) for nature in NatureOrganisme):
        return None
    days = [_find_acquired(follow(one, jour)) for one in parcours.list_due(*NatureOrganisme)]
    known = [day for day in days if day is not None]
    return max(known) if len(known) == len(days) else None


def _find_acquired(suivi: SuiviAvis) -> date | None:
    if suivi.echeance is None:
        return None
    return suivi.acquis_le or suivi.echeance + timedelta(days=1)


def _explain(quand: date | None, quoi: str, regle: str, entry: dict[str, Any]) -> DateExpliquee:
    return DateExpliquee(quand, quoi, regle, entry["source"], entry["confirme"])


def _read_rules() -> dict[str, dict[str, Any]]:
    table = read_toml("parcours.toml")
    stages = {entry["id"]: entry for entry in table["etape"]}
    return stages | {name: table[name] for name in ("delai_avis", "rappels", "revision")}


def _tell_texts(parcours: Parcours) -> Iterator[DateExpliquee]:
    rule = _read_rules()["texte"]
    for text in parcours.textes:
        why = text.objet or "Le texte soumis aux avis."
        yield _explain(text.arretee_le, f"Version {text.numero} du texte", why, rule)


def _tell_avis(parcours: Parcours, jour: date) -> Iterator[DateExpliquee]:
    rules = _read_rules()
    for asked, bodies in _group(parcours.consultations).items():
        stage = rules["avis_epci" if bodies[0].nature is NatureOrganisme.EPCI else "avis_region_ctap"]
        yield _explain(
            asked, f"Saisine de {name_bodies(bodies)}", "Le délai de l’avis court de ce jour.", stage
        )
        end, delay = find_echeance(asked), rules["delai_avis"]
        yield _explain(
            end, f"Dernier jour pour l’avis de {name_bodies(bodies)}", DELAI.format(dire_jour(asked)), delay
        )
        followed = [follow(one, jour) for one in bodies]
        silent = [s.consultation for s in followed if s.etat is not EtatAvis.RENDU]
        if silent:
            head = "Avis" if end < jour else "À défaut, avis"
            yield _explain(
                end + timedelta(days=1), f"{head} réputé donné de {name_bodies(silent)}", REPUTE, delay
            )
        waiting = [s.consultation for s in followed if s.etat is EtatAvis.ATTENDU]
        for day in list_rappels(asked) if waiting else ():
            if day >= jour:
                yield _explain(
                    day, f"Rappel de l’avis attendu de {name_bodies(waiting)}", RAPPEL, rules["rappels"]
                )
        for suivi in followed:
            if suivi.etat is EtatAvis.RENDU:
                told = f"Avis rendu par {suivi.consultation.nom}"
                yield _explain(suivi.acquis_le, told, "Dans le délai.", stage)


def _group(bodies: Iterable[Consultation]) -> dict[date, list[Consultation]]:
    """Day of referral → the bodies asked that day."""
    found: dict[date, list[Consultation]] = {}
    for one in bodies:
        if one.saisi_le is not None:
            found.setdefault(one.saisi_le, []).append(one)
    return found


def name_bodies(bodies: list[Consultation]) -> str:
    """The bodies by name, or how many when they are many."""
    if len(bodies) > NOMMES:
        return f"{accord(len(bodies), 'organisme')}"
    return ", ".join(one.nom for one in bodies)


def _tell_acts(parcours: Parcours, jour: date) -> Iterator[DateExpliquee]:
    rules = _read_rules()
    vote, order = parcours.approbation, parcours.arrete
    yield _tell_approval(vote, find_earliest_approval(parcours, jour), rules["approbation"])
    why = "Après l’approbation ; aucun délai n’a été trouvé dans un texte."
    yield _explain(order.le if order else None, "Arrêté du préfet", why, rules["arrete"])
    for one in parcours.signatures:
        what = f"Signature de {one.nom}"
        yield _explain(one.signe_le, what, "La convention engage qui la signe.", rules["convention"])
    for what, day in (
        ("Mise en ligne du schéma", parcours.publicite.en_ligne_le),
        (
            "Publication de la liste des services et de leurs modalités d’accès",
            parcours.publicite.services_le,
        ),
    ):
        yield _explain(day, what, "Aucun délai n’a été trouvé dans un texte.", rules["publicite"])
    yield _tell_revision(parcours, rules["revision"])


def _tell_approval(vote: Acte | None, earliest: date | None, rule: dict[str, Any]) -> DateExpliquee:
    why = "Quand chaque avis est donné ou réputé donné."
    if vote:
        return _explain(vote.le, "Approbation par le conseil départemental", why, rule)
    return _explain(earliest, "Approbation par le conseil départemental, au plus tôt", why, rule)


def _tell_revision(parcours: Parcours, rule: dict[str, Any]) -> DateExpliquee:
    if parcours.revise_le:
        return _explain(parcours.revise_le, "Révision engagée", "Elle ouvre un nouveau schéma.", rule)
    years = rule["annees"]
    due = parcours.arrete.le + relativedelta(years=years) if parcours.arrete else None
    return _explain(due, "Terme du schéma, à réviser d’ici là", f"{years} ans depuis l’arrêté.", rule)
