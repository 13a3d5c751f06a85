"""French as it is written: decimal comma, thin spaces, a unit that never leaves its number.

The one place that turns figures into words, for pages, documents and the sentences that an atlas holds. An
unknown figure is always « non renseigné ».
"""

from __future__ import annotations

import errno
import math
import re
import socket
import unicodedata
from datetime import date

FINE = "\u202f"
INSECABLE = "\u00a0"
JOURS = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
NON_RENSEIGNE = "non renseigné"
# Units of the catalogue as the interface writes them beside a number.
UNITES = {
    "€/an": "€",
    "consultations par an et par hab.": "consultations par an",
    "ETP pour 100 000 hab.": "ETP",
    "pour 10 000 hab.": "pour 10\u202f000 hab.",
    "euros": "€",
    "habitants": "hab.",
}
# From here on, decimals say nothing more.
SANS_DECIMALE = 1000
FIABILITES = {"observe": "observé", "estime": "estimé", "impute": "imputé", "simule": "simulé"}


def known(value: float | None) -> bool:
    """Whether there is a figure at all: neither null nor NaN.

    >>> known(0.0), known(None), known(math.nan)
    (True, False, False)
    """
    return value is not None and not math.isnan(value)


def nombre(value: float | None, decimales: int = 0) -> str:
    """A number in French, or « non renseigné ».

    >>> nombre(2615635), nombre(3.14159, 1), nombre(-0.04, 1), nombre(None)
    ('2\\u202f615\\u202f635', '3,1', '0,0', 'non renseigné')
    """
    if value is None or not known(value):
        return NON_RENSEIGNE
    if math.isinf(value):
        return "hors d’atteinte"
    text = f"{abs(round(value, decimales)):,.{decimales}f}".replace(",", FINE).replace(".", ",")
    return f"−{text}" if round(value, decimales) < 0 else text


def nombre_exact(value: float | None, au_plus: int = 6) -> str:
    """A number that a person wrote, with the decimals it has; one that was computed, with ``au_plus``.

    >>> nombre_exact(3.5), nombre_exact(4.0), nombre_exact(1234.25), nombre_exact(0.0125), nombre_exact(0.3)
    ('3,5', '4', '1\\u202f234,25', '0,0125', '0,3')
    """
    if value is None or not math.isfinite(value):
        return nombre(value)
    return nombre(
        value, next(d for d in range(au_plus + 1) if d == au_plus or round(value, d) == round(value, au_plus))
    )


def mesure_exacte(value: float | None, unite: str | None, au_plus: int = 6) -> str:
    """A number that a person wrote and the unit that she gave it, as she gave it.

    >>> mesure_exacte(3.5, "%"), mesure_exacte(3.5, None)
    ('3,5\\xa0%', '3,5')
    """
    return nombre_exact(value, au_plus) + (f"{INSECABLE}{unite}" if unite and known(value) else "")


def euros(value: float) -> str:
    """An amount, with its cents when it has any.

    >>> euros(12500.5), euros(12000)
    ('12\\u202f500,50\\xa0€', '12\\u202f000\\xa0€')
    """
    return f"{nombre(value, 0 if round(value, 2) == round(value) else 2)}{INSECABLE}€"


def unite_courte(unite: str) -> str:
    """The unit as written beside a number.

    >>> unite_courte("%"), unite_courte("consultations par an et habitant")
    ('%', 'consultations par an et habitant')
    """
    return UNITES.get(unite, unite)


def avec_unite(value: float | None, unite: str, decimales: int = 0) -> str:
    """A number and its unit, never parted; a share becomes a percentage, seconds become minutes.

    >>> avec_unite(13.2, "min"), avec_unite(0.214, "part"), avec_unite(432, "s", 1), avec_unite(None, "min")
    ('13\\xa0min', '21\\xa0%', '7,2\\xa0min', 'non renseigné')
    """
    if value is None or not known(value):
        return NON_RENSEIGNE
    if unite in {"part", "proportion"}:
        return f"{nombre(value * 100, max(decimales - 2, 0))}{INSECABLE}%"
    if unite == "s":
        return avec_unite(value / 60, "min", decimales)
    decimales = 0 if abs(value) >= SANS_DECIMALE else decimales
    if unite in {"0 ou 1", ""}:
        return nombre(value, decimales)
    return f"{nombre(value, decimales)}{INSECABLE}{unite_courte(unite)}"


