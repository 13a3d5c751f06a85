"""What is done to new Debians, in order: install by the guide, fill, back up, restore elsewhere, upgrade."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.installation_neuve.dernier_instant import lose_base
from bench.installation_neuve.guide import INSTALLER, METTRE_A_JOUR, RESTAURER, read_commands
from bench.installation_neuve.lecteurs import CERTIFICAT, HOTE, Pages, fill, wait_for_pages, watching
from bench.installation_neuve.machine import Journal, Machine, Refus, boot
from bench.tableaux import number
from deploiement import paquet

LIEU = "/srv/installation"
VAR = "/var/lib/maillage"
COMPTE = "essai@exemple.fr"
EXEMPLE = """set -e
runuser -u maillage -- env HOME=/var/tmp /opt/maillage/bin/maillage demo --var /var/tmp/exemple --sans-servir --sans-navigateur
cp -a /var/tmp/exemple/atlas/jeu-d-essai /var/lib/maillage/atlas/
"""  # noqa: E501
LIGNES = """SELECT json_object_agg(tablename, (xpath('/row/c/text()', query_to_xml(format(
'SELECT count(*) AS c FROM %I', tablename), false, true, '')))[1]::text::int) FROM pg_tables
WHERE schemaname = 'public'"""
# What the passing of time or the new version itself writes.
VIVANTES = {"django_migrations", "django_content_type", "auth_permission", "comptes_menage", "django_session"}
CASSE = """from django.db import migrations
def fail(apps, schema_editor):
    raise RuntimeError("une migration qui échoue, pour l’essai")
class Migration(migrations.Migration):
    dependencies = [("socle", "{before}")]
    operations = [{operation}]
"""
LAISSE = """migrations.RunSQL("CREATE TABLE socle_a_moitie (n integer); DELETE FROM programme_commentaire")"""


def install(
    machine: Machine,
    archive: Path,
    journal: Journal,
    which: str,
    kept: Path | None = None,
    atlas: Path | None = None,
) -> None:
    """The guide's steps, as they are written; between them, what it asks the person to do.

    ``kept``: where to keep a copy of the machine once its software is there, for the next to start from;
    ``atlas``: the folder of atlases to copy there, rather than building that of the example.
    """
    software, prepare, start, proxy, check = read_commands(INSTALLER)
    place = make_place(machine, archive)
    with journal.step(f"{which} : installer le logiciel") as said:
        machine.run(follow(software, LIEU))
        said.append(f"{measure_size(machine.root / 'opt')} Mo dans /opt")
    if kept is not None:
        machine.keep(kept)
    with journal.step(f"{which} : compte, base, dossiers, unités"):
        machine.run(follow(prepare, place))
    bring_atlas(machine, journal, which, atlas)
    with journal.step(f"{which} : base vide migrée, services lancés"):
        machine.run(follow(start, place))
    make_certificate((machine.root / CERTIFICAT).parent)
    with journal.step(f"{which} : nginx") as said:
        machine.run(follow(proxy, place))
        wait_for_pages(machine)
        said.append("/pret répond 200 par HTTPS")
    machine.run(f"maillage manage createsuperuser --noinput --email {COMPTE}",
                DJANGO_SUPERUSER_PASSWORD="une phrase d’essai assez longue")  # fmt: skip
    with journal.step(f"{which} : maillage doctor") as said:
        machine.run(follow(check, place))
        said.append(diagnose(machine))


def bring_atlas(machine: Machine, journal: Journal, which: str, atlas: Path | None) -> None:
    """The atlas of the example, copied from another machine or built there."""
    if atlas is None:
        with journal.step(f"{which} : atlas de l’exemple, construit sur place"):
            machine.run(EXEMPLE)
        return
    subprocess.run(["cp", "-a", atlas, machine.root / VAR[1:]], check=True)
    machine.run(f"chown -R maillage:maillage {VAR}/atlas")


def make_place(machine: Machine, archive: Path) -> str:
    """The archive alone in a folder there; where it will be once open."""
    folder = machine.root / LIEU.lstrip("/")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(archive, folder)
    return f"{LIEU}/{archive.stem}"


def follow(commands: str, place: str) -> str:
    """Commands of the guide, from a folder; the first that fails stops them."""
    return f"set -euo pipefail; cd {place}\n{commands}"


def make_certificate(folder: Path) -> None:
    """A certificate for the name of the example, signed by itself."""
    names = f"subjectAltName=DNS:{HOTE},IP:127.0.0.1"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOTE}",
         "-addext", names, "-keyout", folder / "certificat.cle", "-out", folder / "certificat.pem"],
        check=True, capture_output=True,
    )  # fmt: skip


def diagnose(machine: Machine) -> str:
    """What doctor says in JSON; raises when there is a fault."""
    told = json.loads(machine.run("maillage doctor --json"))
    warned = [one["constat"] for one in told["verifications"] if one["etat"] == "attention"]
    return f"version {told['version']}, {told['fautes']} faute ; à regarder : {' '.join(warned) or 'rien'}"


def count_rows(machine: Machine) -> dict[str, int]:
    """The rows of each table."""
    return dict(json.loads(machine.run(f'runuser -u postgres -- psql -XAtd maillage -c "{LIGNES}"')))


def measure_size(path: Path) -> int:
    """Megabytes in a folder."""
    return int(
        subprocess.run(["du", "-sm", path], check=True, capture_output=True, text=True).stdout.split()[0]
    )


def back_up(machine: Machine, journal: Journal, kept: Path) -> None:
    """The unit's own backup, and what the guide says to copy with it."""
    with journal.step("Première machine : sauvegarde, pendant qu’elle sert") as said:
        machine.run("systemctl start maillage-sauvegarde")
        (backup,) = (machine.root / "var/backups/maillage").iterdir()
        said.append(f"{number(backup.stat().st_size / 1e6)} Mo")
    kept.mkdir()
    for name in ("var/backups/maillage", f"{VAR[1:]}/atlas", f"{VAR[1:]}/cle-secrete"):
        subprocess.run(["cp", "-a", machine.root / name, kept], check=True)


