"""Programmes of any shape that hold together, for property tests."""

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from maillage.catalogue.textes import clean_text
from maillage.sdaasp.programme.afom import ChiffreCite, ItemAfom, Preuve
from maillage.sdaasp.programme.demarches import (
    ApportDemarche,
    NouvelleDemarche,
    PlanExterne,
    load_types_demarches,
)
from maillage.sdaasp.programme.fne import ActionFne, EtapeFne, OrientationFne
from maillage.sdaasp.programme.mesures import Cible, IndicateurSuivi, Valeur
from maillage.sdaasp.programme.modele import (
    BonnePratique,
    Correspondance,
    Declinaison,
    DimensionTransversale,
    Etape,
    FicheAction,
    Frein,
    Label,
    Lien,
    Moyen,
    ObjectifPrioritaire,
    Programme,
    Reprise,
    Schema,
    TerritoireDuSchema,
    TerritoireLie,
    Theme,
)
from maillage.sdaasp.programme.mutualisations import Mutualisation, load_types
from maillage.sdaasp.programme.vocabulaire import (
    EtatMutualisation,
    EtatValeur,
    Meteo,
    NatureAfom,
    NatureCible,
    NatureMoyen,
    NaturePreuve,
    Sens,
    StatutDeclinaison,
    StatutFrein,
    VoletFne,
)

PLACES = ("591", "593")
THEMES = ("sante", "sports")
NASTY = [
    "=1+1",
    "aucun",
    "à confirmer",
    "voir la feuille",
    "a\nb",
    "\\n",
    "\\aucun",
    "593",
    "01",
    "oui",
    "  x"[2:],
    "2026-01-31",
]
letters = st.characters(exclude_categories=("C", "Z"), include_characters=" \n\\")
texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(letters, min_size=1, max_size=12).map(clean_text).map(str.strip).filter(bool),
)
maybe = st.none() | texts
lists = st.lists(texts, max_size=3).map(tuple)
money = st.none() | st.floats(0, 1e9, allow_nan=False)
natures = st.none() | st.sampled_from(NatureMoyen)
days = st.dates(min_value=date(1990, 1, 1), max_value=date(2040, 1, 1))


def build(cls, **fields):
    return st.builds(cls, **fields)


def tuples(strategy, size=2):
    return st.lists(strategy, max_size=size).map(tuple)


figures = build(
    ChiffreCite,
    atlas=texts,
    niveau=texts,
    code=texts,
    indicateur=texts,
    millesime=texts,
    valeur=st.none() | st.floats(-1e6, 1e6),
    fiabilite=texts,
)


@st.composite
def make_steps(draw):
    """A step whose dates do not contradict each other."""
    start, *others = sorted(draw(st.lists(days, min_size=3, max_size=3)))
    end, done = draw(st.permutations(others))
    kept = [draw(st.none() | st.just(day)) for day in (start, end, done)]
    dates = dict(zip(("debut", "fin", "faite_le"), kept, strict=True))
    return Etape(
        libelle=draw(texts), moyens=draw(maybe), cout_eur=draw(money), financeur=draw(maybe), **dates
    )


steps = make_steps()


def links(keys):
    return tuples(
        build(Lien, cible=st.none() | st.sampled_from(keys), libelle_publie=maybe, confirme=st.booleans())
    )


def fiches(theme):
    return build(
        FicheAction,
        cle=st.just(theme),
        theme=st.just(theme),
        titre=texts,
        enjeux=st.none() | lists,
        pilote=maybe,
        copilotes=lists,
        dimensions=links(("egalite",)),
        themes_lies=links(THEMES),
        demarches=links(("com",)),
        texte_falc=maybe,
        relecteurs_falc=lists,
        relue_falc_le=st.none() | days,
        non_repris=st.just(()) | st.just(("enjeux",)),
        source=maybe,
    )


def objectives(theme):
    return build(
        ObjectifPrioritaire,
        cle=st.just(f"{theme}.1"),
        fiche=st.just(theme),
        ordre=st.just(1),
        libelle=texts,
        effets=st.none() | lists,
        moyens=st.none()
        | tuples(build(Moyen, libelle=texts, nature=natures, cout_eur=money, financeur=maybe)),
        freins=st.none()
        | tuples(
            build(
                Frein, libelle=texts, statut=st.none() | st.sampled_from(StatutFrein), condition_levee=maybe
            )
        ),
        territoires=lists,
        non_repris=st.just(()),
        source=maybe,
    )


def declinaisons(number):
    return build(
        Declinaison,
        theme=st.sampled_from(THEMES),
        arrondissement=st.sampled_from(PLACES),
        annee=st.integers(2025, 2030),
        numero=st.just(number),
        libelle=maybe,
        statut=st.none() | st.sampled_from(StatutDeclinaison),
        objectifs=st.none() | links(tuple(f"{t}.1" for t in THEMES)),
        pilote_territorial=maybe,
        etapes=tuples(steps),
        zones=lists,
        meteo=st.none() | st.sampled_from(Meteo),
        commentaire_meteo=maybe,
        source=maybe,
    )


