"""The answer in words, the same on every page and in every document."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.francais import typeset
from maillage.sdaasp.completude.loi import Completude, Exigence


@dataclass(frozen=True, slots=True)
class _Mots:
    """How to say that some of several things have something: their name, the verb for none, one, several."""

    aucun: str
    un: str
    plusieurs: str

    def tell(self, count: int, total: int, verbs: tuple[str, str, str]) -> str:
        """« 1 objectif prioritaire sur 27 a une cible chiffrée »."""
        none, one, several = verbs
        if count == 0:
            return f"{self.aucun} {self.un} sur {total} {none}"
        return (
            f"{count} {self.un} sur {total} {one}"
            if count == 1
            else f"{count} {self.plusieurs} sur {total} {several}"
        )


_TERRITOIRES = _Mots("Aucun", "territoire en déficit", "territoires en déficit")
_OP = _Mots("Aucun", "objectif prioritaire", "objectifs prioritaires")
_DECLINAISONS = _Mots("Aucune", "déclinaison territoriale", "déclinaisons territoriales")
_ARRONDISSEMENTS = _Mots("Aucun", "arrondissement", "arrondissements")
_PREVUES = _Mots("Aucune", "mutualisation prévue", "mutualisations prévues")
_TOUT = ("n’a tout ce qu’elle demande", "a tout ce qu’elle demande", "ont tout ce qu’elle demande")
# rule → what none of the territories has, one has, several have
_SERVIS = {
    "objectifs_quantitatifs": ("n’a d’objectif chiffré", "a un objectif chiffré", "ont un objectif chiffré"),
    "objectifs_qualitatifs": (
        "n’a d’objectif qualitatif",
        "a un objectif qualitatif",
        "ont un objectif qualitatif",
    ),
    "mesures": ("n’a de mesure", "a une mesure", "ont une mesure"),
    "territoires_en_deficit": ("n’est servi", "est servi", "sont servis"),
    "mutualisation": (
        "n’est atteint par le plan",
        "est atteint par le plan",
        "sont atteints par le plan",
    ),
}
_OBJETS = {
    "objectifs_quantitatifs": (
        _OP,
        ("n’a de cible chiffrée", "a une cible chiffrée", "ont une cible chiffrée"),
    ),
    "objectifs_qualitatifs": (
        _OP,
        ("n’a de cible qualitative", "a une cible qualitative", "ont une cible qualitative"),
    ),
    "mesures": (
        _DECLINAISONS,
        ("n’est retenue", "est retenue", "sont retenues"),
    ),
    "mutualisation": (
        _PREVUES,
        ("ne dit avec qui", "dit avec qui", "disent avec qui"),
    ),
}


PLAN_INCOMPLET = "Le plan de mutualisation ne couvre pas tout le département."


def tell_verdict(completude: Completude) -> str:
    """The whole answer in one sentence."""
    why = tell_reason(completude)
    return typeset(f"{tell_state(completude)} : {why[0].lower()}{why[1:]}")


def tell_state(completude: Completude) -> str:
    """The answer itself."""
    return f"Programmation {'complète' if completude.complete else 'incomplète'} au sens de la loi"


def tell_reason(completude: Completude) -> str:
    """How many territories have all that the law asks."""
    total = len(completude.territoires)
    plan = "" if completude.mutualisation.remplie else f" {PLAN_INCOMPLET}"
    if not total:
        return f"Aucun territoire en déficit n’est identifié.{plan}"
    return f"{_TERRITOIRES.tell(total - len(completude.manquants), total, _TOUT)}.{plan}"


def tell_exigence(completude: Completude, exigence: Exigence) -> str:
    """How many territories have it, and which have not."""
    missing = " ; ".join(tell_manque(completude, exigence, code) for code in exigence.manque)
    said = tell_compte(exigence)
    return typeset(f"{said} {_head(exigence)} : {missing}." if missing else said)


def tell_compte(exigence: Exigence) -> str:
    """How many territories have it."""
    if not exigence.attendu:
        return "Aucun territoire en déficit n’est identifié."
    words = _ARRONDISSEMENTS if exigence.regle.id == "mutualisation" else _TERRITOIRES
    return f"{words.tell(len(exigence.servi), len(exigence.attendu), _SERVIS[exigence.regle.id])}."


def _head(exigence: Exigence) -> str:
    return "Manquent" if len(exigence.manque) > 1 else "Manque"


def tell_manque(completude: Completude, exigence: Exigence, code: str) -> str:
    """A missing territory, and what of it is left when a part is served."""
    place = next((t for t in completude.territoires if t.code == code), None)
    if place is None:
        return completude.noms[code]
    left = [membre.nom for membre in place.membres if membre.cle in exigence.reste[code]]
    return f"{place.nom} (reste {', '.join(left)})" if exigence.par[code] else place.nom


NUL = {"mutualisation": "Aucune mutualisation n’est prévue."}


def tell_objets(exigence: Exigence) -> str:
    """The same thing over the whole programme: « 1 objectif prioritaire sur 27 a une cible chiffrée. »"""
    if exigence.objets is None or not exigence.objets.attendu:
        return NUL.get(exigence.regle.id, "") if exigence.objets else ""
    words, verbs = _OBJETS[exigence.regle.id]
    return f"{words.tell(len(exigence.objets.servi), len(exigence.objets.attendu), verbs)}."