def se_distinguent(a: float, b: float, unite: str, decimales: int = 0) -> bool:
    """Whether two figures differ by more than rounding can make or hide: at least (≥) one unit as shown.

    Two figures told alike never do; two that do are never told alike.

    >>> se_distinguent(4.4, 4.6, "min"), se_distinguent(4.4, 5.4, "min")
    (False, True)
    >>> se_distinguent(0.2184, 0.2182, "part", 3), se_distinguent(0.2194, 0.2182, "part", 3)
    (False, True)
    """
    if unite in {"part", "proportion"}:
        a, b, decimales = a * 100, b * 100, max(decimales - 2, 0)
    elif unite == "s":
        a, b = a / 60, b / 60
    if min(abs(a), abs(b)) >= SANS_DECIMALE:
        decimales = 0
    return round(abs(a - b), 9) >= 10.0**-decimales


def fourchette(bas: float | None, haut: float | None, unite: str, decimales: int = 0) -> str:
    """« 23,5 à 50,9 % »: the unit once.

    >>> fourchette(0.235, 0.509, "part", 3)
    '23,5\\xa0à 50,9\\xa0%'
    """
    low = avec_unite(bas, unite, decimales).split(INSECABLE)[0]
    return f"{low}{INSECABLE}à {avec_unite(haut, unite, decimales)}"


def mettre_au_pluriel(nom: str) -> str:
    """Each word that takes one, an s.

    >>> mettre_au_pluriel("bassin de vie"), mettre_au_pluriel("zone prioritaire")
    ('bassins de vie', 'zones prioritaires')
    """
    head, *rest = re.split(r"(?= (?:de|d’|du|à|au|aux|en|sans|par|sur) )", nom, maxsplit=1)
    return " ".join(word if word.endswith(("s", "x")) else f"{word}s" for word in head.split()) + "".join(
        rest
    )


def arrondir(count: float) -> float:
    """A count with two significant figures: what a share times a population deserves.

    >>> arrondir(146232.0), arrondir(873.4), arrondir(12.3), arrondir(0.0)
    (150000.0, 870.0, 12.0, 0.0)
    """
    return float(f"{count:.2g}") if count >= 10 else float(round(count))


def accord(count: float, singulier: str, pluriel: str | None = None) -> str:
    """A count and its noun; French plurals start at two.

    >>> accord(1, "habitant"), accord(0, "habitant"), accord(2, "lieu", "lieux")
    ('1\\xa0habitant', '0\\xa0habitant', '2\\xa0lieux')
    """
    noun = singulier if abs(count) < 2 else pluriel or mettre_au_pluriel(singulier)
    return f"{nombre(count)}{INSECABLE}{noun}"


def jour(day: date) -> str:
    """A date in words.

    >>> jour(date(2026, 3, 1))
    '1er mars 2026'
    """
    mois = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ]
    return f"{'1er' if day.day == 1 else day.day} {mois[day.month - 1]} {day.year}"


def jour_de_semaine(day: date) -> str:
    """The weekday of a date.

    >>> jour_de_semaine(date(2026, 3, 1))
    'dimanche'
    """
    return ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")[day.weekday()]


def majuscule(text: str) -> str:
    """The first letter capital, the others as they are: an acronym keeps its own.

    >>> majuscule("personnes couvertes par le RSA")
    'Personnes couvertes par le RSA'
    """
    return text[:1].upper() + text[1:]


def minuscule(text: str) -> str:
    """The first letter small inside a sentence, unless the word is an acronym or a proper name in two words.

    >>> minuscule("Durée d’accès"), minuscule("APL aux médecins"), minuscule("France services")
    ('durée d’accès', 'APL aux médecins', 'France services')
    """
    kept = text[1:2].isupper() or text.startswith(NOMS_PROPRES)
    return text if kept else text[:1].lower() + text[1:]


# Names that keep their capital inside a sentence.
NOMS_PROPRES = ("France ", "Maison France ", "Belgique", "Insee")


