"""The programme in the database.

Each model carries the fields of the dataclass of the same name in ``maillage.sdaasp``, under the same names:
scalars are columns, lists and nested objects are JSON in the form of the exchange format. ``None`` means « à
confirmer » there as here, which is why text columns may be null. ``version`` counts the writes: it is the
optimistic lock.
"""

from __future__ import annotations

from maillage.web.programme.models.afom import ItemAfom, Vote
from maillage.web.programme.models.amendements import Amendement
from maillage.web.programme.models.base import ObjetProgramme, Referentiel
from maillage.web.programme.models.correspondances import Correspondance
from maillage.web.programme.models.declinaisons import Declinaison
from maillage.web.programme.models.demarches import OrientationFne, PlanExterne
from maillage.web.programme.models.fiches import FicheAction, ObjectifPrioritaire
from maillage.web.programme.models.indicateurs import Cible, IndicateurSuivi, Valeur
from maillage.web.programme.models.mutualisations import Mutualisation
from maillage.web.programme.models.pratiques import BonnePratique, Label, list_themes
from maillage.web.programme.models.versions import VersionDuSchema

SORTES: dict[str, type[ObjetProgramme]] = {
    model.SORTE: model
    for model in (
        FicheAction,
        ObjectifPrioritaire,
        Declinaison,
        IndicateurSuivi,
        ItemAfom,
        BonnePratique,
        Label,
        Correspondance,
        Mutualisation,
        PlanExterne,
        OrientationFne,
    )
}
__all__ = [
    "SORTES",
    "Amendement",
    "BonnePratique",
    "Cible",
    "Correspondance",
    "Declinaison",
    "FicheAction",
    "IndicateurSuivi",
    "ItemAfom",
    "Label",
    "Mutualisation",
    "ObjectifPrioritaire",
    "ObjetProgramme",
    "OrientationFne",
    "PlanExterne",
    "Referentiel",
    "Valeur",
    "VersionDuSchema",
    "Vote",
    "list_themes",
]
