"""One record with all that is said of it: its source's words, ours over them, its structure, its offers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import Http404
from django.utils import timezone

from maillage.annuaire.fiche import Annuaire, Complement, Prestation, Structure
from maillage.annuaire.moyens import read_moyens
from maillage.annuaire.ouverture import list_stops, make_horaire, tell
from maillage.annuaire.qualite import measure as measure_quality
from maillage.web.annuaire.models import CorrectionProposee, FicheTenue
from maillage.web.annuaire.queries import apply

CHAMPS: Final = {
    "nom": "Nom",
    "description": "Description",
    "type": "Nature",
    "adresse": "Adresse",
    "complement_adresse": "Complément d’adresse",
    "code_postal": "Code postal",
    "commune": "Commune",
    "telephone": "Téléphone",
    "courriel": "Courriel",
    "site_web": "Site",
    "horaires_accueil": "Horaires",
    "frais": "Prix",
    "frais_precisions": "Prix, précisions",
    "publics": "Pour qui",
    "publics_precisions": "Pour qui, précisions",
    "conditions_acces": "Conditions",
    "modes_accueil": "Accueil",
    "modes_mobilisation": "Comment s’y prendre",
    "mobilisation_precisions": "Comment s’y prendre, précisions",
    "lien_mobilisation": "Lien pour s’inscrire",
    "zone_eligibilite": "Habitants concernés",
    "thematiques": "Thématiques",
    "reseaux_porteurs": "Réseaux",
    "accessibilite_lieu": "Accessibilité du lieu",
    "siret": "SIRET",
    "volume_horaire_hebdomadaire": "Heures par semaine",
    "nombre_semaines": "Semaines",
    "contact_nom_prenom": "Contact",
}
RESERVES: Final = {"contact_nom_prenom"}
"""Fields that hold a person's name: read by those who have a mandate only."""
VIEUX_JOURS: Final = 365


@dataclass(frozen=True)
class LigneFiche:
    """A field as its source says it, and as we say it, null where nothing is said; ``correction``: ours."""

    champ: str
    nom: str
    source: Any
    valeur: Any
    correction: CorrectionProposee | None


def describe(pk: int, reader: Any) -> dict[str, Any]:
    """All that the page of a record says: 5 queries; 404 for none."""
    row = FicheTenue.objects.filter(pk=pk).first()
    if row is None:
        raise Http404("Cette fiche n’est pas dans l’annuaire.")
    corrections = list(row.corrections.select_related("auteur"))
    over = {one.champ: one for one in reversed(corrections) if one.court}
    source = row.fiche
    shown = apply(source, {name: one.valeur for name, one in over.items()})
    behind = _read_structure(row)
    annuaire = Annuaire(complements=_complements(row, behind))
    home = behind.fiche if behind else None
    known = annuaire.complete(shown) if isinstance(shown, Prestation) else row.ajout
    structure = shown if isinstance(shown, Structure) else home
    hours = make_horaire(structure if isinstance(structure, Structure) else None,
                         shown if isinstance(shown, Prestation) else None, known)  # fmt: skip
    now = timezone.localtime()
    may_read = reader.has_perm("annuaire.corriger")
    return {
        "fiche": row,
        "vue": shown,
        "structure": behind,
        "offres": _list_offers(row),
        "lignes": list_lines(row, shown, over, reserved=may_read),
        "corrections": corrections,
        "peut_corriger": may_read,
        "complement": known,
        "moyens": read_moyens(
            structure if isinstance(structure, Structure) else None,
            shown if isinstance(shown, Prestation) else None,
            known,
        ),
        "horaires": hours.texte,
        "ouverture": tell(hours, now),
        "passages": list_stops(known, now),
        "qualite": measure_quality(shown, now.date()) if isinstance(shown, Prestation) else None,
        "vieille": is_old(row, now.date()),
        "adresse": write_address(shown, home),
        "telephone": shown.telephone or (home.telephone if home else None),
        "point": find_point(shown, home),
    }


def _read_structure(row: FicheTenue) -> FicheTenue | None:
    if not row.structure:
        return None
    return FicheTenue.objects.filter(sorte="structure", ident=row.structure).first()


def _complements(row: FicheTenue, behind: FicheTenue | None) -> dict[str, Complement]:
    return {one.ident: one.ajout for one in (row, behind) if one is not None}


def _list_offers(row: FicheTenue) -> list[FicheTenue]:
    """The prestations of a structure, the siblings of a prestation."""
    home = row.ident if row.sorte == "structure" else row.structure
    held = FicheTenue.objects.filter(sorte="prestation", structure=home, disparue_le=None)
    return list(held.exclude(pk=row.pk).order_by("ident")[:50])


def list_lines(
    row: FicheTenue, shown: Structure | Prestation, over: dict[str, CorrectionProposee], *, reserved: bool
) -> list[LigneFiche]:
    """The fields of which something is said, in reading order."""
    lines = []
    for name, label in CHAMPS.items():
        if name in row.contenu and (reserved or name not in RESERVES):
            value = getattr(shown, name)
            if row.contenu[name] is not None or name in over:
                lines.append(LigneFiche(name, label, row.contenu[name], value, over.get(name)))
    return lines


def is_old(row: FicheTenue, today: date) -> bool:
    """Whether nobody has said for a year that it holds."""
    told = max(row.fiche.date_maj, row.confirmee_le or date.min)
    return (today - told).days > VIEUX_JOURS


def write_address(shown: Structure | Prestation, home: Structure | Prestation | None) -> str:
    """Street, postcode and commune; those of the structure where the record says none."""
    for one in (shown, home):
        if one is not None and (one.adresse or one.commune):
            town = " ".join(part for part in (one.code_postal, one.commune) if part)
            return ", ".join(part for part in (one.adresse, one.complement_adresse, town) if part)
    return ""


def find_point(
    shown: Structure | Prestation, home: Structure | Prestation | None
) -> tuple[float, float] | None:
    """Where it is, degrees; null when nobody says."""
    for one in (shown, home):
        if one is not None and one.longitude is not None and one.latitude is not None:
            return one.longitude, one.latitude
    return None