items = build(
    ItemAfom,
    cle=st.just("i1"),
    arrondissement=st.sampled_from(PLACES),
    theme=st.sampled_from(THEMES),
    nature=st.sampled_from(NatureAfom),
    texte=texts,
    preuves=tuples(
        build(Preuve, nature=st.sampled_from(NaturePreuve), texte=maybe, chiffre=st.none() | figures)
    ),
    enjeu=maybe,
    objectifs=st.just(()) | st.just(("sante.1",)),
    groupe=maybe,
    voix=st.integers(0, 99),
)
indicators = build(
    IndicateurSuivi,
    cle=st.just("ind"),
    objet=st.just("sante.1"),
    libelle=texts,
    nature=st.sampled_from(NatureCible),
    unite=maybe,
    sens=st.none() | st.sampled_from(Sens),
    frequence_mois=st.integers(1, 24),
    ventilation=lists,
    indicateur_atlas=maybe,
    niveau=maybe,
    code=maybe,
)
targets = build(Cible, indicateur=st.just("ind"), annee=st.integers(2025, 2030), valeur=money, texte=maybe)
values = build(
    Valeur,
    indicateur=st.just("ind"),
    date=days,
    valeur=money,
    texte=maybe,
    groupe=maybe,
    etat=st.sampled_from(EtatValeur),
    auteur=maybe,
    valideur=maybe,
    motif=maybe,
    chiffre=st.none() | figures,
)
road_map = build(
    OrientationFne,
    cle=st.just("fne-1"),
    titre=texts,
    ordre=st.just(1),
    actions=st.lists(texts, max_size=3).map(
        lambda labels: tuple(ActionFne(cle=f"fne-1.{i}", libelle=t, ordre=i) for i, t in enumerate(labels, 1))
    ),
    priorites=st.just(()) | st.just(PLACES),
    tous=st.booleans(),
    source=maybe,
    etapes=tuples(
        build(
            EtapeFne,
            libelle=texts,
            volet=st.none() | st.sampled_from(VoletFne),
            fin=st.none() | days,
            combien=maybe,
            cout_eur=money,
            financeur=maybe,
            fonds=maybe,
        )
    ),
)
badges = build(
    Label, cle=st.just("label"), nom=texts, organisme=maybe, demande=maybe, lien=maybe, source=maybe
)
practices = build(
    BonnePratique,
    cle=st.just("pratique"),
    titre=texts,
    description=maybe,
    territoire=st.none() | st.sampled_from(PLACES),
    lieu=maybe,
    porteur=maybe,
    objectifs=st.just(()) | st.just(("sante.1",)),
    labels=st.just(()) | st.just(("label",)),
    reprises=tuples(
        build(Reprise, territoire=texts, annee=st.none() | st.integers(1990, 2040), resultat=maybe)
    ),
    source=maybe,
)
plans = build(
    PlanExterne,
    cle=st.just("com"),
    nom=texts,
    sigle=maybe,
    type=st.none() | st.sampled_from(sorted(load_types_demarches())),
    fin=st.none() | days,
    etendue=maybe,
    arrondissements=st.just(()) | st.just(PLACES),
    apports=tuples(build(ApportDemarche, sert=texts, texte=maybe)),
    nouvelles=tuples(build(NouvelleDemarche, le=days, texte=texts, lien=maybe)),
)
sharings = build(
    Mutualisation,
    cle=st.just("partage"),
    libelle=texts,
    type=st.sampled_from(sorted(load_types())),
    etat=st.none() | st.sampled_from(EtatMutualisation),
    partenaires=st.none() | lists,
    services=st.none() | lists,
    site=maybe,
    site_nom=maybe,
    arrondissements=st.just(()) | st.just(PLACES),
    echeance=st.none() | st.integers(2015, 2100),
    cout_eur=money,
    gain=maybe,
    convention=maybe,
    convention_debut=st.none() | days,
    origine=maybe,
    source=maybe,
)
covers = build(
    Correspondance,
    cle=st.just("zone"),
    territoires=tuples(build(TerritoireLie, cle=texts, nom=texts)),
    confirme=st.booleans(),
    source=maybe,
)
BASE = Programme(
    schema=Schema(cle="s", nom="Schéma", departement="59", debut=2025, fin=2030, version="1"),
    territoires=(
        *(TerritoireDuSchema(code=code, nom=f"Arrondissement {code}") for code in PLACES),
        TerritoireDuSchema(code="zone", nom="Zone", niveau="zone"),
    ),
    themes=tuple(Theme(cle=key, nom=key.title(), ordre=i) for i, key in enumerate(THEMES, 1)),
    dimensions_transversales=(DimensionTransversale(cle="egalite", nom="Égalité"),),
)


@st.composite
def programmes(draw):
    slots = [draw(declinaisons(number)) for number in range(1, draw(st.integers(0, 3)) + 1)]
    return replace(
        BASE,
        schema=replace(BASE.schema, pilotes=draw(lists), source=draw(maybe)),
        correspondances=draw(tuples(covers, 1)),
        fiches=tuple(draw(fiches(theme)) for theme in THEMES),
        objectifs=tuple(draw(objectives(theme)) for theme in THEMES),
        declinaisons=tuple(slots),
        orientations_fne=(draw(road_map),),
        plans_externes=(draw(plans),),
        labels=(draw(badges),),
        bonnes_pratiques=(draw(practices),),
        mutualisations=(draw(sharings),),
        afom=(draw(items),),
        indicateurs=(draw(indicators),),
        cibles=draw(tuples(targets, 1)),
        valeurs=draw(tuples(values, 1)),
    )
