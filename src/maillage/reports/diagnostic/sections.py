"""The parts of the diagnosis, each read from an open atlas."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from unicodedata import combining, normalize

from maillage.atlas.lecture.chiffres import Chiffre
from maillage.atlas.lecture.lecteur import Lecteur
from maillage.atlas.lecture.territoires import Territoire
from maillage.catalogue.eloignement import find_limit
from maillage.catalogue.lecture import read_toml
from maillage.catalogue.paniers import list_baskets
from maillage.catalogue.seuils import load_seuils
from maillage.catalogue.temps_estimes import load_erreur
from maillage.catalogue.types_service import list_types
from maillage.francais import avec_unite, known, nombre, typeset
from maillage.reports.diagnostic.constats import BASKET, BEYOND, PUBLIC_SERVICES, is_apart
from maillage.reports.diagnostic.document import Section
from maillage.reports.diagnostic.phrases import flow
from maillage.reports.diagnostic.valeur import make_table
from maillage.reports.rendu.blocs import Cellule, Nombre, Tableau

CONVENTIONS = {
    "reparti": "services répartis parmi les habitants de la commune",
    "mairie": "services à la mairie",
    "commune_a_commune": "de commune à commune (ancienne convention de l'INSEE)",
}
NAMED_BASSINS = (
    "59036",
    "59053",
    "59580",
)  # Avesnes-sur-Helpe, Bavay, Steenvoorde: the document's, zoning of 2022
RANKED = {
    "arrondissement": "Arrondissements",
    "bassin_vie": "Bassins de vie",
    "epci": "Intercommunalités",
}
TOP_COMMUNES = 25


def sort_key(label: str) -> str:
    """Alphabetical order as a reader means it: accents and case set aside.

    >>> sorted(["Zoo", "École", "eau"], key=sort_key)
    ['eau', 'École', 'Zoo']
    """
    return "".join(c for c in normalize("NFD", label.casefold()) if not combining(c))


def make_conventions(lecteur: Lecteur) -> Section | None:
    """The share beyond 7 minutes of the daily services in the named bassins, under each convention."""
    bassins = (t for t in lecteur.territoires("bassin_vie") if t.code in NAMED_BASSINS)
    named = sorted(bassins, key=lambda t: t.nom)
    if not named:
        return None
    chosen = lecteur.manifeste.parametres.get("convention", "")
    columns = ["Bassin de vie (2022)", "Habitants"]
    names = {"": BEYOND} | {key: f"{BEYOND}_{key}" for key in CONVENTIONS}
    shown = {
        key: name for key, name in names.items() if any(known(f.valeur) for f in of_bassins(lecteur, name))
    }
    if "" in shown and chosen in shown:
        shown.pop("")
    columns += [typeset(name_convention(key, chosen)) for key in shown]
    rows: list[tuple[Cellule, ...]] = [
        (
            t.nom,
            Nombre.entier(t.population),
            *(Nombre.avec_intervalle(lecteur.chiffre("bassin_vie", t.code, name)) for name in shown.values()),
        )
        for t in named
    ]
    table = Tableau(
        "Part des habitants à plus de 7 minutes des 21 services du quotidien",
        tuple(columns),
        tuple(rows),
        id="conventions",
        note=typeset(
            "Entre parenthèses : intervalle à 90 % de l'erreur des temps. Strictement plus de 7 minutes, "
            f"en moyenne sur les services du panier ({show_services(lecteur)})."
        ),
        numeriques=frozenset(range(1, len(columns))),
    )
    return Section(
        "plus-de-7-minutes",
        "À plus de 7 minutes du quotidien",
        tuple(flow(text) for text in CONVENTION_TEXT),
        tableaux=(table,),
    )


CONVENTION_TEXT = (
    """Le document de référence cite les bassins de vie de Cassel, d'Avesnes-sur-Helpe et de Bavay, où 10 à
    25 % des habitants sont à plus de 7 minutes des principaux services. Dans le zonage de 2022, Cassel
    est dans le bassin de Steenvoorde.""",
    """La plupart des services ne sont connus que par commune : le résultat dépend de l'endroit où on les
    place. D'où trois conventions. Celle par défaut répartit les services d'une commune parmi ses
    habitants, car les commerces et les soins suivent les gens plus que la mairie ; placer tout à la
    mairie éloigne les hameaux et les grandes communes ; compter zéro dans la commune efface toute
    distance à l'intérieur.""",
    """L'écart entre les conventions est une incertitude de plus, qui n'est pas dans l'intervalle. L'offre
    au-delà de la limite du département manque : ces trois bassins la touchent, et leurs parts sont
    surestimées d'autant.""",
)