@dataclass(frozen=True, slots=True)
class Vues:
    """What was seen of an install: the SHA-256 of each open file, then the pages of both readers."""

    fichiers: dict[str, str]
    pages: Sequence[dict[str, str]]


def look(who: Pages) -> Vues:
    """Every open file, then every kind of page."""
    return Vues(who.carry_files(), who.crawl())


def restore(machine: Machine, journal: Journal, kept: Path, before: Vues, who: Pages) -> None:
    """The backup on another machine: what both readers saw, byte for byte."""
    (commands,) = read_commands(RESTAURER)
    folder = machine.root / VAR.lstrip("/")
    shutil.copy(kept / "cle-secrete", folder)
    for backup in (kept / "maillage").iterdir():
        shutil.copy(backup, machine.root / "var/backups/maillage")
    machine.run(f"chown -R maillage:maillage {VAR} /var/backups/maillage")
    with journal.step("Deuxième machine : restauration"):
        machine.run(follow(commands, "/"))
        wait_for_pages(machine)
    compare(machine, journal, "Deuxième machine", before, who)


def compare(machine: Machine, journal: Journal, which: str, before: Vues, who: Pages) -> None:
    """The same files and pages as before, for both readers, or all that differ."""
    who.believe(machine)
    with journal.step(f"{which} : mêmes fichiers, mêmes pages, octet pour octet") as said:
        after = look(who)
        differ = [name for name in before.fichiers if after.fichiers.get(name) != before.fichiers[name]]
        for seen, found in zip(before.pages, after.pages, strict=True):
            differ += [tell_difference(path, seen.get(path, ""), found.get(path, ""))
                       for path in seen | found if seen.get(path) != found.get(path)]  # fmt: skip
        if differ:
            raise Refus("\n".join([f"{len(differ)} écarts", *differ]))
        public, connected = map(len, after.pages)
        said.append(f"{len(after.fichiers)} fichiers ouverts, {public} pages publiques, "
                    f"{connected} de l’administration : 0 écart")  # fmt: skip


def tell_difference(path: str, before: str, after: str) -> str:
    """An address, and the first place where its pages part."""
    place = next(
        (rank for rank, (one, two) in enumerate(zip(before, after, strict=False)) if one != two),
        min(len(before), len(after)),
    )
    around = slice(max(0, place - 60), place + 60)
    return f"{path} : {before[around]!r} puis {after[around]!r}"


def fail_to_upgrade(machine: Machine, journal: Journal, before: Vues, who: Pages) -> None:
    """A version whose second migration fails, after a first that emptied a table: all comes back."""
    (folder,) = (machine.root / "opt").glob(
        "maillage-*/lib/python3*/site-packages/maillage/web/socle/migrations"
    )
    last = max(path.stem for path in folder.glob("0*.py"))
    spoil = {"9998_essai": (last, LAISSE), "9999_essai": ("9998_essai", "migrations.RunPython(fail)")}
    for name, (previous, operation) in spoil.items():
        (folder / f"{name}.py").write_text(CASSE.format(before=previous, operation=operation), "utf-8")
    rows = count_rows(machine)
    machine.run("systemctl stop maillage-web maillage-travail")
    with journal.step("Deuxième machine : mise à jour dont une migration échoue") as said:
        try:
            machine.run(f"maillage mise-a-jour --var {VAR}")
        except Refus as refus:
            said.append(
                "refusée, « Rien n'a changé »" if "Rien n'a changé" in str(refus) else str(refus)[-500:]
            )
        else:
            raise Refus("la migration qui échoue est passée")
    for name in spoil:
        (folder / f"{name}.py").unlink()
    if count_rows(machine) != rows:
        raise Refus("la base n’est pas celle d’avant")
    machine.run("systemctl start maillage-web maillage-travail")
    wait_for_pages(machine)
    compare(machine, journal, "Deuxième machine, relancée", before, who)


