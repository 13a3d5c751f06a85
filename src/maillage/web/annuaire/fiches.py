"""One record with all that is said of it: its source's words, ours over them, its structure, its offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.http import Http404
from django.utils import timezone

from maillage.annuaire.confirmation import CESSATION, FERMETURES
from maillage.annuaire.fiche import Annuaire, Prestation, Structure
from maillage.annuaire.fraicheur import EtatFraicheur, last_word, tell_fraicheur
from maillage.annuaire.moyens import read_moyens
from maillage.annuaire.ouverture import list_stops, make_horaire, tell
from maillage.annuaire.qualite import measure as measure_quality
from maillage.web.annuaire.lieux import read_lieux
from maillage.web.annuaire.models import CorrectionProposee, FicheTenue
from maillage.web.annuaire.queries import apply, complete, read_field
from maillage.web.annuaire.versions import list_versions

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
    FERMETURES: "Fermetures à venir",
    CESSATION: "N’existe plus",
}
RESERVES: Final = {"contact_nom_prenom"}
"""Fields that hold a person's name: read by those who have a mandate only."""


@dataclass(frozen=True)
class LigneFiche:
    """A field as its source says it, and as we say it, null where nothing is said; ``correction``: ours.

    ``recue``: what the structure says of it, not read again yet. ``confirme_le``: when it last held.
    """

    champ: str
    nom: str
    source: Any
    valeur: Any
    correction: CorrectionProposee | None
    recue: CorrectionProposee | None = None
    confirme_le: date | None = None


def describe(pk: int, reader: Any) -> dict[str, Any]:
    """All that the page of a record says: 5 queries, and the directory once a state; 404 for none."""
    row = FicheTenue.objects.filter(pk=pk).first()
    if row is None:
        raise Http404("Cette fiche n’est pas dans l’annuaire.")
    behind = _read_structure(row)
    told = _read_corrections(row, behind)
    corrections, source = told[row.pk], row.fiche
    values = _lay(corrections)
    shown = apply(source, values)
    complements, home = {row.ident: complete(row.ajout, values)}, None
    if behind is not None:
        over = _lay(told[behind.pk])
        home = apply(behind.fiche, over)
        complements.setdefault(behind.ident, complete(behind.ajout, over))
    annuaire = Annuaire(complements=complements)
    known = annuaire.complete(shown) if isinstance(shown, Prestation) else complements[row.ident]
    structure = shown if isinstance(shown, Structure) else home
    hours = make_horaire(structure if isinstance(structure, Structure) else None,
                         shown if isinstance(shown, Prestation) else None, known)  # fmt: skip
    now = timezone.localtime()
    lieux, ident = read_lieux(), row.ident if row.sorte == "structure" else row.structure
    ids = [one.id for one in lieux.list_records(ident)] or [ident]
    may_read = reader.has_perm("annuaire.corriger")
    return {
        "fiche": row,
        "vue": shown,
        "structure": behind,
        "offres": _list_offers(row, ids),
        "soeurs": lieux.list_sisters(ident),
        "ecarts": [(CHAMPS[name], name, told) for name, told in lieux.list_differences(ident).items()],
        "lignes": list_lines(row, shown, corrections, reserved=may_read),
        "corrections": corrections,
        "peut_corriger": may_read,
        "versions": list_versions(row) if may_read else [],
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
        "fraicheur": tell_age(source.date_maj, row.confirmee_le, now.date()),
        "cesse": any(one.champ == CESSATION and one.is_open for one in corrections),
        "adresse": write_address(shown, home),
        "telephone": shown.telephone or (home.telephone if home else None),
        "point": find_point(shown, home),
    }


def _read_structure(row: FicheTenue) -> FicheTenue | None:
    if not row.structure:
        return None
    return FicheTenue.objects.filter(sorte="structure", ident=row.structure).first()


def _read_corrections(row: FicheTenue, behind: FicheTenue | None) -> dict[int, list[CorrectionProposee]]:
    """Those of a record and of its structure, newest first, by key: 1 query."""
    keys = [one.pk for one in (row, behind) if one is not None]
    found: dict[int, list[CorrectionProposee]] = {key: [] for key in keys}
    for one in CorrectionProposee.objects.filter(fiche__in=keys).select_related("auteur"):
        found[one.fiche_id].append(one)
    return found


def _lay(corrections: Sequence[CorrectionProposee]) -> dict[str, Any]:
    """The fields that we say, the newest word of each."""
    return {one.champ: one.valeur for one in reversed(corrections) if one.court}


def _list_offers(row: FicheTenue, homes: list[str]) -> list[FicheTenue]:
    """The other prestations of these structures."""
    held = FicheTenue.objects.filter(sorte="prestation", structure__in=homes, disparue_le=None)
    return list(held.exclude(pk=row.pk).order_by("ident")[:50])


def list_lines(
    row: FicheTenue,
    shown: Structure | Prestation,
    corrections: Sequence[CorrectionProposee],
    *,
    reserved: bool,
) -> list[LigneFiche]:
    """The fields of which something is said, in reading order; ``corrections``: newest first."""
    over = {one.champ: one for one in reversed(corrections) if one.court}
    recues = {one.champ: one for one in reversed(corrections) if one.etat == CorrectionProposee.Etat.RECUE}
    lines = []
    for name, label in CHAMPS.items():
        if name == CESSATION or (name in RESERVES and not reserved):
            continue
        said = read_field(row, name)
        if said is not None or name in over or name in recues:
            value = over[name].valeur if name in over else said
            day = row.champs_confirmes.get(name)
            when = max(filter(None, (day and date.fromisoformat(day), row.confirmee_le)), default=None)
            lines.append(LigneFiche(name, label, said, value, over.get(name), recues.get(name), when))
    return lines


@dataclass(frozen=True)
class AgeFiche:
    """How fresh a record is: ``etat``, and the last day on which somebody said that it holds."""

    etat: EtatFraicheur
    depuis: date

    @property
    def sure(self) -> bool:
        """Whether nothing has to be said: confirmed, or being asked."""
        return self.etat in {EtatFraicheur.CONFIRMEE, EtatFraicheur.A_CONFIRMER}


def tell_age(date_maj: date, confirmee: date | None, today: date) -> AgeFiche:
    """The one rule of every page: that of ``annuaire.fraicheur``."""
    return AgeFiche(tell_fraicheur(date_maj, confirmee, today), last_word(date_maj, confirmee))


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