def of_bassins(lecteur: Lecteur, indicateur: str) -> Iterable[Chiffre]:
    """One figure for each named bassin."""
    return (lecteur.chiffre("bassin_vie", code, indicateur) for code in NAMED_BASSINS)


def name_convention(key: str, chosen: str) -> str:
    """A column's head; the default says so."""
    if not key:
        return "Convention de l'atlas"
    label = CONVENTIONS[key]
    return label[0].upper() + label[1:] + (" (par défaut)" if key == chosen else "")


def show_services(lecteur: Lecteur) -> str:
    """How many of the 21 services are known in the bassin that knows the fewest."""
    found = [f.valeur for f in of_bassins(lecteur, "services_panier_connus") if f.valeur is not None]
    return f"{nombre(min(found))} services connus sur 21" if found else "nombre de services connus inconnu"


def make_rankings(lecteur: Lecteur) -> Section:
    """Territories from the farthest; those near or across the border listed apart, without a rank."""
    tables = [rank(lecteur, niveau, titre) for niveau, titre in RANKED.items()]
    tables.append(rank(lecteur, "commune", "Communes", limit=TOP_COMMUNES))
    limit = avec_unite(float(load_seuils()["frontiere_part"].valeur), "part")  # type: ignore[arg-type]
    text = f"""Du plus éloigné au moins éloigné des services du quotidien. L'offre de l'autre côté de la
    limite du département est mal connue : un territoire dont plus de {limit} des habitants vivent près
    d'elle, ou qu'elle coupe, paraît plus éloigné qu'il n'est. Il est donné sans rang."""
    kept = tuple(table for table in tables if table.lignes)
    return Section("classements", "Les territoires, du plus loin au plus près", (flow(text),), tableaux=kept)


def rank(lecteur: Lecteur, niveau: str, titre: str, limit: int | None = None) -> Tableau:
    """The ranking of one niveau by mean time to the daily services."""
    figures = [(lecteur.chiffre(niveau, t.code, BASKET), t) for t in lecteur.territoires(niveau)]
    rows = [(figure.valeur, figure, t) for figure, t in figures if figure.valeur is not None]
    rows.sort(key=lambda row: (-row[0], row[2].code))
    lines: list[tuple[Cellule, ...]] = []
    place = 0
    for _, figure, t in rows:
        apart = is_apart(t)
        place += not apart
        if limit is not None and (apart or place > limit):
            continue
        lines.append(
            (
                name_place(t, lecteur),
                Nombre(None, "coupé par la limite" if t.partiel else "près de la limite")
                if apart
                else Nombre.entier(place),
                Nombre.entier(t.population),
                Nombre.de(figure),
                Nombre.avec_intervalle(lecteur.chiffre(niveau, t.code, BEYOND)),
            )
        )
    columns = ("Territoire", "Rang", "Habitants", "Temps moyen", "À plus de 7 min")
    shown = f"{titre} : les {limit} plus éloignées" if limit and len(lines) == limit else titre
    annexe = niveau == "bassin_vie"
    numeric = frozenset({1, 2, 3, 4})
    return Tableau(
        typeset(shown), columns, tuple(lines), id=f"rang-{niveau}", numeriques=numeric, annexe=annexe
    )


def name_place(territoire: Territoire, lecteur: Lecteur) -> str:
    """A territory's name; one cut by the border is only the part that is inside."""
    return f"{territoire.nom} (partie {lecteur.nom})" if territoire.partiel else territoire.nom


def make_services(lecteur: Lecteur) -> Section | None:
    """Each service: how many, how far, for how many. The daily basket first, all the others in annex."""
    labels = sorted(service_labels().items(), key=lambda item: sort_key(item[1]))
    known = [(type_id, label) for type_id, label in labels if lecteur.a("departement", f"duree_{type_id}")]
    if not known:
        return None
    basket = list_baskets()[lecteur.manifeste.parametres.get("panier", "quotidien")]
    daily = {type_id for service in basket.services for type_id in service.types} | set(PUBLIC_SERVICES)
    first = [item for item in known if item[0] in daily]
    others = [item for item in known if item[0] not in daily]
    tables = (
        list_services(lecteur, "services", "Services du quotidien et accueils publics", first),
        list_services(lecteur, "autres-services", "Tous les autres services", others),
    )
    kept = (tables[0], replace(tables[1], annexe=True))
    text = """Temps de voiture jusqu'au lieu le plus proche, moyenne des habitants du département. Quand les
    temps sont estimés, les parts sont des espérances ; leurs intervalles sont dans l'export de l'atlas."""
    return Section(
        "services",
        "Ce qui est près, ce qui est loin",
        (flow(text),),
        tableaux=tuple(table for table in kept if table.lignes),
    )


