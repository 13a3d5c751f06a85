"""What the API answers of governance and of what residents say, documented field by field."""

from __future__ import annotations

from datetime import date, time

from ninja import Field, Schema


class ComiteOut(Schema):
    """Un comité."""

    cle: str
    sigle: str
    nom: str
    niveau: str = Field(description="departement, ou arrondissement : réuni dans chacun.")
    convoquent: list[str]
    siegent: list[str]
    roles: list[str] = Field(description="Les rôles dont un mandat y fait siéger.")
    attributions: list[str]
    periodes: list[list[int]] = Field(description="Du mois au mois, une réunion par période.")
    alimente: list[str] = Field(description="Clés des comités que ses réunions préparent.")
    quorum: float | None


class PointOut(Schema):
    """Un point de l’ordre du jour."""

    titre: str
    objet: str = Field("", description="Clé de ce dont il parle ; vide : rien en particulier.")


class PresenceOut(Schema):
    """Qui a été convoqué, et est venu : des organisations."""

    organisation: str
    reponse: str | None
    pouvoir_a: str
    presente: bool | None


class SeanceOut(Schema):
    """Une séance d’un comité."""

    cle: str
    comite: str = Field(description="La clé du comité.")
    territoire: str = Field(description="Le code de l’arrondissement ; vide : tout le département.")
    jour: date
    heure: time | None
    lieu: str
    etat: str = Field(description="prevue, convoquee, tenue ou annulee.")
    points: list[PointOut]
    presences: list[PresenceOut]
    compte_rendu: str
    etat_compte_rendu: str = Field(description="brouillon, envoye, remarques ou approuve.")


class DecisionOut(Schema):
    """Une décision d’une séance."""

    cle: str
    reference: str
    seance: str = Field(description="La clé de la séance.")
    comite: str
    territoire: str
    jour: date = Field(description="Le jour de la séance.")
    texte: str
    responsable: str
    echeance: date | None
    etat: str = Field(description="a_faire, en_cours, faite ou abandonnee.")
    motif: str
    remontee: str = Field(description="La clé de la remontée à laquelle elle répond ; vide : aucune.")
    amendement: int | None = Field(description="Le numéro de l’amendement qu’elle tranche.")


class EtapeDeRemonteeOut(Schema):
    """Une étape du chemin d’une remontée."""

    acte: str
    le: date
    comite: str
    seance: str
    texte: str


class RemonteeOut(Schema):
    """Ce que quelqu’un fait remonter."""

    cle: str
    nature: str
    texte: str
    theme: str
    territoire: str
    objet: str = Field(description="La clé de ce dont elle parle ; vide : rien en particulier.")
    comite: str = Field(description="La clé du comité qui l’a.")
    close: bool
    deposee_le: date
    etat: str = Field(description="Où elle en est, en mots.")
    etapes: list[EtapeDeRemonteeOut]


class MaillonOut(Schema):
    """Un maillon de la chaîne."""

    titre: str
    lien: str = Field(description="Sa page ; vide : aucune.")
    texte: str


class EtapeDeTraceOut(Schema):
    """Une partie de ce qu’est devenue une remontée."""

    titre: str
    maillons: list[MaillonOut]
    vide: str = Field(description="Ce que l’on dit quand il n’y a rien.")
    de_plus: int = Field(description="Combien de maillons de plus ne sont pas montrés.")


class EtapePubliqueOut(Schema):
    """Une étape que tout le monde lit."""

    acte: str
    le: date
    texte: str


class SignalementOut(Schema):
    """Un signalement d’habitant, tel qu’il est publié."""

    cle: str
    url: str = Field(description="Sa page.")
    depose_le: date
    theme: str
    dimension: str
    territoire: str = Field(description="Le code de l’arrondissement ; vide : tout le département.")
    commune: str
    texte: str = Field(description="Le texte publié, relu.")
    fois: int = Field(description="Combien de fois il a été reçu.")
    etat: str = Field(description="Où il en est, en mots.")
    reponse: str = Field(description="La réponse ; vide : aucune encore.")
    etapes: list[EtapePubliqueOut]
    jeu_essai: bool


class ComiteUsagersOut(Schema):
    """Un comité d’usagers."""

    cle: str
    url: str
    nom: str
    presentation: str
    theme: str
    territoire: str
    dimension: str
    ferme_le: date | None
    publiees: int = Field(description="Combien de ses propositions sont publiées.")
    jeu_essai: bool


class PropositionOut(Schema):
    """Une proposition d’un comité d’usagers, publiée."""

    cle: str
    url: str
    comite: str = Field(description="La clé du comité d’usagers.")
    texte: str
    theme: str
    territoire: str
    publiee_le: date | None
    etat: str = Field(description="Où elle en est, en mots.")
    reponse: str = Field(description="Ce qui en est gardé et pourquoi ; vide : aucune réponse encore.")
    etapes: list[EtapePubliqueOut]
    jeu_essai: bool


class ConsultationOut(Schema):
    """Une consultation sur un texte du schéma, ouverte ou dont les résultats sont publiés."""

    cle: str
    url: str
    titre: str
    intitule: str = Field(description="Le texte consulté.")
    objet: str = Field(description="La clé de l’objet du programme.")
    amendement: int | None
    question: str
    ouverte: bool
    ouvre_le: date
    ferme_le: date
    publiee_le: date | None
    suites: str = Field(description="Ce qui en a été fait ; vide : rien encore.")
