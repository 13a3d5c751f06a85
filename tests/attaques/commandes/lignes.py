"""The commands of the tree, and a good line for each: what every parameter reads or writes, by its name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import click

from maillage import cli

# What each parameter is, by its name or by the command and its name: what it reads or writes, a good value.
LU, ECRIT, DOSSIER_LU, DOSSIER_ECRIT, TEXTE, LIBRE = (
    "lu",
    "écrit",
    "dossier lu",
    "dossier écrit",
    "texte",
    "libre",
)
Role = tuple[str, str]
ROLES: dict[str, Role] = {
    "atlas": (DOSSIER_LU, "atlas"),
    "atlas_folder": (DOSSIER_LU, "atlas"),
    "atlas check/dossier": (DOSSIER_LU, "atlas"),
    "atlas info/dossier": (DOSSIER_LU, "atlas"),
    "atlas modele/dossier": (DOSSIER_LU, "atlas"),
    "atlas offre/dossier": (DOSSIER_LU, "atlas"),
    "catalogue pages/dossier": (DOSSIER_ECRIT, "pages"),
    "atlas build/source": (DOSSIER_LU, "sources"),
    "demo/source": (DOSSIER_LU, "sources"),
    "reseau": (DOSSIER_LU, "reseau"),
    "extraits": (DOSSIER_LU, "extraits"),
    "extrait": (LU, "extraits/carte.osm.pbf"),
    "offre": (LU, "lieux.csv"),
    "source": (LU, "programme.json"),
    "fichier": (LU, "programme.json"),
    "decisions_path": (LU, "decisions.toml"),
    "sauvegarde restaurer/fichier": (LU, "sauvegarde.sqlite3"),
    "scenario": (ECRIT, "sorti.yaml"),
    "scenario impact/fichier": (LU, "scenario.yaml"),
    "scenario verifier/fichier": (LU, "scenario.yaml"),
    "scenario impact/out": (DOSSIER_ECRIT, "impact"),
    "scenario note/fichier": (LU, "scenario.yaml"),
    "scenario note/autres": (LU, "scenario.yaml"),
    "scenario note/out": (ECRIT, "note.pdf"),
    "scenario comparer/fichiers": (LU, "scenario.yaml"),
    "scenario comparer/out": (ECRIT, "comparaison.csv"),
    "parcours etat/base": (LU, "var/maillage.sqlite3"),
    "parcours etat/le": (TEXTE, "2026-01-01"),
    "sdaasp completude/base": (LU, "var/maillage.sqlite3"),
    "atlas colonnes/fichier": (LU, "lieux.csv"),
    "annuaire lire/fichier": (LU, "annuaire.json"),
    "annuaire doublons/fichiers": (LU, "annuaire.json"),
    "annuaire importer/fichier": (LU, "annuaire.json"),
    "annuaire importer/base": (LU, "var/maillage.sqlite3"),
    "annuaire campagne/base": (LU, "var/maillage.sqlite3"),
    "annuaire exporter/base": (LU, "var/maillage.sqlite3"),
    "correspondance": (LU, "correspondance.toml"),
    "communes_folder": (DOSSIER_LU, "sources"),
    "annuaire recevoir/out": (ECRIT, "recu.json"),
    "annuaire modele/fichier": (ECRIT, "modele.ods"),
    "sauvegarde exercer/fichier": (LU, "sauvegarde.sqlite3"),
    "sauvegarde exercer/dossier": (DOSSIER_ECRIT, "plein"),
    "cle": (LU, "fichier"),
    "sauvegarde creer/fichier": (ECRIT, "copie.sqlite3"),
    "sauvegarde creer/var": (DOSSIER_LU, "var"),
    "sdaasp export/fichier": (ECRIT, "sorti.json"),
    "questions_path": (ECRIT, "questions.toml"),
    "output": (ECRIT, "sorti.json"),
    "trace": (ECRIT, "trace.geojson"),
    "voisins": (ECRIT, "voisins.csv"),
    "out": (ECRIT, "sorti.csv"),
    "atlas build/out": (DOSSIER_ECRIT, "neuf"),
    "diagnostic/out": (DOSSIER_ECRIT, "rapport"),
    "diagnostic/base": (LU, "var/maillage.sqlite3"),
    "bilan/out": (DOSSIER_ECRIT, "bilans"),
    "fetch/out": (DOSSIER_ECRIT, "recu"),
    "network build/extraits": (LU, "extraits/carte.osm.pbf"),
    "altitudes": (LU, "altitudes.asc"),
    "network build/emprise": (TEXTE, "-180,-90,180,90"),
    "network build/source": (DOSSIER_LU, "sources"),
    "network build/au": (TEXTE, "2026-01-01"),
    "network info/au": (TEXTE, "2026-01-01"),
    "network build/out": (DOSSIER_ECRIT, "neuf"),
    "network build-all/out": (DOSSIER_ECRIT, "neufs"),
    "cache": (DOSSIER_ECRIT, "cache"),
    "var": (DOSSIER_ECRIT, "var"),
    "departement": (TEXTE, "59"),
    "niveau": (TEXTE, "commune"),
    "indicateur": (TEXTE, "densite"),
    "indicateurs": (TEXTE, "densite"),
    "genre": (TEXTE, "pharmacie"),
    "depart": (TEXTE, "3.06,50.63"),
    "arrivee": (TEXTE, "3.08,50.64"),
    "sources": (TEXTE, "cog_insee"),
    "profil": (TEXTE, "national_2017"),
    "catalogue profil/nom": (TEXTE, "national_2017"),
    "panier": (TEXTE, "quotidien"),
    "name": (TEXTE, "nord-2025-2030"),
    "fiche": (TEXTE, "inconnue"),
    "scheduler": (TEXTE, "tcp://127.0.0.1:1"),
    "hote": (TEXTE, "127.0.0.1"),
    "port": (TEXTE, "23571"),
    "base": (TEXTE, "59100"),
    "arrets": (TEXTE, "59101"),
    "territoire": (TEXTE, "departement:59"),
    "kind": (TEXTE, "france_services"),
    "types": (TEXTE, "france_services"),
    "modele": (TEXTE, "neutre"),
    "mots": (LIBRE, "mairie"),
    "pays": (LIBRE, "BE"),
    "site": (LIBRE, "https://exemple.fr"),
}
# Options that keep a try short: nothing is served, no browser opens; a mode that reads heights.
TOUJOURS = {
    "serve": ["--sans-servir"],
    "demo": ["--sans-servir", "--sans-navigateur", "--from", "sources"],
    "atlas build": ["--sans-tuiles", "--cache", "cache"],
    "network build": ["--mode", "velo"],
    "network build-all": ["--mode", "velo"],
    "fetch": ["cog_insee", "--cache", "cache"],
    "sdaasp charger": ["--depuis", "programme.json"],
    "sdaasp nouveau": ["--ecrire", "sorti.json"],
    "tournee": ["--arret", "59101", "--limite", "1"],
    "sdaasp import": ["--ecrire", "sorti.json"],
}
# A bad atlas among others is set aside and said on a page: it does not stop a server.
# An address is tried when listened on; one may ask for more than there is; any text has columns to show.
TOLERE = {
    *("serve/atlas_folder", "serve/hote", "sauvegarde creer/fichier", "recherche/nombre", "veille/nombre"),
    *("place/nombre", "tournee/km", "tournee/arrets_max", "atlas colonnes/fichier"),
}


@dataclass(frozen=True)
class Commande:
    """A command, its full name and its click object."""

    nom: str
    click: click.Command

    def role(self, parameter: click.Parameter) -> Role:
        """What the parameter reads or writes, and a good value; choices and numbers speak for themselves."""
        kind = parameter.type
        if isinstance(kind, click.Choice):
            return TEXTE, str(kind.choices[0])
        if isinstance(kind, (click.IntRange, click.FloatRange)):
            return TEXTE, str(kind.min if kind.min is not None else 1)
        found = ROLES.get(f"{self.nom}/{parameter.name}") or ROLES.get(str(parameter.name))
        return found or self._guess(kind)

    def _guess(self, kind: click.ParamType[object]) -> Role:
        """For a parameter that no line of ``ROLES`` tells of yet: not refused for certain, not written."""
        if not isinstance(kind, click.Path):
            return LIBRE, "1"
        return (LU, "fichier") if kind.file_okay else (DOSSIER_LU, "plein")

    def knows(self, parameter: click.Parameter) -> bool:
        """Whether what is wrong for this parameter is known to be, so that it must be refused."""
        where = f"{self.nom}/{parameter.name}"
        plain = isinstance(parameter.type, (click.Choice, click.IntRange, click.FloatRange))
        return where not in TOLERE and (plain or where in ROLES or parameter.name in ROLES)

    @property
    def parametres(self) -> list[click.Parameter]:
        """Those that take a value."""
        return [p for p in self.click.params if not getattr(p, "is_flag", False) and p.name != "help"]

    @property
    def endless(self) -> bool:
        """Whether it takes as many arguments as one likes."""
        return any(p.nargs == -1 for p in self.parametres)

    def argv(self, changed: click.Parameter | None = None, value: str = "") -> list[str]:
        """The shortest good line, with ``value`` for the parameter ``changed``."""
        options, arguments = list(TOUJOURS.get(self.nom, [])), []
        for parameter in self.parametres:
            if not parameter.required and parameter is not changed:
                continue
            given = value if parameter is changed else self.role(parameter)[1]
            if isinstance(parameter, click.Option):
                options += [max(parameter.opts, key=len), given]
            else:
                arguments.append(given)
        return [*self.nom.split(), *options, *(["--", *arguments] if arguments else [])]


def list_commandes() -> list[Commande]:
    """Every command of the tree, those to come included."""

    def walk(command: click.Command, name: str) -> Iterator[Commande]:
        if not isinstance(command, click.Group):
            yield Commande(name, command)
            return
        for part in command.list_commands(click.Context(command)):
            child = command.get_command(click.Context(command), part)
            assert child
            yield from walk(child, f"{name} {part}".strip())

    return list(walk(cli.maillage, ""))
