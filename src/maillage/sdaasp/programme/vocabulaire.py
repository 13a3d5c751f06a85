"""The closed lists of the schema: statuses, directions, states. ``None`` is « à confirmer »."""

from __future__ import annotations

from enum import StrEnum


class StatutDeclinaison(StrEnum):
    """Where a declinaison stands; ``None`` in its place means « à confirmer »."""

    IDENTIFIEE = "identifiee"
    NON_IDENTIFIEE = "non_identifiee"
    NON_TRAITEE = "non_traitee"
    ENGAGEE = "engagee"
    EN_COURS = "en_cours"
    ACHEVEE = "achevee"
    ABANDONNEE = "abandonnee"


INACTIFS = frozenset(
    {StatutDeclinaison.NON_IDENTIFIEE, StatutDeclinaison.NON_TRAITEE, StatutDeclinaison.ABANDONNEE}
)
"""What is no measure: nothing was chosen, or it was given up. The others are « retenues »."""


class StatutFrein(StrEnum):
    """Whether an obstacle still stands."""

    OUVERT = "ouvert"
    EN_COURS = "en_cours"
    LEVE = "leve"


class NatureMoyen(StrEnum):
    """What kind of means: people, money, things, or somebody else's help."""

    HUMAIN = "humain"
    FINANCIER = "financier"
    MATERIEL = "materiel"
    PARTENARIAT = "partenariat"


class Meteo(StrEnum):
    """The pilote's own feeling about a declinaison."""

    SOLEIL = "soleil"
    NUAGES = "nuages"
    PLUIE = "pluie"
    ORAGE = "orage"


class NatureCible(StrEnum):
    """The two kinds of objectives the law asks for."""

    QUANTITATIVE = "quantitative"
    QUALITATIVE = "qualitative"


class Sens(StrEnum):
    """Which way is better."""

    HAUSSE = "hausse"
    BAISSE = "baisse"


class EtatValeur(StrEnum):
    """A value is proposed, then validated or refused by somebody else."""

    PROPOSEE = "proposee"
    VALIDEE = "validee"
    REFUSEE = "refusee"


class NatureAfom(StrEnum):
    """The four boxes of an AFOM matrix."""

    ATOUT = "atout"
    FAIBLESSE = "faiblesse"
    OPPORTUNITE = "opportunite"
    MENACE = "menace"


class NaturePreuve(StrEnum):
    """What an AFOM item rests on."""

    CHIFFRE = "chiffre"
    RAPPORT = "rapport"
    TEMOIGNAGE = "temoignage"


class EtatAmendement(StrEnum):
    """The life of a proposed change; the committees that decide move it."""

    BROUILLON = "brouillon"
    PROPOSE = "propose"
    EN_EXAMEN = "en_examen"
    ADOPTE = "adopte"
    REJETE = "rejete"
    RETIRE = "retire"


class Opinion(StrEnum):
    """What somebody says of a proposed change before it is decided."""

    FAVORABLE = "favorable"
    RESERVE = "reserve"
    DEFAVORABLE = "defavorable"


class VoletFne(StrEnum):
    """What a step of the road map for digital inclusion is about."""

    FORMATION = "formation"
    EQUIPEMENT = "equipement"
    CONNEXION = "connexion"
    MEDIATION = "mediation"
    PILOTAGE = "pilotage"
    OBSERVATOIRE = "observatoire"


class NatureMutualisation(StrEnum):
    """What is shared: a place, or a tool."""

    LIEU = "lieu"
    OUTIL = "outil"


class EtatMutualisation(StrEnum):
    """Whether a sharing is there, being set up, planned, or given up."""

    EXISTANT = "existant"
    EN_PREPARATION = "en_preparation"
    PREVU = "prevu"
    ABANDONNE = "abandonne"


LIBELLES: dict[StrEnum, str] = {
    StatutDeclinaison.IDENTIFIEE: "Identifiée",
    StatutDeclinaison.NON_IDENTIFIEE: "Non identifiée",
    StatutDeclinaison.NON_TRAITEE: "Non traitée",
    StatutDeclinaison.ENGAGEE: "Engagée",
    StatutDeclinaison.EN_COURS: "En cours",
    StatutDeclinaison.ACHEVEE: "Achevée",
    StatutDeclinaison.ABANDONNEE: "Abandonnée",
    StatutFrein.OUVERT: "À lever",
    StatutFrein.EN_COURS: "En cours",
    StatutFrein.LEVE: "Levé",
    NatureMoyen.HUMAIN: "Humain",
    NatureMoyen.FINANCIER: "Financier",
    NatureMoyen.MATERIEL: "Matériel, locaux",
    NatureMoyen.PARTENARIAT: "Partenariat",
    Meteo.SOLEIL: "Tout va bien",
    Meteo.NUAGES: "À surveiller",
    Meteo.PLUIE: "En difficulté",
    Meteo.ORAGE: "Bloqué",
    NatureCible.QUANTITATIVE: "Quantitative",
    NatureCible.QUALITATIVE: "Qualitative",
    Sens.HAUSSE: "À la hausse",
    Sens.BAISSE: "À la baisse",
    EtatValeur.PROPOSEE: "Proposée",
    EtatValeur.VALIDEE: "Validée",
    EtatValeur.REFUSEE: "Refusée",
    NatureAfom.ATOUT: "Atout",
    NatureAfom.FAIBLESSE: "Faiblesse",
    NatureAfom.OPPORTUNITE: "Opportunité",
    NatureAfom.MENACE: "Menace",
    NaturePreuve.CHIFFRE: "Chiffre de l’atlas",
    NaturePreuve.RAPPORT: "Rapport",
    NaturePreuve.TEMOIGNAGE: "Témoignage",
    EtatAmendement.BROUILLON: "Brouillon",
    EtatAmendement.PROPOSE: "Proposé",
    EtatAmendement.EN_EXAMEN: "En examen",
    EtatAmendement.ADOPTE: "Adopté",
    EtatAmendement.REJETE: "Rejeté",
    EtatAmendement.RETIRE: "Retiré",
    Opinion.FAVORABLE: "Favorable",
    Opinion.RESERVE: "Avec réserve",
    Opinion.DEFAVORABLE: "Défavorable",
    VoletFne.FORMATION: "Plan de formation",
    VoletFne.EQUIPEMENT: "Équipement (matériel reconditionné)",
    VoletFne.CONNEXION: "Connexion solidaire",
    VoletFne.MEDIATION: "Médiation et accompagnement",
    VoletFne.PILOTAGE: "Pilotage et coordination",
    VoletFne.OBSERVATOIRE: "Observatoire",
    NatureMutualisation.LIEU: "Lieu",
    NatureMutualisation.OUTIL: "Outil",
    EtatMutualisation.EXISTANT: "Existante",
    EtatMutualisation.EN_PREPARATION: "En préparation",
    EtatMutualisation.PREVU: "Prévue",
    EtatMutualisation.ABANDONNE: "Abandonnée",
}
A_CONFIRMER = "À confirmer"


def get_libelle(value: StrEnum | None) -> str:
    """The French label of a value of these lists; ``None`` is « À confirmer ».

    >>> get_libelle(StatutDeclinaison.NON_TRAITEE), get_libelle(None)
    ('Non traitée', 'À confirmer')
    """
    return A_CONFIRMER if value is None else LIBELLES[value]
