"""What the API answers, documented field by field."""

from __future__ import annotations

from ninja import Field, Schema


class AtlasOut(Schema):
    """One atlas of this install."""

    id: str
    empreinte: str = Field(description="Change dès qu'une table de l'atlas change ; sert d'ETag.")
    departement: str
    jeu_essai: bool
    niveaux: list[str]


class TerritoireOut(Schema):
    """One territory."""

    niveau: str
    code: str
    nom: str
    population: float | None
    superficie_km2: float | None
    lon: float | None
    lat: float | None
    densite_classe: str | None
    parents: dict[str, str]
    partiel: bool


class IndicateurOut(Schema):
    """One indicator of the atlas."""

    id: str
    nom: str
    unite: str
    sens: str = Field(description="plus : une valeur plus grande est un meilleur accès ; moins ; neutre.")
    dimension: str | None
    millesime: str
    sources: list[str]
    confirme: bool
    niveaux: list[str]


class ChiffreOut(Schema):
    """One figure; its key is (niveau, code, indicateur, millesime)."""

    niveau: str
    code: str
    indicateur: str
    millesime: str
    valeur: float | None = Field(description="null : inconnu.")
    unite: str
    fiabilite: str | None = Field(description="observe, impute, estime ou simule.")
    couverture: float | None = Field(description="Part des habitants pour lesquels le chiffre est connu.")
    bas: float | None
    haut: float | None


class Erreur(Schema):
    """Why there is no answer."""

    detail: str
