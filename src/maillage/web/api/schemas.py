"""What the API answers, documented field by field."""

from __future__ import annotations

from ninja import Field, Schema
from pydantic import BaseModel


class AtlasOut(Schema):
    """Un atlas de l’installation."""

    id: str = Field(description="Ce qui le nomme dans le paramètre atlas.", examples=["2026"])
    empreinte: str = Field(description="Change dès qu'une table de l'atlas change ; sert d'ETag.")
    departement: str = Field(description="Le nom du département.")
    jeu_essai: bool = Field(description="Vrai pour l’exemple embarqué, dont une partie est inventée.")
    transports: str = Field(
        description="S’il compte les transports collectifs, sur quelle période et quels jours types."
    )
    niveaux: list[str] = Field(description="Les niveaux qu’il contient.")


class TerritoireOut(Schema):
    """Un territoire."""

    niveau: str
    code: str = Field(examples=["01001"])
    nom: str
    population: float | None = Field(description="Habitants (population municipale) ; null : inconnue.")
    superficie_km2: float | None = Field(description="En km² ; null : inconnue.")
    lon: float | None = Field(description="Longitude de son centre, en degrés (WGS 84).")
    lat: float | None = Field(description="Latitude de son centre, en degrés (WGS 84).")
    densite_classe: str | None = Field(description="Classe de la grille de densité de l’Insee.")
    parents: dict[str, str] = Field(description="Niveau → code des territoires qui le contiennent.")
    partiel: bool = Field(description="Vrai quand une partie est hors du département.")


class ReponseOut(Schema):
    """Ce qui répond à une recherche."""

    nom: str
    genre: str = Field(description="Un niveau, service, indicateur, lieu ou page.", examples=["commune"])
    code: str = Field(description="Sa clé parmi ce qui est de son genre.", examples=["01001"])
    detail: str = Field(description="Ce que c’est, en une ligne, et par quoi il répond.")
    score: float = Field(description="De 0 à 100 : combien la réponse est sûre.")
    url: str | None = Field(description="Sa page dans l’application ; null : elle n’en a pas.")


class ReferenceOut(Schema):
    """Le même chiffre pour un territoire plus grand."""

    echelle: str = Field(description="region, type_densite, france ; departement : valeur publiée ailleurs.")
    code: str
    nom: str
    valeur: float | None = Field(description="null : le fichier donné ne couvre que le département.")
    millesime: str
    source: str = Field(description="Le fichier qui donne la valeur, ou qui la donnerait.")


class IndicateurOut(Schema):
    """Un indicateur de l’atlas."""

    id: str = Field(examples=["densite"])
    nom: str
    unite: str
    sens: str = Field(description="plus : une valeur plus grande est un meilleur accès ; moins ; neutre.")
    dimension: str | None = Field(description="La dimension de l’accessibilité qu’il mesure.")
    millesime: str = Field(description="L’année ou la date de la donnée.")
    sources: list[str]
    confirme: bool = Field(description="Faux tant qu’une définition ou une constante reste à confirmer.")
    niveaux: list[str] = Field(description="Les niveaux où il est connu.")
    ancien: bool = Field(description="Vrai à plus de cinq ans de la population la plus récente.")
    trop_loin_min: int | None = Field(description="Minutes au-delà desquelles ce service est trop loin.")
    references: list[ReferenceOut] = Field(description="Région, départements de même densité, France.")


class ChiffreOut(BaseModel):  # plain values by the thousand: a Schema would look into each as into an object
    """Un chiffre ; sa clé est (niveau, code, indicateur, millesime)."""

    niveau: str
    code: str
    indicateur: str
    millesime: str
    valeur: float | None = Field(description="null : inconnu.")
    unite: str
    fiabilite: str | None = Field(description="observe, impute, estime ou simule.")
    couverture: float | None = Field(description="Part des habitants pour lesquels le chiffre est connu.")
    bas: float | None = Field(description="Bas de l’intervalle d’incertitude ; null : non calculé.")
    haut: float | None = Field(description="Haut de l’intervalle d’incertitude ; null : non calculé.")