def upgrade(machine: Machine, journal: Journal, archive: Path, who: Pages) -> None:
    """From the former version with its data to this one, by the guide."""
    install_beside, switch = read_commands(METTRE_A_JOUR)
    rows, pages = count_rows(machine), who.crawl()
    place = make_place(machine, archive)
    with journal.step("Troisième machine : nouvelle version installée à côté, l’ancienne sert"):
        machine.run(follow(install_beside, LIEU))
    with journal.step("Troisième machine : arrêt, sauvegarde, migration, relance") as said:
        with watching(machine) as seen:
            machine.run(follow(switch, place))
            wait_for_pages(machine)
        said.append(f"{number(seen.down)} s sans réponse ; {diagnose(machine)}")
    after = count_rows(machine)
    lost = {
        name: (rows[name], after.get(name))
        for name in rows.keys() - VIVANTES
        if rows[name] != after.get(name)
    }
    with journal.step("Troisième machine : lignes et pages d’avant") as said:
        found = who.crawl()
        broken = [path for one, two in zip(pages, found, strict=True) for path in one
                  if one[path].startswith("200") and not two.get(path, "200").startswith("200")]  # fmt: skip
        told = ", ".join(f"`{name}` {before} puis {now}" for name, (before, now) in sorted(lost.items()))
        said.append(
            f"{len(rows)} tables, {len(lost)} de compte différent ({told or 'aucune'}) ; "
            f"{len(broken)} page perdue"
        )
    if broken:
        raise Refus(f"pages perdues : {broken}")


def reload(machine: Machine, journal: Journal) -> None:
    """The files that settings name, read again without one request cut; a new version is a restart."""
    with journal.step("Première machine : systemctl reload maillage-web, sous les requêtes") as said:
        with watching(machine) as seen:
            machine.run("systemctl reload maillage-web; sleep 8")
        said.append(f"{seen.envoyees} requêtes, {seen.refusees} refusée")
    if seen.refusees:
        raise Refus("des requêtes ont été coupées")


def run_timers(machine: Machine, journal: Journal) -> None:
    """What systemd will launch, and each of them launched once."""
    with journal.step("Première machine : minuteries") as said:
        listed = machine.run("systemctl list-timers --no-legend 'maillage-*'")
        machine.run(
            "systemctl start maillage-courriels; systemctl --failed --no-legend | grep -q . && exit 1 || true"
        )
        said.append(f"{len(listed.splitlines())} en attente, aucune unité en échec")


def play(journal: Journal, base: Path, folder: Path, commits: tuple[str, str], *, copier: bool) -> None:
    """The whole drill; raises at the first thing that is not as the guide says.

    ``commits``: that to install, and the former one; ``copier``: the second and third machines start from the
    software of the first rather than from nothing.
    """
    with journal.step("Archive de cette version (make paquet)") as said:
        archive = paquet.make(commits[0], folder / "neuf", "HEAD")
        said.append(f"{archive.name}, {number(archive.stat().st_size / 1e6)} Mo")
    old = paquet.make(commits[1], folder / "ancien", "HEAD")
    with boot(base, folder / "premiere") as machine:
        kept = folder / "avec-logiciel" if copier else None
        install(machine, archive, journal, "Première machine", kept)
        who = fill(machine, journal, "Première machine")
        reload(machine, journal)
        run_timers(machine, journal)
        seen = look(who)
        back_up(machine, journal, folder / "garde")
        lose_base(machine, journal, who)
    with boot(kept or base, folder / "deuxieme") as machine:
        install(machine, archive, journal, "Deuxième machine", atlas=folder / "garde/atlas")
        restore(machine, journal, folder / "garde", seen, who)
        fail_to_upgrade(machine, journal, seen, who)
    with boot(kept or base, folder / "troisieme") as machine:
        install(machine, old, journal, f"Troisième machine ({commits[1][:8]})")
        upgrade(machine, journal, archive, fill(machine, journal, "Troisième machine"))
