"""Who may import records, correct them, receive people, orient them, keep conventions; anyone reads."""

from __future__ import annotations

from types import MappingProxyType

from rules.permissions import add_perm
from rules.predicates import is_superuser

from maillage.web.atelier.rules import en_general
from maillage.web.comptes.models import Mandat
from maillage.web.comptes.rules import a_mandat

R = Mandat.Role
_TOUS = tuple(R(value) for value in R.values if value != R.ADMINISTRATION)
TABLE = MappingProxyType(
    {
        "importer": (R.CHARGE_MISSION,),
        "corriger": _TOUS,
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
        "former": (R.CHARGE_MISSION, R.PILOTE_DEPARTEMENTAL, R.PILOTE_TERRITORIAL),
        "tenir_convention": (
            R.CHARGE_MISSION, R.DIRECTION, R.PILOTE_DEPARTEMENTAL, R.PILOTE_THEMATIQUE, R.COPILOTE,
            R.PILOTE_TERRITORIAL, R.PARTENAIRE, R.ACCUEIL,
        ),
        "commenter": _TOUS,
        "suivre": _TOUS,
        "lire_historique": _TOUS,
        "restaurer": (R.CHARGE_MISSION,),
    }
)  # fmt: skip
CONVENTIONS = ("tenir_convention", "commenter", "suivre", "lire_historique", "restaurer")
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
        "former": "Annoncer une formation à l’accueil, l’annuler",
        "mener_campagne": "Lancer une campagne de fraîcheur de l’annuaire, imprimer ses lettres",
        "tenir_convention": "Dire ce qu’une structure peut faire avec une autre",
        "commenter": "Commenter une convention",
        "suivre": "Suivre une convention, être prévenu",
        "lire_historique": "Lire l’historique d’une convention",
        "restaurer": "Rétablir un état passé d’une convention",
    }
)

for action, roles in TABLE.items():
    held = a_mandat(*roles)
    # a record is of no arrondissement of the schema: a mandate limited to one, or to a theme, counts whole
    add_perm(f"annuaire.{action}", is_superuser | (en_general(held) if action in CONVENTIONS else held))