class DeficitOut(Schema):
    """Ce que dit la règle des déficits d’un territoire."""

    niveau: str
    code: str
    nom: str
    population: float | None = Field(description="Habitants (population municipale) ; null : inconnue.")
    en_deficit: bool = Field(description="Retenu par la règle.")
    decidable: bool = Field(description="Faux quand trop de chiffres manquent pour en juger.")
    rang: int | None = Field(description="1 : le plus fort déficit ; null : non retenu.")
    intensite: float | None
    palier: str | None
    palier_tenue: float | None = Field(description="Part des variantes qui l’y laissent, de 0 à 1.")
    robustesse: float | None = Field(description="Part des variantes qui le retiennent, de 0 à 1.")
    stabilite: str | None = Field(description="toujours, souvent ou selon.")
    typologie: str | None
    amas: str | None = Field(description="Ce que sont ses voisins : HH, HL, LH ou LL.")
    motifs: list[str] = Field(description="Les critères qui le retiennent.")
    raisons: list[str] = Field(description="Ce que l’on en sait, critères ou non, en phrases.")
    portrait: list[str] = Field(description="Son portrait, en phrases.")
    sous_dotes: list[str] = Field(description="Professions sous-dotées.")
    surconcentres: list[str] = Field(description="Professions surconcentrées.")
    profil: str | None = Field(description="La règle appliquée.")
    millesime: str | None = Field(description="Millésime de la source la plus récente de l’atlas.")
    temps_fiabilite: str | None = Field(description="Fiabilité des temps : observe, estime ou simule.")


class TerritoireLieOut(Schema):
    """Un territoire de l’atlas."""

    cle: str = Field(description="niveau:code.", examples=["epci:200068500"])
    nom: str


class TerritoireEnDeficitOut(Schema):
    """Un territoire en déficit : zone du schéma, ou territoire de l’atlas qu’aucune zone ne couvre."""

    cle: str
    nom: str
    arrondissement: str | None = Field(description="null : dans plusieurs, ou inconnu.")
    couvre: list[TerritoireLieOut] = Field(description="Ce que la zone couvre dans l’atlas.")


class CompteOut(Schema):
    """Les objets du programme qui ont ce dont parle l’exigence : clés."""

    attendu: list[str]
    servi: list[str]
    manque: list[str]


class ExigenceOut(Schema):
    """Une chose que la loi demande pour chaque territoire en déficit."""

    cle: str
    intitule: str
    texte: str
    source: str
    confirme: bool = Field(description="Faux tant que le texte n’a pas été relu à sa source.")
    remplie: bool
    attendu: list[str] = Field(description="Clés des territoires en déficit, ou des arrondissements.")
    servi: list[str]
    manque: list[str]
    par: dict[str, list[str]] = Field(description="Territoire → clés de ce qui le sert, en tout ou partie.")
    reste: dict[str, list[str]] = Field(description="Territoire qui manque → ce que rien ne sert.")
    objets: CompteOut | None = Field(description="La même chose comptée sur tout le programme.")
    constats: list[str]


class CompletudeOut(Schema):
    """Le programme est-il complet au sens de la loi ?"""

    programme: str = Field(description="Le nom du schéma.")
    complete: bool
    verdict: str
    territoires: list[TerritoireEnDeficitOut]
    arrondissements: list[TerritoireLieOut] = Field(
        description="Ceux que le plan de mutualisation doit atteindre."
    )
    exigences: list[ExigenceOut]


class ScenarioOut(Schema):
    """Un scénario : une liste de modifications essayées, dont les chiffres sont simulés."""

    cle: str = Field(examples=["exemple"])
    titre: str
    visibilite: str = Field(description="brouillon (le vôtre), organisation, comptes ou public.")
    version: int
    modifie_le: str = Field(description="Date et heure, ISO 8601.")
    modifications: int = Field(description="Combien il en a.")
    lien: str = Field(description="Clé de l’objet du programme qu’il sert ; vide : aucun.")


class ScenarioDetailOut(ScenarioOut):
    """Un scénario et ses modifications."""

    fichier: str = Field(description="Le fichier YAML, que lisent la page et la ligne de commande.")
    phrases: list[str] = Field(description="Chaque modification en une phrase, dans l’ordre.")


class CalculOut(Schema):
    """Un calcul qui n’est pas fini."""

    detail: str = Field(description="Quoi faire en attendant.")


class Erreur(Schema):
    """Pourquoi il n’y a pas de réponse."""

    detail: str = Field(description="La raison, en une phrase.")
