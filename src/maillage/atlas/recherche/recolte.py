"""Everything that has a name in an atlas: its territories, services, indicators and places; and the pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from maillage.atlas.lecture.definitions import Definition, nom_de_type
from maillage.atlas.lecture.lecteur import VINTAGE, Lecteur
from maillage.atlas.lecture.territoires import Territoire
from maillage.atlas.recherche.index import PETITS, IndexRecherche, Nom, Nommee, build_index
from maillage.atlas.recherche.reponse import Reponse
from maillage.catalogue.codes_postaux import list_postcodes
from maillage.catalogue.mots_courants import list_pages, list_words
from maillage.catalogue.noms import list_other_names, list_successors, plier
from maillage.catalogue.services_disparus import list_gone
from maillage.catalogue.types_service import TypeService, list_types
from maillage.francais import accord, de, typeset

# What a kind takes off: of two answers that hold as well, the likelier comes first.
RETRAITS = {
    "departement": 0.5,
    "epci": 2.0,
    "arrondissement": 2.5,
    "canton": 4.0,
    "bassin_vie": 4.5,
    "zone": 1.0,
    "service": 1.0,
    "page": 3.0,
    "indicateur": 4.0,
    "lieu": 6.0,
}
RETRAIT_ABSENT, RETRAIT_RELAIS, RETRAIT_AUTRE_NOM, RETRAIT_ANCIEN = 4.0, 6.0, 1.5, 1.0
# Words that go with a mesh without naming a territory: « mairie de Lille », « Dunkerque agglo ».
ACCOMPAGNENT = {
    "commune": "commune ville village mairie hôtel",
    "epci": "agglo agglomération communauté urbaine communes métropole intercommunalité interco epci",
    "arrondissement": "arrondissement sous préfecture",
    "departement": "département départemental conseil préfecture",
    "canton": "canton",
    "bassin_vie": "bassin vie",
}
SIEGES = {
    "departement": ("département", "préfecture", "conseil départemental"),
    "arrondissement": ("sous-préfecture",),
}
SERVICE_CONNU = "service : la carte de son accès"
SERVICE_ABSENT = "service : inconnu de cet atlas, voir ses sources"
AUTOUR_SERVICE = "carte temps accès durée trajet distance proche plus près"
POSTES_DITS = 3


def make_index(lecteur: Lecteur) -> IndexRecherche:
    """The index of an atlas; made once, it serves for as long as the atlas."""
    return build_index(
        [
            *name_territoires(lecteur),
            *name_services(lecteur),
            *name_indicateurs(lecteur),
            *name_lieux(lecteur),
            *name_pages(),
        ]
    )


def make_index_mesures(lecteur: Lecteur) -> IndexRecherche:
    """The index of every indicator of an atlas, those of one service among them."""
    return build_index(map(name_mesure, lecteur.definitions.values()))


def make_index_territoires(lecteur: Lecteur) -> IndexRecherche:
    """The index of the territories alone."""
    return build_index(name_territoires(lecteur))


def name_mesure(one: Definition) -> Nommee:
    """One indicator by its name, by the service it is about, by everyday words; times first."""
    reponse = Reponse("indicateur", one.id, one.nom, one.unite)
    words = name_words("service", one.service) if one.service else name_words("indicateur", one.id)
    old = RETRAIT_ANCIEN if VINTAGE.search(one.id) else 0.0
    names = (Nom(one.nom), Nom(one.objet), *words)
    context = f"{AUTOUR_SERVICE if one.est_duree else ''} {one.unite} {one.nom_dimension}"
    return Nommee(reponse, names, contexte=context, retrait=old, taille=float(one.est_duree))


def name_territoires(lecteur: Lecteur) -> Iterator[Nommee]:
    """Every territory, with its other names, its codes and postcodes."""
    others = gather_other_names(lecteur)
    for niveau in lecteur.niveaux():
        for one in lecteur.territoires(niveau):
            yield name_territoire(one, lecteur, others.get(one.code, []) if niveau == "commune" else [])


def name_territoire(one: Territoire, lecteur: Lecteur, others: list[str]) -> Nommee:
    """One territory and how it may be called."""
    names = [Nom(one.nom), Nom(one.nom_complet), *map(Nom, name_zone(one))]
    names += [
        Nom(other, typeset(f"dont {other}"), RETRAIT_AUTRE_NOM)
        for other in others
        if not other[-1:].isdigit()
    ]
    names += [Nom(word, typeset(f"« {word} »")) for word, _, _ in name_words(one.niveau, one.code)]
    names += map(Nom, SIEGES.get(one.niveau, ()))
    if one.niveau == "epci" and (initials := abbreviate(one.nom)):
        names.append(Nom(initials, f"« {initials} »", RETRAIT_AUTRE_NOM))
    numbers = list(number_commune(one.code, others)) if one.niveau == "commune" else [(one.code, None)]
    posts = list_postcodes().get(one.code) or [n for n, kind in numbers if kind == f"code postal {n}"]
    reponse = Reponse(
        one.niveau,
        one.code,
        one.nom_complet if one.niveau != "commune" else one.nom,
        describe_territoire(one, lecteur, posts),
        f"/territoires/{one.niveau}/{one.code}/",
    )
    context = (
        f"{lecteur.code_departement} {lecteur.nom} {ACCOMPAGNENT.get(one.niveau, '')} {one.type_zone or ''}"
    )
    retrait = RETRAITS.get(one.niveau, 0.0)
    return Nommee(reponse, tuple(names), tuple(numbers), context, retrait, one.population or 0.0)


def name_words(genre: str, code: str) -> list[Nom]:
    """The everyday words for something; one that first means something else comes after it."""
    words = list_words().get((genre, code), {})
    return [Nom(word, retrait=RETRAIT_RELAIS * rank) for word, rank in words.items()]


def abbreviate(name: str) -> str:
    """The initials of an intercommunality as its people write them; empty for one word.

    >>> abbreviate("CA de la Porte du Hainaut"), abbreviate("Métropole Européenne de Lille"), abbreviate("CC")
    ('CAPH', 'MEL', '')
    """
    kind, *words = plier(name).split()
    named = [word for word in words if word not in PETITS and len(word) > 1]
    first = kind if kind in PETITS else kind[:1]
    return "".join((first, *(word[0] for word in named))).upper() if named else ""


def name_zone(one: Territoire) -> list[str]:
    """What a zone is, whole and by parts: « quartier prioritaire (QPV) » is asked for by each."""
    whole = one.type_zone or ""
    return [part for part in (whole, *whole.replace(")", "").split("(")) if part.strip()]


def gather_other_names(lecteur: Lecteur) -> dict[str, list[str]]:
    """Commune → former and delegated names, former codes, postcodes: of the catalogue and of the sources."""
    read = lecteur.autres_noms()
    known = {one.code for one in lecteur.territoires("commune")}
    found: dict[str, list[str]] = defaultdict(list)
    for code, name in dict.fromkeys([*list_other_names(), *read]):
        if code in known:
            found[code].append(name)
    return found


def number_commune(code: str, others: list[str]) -> Iterator[tuple[str, str | None]]:
    """The numbers of a commune, and what each is."""
    posts, former = list_postcodes().get(code, ()), list_successors()
    yield code, f"code INSEE {code}"
    yield from ((post, f"code postal {post}") for post in posts)
    for number in (n for n in others if n[-1:].isdigit() and n not in posts and n != code):
        if number in former:
            yield number, f"ancien code {number}"
        else:
            yield number, f"code postal {number}" if number.isdigit() else f"ancien code {number}"


def describe_territoire(one: Territoire, lecteur: Lecteur, posts: Sequence[str]) -> str:
    """What a territory is, in one line: « commune de l’arrondissement de Cambrai · 59400 »."""
    what = one.type_zone or one.nature
    above = lecteur.territoire("arrondissement", one.parents.get("arrondissement", ""))
    if one.niveau == "commune":
        where = f"{what} de l’arrondissement {de(above.nom)}" if above else what
        more = ", …" if len(posts) > POSTES_DITS else ""
        return typeset(f"{where} · {', '.join(posts[:POSTES_DITS])}{more}" if posts else where)
    return f"{what} · {accord(one.population, 'habitant')}" if one.population else what


def name_services(lecteur: Lecteur) -> Iterator[Nommee]:
    """Every type of service, by its name and by everyday words; one that the atlas lacks says so."""
    held: dict[str, str] = {}
    for definition in lecteur.definitions.values():
        if definition.service and (definition.est_duree or definition.service not in held):
            held[definition.service] = definition.id
    for one in list_types().values():
        if one.id not in list_gone():
            yield name_service(one, held.get(one.id))


def name_service(one: TypeService, indicateur: str | None) -> Nommee:
    """One type; ``indicateur``: that the map shows for it, null when the atlas knows nothing of it."""
    names = (Nom(one.libelle), Nom(one.libelle_pluriel), *name_words("service", one.id))
    detail, url, retrait = SERVICE_ABSENT, "/sources/", RETRAITS["service"] + RETRAIT_ABSENT
    if indicateur:
        detail, url, retrait = SERVICE_CONNU, find_map(indicateur), RETRAITS["service"]
    reponse = Reponse("service", one.id, typeset(one.libelle), typeset(detail), url)
    return Nommee(reponse, names, (), AUTOUR_SERVICE, retrait)


def find_map(indicateur: str) -> str:
    """The address of the map of an indicator."""
    return f"/carte/?{urlencode({'indicateur': indicateur})}"


def name_indicateurs(lecteur: Lecteur) -> Iterator[Nommee]:
    """The indicators that are not about one service."""
    for one in lecteur.definitions.values():
        if not one.service:
            detail = typeset(f"indicateur : {one.unite}, {one.millesime}".rstrip(", "))
            reponse = Reponse("indicateur", one.id, one.nom, detail, find_map(one.id))
            names = (Nom(one.nom), *name_words("indicateur", one.id))
            old = RETRAIT_ANCIEN if VINTAGE.search(one.id) else 0.0
            yield Nommee(reponse, names, retrait=RETRAITS["indicateur"] + old)


def name_lieux(lecteur: Lecteur) -> Iterator[Nommee]:
    """The places of the département that have a name; they lead to their commune."""
    communes = {one.code: one for one in lecteur.territoires("commune")}
    for place in lecteur.lieux_nommes():
        commune = communes.get(place.code_insee or "")
        if place.nom and commune and place.type not in list_gone():
            kind = nom_de_type(place.type)
            url = f"/territoires/commune/{commune.code}/"
            reponse = Reponse("lieu", place.id, typeset(place.nom), typeset(f"{kind} à {commune.nom}"), url)
            words = " ".join((commune.nom, kind, *list_words().get(("service", place.type), ())))
            yield Nommee(reponse, (Nom(place.nom),), contexte=words, retrait=RETRAITS["lieu"])


def name_pages() -> Iterator[Nommee]:
    """The pages of the application."""
    for one in list_pages():
        names = (Nom(one.nom), *map(Nom, one.mots), *name_words("page", one.adresse))
        reponse = Reponse("page", one.adresse, one.nom, one.detail, one.adresse)
        yield Nommee(reponse, names, retrait=RETRAITS["page"])