def list_services(lecteur: Lecteur, name: str, titre: str, services: list[tuple[str, str]]) -> Tableau:
    """One row per service."""
    limits = [int(m) for m in load_seuils()["depassement_min"].valeur]  # type: ignore[union-attr]
    rows: list[tuple[Cellule, ...]] = []
    for type_id, label in services:
        shares = [lecteur.reference(f"part_{type_id}_plus_{m}min") for m in limits]
        rows.append(
            (
                typeset(label),
                Nombre.entier(lecteur.reference(f"nombre_{type_id}").valeur),
                Nombre.avec_intervalle(lecteur.reference(f"duree_{type_id}")),
                Nombre.entier(find_limit(type_id).minutes),
                *(Nombre.de(share) for share in shares),
            )
        )
    columns = (
        "Service",
        "Lieux",
        "Temps moyen",
        "Seuil du service (min)",
        *(f"À plus de {m} min" for m in limits),
    )
    return Tableau(titre, columns, tuple(rows), id=name, numeriques=frozenset(range(1, len(columns))))


def service_labels() -> dict[str, str]:
    """Label of each service type."""
    return {entry.id: entry.libelle for entry in list_types().values()}


def make_sources(lecteur: Lecteur) -> Section:
    """Where the figures come from, what is missing, what was checked."""
    manifest = lecteur.manifeste
    columns = ("Source", "Producteur", "Millésime", "Licence")
    rows = tuple(
        tuple(typeset(str(source.get(key) or "")) for key in ("nom", "producteur", "millesime", "licence"))
        for _, source in sorted(manifest.sources.items())
    )
    title = "Sources imitées par le jeu d'essai" if manifest.jeu_essai else "Sources"
    sources = Tableau(typeset(title), columns, rows, id="sources")
    worth = make_table(lecteur, read_toml("methodes.toml")["familles"])
    gaps = tuple(tuple(typeset(str(value)) for value in gap.values()) for gap in manifest.manques)
    tables = [*([worth] if worth.lignes else []), sources]
    if gaps:
        heads = tuple(str(key).replace("_", " ").capitalize() for key in manifest.manques[0])
        tables.append(Tableau("Ce que l’atlas n’a pas", heads, gaps, id="manques"))
    if manifest.constats:
        tables.append(list_findings(manifest.constats))
    return Section("sources", "Sources, limites et méthode", limits(lecteur), tableaux=tuple(tables))


def list_findings(constats: list[dict[str, Any]]) -> Tableau:
    """What the data cannot say, counted."""
    rows = ((found["quoi"], Nombre.entier(found["nombre"]), found["texte"]) for found in constats)
    lines = tuple((typeset(quoi), count, typeset(text)) for quoi, count, text in rows)
    return Tableau("Ce que les données ne disent pas", ("Sujet", "Nombre", "Constat"), lines, id="constats")


def limits(lecteur: Lecteur) -> tuple[str, ...]:
    """What the figures do not say."""
    texts = [show_error()] if lecteur.temps_estimes else []
    manifest = lecteur.manifeste
    texts += [
        "Le lieu le plus proche n'est pas toujours celui où l'on va, ni un lieu ouvert ou qui a de la place.",
        """L'offre au-delà de la limite du département n'est connue que par les listes nationales (France
        services, France Travail, hôpitaux, gares), celle d'un pays voisin presque jamais : près de la
        limite, les temps sont surestimés.""",
        "Une valeur secrète ou manquante est dite « non renseigné », jamais lue comme un zéro.",
        f"""Contrôles passés à la construction : {sum(manifest.controles.values())} sur
        {len(manifest.controles)}.""",
    ]
    return tuple(flow(text) for text in texts)


def show_error() -> str:
    """What the estimated times are worth, in a sentence."""
    plain, relief = load_erreur("plaine"), load_erreur("tout")
    return f"""Les temps de voiture sont estimés par une formule de la distance et de la densité, faute de
    réseau
    routier : sur le service le plus proche, une erreur sur deux est inférieure à
    {nombre(plain.plus_proche_mediane, 1)} min et neuf sur dix à {nombre(plain.plus_proche_p90, 1)} min en
    pays plat
    ({nombre(relief.plus_proche_mediane, 1)} et {nombre(relief.plus_proche_p90, 1)} min en comptant les
    montagnes),
    mesure faite en Isère. Les parts au-delà d'un seuil sont des espérances, avec un intervalle à 90 %."""
