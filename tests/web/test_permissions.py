"""Who may open what: one line per address and role. An address that is not listed fails the test."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

ROLES = ("anonyme", "sans_mandat", "partenaire", "charge_mission", "administration")
PUBLIC = (200,) * 5
CONNECTE = (302, 200, 200, 200, 200)

# view → (arguments, status for each role of ROLES, with GET)
TABLE: dict[str, tuple[dict[str, object], tuple[int, ...]]] = {
    "territoires:accueil": ({}, PUBLIC),
    "territoires:recherche": ({}, PUBLIC),
    "territoires:portraits": ({}, PUBLIC),
    "territoires:portrait": ({"niveau": "commune", "code": "99001"}, PUBLIC),
    "territoires:portrait-pdf": ({"niveau": "commune", "code": "99001"}, PUBLIC),
    "territoires:portrait-ods": ({"niveau": "commune", "code": "99001"}, PUBLIC),
    "territoires:deficits": ({}, PUBLIC),
    "territoires:evolution": ({}, PUBLIC),
    "territoires:comparer": ({}, PUBLIC),
    "territoires:classements": ({}, PUBLIC),
    "territoires:tout-exporter": ({}, (405,) * 5),
    "socle:sante": ({}, PUBLIC),
    "socle:accessibilite": ({}, PUBLIC),
    "socle:exemples": ({}, PUBLIC),
    "socle:travail": ({"jeton": "inconnu"}, (404,) * 5),
    "socle:annuler-travail": ({"jeton": "inconnu"}, (405,) * 5),
    "socle:relancer-travail": ({"jeton": "inconnu"}, (405,) * 5),
    "socle:fichier-travail": ({"jeton": "inconnu"}, (404,) * 5),
    "carte:carte": ({}, PUBLIC),
    "carte:donnees": ({}, PUBLIC),
    "carte:lieu": ({}, PUBLIC),
    "carte:lieux": ({"genre": "pharmacie"}, PUBLIC),
    "carte:contours": ({"niveau": "commune"}, PUBLIC),
    "carte:tuile": ({"nom": "communes.pmtiles"}, PUBLIC),
    "methodes:methodes": ({}, PUBLIC),
    "methodes:indicateur": ({"indicateur": "densite"}, PUBLIC),
    "methodes:formule": ({"indicateur": "densite"}, PUBLIC),
    "methodes:sources": ({}, PUBLIC),
    "methodes:glossaire": ({}, PUBLIC),
    "api:documentation": ({}, PUBLIC),
    "api-1:openapi-json": ({}, PUBLIC),
    "api-1:api-root": ({}, (404,) * 5),
    "api-1:list_atlas": ({}, PUBLIC),
    "api-1:list_territoires": ({}, PUBLIC),
    "api-1:get_territoire": ({"niveau": "commune", "code": "99001"}, PUBLIC),
    "api-1:list_chiffres_territoire": ({"niveau": "commune", "code": "99001"}, PUBLIC),
    "api-1:list_indicateurs": ({}, PUBLIC),
    "api-1:list_chiffres": ({"indicateur": "densite"}, PUBLIC),
    "comptes:connexion": ({}, PUBLIC),
    "comptes:deconnexion": ({}, (405,) * 5),
    "comptes:invitation": ({"jeton": "inconnu"}, (404,) * 5),
    "comptes:mon-compte": ({}, CONNECTE),
    "comptes:double": ({}, CONNECTE),
    "comptes:creer-jeton": ({}, (302, 405, 405, 405, 405)),
    "comptes:revoquer-jeton": ({"jeton_id": 1}, (302, 405, 405, 405, 405)),
    "comptes:inviter": ({}, (302, 403, 403, 200, 200)),
    "admin:index": ({}, (302, 302, 302, 302, 200)),
}
# Applications whose own tests hold their own table.
AILLEURS = ("admin", "programme")


def names(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from names(pattern, inner)
        elif isinstance(pattern, URLPattern) and pattern.name:
            yield f"{prefix}{pattern.name}"


def test_every_address_is_listed() -> None:
    served = {name for name in names(get_resolver()) if not name.startswith(AILLEURS)}
    listed = {name for name in TABLE if not name.startswith(AILLEURS)}
    assert served == listed


@pytest.fixture
def clients(client, compte):
    found = {"anonyme": client}
    for role in ROLES[1:]:
        found[role] = Client()
        personne = compte("" if role == "sans_mandat" else role)
        if role == "administration":
            personne.is_staff = True
            personne.save()
        found[role].force_login(personne)
    return found


@pytest.mark.ignore_template_errors
def test_permission_table(clients) -> None:
    wrong = []
    for name, (arguments, expected) in TABLE.items():
        address = reverse(name, kwargs=arguments)
        answers = [clients[role].get(address) for role in ROLES]
        got = tuple(answer.status_code for answer in answers)
        for answer in answers:
            answer.close()
        if got != expected:
            wrong.append((name, expected, got))
    assert wrong == []
