"""The programme of a schema: themes, fiches, objectives, declinaisons, and what they point to.

Everything here is a value: frozen, comparable, without database or file. Two absences are told apart.
``None`` is « à confirmer »: the published text leaves a blank. A field named in ``non_repris`` is known to
exist in the published text and has not been carried over: it is never a hole. An empty tuple says « none »,
on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from maillage.sdaasp.programme.afom import ItemAfom
from maillage.sdaasp.programme.demarches import PlanExterne
from maillage.sdaasp.programme.fne import OrientationFne
from maillage.sdaasp.programme.mesures import Cible, IndicateurSuivi, Valeur
from maillage.sdaasp.programme.mutualisations import Mutualisation
from maillage.sdaasp.programme.vocabulaire import Meteo, NatureMoyen, StatutDeclinaison, StatutFrein


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """One schema of one département, in one version."""

    cle: str
    nom: str
    departement: str
    debut: int
    fin: int
    version: str
    pilotes: tuple[str, ...] = ()
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritoireDuSchema:
    """A territory the programme speaks of; ``niveau`` is ``arrondissement`` or ``zone``.

    A ``zone`` is a territory the schema itself finds in deficit; ``parent`` is its arrondissement, ``None``
    when it lies in several.
    """

    code: str
    nom: str
    niveau: str = "arrondissement"
    parent: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TerritoireLie:
    """A territory of the atlas, ``niveau:code``, and its name."""

    cle: str
    nom: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondance:
    """The territories of the atlas that a zone of the schema covers; ``cle`` is the code of the zone.

    ``confirme`` is false while nobody of the département has confirmed it; ``source`` says whence it is.
    """

    cle: str
    territoires: tuple[TerritoireLie, ...] = ()
    confirme: bool = False
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A family of services to the public; ``declinable`` when arrondissements choose declinaisons for it."""

    cle: str
    nom: str
    ordre: int
    declinable: bool = True
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionTransversale:
    """A concern that crosses every theme; its référent may be unknown."""

    cle: str
    nom: str
    referent: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionAccessibilite:
    """One dimension of accessibility, in the versioned list ``liste`` it belongs to."""

    cle: str
    nom: str
    liste: str
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrientationStrategique:
    """One of the schema's strategic orientations."""

    cle: str
    titre: str
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Levier:
    """A lever for action named by the schema."""

    cle: str
    nom: str
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A label that a body gives to a place or an action; ``demande``: what it asks for."""

    cle: str
    nom: str
    organisme: str | None = None
    demande: str | None = None
    lien: str | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprise:
    """One place that took up a good practice; ``territoire`` is its name, as people say it."""

    territoire: str
    annee: int | None = None
    resultat: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BonnePratique:
    """Something that worked somewhere, what it serves, and where it was taken up.

    ``territoire`` is the code of an arrondissement or a zone of the schema, ``lieu`` a finer place in words.
    ``objectifs``, ``declinaisons`` and ``labels`` are keys.
    """

    cle: str
    titre: str
    description: str | None = None
    territoire: str | None = None
    lieu: str | None = None
    porteur: str | None = None
    lien: str | None = None
    objectifs: tuple[str, ...] = ()
    declinaisons: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    reprises: tuple[Reprise, ...] = ()
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lien:
    """One link of a fiche or a declinaison to ``cible`` (a key).

    ``libelle_publie`` is the wording of the published text when it differs from the name of what it points
    to; ``confirme`` is false while nobody has confirmed that it points there. ``cible`` is ``None`` when the
    wording could not be tied to anything.
    """

    cible: str | None
    libelle_publie: str | None = None
    confirme: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Moyen:
    """A means or resource; its nature, its cost in euros and who pays for it, when known."""

    libelle: str
    nature: NatureMoyen | None = None
    cout_eur: float | None = None
    financeur: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Frein:
    """An obstacle, whether it still stands, and what would lift it."""

    libelle: str
    statut: StatutFrein | None = None
    condition_levee: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectifPrioritaire:
    """A priority objective (OP) of a fiche. ``territoires``: codes of the deficit territories it serves."""

    cle: str
    fiche: str
    ordre: int
    libelle: str
    effets: tuple[str, ...] | None = ()
    moyens: tuple[Moyen, ...] | None = ()
    freins: tuple[Frein, ...] | None = ()
    territoires: tuple[str, ...] = ()
    non_repris: tuple[str, ...] = ()
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FicheAction:
    """The sheet of a theme: stakes, who leads, and three relations that are not the same thing.

    ``dimensions`` are transversal dimensions, ``themes_lies`` other themes, ``demarches`` external plans.
    ``relue_falc_le``: day on which people concerned read the plain version again, null when it is not known.
    """

    cle: str
    theme: str
    titre: str
    enjeux: tuple[str, ...] | None = ()
    pilote: str | None = None
    copilotes: tuple[str, ...] = ()
    dimensions: tuple[Lien, ...] = ()
    themes_lies: tuple[Lien, ...] = ()
    demarches: tuple[Lien, ...] = ()
    texte_falc: str | None = None
    relecteurs_falc: tuple[str, ...] = ()
    relue_falc_le: date | None = None
    non_repris: tuple[str, ...] = ()
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Etape:
    """A dated step of a declinaison; ``faite_le`` is ``None`` until it is done; cost in euros, who pays."""

    libelle: str
    debut: date | None = None
    fin: date | None = None
    faite_le: date | None = None
    moyens: str | None = None
    cout_eur: float | None = None
    financeur: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Declinaison:
    """What one arrondissement does for one theme in one year (``numero`` when there are several).

    ``libelle``, ``objectifs`` and ``statut`` are ``None`` while « à confirmer »; ``objectifs = ()`` says «
    none ». ``pilote_territorial`` is ``None`` when unknown. ``zones`` are codes of priority zones.
    """

    theme: str
    arrondissement: str
    annee: int
    numero: int = 1
    libelle: str | None = None
    statut: StatutDeclinaison | None = None
    objectifs: tuple[Lien, ...] | None = None
    pilote_territorial: str | None = None
    etapes: tuple[Etape, ...] = ()
    zones: tuple[str, ...] = ()
    meteo: Meteo | None = None
    commentaire_meteo: str | None = None
    source: str | None = None

    @property
    def cle(self) -> str:
        """The key by which every import and export finds it again.

        >>> Declinaison(theme="sante", arrondissement="593", annee=2025).cle
        'sante/593/2025/1'
        """
        return f"{self.theme}/{self.arrondissement}/{self.annee}/{self.numero}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A whole schema: what is exported, imported, compared and checked."""

    schema: Schema
    territoires: tuple[TerritoireDuSchema, ...] = ()
    correspondances: tuple[Correspondance, ...] = ()
    themes: tuple[Theme, ...] = ()
    dimensions_transversales: tuple[DimensionTransversale, ...] = ()
    dimensions_accessibilite: tuple[DimensionAccessibilite, ...] = ()
    orientations_strategiques: tuple[OrientationStrategique, ...] = ()
    leviers: tuple[Levier, ...] = ()
    plans_externes: tuple[PlanExterne, ...] = ()
    labels: tuple[Label, ...] = ()
    bonnes_pratiques: tuple[BonnePratique, ...] = ()
    fiches: tuple[FicheAction, ...] = ()
    objectifs: tuple[ObjectifPrioritaire, ...] = ()
    declinaisons: tuple[Declinaison, ...] = ()
    orientations_fne: tuple[OrientationFne, ...] = ()
    mutualisations: tuple[Mutualisation, ...] = ()
    afom: tuple[ItemAfom, ...] = ()
    indicateurs: tuple[IndicateurSuivi, ...] = ()
    cibles: tuple[Cible, ...] = ()
    valeurs: tuple[Valeur, ...] = ()
