"""``maillage.env`` is read by the command as systemd reads it for the services; nothing in it is ever run."""

import os
import shlex
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = (ROOT / "deploiement/maillage.sh").read_text("utf-8")
GUIDE = (ROOT / "docs/exploitation.md").read_text("utf-8")
GENERATEUR = Path("/usr/lib/systemd/user-environment-generators/30-systemd-environment-d-generator")
# A line of the file, and what systemd reads there.
LINES = {
    "": {},
    "# un commentaire `touch TRACE`": {},
    "  ; un autre, $(touch TRACE)": {},
    "A1=postgres://u:p@h/m?sslmode=require&touch TRACE": {
        "A1": "postgres://u:p@h/m?sslmode=require&touch TRACE"
    },
    "A2=Conseil départemental du Nord": {"A2": "Conseil départemental du Nord"},
    "A3=cleA touch TRACE": {"A3": "cleA touch TRACE"},
    "A4=a$1$HOME`touch TRACE`$(touch TRACE);touch TRACE #suite": {
        "A4": "a$1$HOME`touch TRACE`$(touch TRACE);touch TRACE #suite"
    },
    'A5 = \t"L’État, \\"le\\" Nord \\n $(touch TRACE) \\$x" \t': {
        "A5": 'L’État, "le" Nord \\n $(touch TRACE) $x'
    },
    "\tA6='d’un \\ \"mot\" `touch TRACE`'": {"A6": 'd’un \\ "mot" `touch TRACE`'},
    'A7=l\'eau "vive" | tee TRACE > TRACE': {"A7": 'l\'eau "vive" | tee TRACE > TRACE'},
    "A8=https://t/{z}/*?a=b=c": {"A8": "https://t/{z}/*?a=b=c"},
    'A9=\\a\\\\b\\"c': {"A9": 'a\\b"c'},
    "A10=": {"A10": ""},
    "A11=''": {"A11": ""},
    "A12=  un  deux  ": {"A12": "un  deux"},
    "_a13=$$": {"_a13": "$$"},
    "A10=d'abord l’autre": {"A10": "d'abord l’autre"},
}
READ = {name: value for one in LINES.values() for name, value in one.items()}
SEEN = """#!/bin/sh
printf '%s\\n' "$@" > "${0%/*}/dits"
cat /proc/$$/environ > "${0%/*}/variables"
"""


