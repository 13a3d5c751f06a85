"""Who may do what on the programme: one table, role × action. Perimeters come from the mandates.

A pilote territorial with ``theme`` and ``territoire`` acts on the declinaisons of that theme in that
arrondissement and nowhere else; a mandate without a theme covers all of them in its arrondissement.
"""

from __future__ import annotations

from types import MappingProxyType

from rules.permissions import add_perm
from rules.predicates import is_superuser

from maillage.web.comptes import portees
from maillage.web.comptes.models import Mandat
from maillage.web.comptes.rules import a_mandat
from maillage.web.programme.noms import list_portees

R = Mandat.Role
_CHARGES = (R.CHARGE_MISSION, R.PILOTE_DEPARTEMENTAL)
_THEME = (*_CHARGES, R.PILOTE_THEMATIQUE, R.COPILOTE)
_TERRAIN = (*_THEME, R.PILOTE_TERRITORIAL, R.DIRECTION)
_TOUS = (*_TERRAIN, R.REFERENT_DIMENSION, R.PARTENAIRE, R.ANALYSTE, R.ACCUEIL)

TABLE = MappingProxyType(
    {
        "modifier_fiche": (*_CHARGES, R.PILOTE_THEMATIQUE, R.REFERENT_DIMENSION),
        "modifier_objectif": (*_CHARGES, R.PILOTE_THEMATIQUE),
        "modifier_declinaison": _TERRAIN,
        "modifier_indicateur": _TERRAIN,
        "proposer_valeur": (*_TERRAIN, R.ANALYSTE),
        "valider_valeur": (R.CHARGE_MISSION,),
        "contribuer_afom": (*_TERRAIN, R.PARTENAIRE),
        "contribuer_pratique": (*_TERRAIN, R.REFERENT_DIMENSION, R.PARTENAIRE),
        "modifier_mutualisation": _TERRAIN,
        "modifier_demarche": _CHARGES,
        "noter_nouvelle": (*_TERRAIN, R.REFERENT_DIMENSION, R.PARTENAIRE),
        "modifier_fne": (*_CHARGES, R.REFERENT_DIMENSION),
        "modifier_label": _CHARGES,
        "modifier_correspondance": _CHARGES,
        "commenter": _TOUS,
        "suivre": _TOUS,
        "proposer_amendement": _TOUS,
        "instruire_amendement": _CHARGES,
        "restaurer": _CHARGES,
        "importer": (R.CHARGE_MISSION,),
        "lire_historique": _TOUS,
    }
)
LIBELLES = MappingProxyType(
    {
        "modifier_fiche": "Modifier une fiche",
        "modifier_objectif": "Modifier un objectif prioritaire",
        "modifier_declinaison": "Créer ou modifier une déclinaison, une par une ou en lot",
        "modifier_indicateur": "Créer un indicateur, fixer une cible",
        "proposer_valeur": "Proposer une valeur",
        "valider_valeur": "Valider une valeur (d’une autre personne)",
        "contribuer_afom": "Écrire et voter dans l’AFOM",
        "contribuer_pratique": "Décrire une bonne pratique et ses reprises",
        "modifier_mutualisation": "Décrire ce qui est partagé, ou prévu de l’être",
        "modifier_demarche": "Décrire une démarche suivie",
        "noter_nouvelle": "Noter une nouvelle d’une démarche",
        "modifier_fne": "Tenir la feuille de route numérique",
        "modifier_label": "Décrire un label",
        "modifier_correspondance": "Dire quels territoires de l’atlas couvre une zone du schéma",
        "commenter": "Commenter",
        "suivre": "Suivre, être prévenu",
        "proposer_amendement": "Proposer un amendement",
        "instruire_amendement": "Examiner et décider un amendement",
        "restaurer": "Rétablir un état passé",
        "importer": "Commencer un schéma, reprendre un document",
        "lire_historique": "Lire l’historique",
    }
)
for action, roles in TABLE.items():
    add_perm(f"programme.{action}", is_superuser | a_mandat(*roles))

portees.register(list_portees)
