"""Which form changes which kind of object."""

from __future__ import annotations

from maillage.web.programme.afom.forms import FormulaireItemAfom
from maillage.web.programme.couverture.forms import FormulaireCorrespondance
from maillage.web.programme.declinaisons.forms import FormulaireDeclinaison
from maillage.web.programme.demarches.forms import FormulaireDemarche, FormulaireFne
from maillage.web.programme.fiches.forms import FormulaireFiche, FormulaireObjectif
from maillage.web.programme.indicateurs.forms import FormulaireIndicateurSuivi
from maillage.web.programme.mutualisation.forms import FormulaireMutualisation
from maillage.web.programme.pratiques.forms import FormulaireLabel, FormulairePratique
from maillage.web.programme.saisie.forms import FormulaireObjet

FORMULAIRES: dict[str, type[FormulaireObjet]] = {
    "fiche": FormulaireFiche,
    "objectif": FormulaireObjectif,
    "declinaison": FormulaireDeclinaison,
    "indicateur": FormulaireIndicateurSuivi,
    "afom": FormulaireItemAfom,
    "pratique": FormulairePratique,
    "label": FormulaireLabel,
    "territoire": FormulaireCorrespondance,
    "partage": FormulaireMutualisation,
    "demarche": FormulaireDemarche,
    "fne": FormulaireFne,
}
