"""The answer as plain values (JSON, API, command line) and as a sheet of a workbook."""

from __future__ import annotations

from typing import Any

from maillage.sdaasp.completude.loi import Completude, Exigence
from maillage.sdaasp.completude.mots import tell_exigence, tell_objets, tell_verdict
from maillage.sdaasp.programme.classeur import COMPLETUDE, Feuille

COLONNES = ("exigence", "intitule", "territoire", "nom", "etat", "par", "reste")


def to_document(completude: Completude) -> dict[str, Any]:
    """Plain values: each thing the law asks, with ``attendu``, ``servi``, ``manque`` (keys)."""
    return {
        "programme": completude.schema,
        "complete": completude.complete,
        "verdict": tell_verdict(completude),
        "territoires": [
            {
                "cle": place.code,
                "nom": place.nom,
                "arrondissement": place.arrondissement,
                "couvre": [{"cle": membre.cle, "nom": membre.nom} for membre in place.membres],
            }
            for place in completude.territoires
        ],
        "arrondissements": [{"cle": code, "nom": nom} for code, nom in completude.lieux],
        "exigences": [_write(completude, exigence) for exigence in completude.toutes],
    }


def _write(completude: Completude, exigence: Exigence) -> dict[str, Any]:
    rule, count = exigence.regle, exigence.objets
    return {
        "cle": rule.id,
        "intitule": rule.intitule,
        "texte": rule.texte,
        "source": rule.source,
        "confirme": rule.confirme,
        "remplie": exigence.remplie,
        "attendu": list(exigence.attendu),
        "servi": list(exigence.servi),
        "manque": list(exigence.manque),
        "par": {code: list(keys) for code, keys in exigence.par.items() if keys},
        "reste": {code: list(keys) for code, keys in exigence.reste.items()},
        "objets": count
        and {"attendu": list(count.attendu), "servi": list(count.servi), "manque": list(count.manque)},
        "constats": [said for said in (tell_exigence(completude, exigence), tell_objets(exigence)) if said],
    }


def make_sheet(completude: Completude) -> Feuille:
    """One row per thing the law asks and territory in deficit; reading a workbook leaves this sheet aside."""
    names = completude.noms
    rows = tuple(
        (
            exigence.regle.id,
            exigence.regle.intitule,
            code,
            names[code],
            "servi" if code not in exigence.reste else "manque",
            "\n".join(exigence.par[code]) or None,
            "\n".join(exigence.reste.get(code, ())) or None,
        )
        for exigence in completude.toutes
        for code in exigence.attendu
    )
    return Feuille(COMPLETUDE, COLONNES, rows)