def de(nom: str) -> str:
    """« de » before a name, elided before a vowel or a mute h, contracted with « le » and « les ».

    >>> de("Douai"), de("Avesnes-sur-Helpe"), de("Le Quesnoy"), de("Les Trois-Ponts"), de("L’Étang")
    ('de Douai', 'd’Avesnes-sur-Helpe', 'du Quesnoy', 'des Trois-Ponts', 'de L’Étang')
    """
    for article, contracted in (("Le ", "du "), ("Les ", "des ")):
        if nom.startswith(article):
            return contracted + nom.removeprefix(article)
    plain = unicodedata.normalize("NFKD", nom[:1]).upper()[:1]
    return f"d’{nom}" if plain in set("AEIOUYŒÆ") else f"de {nom}"


def court(value: float | None, unite: str, decimales: int = 0) -> str:
    """A number for a column whose heading holds the unit; a share as a percentage without its sign.

    >>> court(0.214, "part"), court(21020.4, "€/an", 1), court(None, "min")
    ('21', '21\u202f020', 'non renseigné')
    """
    if value is None or not known(value):
        return NON_RENSEIGNE
    if unite in {"part", "proportion"}:
        return nombre(value * 100, max(decimales - 2, 0))
    return nombre(value, 0 if abs(value) >= SANS_DECIMALE else decimales)


def unite_de_colonne(unite: str) -> str:
    """The unit as a column heading says it.

    >>> unite_de_colonne("part"), unite_de_colonne("€/an"), unite_de_colonne("0 ou 1")
    ('%', '€', '')
    """
    return "%" if unite in {"part", "proportion"} else "" if unite == "0 ou 1" else unite_courte(unite)


def typeset(text: str) -> str:
    """Curly apostrophes, and no break before : ; ! ? % nor inside « ».

    >>> typeset("l'offre : 7 % « ici » ; oui")
    'l’offre\\xa0: 7\\xa0% «\\xa0ici\\xa0»\\u202f; oui'
    """
    text = text.replace("'", "’")
    text = re.sub(r" (?=[:%»€])|(?<=«) ", INSECABLE, text)
    return re.sub(r" (?=[;!?])", FINE, text)


def plat(text: str) -> str:
    """Words for a file of figures: ordinary spaces, whatever the page shows.

    >>> plat("Durée d’accès\\xa0: Poste")
    'Durée d’accès : Poste'
    """
    return text.replace(INSECABLE, " ").replace(FINE, " ")


PLEIN = "plus de place sur le disque"
REFUS = {
    errno.ENOSPC: PLEIN,
    errno.EDQUOT: PLEIN,
    errno.EFBIG: PLEIN,
    errno.EACCES: "l'accès en est refusé",
    errno.EPERM: "l'accès en est refusé",
    errno.EROFS: "le disque est en lecture seule",
    errno.ENAMETOOLONG: "ce nom est trop long",
    errno.ENOTDIR: "une partie de ce chemin n’est pas un dossier",
    errno.ENOENT: "ce fichier ou son dossier n’existe pas",
    errno.EEXIST: "un fichier porte déjà ce nom",
    errno.EISDIR: "c’est un dossier, un fichier est attendu",
    errno.ELOOP: "ce lien tourne en rond",
    errno.ENXIO: "ce n’est pas un fichier ordinaire",
    errno.EXDEV: "la destination est sur un autre disque",
    errno.EBUSY: "un autre programme l’utilise",
    errno.EMFILE: "trop de fichiers sont ouverts",
    errno.EIO: "le disque ne répond pas",
    errno.EPIPE: "le programme qui lisait s’est arrêté",
    errno.EBADF: "la sortie est fermée",
    errno.EADDRINUSE: "un autre programme l’occupe",
    errno.EADDRNOTAVAIL: "cette adresse n’est pas celle de cette machine",
    errno.ECONNREFUSED: "personne n’y répond",
}


def refus(error: OSError | UnicodeDecodeError) -> str:
    """Why a file or an address is refused, in words; the machine's own where they are not known.

    >>> refus(OSError(errno.ENOSPC, "No space left on device"))
    'plus de place sur le disque'
    """
    if isinstance(error, UnicodeDecodeError):
        return "ce n’est pas du texte en UTF-8"
    if isinstance(error, socket.gaierror):
        return "cette adresse n’existe pas"
    return REFUS.get(error.errno or 0, error.strerror or str(error))
