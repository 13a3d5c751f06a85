"""How the pages of the directory write minutes, hours, openings and fields."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone

from maillage.annuaire.fraicheur import EtatFraicheur
from maillage.annuaire.moyens import MOYENS_ACCES, MoyensDits
from maillage.annuaire.ouverture import ETATS_OUVERTURE, EtatOuverture, ReponseOuverture
from maillage.annuaire.recherche import PAS_CE_JOUR, PEUT_ETRE, PLUS_TARD, RECU
from maillage.francais import INSECABLE, jour_de_semaine, typeset
from maillage.francais import jour as write_day
from maillage.web.annuaire.accueil.models import FavoriEquipe, StructureAccueillante
from maillage.web.annuaire.fiches import CHAMPS, AgeFiche, tell_age
from maillage.web.annuaire.mobilite import AidesProches
from maillage.web.annuaire.models import CorrectionProposee
from maillage.web.annuaire.queries import read_field
from maillage.web.annuaire.resultats import ReponseLieu, write_clock
from maillage.web.annuaire.trouver import MODES_DITS

register = template.Library()
AUTRES_CHAMPS = {
    "date_maj": "Date de la fiche",
    "code_insee": "Code de la commune",
    "lien_source": "Page chez la source",
    "mobilisable_par": "Qui le demande",
    "falc": "Version facile à lire",
    "feries": "Ouvert les jours fériés",
    "sans_marche": "Entrée sans marche",
    "rendez_vous": "Sur rendez-vous",
}
TONS = {RECU: "oui", PLUS_TARD: "peut-etre", PEUT_ETRE: "peut-etre", PAS_CE_JOUR: "non"}


@register.filter
def duree(minutes: int) -> str:
    """« 25 min », « 1 h 20 ».

    >>> [duree(minutes).replace(INSECABLE, " ") for minutes in (25, 80, 120)]
    ['25 min', '1 h 20', '2 h']
    """
    hours, left = divmod(minutes, 60)
    if not hours:
        return f"{left}{INSECABLE}min"
    return f"{hours}{INSECABLE}h" + (f"{INSECABLE}{left:02}" if left else "")


@register.filter
def heure_dite(at: datetime) -> str:
    """« 9 h 05 »."""
    return write_clock(at).replace(" ", INSECABLE)


@register.filter
def jour_dit(at: datetime) -> str:
    """« samedi 5 décembre 2026 »."""
    return f"{jour_de_semaine(at.date())} {write_day(at.date())}"


@register.filter
def accueil_dit(one: ReponseLieu) -> str:
    """How one is received on arrival, in words."""
    if one.accueil == RECU:
        return f"Ouvert à votre arrivée, jusqu’à {_until(one)}" if one.ferme_a else "Ouvert à votre arrivée"
    opens = one.ouverture.ouvre if one.ouverture else None
    if one.accueil == PLUS_TARD and opens:
        return f"Ouvre à {heure_dite(opens)}"
    if one.accueil == PAS_CE_JOUR:
        return f"Fermé ; ouvre {jour_dit(opens)} à {heure_dite(opens)}" if opens else "Fermé"
    if one.accueil is None:
        return "Temps inconnu"
    known = one.ouverture and one.ouverture.etat != EtatOuverture.INCONNU
    return "Horaires à vérifier" if known else "Horaires inconnus : appelez avant"


def _until(one: ReponseLieu) -> str:
    end, came = one.ferme_a, one.arrivee
    if end is None or came is None:
        return ""
    return heure_dite(end) if end.date() == came.date() else f"{jour_dit(end)}, {heure_dite(end)}"


@register.filter
def accueil_ton(one: ReponseLieu) -> str:
    """Its colour."""
    return TONS.get(one.accueil if one.accueil is not None else PEUT_ETRE, "")


@register.filter
def mode_dit(one: ReponseLieu, mode: str) -> str:
    """« à vélo »."""
    return MODES_DITS.get(mode, "")


@register.filter
def etat_dit(found: ReponseOuverture) -> str:
    """Open now, until when, or when next."""
    said = ETATS_OUVERTURE[found.etat]
    if found.etat == EtatOuverture.OUVERT and found.jusque:
        return f"{said} en ce moment, jusqu’à {heure_dite(found.jusque)}"
    if found.etat == EtatOuverture.FERME and found.ouvre:
        return f"{said} en ce moment ; ouvre {jour_dit(found.ouvre)} à {heure_dite(found.ouvre)}"
    return said


@register.filter
def valeur_dite(value: Any) -> str:
    """A field in words; a list with commas; « (vide) » for nothing."""
    if value is None or value == "":
        return "(vide)"
    if isinstance(value, list | tuple) and value and isinstance(value[0], dict):
        return " ; ".join(_tell_closure(one) for one in value)
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, list | tuple):
        return ", ".join(str(one).replace("--", " : ").replace("-", " ") for one in value)
    return typeset(str(value))


def _tell_closure(told: dict[str, Any]) -> str:
    start, end = (write_day(date.fromisoformat(told[name])) for name in ("debut", "fin"))
    when = f"le {start}" if start == end else f"du {start} au {end}"
    return f"{when} ({typeset(told['motif'])})" if told.get("motif") else when


@register.filter
def age_dit(age: AgeFiche) -> str:
    """What is not confirmed says so: since when; nothing for the rest."""
    if age.sure:
        return ""
    long = " : plus d’un an" if age.etat == EtatFraicheur.PERIMEE else ""
    return typeset(f"Non confirmée depuis le {write_day(age.depuis)}{long}")


@register.filter
def age(one: ReponseLieu) -> AgeFiche:
    """How fresh the record of an answer is, today."""
    return tell_age(one.offre.fiche.date_maj, one.confirmee, timezone.localdate())


@register.filter
def favori_de(one: ReponseLieu, favoris: Mapping[tuple[str, str], FavoriEquipe]) -> FavoriEquipe | None:
    """What the team says of a place, of its prestation or of its structure; null for nothing."""
    parts = (("prestation", one.offre.prestation), ("structure", one.offre.structure))
    keys = [(kind, part.id) for kind, part in parts if part is not None]
    return next((favoris[key] for key in keys if key in favoris), None)


@register.filter
def accueillante_de(
    one: ReponseLieu, accueillantes: Mapping[str, StructureAccueillante]
) -> StructureAccueillante | None:
    """The structure of a place when it accepts orientations; null when it does not."""
    return accueillantes.get(one.offre.structure.id) if one.offre.structure else None


@register.filter
def champ_dit(name: str) -> str:
    """The French label of a field, of a record or of its complement."""
    bare = name.removeprefix("complement.")
    return CHAMPS.get(bare) or AUTRES_CHAMPS.get(bare) or bare.replace("_", " ").capitalize()


@register.filter
def source_dite(one: CorrectionProposee) -> str:
    """What the source says of the field that a correction puts right."""
    return valeur_dite(read_field(one.fiche, one.champ))


@register.filter
def moyens_dits(moyens: MoyensDits) -> str:
    """The ways in that are said, in words; empty when none is.

    >>> moyens_dits(MoyensDits(guichet=True, telephone=True))
    'au guichet, par téléphone'
    """
    return ", ".join(MOYENS_ACCES[one].lower() for one in moyens.dits)


@register.filter
def est_loin(one: ReponseLieu, aides: AidesProches | None) -> bool:
    """Whether one would need help to go there."""
    return aides is not None and aides.concern(one)
