"""Who may import records, correct them, receive people and orient them; anyone reads records."""

from __future__ import annotations

from types import MappingProxyType

from rules.permissions import add_perm
from rules.predicates import is_superuser

from maillage.web.comptes.models import Mandat
from maillage.web.comptes.rules import a_mandat

R = Mandat.Role
TABLE = MappingProxyType(
    {
        "importer": (R.CHARGE_MISSION,),
        "corriger": tuple(R(value) for value in R.values if value != R.ADMINISTRATION),
        "suivre_correction": (R.CHARGE_MISSION,),
        "reunir": (R.CHARGE_MISSION, R.DIRECTION, R.PILOTE_DEPARTEMENTAL, R.PILOTE_TERRITORIAL, R.ACCUEIL),
        "accueillir": tuple(
            R(value) for value in R.values if value not in {R.ADMINISTRATION, R.DIRECTION, R.ANALYSTE}
        ),
        "orienter": (R.ACCUEIL, R.PARTENAIRE, R.CHARGE_MISSION),
        "ouvrir_orientation": (R.CHARGE_MISSION, R.PILOTE_DEPARTEMENTAL, R.PILOTE_TERRITORIAL),
        "compter_orientations": (
            R.CHARGE_MISSION,
            R.DIRECTION,
            R.PILOTE_DEPARTEMENTAL,
            R.PILOTE_TERRITORIAL,
        ),
        "mener_campagne": (R.CHARGE_MISSION,),
    }
)
LIBELLES = MappingProxyType(
    {
        "importer": "Importer des fiches dans l’annuaire, défaire un import",
        "corriger": "Proposer une correction d’une fiche, confirmer qu’elle est encore juste",
        "reunir": "Dire si deux fiches de l’annuaire sont un même lieu, revenir dessus",
        "accueillir": "Chercher pour une personne reçue, imprimer sa feuille, tenir les favoris de l’équipe",
        "orienter": "Envoyer une orientation, répondre à celles que reçoit son organisation",
        "ouvrir_orientation": "Dire qu’une structure accepte des orientations, et comment elle est prévenue",
        "compter_orientations": "Lire combien d’orientations, par mois, besoin, structure et état",
        "suivre_correction": "Relire ce qu’une structure dit d’elle, suivre une correction jusqu’à sa source",
        "mener_campagne": "Lancer une campagne de fraîcheur de l’annuaire, imprimer ses lettres",
    }
)

for action, roles in TABLE.items():
    add_perm(f"annuaire.{action}", is_superuser | a_mandat(*roles))
