"""The tables of a note: people by group and by place, users of each place, figures, a year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from maillage.atlas.lecture.chiffres import Chiffre
from maillage.atlas.lecture.lecteur import Lecteur
from maillage.francais import FIABILITES, accord, avec_unite, mesure_exacte, typeset
from maillage.horaires.dire import dire
from maillage.reports.rendu.blocs import Bloc, Cellule, Nombre, Paragraphe, Tableau
from maillage.reports.scenario.ecarts import scale
from maillage.reports.scenario.resume import VOITURE, ResumeScenario, count_moved
from maillage.scenarios.rapport import MODES, tell_balance

Values = Mapping[str, Any]
GROUPES: Final = {
    "tous": "Tous les habitants",
    "moins_15": "Moins de 15 ans",
    "de_15_a_64": "De 15 à 64 ans",
    "plus_65": "65 ans et plus",
}
NIVEAUX: Final = {"arrondissement": "arrondissement", "epci": "intercommunalité", "commune": "commune"}
SUPPOSES: Final = ("visites_par_an", "part_voiture", "detour", "co2_g_km", "euros_km")
COMMUNES: Final = 8
LIEUX: Final = 8
JUGES: Final = 12
COMMUNES_CHIFFREES: Final = 3
ARRONDISSEMENTS: Final = 1
RIEN: Final = Nombre(None, "—")
DES_HORAIRES: Final = ("heures_acces", "part_sans_acces")


def tell_side(gains: Values, count: str, mean: str, where: str) -> str:
    """« 21 381 habitants sont plus loin, de 6,3 min en moyenne »."""
    people = accord(round(gains[count]), "habitant")
    verb = "sont" if gains[count] >= 2 else "est"
    by = f", de {avec_unite(gains[mean], 'min', 1)} en moyenne" if gains[mean] is not None else ""
    return f"{people} {verb} {where}{by}"


def tell_assumption(value: float, unite: str) -> str:
    """A value and its unit.

    >>> tell_assumption(218.0, "g/km"), tell_assumption(1.3, "")
    ('218\\xa0g/km', '1,3')
    """
    return mesure_exacte(value, unite)


def _count(value: float) -> Nombre:
    return Nombre.entier(value) if round(value) else RIEN


def _minutes(value: float | None) -> Nombre:
    return RIEN if value is None else Nombre(value, avec_unite(value, "min", 1))


def _signed(value: float | None, unite: str = "", decimales: int = 0) -> Nombre:
    """A change, with its sign: « +3 », « −2 »."""
    if value is None:
        return Nombre(None, "non chiffré")
    text = avec_unite(value, unite, decimales)
    return Nombre(value, f"+{text}" if round(value, decimales) > 0 else text)


def _table(
    titre: str, colonnes: tuple[str, ...], lignes: Sequence[tuple[Cellule, ...]], **more: Any
) -> Tableau:
    """A table whose texts are typeset; every column but the first holds figures unless said."""
    numeriques = more.pop("numeriques", frozenset(range(1, len(colonnes))))
    rows = tuple(tuple(typeset(cell) if isinstance(cell, str) else cell for cell in line) for line in lignes)
    heads = tuple(map(typeset, colonnes))
    more["note"] = typeset(more.get("note", ""))
    return Tableau(typeset(titre), heads, rows, numeriques=numeriques, **more)


def _sides(gains: Values) -> tuple[Nombre, ...]:
    return (
        _count(gains["perdants"] + gains["perdus"]),
        _minutes(gains["perte_moyenne_min"]),
        _count(gains["gagnants"] + gains["desservis"]),
        _minutes(gains["gain_moyen_min"]),
    )


COTES: Final = ("Plus loin", "de, en moyenne", "Plus près", "de, en moyenne")


def write_groups(service: Values, par_mode: Sequence[Values]) -> Tableau:
    """Who loses and who gains, by age, then by the other modes."""
    minutes = avec_unite(service["seuil_min"], "min")
    named = [(words, service["groupes"][key]) for key, words in GROUPES.items()]
    named += [(f"Tous, {MODES[s['mode']]}", s["groupes"]["tous"]) for s in par_mode if s["mode"] != VOITURE]
    rows: list[tuple[Cellule, ...]] = [
        (words, *_sides(gains), _signed(round(gains["sous_seuil_apres"] - gains["sous_seuil_avant"])))
        for words, gains in named
    ]
    heads = ("En voiture", *COTES, f"À {minutes} ou moins")
    note = "" if len(par_mode) > 1 else "Cet atlas n’a de temps de trajet qu’en voiture pour ce service."
    return _table("Habitants, par âge", heads, rows, id=f"groupes-{service['type']}", note=note)


def _list_moved(service: Values) -> list[Values]:
    return [row for row in service["territoires"] if round(count_moved(row))]


def write_territories(service: Values) -> Iterator[Tableau]:
    """Arrondissements, then intercommunalités, where somebody moves."""
    moved = _list_moved(service)
    large = [row for niveau in ("arrondissement", "epci") for row in moved if row["niveau"] == niveau]
    if large:
        lines: list[tuple[Cellule, ...]] = [
            (f"{row['nom']} ({NIVEAUX[row['niveau']]})", *_sides(row)) for row in large
        ]
        yield _table("Par territoire", ("Territoire", *COTES), lines, id=f"territoires-{service['type']}")


def write_communes(service: Values) -> Iterator[Tableau]:
    """The communes where most minutes are at stake."""
    moved = _list_moved(service)
    communes = sorted((row for row in moved if row["niveau"] == "commune"), key=_weigh, reverse=True)
    if communes:
        left = len(communes) - COMMUNES
        note = (
            f"Les {COMMUNES} où le plus de minutes sont en jeu ; {accord(left, 'autre')} bougent moins."
            if left > 0
            else ""
        )
        rows: list[tuple[Cellule, ...]] = [(row["nom"], *_sides(row)) for row in communes[:COMMUNES]]
        yield _table("Par commune", ("Commune", *COTES), rows, id=f"communes-{service['type']}", note=note)


def _weigh(row: Values) -> tuple[float, str]:
    """People times minutes, the name to decide."""
    loss, gain = (row["perte_moyenne_min"] or 0), (row["gain_moyen_min"] or 0)
    return (row["perdants"] * loss + row["gagnants"] * gain + row["perdus"] + row["desservis"], row["code"])


def write_services(services: Sequence[Values]) -> Tableau:
    """One line for each service touched."""
    rows: list[tuple[Cellule, ...]] = [
        (service["libelle"], *_sides(service["groupes"]["tous"])) for service in services
    ]
    return _table("Tous les services touchés", ("Service", *COTES), rows, id="services")


def write_stops(impact: Values) -> Iterator[Tableau]:
    """The stops of rounds: when, and how many people near."""
    names = {place["id"]: place["nom"] for place in impact["scenario"]["lieux"]}
    rows = [
        (names.get(stop["id"], stop["id"]), dire(stop["horaires"]), Nombre.entier(stop["habitants_proches"]))
        for stop in impact["itinerants"]
    ]
    if rows:
        near = avec_unite(impact["hypotheses"]["seuil_min"], "min")
        heads = ("Arrêt itinérant", "Quand", f"Habitants à {near} ou moins")
        yield _table("Arrêts itinérants", heads, rows, id="arrets", numeriques=frozenset({2}))


def write_users(service: Values) -> Iterator[Bloc]:
    """The places that receive and those that lose users; saturation where capacity and activity are known."""
    places = sorted(service["lieux"], key=lambda row: -abs(row["habitants_apres"] - row["habitants_avant"]))
    if not places:
        return
    known = any(row["taux_activite_avant"] is not None for row in places)
    heads: tuple[str, ...] = ("Lieu", "Commune", "Habitants, avant", "après", "écart")
    heads += ("Taux d’activité, avant", "après") if known else ()
    rows = [_write_user(row, known=known) for row in places[:LIEUX]]
    note = (
        ""
        if known
        else (
            "Habitants dont c’est le lieu le plus proche. Ni la capacité ni l’activité de ces lieux ne "
            "sont connues : "
            "leur saturation ne se chiffre pas, à demander à qui les tient."
        )
    )
    yield _table(
        f"Lieux dont les usagers changent : {service['libelle']}", heads, rows, id=f"lieux-{service['type']}",
        numeriques=frozenset(range(2, len(heads))), note=note,
    )  # fmt: skip
    flow = max(service["flux"], key=lambda flow: flow["habitants"], default=None)
    if flow and flow["de"] and flow["vers"]:
        yield Paragraphe(_tell_flow(flow))


def _write_user(row: Values, *, known: bool) -> tuple[Cellule, ...]:
    before, after = row["habitants_avant"], row["habitants_apres"]
    rates = tuple(
        RIEN if row[name] is None else Nombre.part(row[name])
        for name in ("taux_activite_avant", "taux_activite_apres")
    )
    people = (_count(before), _count(after), _signed(after - before))
    return (
        row["nom"] or row["id"],
        row["commune"] or "hors du département",
        *people,
        *(rates if known else ()),
    )


def _tell_flow(flow: Values) -> str:
    ends = [flow[end]["nom"] or flow[end]["id"] for end in ("de", "vers")]
    people = accord(round(flow["habitants"]), "habitant")
    minutes = (avec_unite(flow[name], "min", 1) for name in ("minutes_avant", "minutes_apres"))
    return (
        f"Le plus grand report : {people}, de « {ends[0]} » vers « {ends[1]} », de {' à '.join(minutes)} "
        f"d’un aller."
    )


def write_judgements(deficits: Sequence[Values]) -> Tableau:
    """Territories whose judgement moves."""
    rows = [
        (
            row["nom"],
            _tell_verdict(row["avant"]),
            _tell_verdict(row["apres"]),
            " ; ".join(tell_balance(row)) or "—",
        )
        for row in deficits[:JUGES]
    ]
    left = len(deficits) - JUGES
    note = f"{accord(left, 'autre territoire', 'autres territoires')} dans l’export." if left > 0 else ""
    heads = ("Territoire", "Avant", "Après", "Manque et excès")
    return _table("Jugements qui changent", heads, rows, id="jugements", numeriques=frozenset(), note=note)


def _tell_verdict(row: Values) -> str:
    said = {True: "en déficit", False: "pas en déficit", None: "non jugé"}[row.get("en_deficit")]
    return said + (f", rang {row['rang']}" if row.get("rang") else "")


def write_figures(lecteur: Lecteur, impact: Values) -> Tableau | None:
    """The main figures of the services, where they move: the arrondissement most touched, the département.

    Of lines on trial, the communes where most hours move.
    """
    known = {(row["indicateur"], row["niveau"], row["code"]): row for row in impact["indicateurs"]}
    rows = (known.get(key) for key in dict.fromkeys([*_list_by_car(impact), *_list_by_lines(impact)]))
    written = [line for row in rows if row and (line := _write_figure(lecteur, row))]
    if not written:
        return None
    heads = ("Chiffre", "Territoire", "Avant", "Après", "Fiabilité")
    note = "Entre parenthèses, l’intervalle à 90 %. Les autres chiffres qui bougent sont dans l’export."
    return _table("Chiffres de l’atlas", heads, written, id="chiffres", numeriques=frozenset(), note=note)


def _list_by_car(impact: Values) -> Iterator[tuple[str, str, str]]:
    """The figures of the services whose times move: indicator, niveau, code."""
    services = [service for service in impact["services"] if service["mode"] == VOITURE]
    chosen = list(dict.fromkeys(name for service in services for name in _choose(service)))
    for place in (*_find_arrondissements(services), ("departement", impact["atlas"]["departement"])):
        yield from ((name, *place) for name in chosen)


def _list_by_lines(impact: Values) -> Iterator[tuple[str, str, str]]:
    """The same of the services whose hours lines on trial move."""
    for service in (impact.get("transports") or {"services": []})["services"]:
        first = [("commune", row["code"]) for row in service["communes"][:COMMUNES_CHIFFREES]]
        for place in (*first, ("departement", impact["atlas"]["departement"])):
            yield from ((name, *place) for name in _choose_hours(service["type"]))


def _find_arrondissements(services: Sequence[Values]) -> list[tuple[str, str]]:
    """Those where most people move, first."""
    rows = [row for s in services for row in s["territoires"] if row["niveau"] == "arrondissement"]
    first = sorted(rows, key=lambda row: (-count_moved(row), row["code"]))
    return [("arrondissement", code) for code in dict.fromkeys(row["code"] for row in first)][
        :ARRONDISSEMENTS
    ]


def _choose(service: Values) -> tuple[str, ...]:
    kind, minutes = service["type"], round(service["seuil_min"])
    return (
        f"duree_{kind}",
        f"part_{kind}_plus_{minutes}min",
        f"heures_acces_{kind}_voiture",
    )


def _choose_hours(kind: str) -> tuple[str, ...]:
    """What lines on trial move first: hours without a car, who has none, the time to the nearest."""
    hours = (f"{stem}_{kind}_{mode}" for mode in ("transports", "sans_voiture") for stem in DES_HORAIRES)
    return (*hours, f"duree_{kind}_transports")


def _write_figure(lecteur: Lecteur, row: Values) -> tuple[Cellule, ...] | None:
    """One line; null when both values would be told alike."""
    d = lecteur.definition(row["indicateur"])
    cells, told = [], []
    for when in ("avant", "apres"):
        parts = (scale(row[f"{part}{when}"], d.facteur) for part in ("", "bas_", "haut_"))
        value, low, high = parts
        figure = Chiffre(d, value, row[f"fiabilite_{when}"], None, low, high)
        cells.append(Nombre.avec_intervalle(figure))
        told.append(str(Nombre.de(figure)))
    if told[0] == told[1]:
        return None
    grades = [FIABILITES.get(row[f"fiabilite_{when}"] or "", "—") for when in ("avant", "apres")]
    return (d.nom, row["nom"], *cells, " puis ".join(dict.fromkeys(grades)))


def write_years(services: Sequence[Values]) -> Tableau:
    """Both sides of a year: what users spend, what places cost."""
    rows = [(service["libelle"], *_write_year(service["bilan_annuel"])) for service in services]
    heads = (
        "Service",
        "km en voiture",
        "Heures de trajet",
        "CO₂",
        "Dépenses des usagers",
        "Dépenses de qui tient les lieux",
    )
    note = "Un nombre positif : en plus. " + (
        "Le coût des lieux n’a pas été donné : il n’est pas supposé."
        if any(service["bilan_annuel"]["euros_lieux"] is None for service in services)
        else ""
    )
    return _table("Bilan d’un an, tous les habitants ensemble", heads, rows, id="bilan", note=note.strip())


def _write_year(year: Values) -> tuple[Nombre, ...]:
    return (
        _signed(year["km"], "km"),
        _signed(year["heures"], "h"),
        _signed(year["co2_t"], "t", 1),
        _signed(year["euros_usagers"], "€"),
        _signed(year["euros_lieux"], "€"),
    )


def write_summaries(resumes: Sequence[ResumeScenario], noms: Sequence[str] = ()) -> Tableau:
    """Several scenarios, one a line; ``noms``: what they are called here, else their own names."""
    rows: list[tuple[Cellule, ...]] = [
        (
            nom,
            _count(one.perdants),
            _count(one.gagnants),
            _signed(round(one.servis)),
            _signed(one.dixieme_min, "min", 2),
            _signed(one.co2_t, "t", 1),
            _signed(one.euros_usagers, "€"),
            _signed(one.euros_lieux, "€"),
        )
        for nom, one in zip(noms or [one.nom for one in resumes], resumes, strict=True)
    ]
    heads: tuple[str, ...] = (
        "Scénario", "Plus loin", "Plus près", "À portée", "Le dixième le plus loin", "CO₂ par an",
        "Usagers, par an", "Lieux, par an",
    )  # fmt: skip
    note = (
        "Habitants, additionnés sur les services touchés. À portée : en plus ou en moins sous le seuil. "
        "Le dixième "
        "le plus loin : minutes d’un aller, en plus ou en moins, du dixième d’habitants le plus loin "
        "aujourd’hui."
    )
    if any(one.heures_gagnees is not None for one in resumes):
        heads += ("Heures gagnées", "Heures perdues")
        rows = [(*row, *_write_gained(one)) for row, one in zip(rows, resumes, strict=True)]
        note += (
            " Heures : par semaine sans voiture, additionnées sur les habitants et les services, où une "
            "ligne à l’essai en donne ou en retire."
        )
    return _table("Les scénarios côte à côte", heads, rows, id="comparaison", note=note)


def _write_gained(one: ResumeScenario) -> tuple[Nombre, Nombre]:
    """Hours of all people together that lines give, and take; a dash where no line is tried."""
    sides = (one.heures_gagnees, one.heures_perdues)
    gained, lost = (RIEN if value is None else Nombre(value, avec_unite(value, "h")) for value in sides)
    return gained, lost


def write_pieces(pieces: Sequence[Values]) -> Tableau:
    """What such a file has to say, and where this note says it."""
    rows = [(piece["intitule"], f"« {piece['note']} »" if piece["note"] else "à joindre") for piece in pieces]
    heads = ("Ce qu’un dossier dit", "Dans cette note")
    return _table("Pour l’information du préfet", heads, rows, id="pieces", numeriques=frozenset())
