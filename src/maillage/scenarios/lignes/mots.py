"""Edits of lines in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from maillage.atlas.transports.dossier import Transports
from maillage.francais import nombre
from maillage.scenarios.bases import Situe
from maillage.scenarios.lignes.modifications import (
    DEBUT,
    FIN,
    JOURS,
    OUVRABLES,
    AjoutLigne,
    ArretDesservi,
    DecalageLigne,
    ExtensionHeures,
    ExtensionJours,
    FrequenceLigne,
    Jour,
    ModificationLigne,
    OuvertureArret,
    SuppressionLigne,
    TransportDemande,
)

LIGNES_EN_MOTS: Final = {
    "ajouter_ligne": "Ajouter une ligne",
    "supprimer_ligne": "Supprimer une ligne",
    "decaler_ligne": "Décaler une ligne",
    "frequence_ligne": "Changer la fréquence d’une ligne",
    "etendre_jours": "Étendre une ligne à d’autres jours",
    "etendre_heures": "Étendre les heures d’une ligne",
    "ouvrir_arret": "Ouvrir un arrêt",
    "transport_demande": "Ouvrir un transport à la demande",
}
Where = Callable[[Situe], str]


def enumerer(words: Sequence[str]) -> str:
    """A list as one says it.

    >>> enumerer(["A", "B", "C"]), enumerer(["A"])
    ('A, B et C', 'A')
    """
    return f"{', '.join(words[:-1])} et {words[-1]}" if len(words) > 1 else "".join(words)


def tell_line(edit: ModificationLigne, transports: Transports | None, where: Where) -> str:
    """One edit as a sentence; lines and stops by their name where ``transports`` knows them, else by id."""
    line = name_line(transports, edit.ligne) if hasattr(edit, "ligne") else ""
    match edit:
        case SuppressionLigne():
            return f"Supprimer {line}"
        case DecalageLigne():
            late = "plus tard" if edit.minutes > 0 else "plus tôt"
            return f"Faire passer {line} {nombre(abs(edit.minutes))} min {late}, {tell_when(edit)}"
        case FrequenceLigne():
            return f"Faire passer {line} toutes les {edit.toutes_les_min} min, {tell_when(edit)}"
        case ExtensionJours():
            return f"Faire circuler {line} {tell_when(edit)}, comme le {edit.comme}"
        case ExtensionHeures():
            return f"Faire circuler {line} {tell_more(edit)}"
    return tell_new(edit, transports, where)


def tell_new(
    edit: OuvertureArret | AjoutLigne | TransportDemande, transports: Transports | None, where: Where
) -> str:
    """A stop or a service that there was not."""
    if isinstance(edit, OuvertureArret):
        ends = enumerer([f"« {name_stop(transports, name)} »" for name in edit.entre])
        late = f", {edit.detour_min} min de plus" if edit.detour_min else ""
        line = name_line(transports, edit.ligne)
        return f"Ouvrir l’arrêt « {edit.nom} » {where(edit)} sur {line}, entre {ends}{late}"
    when = f"toutes les {edit.toutes_les_min} min, {tell_when(edit)}"
    if isinstance(edit, AjoutLigne):
        way = ", ".join(
            f"{name_served(stop, transports, where)} ({stop.minutes} min)" for stop in edit.arrets
        )
        both = "" if edit.aller_retour else ", dans un seul sens"
        return f"Ajouter la ligne « {edit.nom} » : {way} ; {when}{both}"
    zone = enumerer([where(Situe(commune=code)).removeprefix("à ") for code in edit.communes])
    ends = enumerer([f"« {name_stop(transports, name)} »" for name in edit.vers])
    return f"Ouvrir le transport à la demande « {edit.nom} » de {zone} vers {ends} ; {when}"


def name_served(stop: ArretDesservi, transports: Transports | None, where: Where) -> str:
    """A stop of a new line."""
    return name_stop(transports, stop.arret) if stop.arret else f"{stop.nom} {where(stop)}"


def name_line(transports: Transports | None, name: str) -> str:
    """« la ligne 12 (Fourmies – Anor) »."""
    if transports is not None:
        table, own = transports.table("lignes"), name.rpartition(":")[2]
        rows = [row for row in table.iter_rows(named=True) if row["id"] in (name, own)]
        if rows and rows[0]["nom"]:
            detail = rows[0]["detail"]
            return f"la ligne {rows[0]['nom']}" + (
                f" ({detail})" if detail and detail != rows[0]["nom"] else ""
            )
    return f"la ligne « {name} »"


def name_stop(transports: Transports | None, name: str) -> str:
    """A stop by its name."""
    if transports is None:
        return name
    found = transports.arrets.filter(id=name)["nom"].drop_nulls()
    return str(found[0]) if len(found) == 1 else name


def tell_when(edit: DecalageLigne | FrequenceLigne | ExtensionJours | AjoutLigne | TransportDemande) -> str:
    """Days and hours."""
    return f"{tell_days(edit.jours)}{tell_window(edit.de, edit.a)}"


def tell_window(de: str, a: str) -> str:
    """Hours, those of the whole day unsaid.

    >>> tell_window("07:00", "09:00"), tell_window(DEBUT, "13:00"), tell_window("18:00", FIN)
    (' de 07:00 à 09:00', ' jusqu’à 13:00', ' dès 18:00')
    >>> tell_window(DEBUT, FIN)
    ''
    """
    if de == DEBUT:
        return "" if a == FIN else f" jusqu’à {a}"
    return f" dès {de}" if a == FIN else f" de {de} à {a}"


def tell_more(edit: ExtensionHeures) -> str:
    """« dès 05:30 et jusqu’à 21:00, toutes les 30 min, tous les jours »."""
    bounds = [text for text in (edit.de and f"dès {edit.de}", edit.a and f"jusqu’à {edit.a}") if text]
    return f"{' et '.join(bounds)}, toutes les {edit.toutes_les_min} min, {tell_days(edit.jours)}"


def tell_days(jours: Sequence[Jour]) -> str:
    """Days of the week.

    >>> tell_days(JOURS), tell_days(OUVRABLES), tell_days(("samedi", "dimanche"))
    ('tous les jours', 'du lundi au vendredi', 'le samedi et le dimanche')
    """
    known = {JOURS: "tous les jours", OUVRABLES: "du lundi au vendredi"}
    ordered = tuple(sorted(jours, key=JOURS.index))
    return known.get(ordered) or enumerer([f"le {jour}" for jour in ordered])
