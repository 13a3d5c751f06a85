"""What ProConnect proves of a person, once its signatures are checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from maillage.catalogue.proconnect import read_proconnect
from maillage.web.comptes.identifiant import normalize_address
from maillage.web.comptes.proconnect.refus import RefusProConnect

SUJET = re.compile(r"[!-~]{1,255}")
SIRET = re.compile(r"[0-9]{14}")
METHODE = re.compile(r"[a-z0-9_-]{1,20}")


@dataclass(frozen=True)
class IdentiteProuvee:
    """A person as ProConnect tells them; ``emetteur`` and ``sujet`` together name them, nothing else does.

    ``methodes``: how the identity provider checked them (amr), in words apart; empty: nothing said.
    """

    emetteur: str
    sujet: str
    courriel: str
    prenom: str
    nom: str
    siret: str
    niveau: str
    methodes: str


def read_identity(jeton: Mapping[str, Any], informations: Mapping[str, Any]) -> IdentiteProuvee:
    """The identity of two checked sets of claims: the log-in's (id_token) and the person's (userinfo).

    Raises:
        RefusProConnect: they are about two people, or say too little.
    """
    if not SUJET.fullmatch(str(jeton["sub"])) or informations.get("sub") != jeton["sub"]:
        raise RefusProConnect("sujet")
    if jeton.get("acr") not in read_proconnect("niveaux"):
        raise RefusProConnect("niveau")
    siret = informations.get("siret")
    if not isinstance(siret, str) or not SIRET.fullmatch(siret):
        raise RefusProConnect("siret")
    return IdentiteProuvee(
        emetteur=jeton["iss"],
        sujet=jeton["sub"],
        courriel=_read_address(informations.get("email")),
        prenom=_read_name(informations.get("given_name")),
        nom=_read_name(informations.get("usual_name")),
        siret=siret,
        niveau=jeton["acr"],
        methodes=_read_methods(jeton.get("amr")),
    )


def _read_address(value: object) -> str:
    address = normalize_address(value) if isinstance(value, str) else ""
    try:
        validate_email(address)
    except ValidationError as error:
        raise RefusProConnect("incomplet") from error
    return address


def _read_name(value: object) -> str:
    name = " ".join(value.split()) if isinstance(value, str) else ""
    if not name.isprintable() or not 1 <= len(name) <= 150:
        raise RefusProConnect("incomplet")
    return name


def _read_methods(value: object) -> str:
    told = value if isinstance(value, list) else []
    return " ".join(one for one in told[:8] if isinstance(one, str) and METHODE.fullmatch(one))