class Poste:
    """The command on a machine of stubs: who asks, the change of account, what is launched at last."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.env = folder, folder / "maillage.env"
        self.script = folder / "maillage.sh"
        text = SCRIPT.replace("/etc/maillage/maillage.env", str(self.env))
        text = text.replace("/usr/local/sbin/maillage ", f"{self.script} ")
        text = text.replace("/opt/maillage/bin", str(folder)).replace("/var/lib/maillage", str(folder))
        self.script.write_text(text, "utf-8")
        stubs = {
            "id": "echo ${COMPTE:-0}",
            "runuser": f'[ "$1 $2 $3" = "-u maillage --" ]; shift 3; cat /proc/$$/environ > {folder}/avant;'
            ' COMPTE=10001 exec "$@"',
        }
        for name, body in stubs.items():
            (folder / name).write_text(f"#!/bin/sh\nset -e\n{body}\n", "utf-8")
        for name in ("maillage", "python"):
            (folder / name).write_text(SEEN, "utf-8")
        for name in (*stubs, "maillage", "python"):
            (folder / name).chmod(0o755)

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess:
        place = {"PATH": f"{self.folder}:/usr/bin:/bin", "LC_ALL": "C.UTF-8"} | variables
        return subprocess.run(
            ["sh", self.script, *words], cwd=self.folder, env=place, capture_output=True, text=True,
            check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def read(self, name: str = "variables") -> dict[str, str]:
        held = (self.folder / name).read_bytes().decode().rstrip("\0").split("\0")
        return dict(one.partition("=")[::2] for one in held)


@pytest.fixture
def poste(tmp_path: Path) -> Poste:
    return Poste(tmp_path)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_values_are_those_of_systemd_and_nothing_is_run(poste: Poste, end: str) -> None:
    poste.env.write_bytes(end.join(LINES).encode())  # the last line has no end
    done = poste.run("doctor", "un mot", "$(touch TRACE)", DE_QUI="appelle")
    assert (done.returncode, done.stderr) == (0, "")
    seen = poste.read()
    assert {name: seen.get(name) for name in READ} == READ
    assert seen["HOME"] == str(poste.folder)
    assert seen["DE_QUI"] == "appelle"
    assert (poste.folder / "dits").read_text("utf-8") == "doctor\nun mot\n$(touch TRACE)\n"
    assert list(poste.folder.rglob("TRACE*")) == []
    own = {"ligne", "nom", "valeur", "numero"}
    assert not own & seen.keys(), "the script's own names are told to nobody"
    assert not READ.keys() & poste.read("avant").keys(), "nothing of the file while one is still root"


def test_systemd_reads_them_so(tmp_path: Path) -> None:
    if not GENERATEUR.exists():
        pytest.skip("systemd n’est pas sur cette machine")
    # Variables are replaced there, and empty values refused: neither is so in an EnvironmentFile.
    lines = {line: held for line, held in LINES.items() if "$" not in line and all(held.values())}
    (tmp_path / "environment.d").mkdir()
    (tmp_path / "environment.d/essai.conf").write_text("\n".join(lines), "utf-8")
    place = os.environ | {"XDG_CONFIG_HOME": str(tmp_path)}
    told = subprocess.run([GENERATEUR], env=place, check=True, capture_output=True, text=True).stdout
    seen = dict(one.partition("=")[::2] for one in shlex.split(told.replace("\\`", "`")))
    for held in lines.values():
        for name in held:
            assert seen[name] == READ[name]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("MAILLAGE_NOM", "NOM=valeur"),
        ("export A=1", "nom de variable"),
        ("A B=1", "nom de variable"),
        ("1A=1", "nom de variable"),
        ("É=1", "nom de variable"),
        ("=1", "nom de variable"),
        ("\ufeffA=1", "nom de variable"),
        ("A=1\\", "barre oblique inverse"),
        ("# suite\\", "barre oblique inverse"),
        ("A='un", "guillemets"),
        ("A='", "guillemets"),
        ('A="', "guillemets"),
        ("A='un' deux", "guillemets"),
        ("A='un' 'deux'", "guillemets"),
        ('A="un', "guillemets"),
        ('A="un" deux', "guillemets"),
        ('A="un" "deux"', "guillemets"),
        ('A="un\\"', "guillemets"),
    ],
)
def test_a_line_that_is_none_is_refused_with_its_number(poste: Poste, line: str, reason: str) -> None:
    poste.env.write_text(f"A=1\n\n{line}\nB=2\n", "utf-8")
    done = poste.run("doctor")
    assert done.returncode == 1
    assert done.stderr.startswith(f"{poste.env}, ligne 3 : ")
    assert reason in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (poste.folder / "dits").exists()


def test_who_asks_and_what_is_launched(poste: Poste) -> None:
    poste.env.write_text("A=1\n", "utf-8")
    poste.run("manage", "migrate", "--noinput")
    assert (poste.folder / "dits").read_text("utf-8").split() == (
        ["-m", "maillage.web.manage", "migrate", "--noinput"]
    )
    done = poste.run("doctor", COMPTE="1000")
    assert done.returncode == 1
    assert done.stderr.startswith("Lancez cette commande en administrateur")
    poste.env.unlink()
    assert poste.run("doctor").returncode != 0


def test_no_script_of_ours_runs_the_file() -> None:
    for path in (ROOT / "deploiement").glob("*.sh"):
        text = path.read_text("utf-8")
        assert not [word for word in ("set -a", "\n. ", "eval ", "source ") if word in text], path
    assert not [line for line in GUIDE.splitlines() if line.startswith((". ", "source ", "set -a"))]
    example = (ROOT / "deploiement/maillage.env.exemple").read_text("utf-8")
    for text in (GUIDE, example):
        assert "sans guillemets" in text


def test_the_example_is_read(poste: Poste) -> None:
    poste.env.write_text((ROOT / "deploiement/maillage.env.exemple").read_text("utf-8"), "utf-8")
    assert poste.run("doctor").returncode == 0
    assert poste.read()["DATABASE_URL"] == "postgres:///maillage"
