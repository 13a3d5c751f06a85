"""One page for each territory: its map, its four sentences, its farthest communes, the services it lacks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from maillage.atlas.lecture.lecteur import Lecteur
from maillage.atlas.lecture.territoires import Territoire
from maillage.catalogue.figures_de_reference import load_cartes
from maillage.francais import avec_unite, majuscule, mettre_au_pluriel, minuscule, nombre, typeset
from maillage.reports.diagnostic import cartes
from maillage.reports.diagnostic.constats import (
    Eloignes,
    Manque,
    choose_mesh,
    is_apart,
    list_communes,
    list_lacks,
    measure,
    measure_all,
    rank_worst,
)
from maillage.reports.diagnostic.document import Section, Volet
from maillage.reports.diagnostic.phrases import flow, people, percent, qualify
from maillage.reports.diagnostic.synthese import THRESHOLD, tell_most
from maillage.reports.rendu.blocs import Carte, Nombre, Tableau

COMMUNES, SERVICES, NAMED, PART = 6, 5, 3, 0.5
NEAR = "* Près de la limite du département : l'offre voisine est mal connue, le trajet peut être plus court."


def make_part(lecteur: Lecteur) -> Volet | None:
    """A page for each territory of the mesh; null for a département in one piece."""
    mesh = choose_mesh(lecteur)
    places = sorted(lecteur.territoires(mesh), key=lambda t: t.nom) if mesh else []
    made = tuple(section for t in places if (section := make_page(lecteur, t)) is not None)
    if not made:
        return None
    kind = majuscule(mettre_au_pluriel(places[0].nature))
    return Volet(
        "territoires", f"{kind}, un par page" if mesh == "arrondissement" else f"{kind}, une par page", made
    )


def make_page(lecteur: Lecteur, here: Territoire) -> Section | None:
    """The page of a territory; null where nothing is known of how far its people are."""
    far = measure(lecteur, here)
    if far is None:
        return None
    communes = measure_all(lecteur, list_communes(lecteur, here))
    worst = rank_worst(communes)[:COMMUNES]
    lacks = list_lacks(lecteur, here)[:SERVICES]
    texts = (
        tell_far(lecteur, far),
        *tell_most(communes),
        *tell_lacks(lacks),
        tell_rule(lecteur, here),
    )
    tables = (list_worst(far, worst), list_services(here, lacks))
    return Section(
        f"territoire-{here.code}",
        typeset(here.nom_complet),
        tuple(text for text in texts if text),
        draw(lecteur, far, worst),
        tuple(table for table in tables if table.lignes),
        nouvelle_page=True,
        part=PART,
    )


def draw(lecteur: Lecteur, far: Eloignes, worst: Sequence[Eloignes]) -> tuple[Carte, ...]:
    """The main map, framed on the territory; none without outlines."""
    main = (c for c in load_cartes() if c.id == far.de.carte and lecteur.a("commune", c.indicateur))
    chosen = next(main, None)
    fond = cartes.make_fond(lecteur, far.territoire, PART) if chosen else None
    return (cartes.draw(chosen, fond, lecteur, [c.territoire for c in worst]),) if chosen and fond else ()


def tell_far(lecteur: Lecteur, far: Eloignes) -> str:
    """How many are far, beside the département."""
    here, whole = far.territoire, lecteur.reference(far.de.part)
    beside = f", contre {percent(whole)} dans le département" if whole.valeur is not None else ""
    return flow(
        f"""Sur {nombre(here.population)} habitants, {people(far.personnes)}, soit
        {Nombre.avec_intervalle(far.part, 2)}, vivent à plus de {far.de.minutes} minutes de voiture
        {far.de.de}{beside}{qualify(far.part)}."""
    )


def tell_lacks(lacks: Sequence[Manque]) -> Iterator[str]:
    """The services whose share beyond the limit stands out most beside the département's."""
    gaps = [
        (lack.part.valeur - lack.reference.valeur, lack)
        for lack in lacks
        if lack.part.valeur is not None and lack.reference.valeur is not None
    ]
    worse = [lack for gap, lack in sorted(gaps, key=lambda pair: (-pair[0], pair[1].type)) if gap > 0][:NAMED]
    if worse:
        named = " ; ".join(
            f"{minuscule(lack.nom)}, {percent(lack.part)} des habitants à plus de {lack.minutes} min contre "
            f"{percent(lack.reference)}"
            for lack in worse
        )
        yield flow(
            f"Plus loin que dans l'ensemble du département : {named}{qualify(*(x.part for x in worse))}."
        )


def tell_rule(lecteur: Lecteur, here: Territoire) -> str:
    """What the rule of deficits says of it, and why; empty when it was not judged."""
    found = lecteur.deficit(here.niveau, here.code)
    if found is None or not found.decidable:
        return ""
    if not found.en_deficit:
        return typeset("La règle choisie ne le retient pas parmi les territoires en déficit.")
    tier = next((p.nom.lower() for p in lecteur.paliers if p.id == found.palier), "")
    rank = "" if found.rang is None else f" au rang {found.rang}"
    head = f"La règle des déficits le retient{rank}{f', palier « {tier} »' if tier else ''}"
    return typeset(f"{head} : {minuscule(found.motif)}. {found.solidite}")


def list_worst(far: Eloignes, worst: Sequence[Eloignes]) -> Tableau:
    """The communes that the map numbers."""
    here = far.territoire
    rows = tuple(
        (
            f"{rank} · {c.territoire.nom}{' *' if is_apart(c.territoire) else ''}",
            Nombre.entier(c.territoire.population),
            Nombre.de(c.duree),
            Nombre.de(c.part, 2),
            Nombre.entier(round(c.personnes)),
        )
        for rank, c in enumerate(worst, 1)
    )
    columns = ("Commune", "Habitants", "Temps moyen", f"À plus de {far.de.minutes} min", "Habitants éloignés")
    dated = qualify(*(c.duree for c in worst)).strip()
    titre = f"Les trajets les plus longs vers {far.de.vers} dans {here.en_phrase} {dated}"
    note = typeset(NEAR) if any(is_apart(c.territoire) for c in worst) else ""
    name = f"communes-{here.code}"
    return Tableau(typeset(titre), columns, rows, name, note, numeriques=frozenset({1, 2, 3, 4}))


def list_services(here: Territoire, lacks: Sequence[Manque]) -> Tableau:
    """The services that the most people here have too far."""
    rows = tuple(
        (
            lack.nom,
            Nombre(float(lack.minutes), avec_unite(lack.minutes, "min")),
            Nombre.entier(round(lack.personnes)),
            Nombre.de(lack.part, 2),
            Nombre.de(lack.reference, 2),
            typeset(qualify(lack.part).strip(" ()")),
        )
        for lack in lacks
    )
    columns = ("Service", "Seuil", "Habitants au-delà", "Part", "Département", "Données")
    name = f"services-{here.code}"
    return Tableau(
        typeset(f"Les services que le plus d'habitants ont trop loin dans {here.en_phrase}"),
        columns,
        rows,
        name,
        typeset(THRESHOLD),
        numeriques=frozenset({1, 2, 3, 4}),
    )
