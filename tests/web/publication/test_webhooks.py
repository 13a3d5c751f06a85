"""Webhooks: what leaves, signed, to whom; what is tried again, and what never leaves."""

import base64
import hashlib
import hmac
import ipaddress
import json
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import jsonschema
import pytest
from cryptography import x509
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from maillage.web.comptes.models import Mandat, Menage
from maillage.web.comptes.retention.commands import apply_rules
from maillage.web.programme import models
from maillage.web.programme.taches.apports import gather
from maillage.web.publication.webhooks import client, commands, queries, ronde, secrets
from maillage.web.publication.webhooks.adresse import AdresseRefusee, AdresseVerifiee, check, is_allowed
from maillage.web.publication.webhooks.client import post
from maillage.web.publication.webhooks.message import make_schema
from maillage.web.publication.webhooks.models import EnvoiDeWebhook, Webhook
from maillage.web.suivi.commands import comment, update
from tests.attaques.test_visibilite import CHAMPS, CLE, COMPTE, HISTORIQUE, MARQUES, PERSONNE, plantee

__all__ = ["plantee"]
pytestmark = pytest.mark.django_db
GUIDE = Path(__file__).parents[3] / "docs" / "guide" / "services-ouverts.md"
GENRES = ["programme.ajout", "programme.changement", "programme.etat", "programme.mesure"]


@pytest.fixture(autouse=True)
def _rien_de_vu(settings) -> None:
    settings.MAILLAGE_WEBHOOKS_LOCAUX = True
    ronde._seen.clear()


@pytest.fixture
def recepteur() -> Iterator[SimpleNamespace]:
    """A receiver on this machine: ``recus``, (headers, body) in order; ``reponses``, codes to give first."""
    held = SimpleNamespace(recus=[], reponses=[], entetes={}, corps=b"merci")

    class Recoit(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            held.recus.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(held.reponses.pop(0) if held.reponses else 200)
            for name, value in held.entetes.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(held.corps)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Recoit)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    held.adresse = f"http://127.0.0.1:{server.server_port}/recu?de=maillage"
    yield held
    server.shutdown()
    server.server_close()


@pytest.fixture
def chef(compte):
    return compte("charge_mission")


@pytest.fixture
def inscrit(programme, compte, recepteur):
    """(address written down by an administrator, its secret)."""
    champs = {"nom": "Observatoire", "adresse": recepteur.adresse, "genres": GENRES}
    return commands.register(compte("administration"), champs, "https://maillage.exemple.fr/")


def write(chef, **champs: str) -> None:
    row = models.Declinaison.objects.get(cle=CLE)
    update(chef, row, row.version, champs, "")


def wait_for_next() -> None:
    """The next attempt of each message is due now."""
    EnvoiDeWebhook.objects.filter(prochain_le__isnull=False).update(prochain_le=timezone.now())


def read_guide() -> dict[str, object]:
    """The receiver's code of the guide."""
    code = re.search(r"```python\n(import base64.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    assert code
    names: dict[str, object] = {}
    exec(code[1], names)
    return names


def sign_apart(secret: str, headers: dict, body: bytes) -> str:
    """The signature, from the words of the specification."""
    key = base64.b64decode(secret[len("whsec_") :])
    content = b".".join((headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body))
    return "v1," + base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()


def test_what_changes_leaves_once_signed_and_as_its_schema_says(inscrit, recepteur, chef) -> None:
    row, secret = inscrit
    ronde.run_round()
    assert recepteur.recus == []  # nothing of before
    write(chef, statut="engagee")
    write(chef, libelle="Un autre libellé")
    comment(chef, models.Declinaison.objects.get(cle=CLE), "Un commentaire")
    ronde.run_round()
    ronde.run_round()
    first, second = (json.loads(body) for _, body in recepteur.recus)
    assert (first["type"], second["type"]) == ("programme.etat", "programme.changement")
    assert second["data"]["champs"] == ["libelle"]
    assert second["data"]["adresse"] == f"https://maillage.exemple.fr/programme/declinaisons/{CLE}/"
    validator = jsonschema.Draft202012Validator(make_schema())
    verify = read_guide()["verifier"]
    for headers, body in recepteur.recus:
        validator.validate(json.loads(body))
        assert headers["webhook-signature"] == sign_apart(secret, headers, body)
        assert verify(secret, headers, body)
        assert not verify(secret, headers, body + b" ")
        assert not verify(secrets.make_secret(), headers, body)
        late = headers | {"webhook-timestamp": str(int(headers["webhook-timestamp"]) - 301)}
        assert not verify(secret, late, body)
        assert headers["content-type"].startswith("application/json")
    assert len({headers["webhook-id"] for headers, _ in recepteur.recus}) == 2
    assert row.envois.filter(remis_le__isnull=False).count() == 2
    example = re.search(r"```json\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    validator.validate(json.loads(example[1]))


def test_the_schema_of_the_page_is_that_of_messages(client) -> None:
    answer = client.get("/webhooks/schema.json")
    assert answer.json() == make_schema()
    jsonschema.Draft202012Validator.check_schema(answer.json())


def test_what_fails_is_tried_again_under_the_same_id_and_holds_those_after(inscrit, recepteur, chef) -> None:
    row, _ = inscrit
    recepteur.reponses, recepteur.corps = [500, 302], "é".encode() * 5000
    recepteur.entetes = {"Location": recepteur.adresse + "&ailleurs=1"}
    write(chef, libelle="Premier")
    write(chef, libelle="Second")
    ronde.run_round()
    ronde.run_round()
    assert len(recepteur.recus) == 1  # its time has not come, and the second waits behind
    delays = []
    for _ in range(2):
        head = row.envois.order_by("pk").first()
        delays.append((head.prochain_le - datetime.fromisoformat(head.essais[-1]["le"])).total_seconds())
        wait_for_next()
        ronde.run_round()
    assert 5 <= delays[0] <= 6
    assert 300 <= delays[1] <= 360
    said = [json.loads(body)["data"]["id"] for _, body in recepteur.recus]
    assert said[0] == said[1] == said[2] != said[3]
    assert len(said) == 4  # the redirection was not followed
    ids = [headers["webhook-id"] for headers, _ in recepteur.recus]
    assert ids[0] == ids[1] == ids[2] != ids[3]
    assert recepteur.recus[0][1] == recepteur.recus[2][1]
    tries = row.envois.order_by("pk").first().essais
    assert [one["statut"] for one in tries] == [500, 302, 200]
    assert tries[1]["dit"].startswith("Redirection refusée")
    assert all(len(one["dit"]) <= 300 for one in tries)


def test_a_worker_killed_between_sending_and_noting_sends_the_same_again(
    inscrit, recepteur, chef, monkeypatch
) -> None:
    row, _ = inscrit
    write(chef, libelle="Une fois")

    def die(*_: object) -> None:
        raise SystemExit  # no handler of ours stops it

    with monkeypatch.context() as dying:
        dying.setattr(commands, "note_attempt", die)
        dying.setattr(commands, "release", lambda number: None)
        with pytest.raises(SystemExit):
            ronde.run_round()
    ronde.run_round()
    assert len(recepteur.recus) == 1  # it is still held
    Webhook.objects.filter(pk=row.pk).update(pris_le=timezone.now() - timedelta(seconds=61))
    ronde.run_round()
    (one, body), (again, same) = recepteur.recus
    assert (one["webhook-id"], body) == (again["webhook-id"], same)
    assert row.envois.get().remis_le is not None


def test_an_address_that_never_answers_is_suspended_said_and_resumed(
    inscrit, recepteur, chef, compte
) -> None:
    row, _ = inscrit
    recepteur.reponses = [503] * 10
    write(chef, libelle="Premier")
    write(chef, libelle="Second")
    for _ in range(12):
        ronde.run_round()
        wait_for_next()
    row.refresh_from_db()
    assert (row.actif, len(recepteur.recus)) == (False, 10)
    assert "10 essais sans succès" in row.motif
    admin = compte("administration")
    (told,) = gather(admin, timezone.localdate())
    assert [line.texte for line in told.lignes] == ["Observatoire"]
    assert not [one for one in gather(chef, timezone.localdate()) if one.cle == "webhooks"]
    commands.resume(admin, row)
    ronde.run_round()
    titles = [json.loads(body)["data"]["titre"] for _, body in recepteur.recus[10:]]
    assert len(titles) == 2
    assert row.envois.filter(prochain_le=None).count() == 2


def test_an_address_that_says_gone_is_suspended_at_once(inscrit, recepteur, chef) -> None:
    row, _ = inscrit
    recepteur.reponses = [410]
    write(chef, libelle="Premier")
    ronde.run_round()
    row.refresh_from_db()
    assert (row.actif, row.motif) == (False, commands.PARTIE)


def test_two_secrets_sign_for_a_while_then_one(inscrit, recepteur, chef, compte) -> None:
    row, old = inscrit
    admin = compte("administration")
    new = commands.renew_secret(admin, row)
    commands.try_it(admin, row)
    ronde.run_round()
    headers, body = recepteur.recus[-1]
    assert headers["webhook-signature"].split() == [sign_apart(one, headers, body) for one in (new, old)]
    Webhook.objects.update(precedent_jusqu_au=timezone.now() - timedelta(seconds=1))
    commands.try_it(admin, row)
    ronde.run_round()
    headers, body = recepteur.recus[-1]
    assert headers["webhook-signature"] == sign_apart(new, headers, body)
    kept = Webhook.objects.values_list("secret", "secret_precedent").get()
    assert not any(old in one or new in one for one in kept)
    assert not {"secret", "secret_precedent"} & {
        field.name for field in Webhook.history.model._meta.get_fields()
    }


def test_the_key_of_the_install_may_change(inscrit, recepteur, compte, settings) -> None:
    row, secret = inscrit
    admin, first = compte("administration"), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "une-autre-cle", [first]
    commands.try_it(admin, row)
    ronde.run_round()
    headers, body = recepteur.recus[-1]
    assert headers["webhook-signature"] == sign_apart(secret, headers, body)
    apply_rules()  # each secret goes under the present key: the former one may leave
    settings.SECRET_KEY_FALLBACKS = []
    row.refresh_from_db()
    assert secrets.open_secret(row.secret) == secret
    settings.SECRET_KEY = "une-troisieme"
    commands.try_it(admin, row)
    ronde.run_round()
    row.refresh_from_db()
    assert (row.actif, row.motif, len(recepteur.recus)) == (False, commands.ILLISIBLE, 1)
    with pytest.raises(secrets.SecretIllisible):
        secrets.open_secret(Fernet(Fernet.generate_key()).encrypt(b"x").decode())


PRIVEES = (
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
    *("::1", "fd12::1", "fe80::1", "::ffff:192.168.0.1", "64:ff9b::7f00:1"),
)


# The two registries of special-purpose addresses of IANA (2025-10-09): block, whether it is globally
# reachable (null: they do not say). Written here apart from the list that refuses, to be compared to it.
SPECIALES = {
    "0.0.0.0/8": False, "0.0.0.0/32": False, "10.0.0.0/8": False, "100.64.0.0/10": False,
    "127.0.0.0/8": False,
    "169.254.0.0/16": False, "172.16.0.0/12": False, "192.0.0.0/24": False, "192.0.0.0/29": False,
    "192.0.0.8/32": False, "192.0.0.9/32": True, "192.0.0.10/32": True, "192.0.0.170/32": False,
    "192.0.0.171/32": False, "192.0.2.0/24": False, "192.31.196.0/24": True, "192.52.193.0/24": True,
    "192.88.99.0/24": None, "192.168.0.0/16": False, "192.175.48.0/24": True, "198.18.0.0/15": False,
    "198.51.100.0/24": False, "203.0.113.0/24": False, "240.0.0.0/4": False, "255.255.255.255/32": False,
    "::1/128": False, "::/128": False, "::ffff:0:0/96": False, "64:ff9b::/96": True, "64:ff9b:1::/48": False,
    "100::/64": False, "100:0:0:1::/64": False, "2001::/23": False, "2001::/32": None, "2001:1::1/128": True,
    "2001:1::2/128": True, "2001:1::3/128": True, "2001:2::/48": False, "2001:3::/32": True,
    "2001:4:112::/48": True, "2001:10::/28": None, "2001:20::/28": True, "2001:30::/28": True,
    "2001:db8::/32": False, "2002::/16": None, "2620:4f:8000::/48": True, "3fff::/20": False,
    "5f00::/16": False, "fc00::/7": False, "fe80::/10": False,
}  # fmt: skip
AUSSI = ("224.0.0.0/4", "ff00::/8", "fec0::/10", "::/96", "::ffff:0:0:0/96", "4000::/3", "8000::/1")
"""Of no special purpose, and of no machine of the Internet either."""
CHOISIES = ("192.31.196.0/24", "192.52.193.0/24", "192.175.48.0/24", "64:ff9b::/96", "2620:4f:8000::/48")
"""Reachable, and called; the others that are lie in 192.0.0.0/24 or 2001::/23, refused whole."""


@pytest.mark.parametrize("block", [name for name in (*SPECIALES, *AUSSI) if name not in CHOISIES])
def test_no_block_of_special_purpose_is_called(settings, block) -> None:
    """Its first, last and middle address; those of IPv4 in each form that stands for them too."""
    settings.MAILLAGE_WEBHOOKS_LOCAUX = False
    held = ipaddress.ip_network(block)
    if block in {"::ffff:0:0/96", "::/96"}:  # what stands for IPv4 is judged as such
        held = ipaddress.ip_network(f"{held[0x7F000000]}/104")
    for ip in (held[0], held[held.num_addresses // 2], held[-1]):
        forms = [str(ip)]
        if ip.version == 4:
            forms += [f"::ffff:{ip}", f"64:ff9b::{ip}", f"::{ip}", f"::ffff:0:{ip}", f"64:ff9b:1::{ip}"]
            forms.append(str(ipaddress.IPv6Address(0x2002 << 112 | int(ip) << 80 | 1)))
        for form in forms:
            assert not is_allowed(form), form


def test_what_is_reachable_is_called(settings) -> None:
    settings.MAILLAGE_WEBHOOKS_LOCAUX = False
    assert all(SPECIALES[block] for block in CHOISIES)
    called = [str(ipaddress.ip_network(one)[1]) for one in CHOISIES if one != "64:ff9b::/96"]
    for machine in (
        *called,
        "8.8.8.8",
        "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
        "2001:4860:4860::8888",
        "2a01::1",
    ):
        assert is_allowed(machine), machine
    refused = [one for one, reachable in SPECIALES.items() if reachable and one not in CHOISIES]
    whole = [ipaddress.ip_network(one) for one in ("192.0.0.0/24", "2001::/23")]
    for one in map(ipaddress.ip_network, refused):
        assert any(one.version == block.version and one.subnet_of(block) for block in whole)


def name_machine(monkeypatch, *machines: str) -> list[str]:
    """Each look-up of a name answers the next of these machines; the names that were looked up."""
    asked: list[str] = []

    def find(name: str, port: int, **_: object) -> list[tuple]:
        asked.append(name)
        machine = machines[min(len(asked), len(machines)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", port)),
                (socket.AF_INET, socket.SOCK_STREAM, 6, "", (machine, port))]  # fmt: skip

    monkeypatch.setattr(socket, "getaddrinfo", find)
    return asked


def test_what_is_not_public_is_refused_when_written_down(compte, settings, monkeypatch) -> None:
    settings.MAILLAGE_WEBHOOKS_LOCAUX = False
    admin = compte("administration")
    champs = {"nom": "Essai", "genres": GENRES}
    literal = [f"https://[{one}]/" if ":" in one else f"https://{one}/" for one in PRIVEES]
    others = ["https://2130706433/", "https://0x7f.1/", "http://exemple.fr/", "ftp://exemple.fr/", "https:///x",
              "https://a:b@exemple.fr/", "https://exemple.fr:99999/", "https://exemple.fr/é", "https://localhost/",
              "https://exemple.fr/\r\nX: y", "", "exemple.fr", "https://[::1"]  # fmt: skip
    for adresse in (*literal, *others):
        with pytest.raises(ValidationError) as refused:
            commands.register(admin, {**champs, "adresse": adresse}, "https://maillage.exemple.fr/")
        assert "adresse" in refused.value.error_dict
    for machine in PRIVEES:  # one public machine among those of a name opens no door to the other
        with monkeypatch.context() as names:
            name_machine(names, machine)
            with pytest.raises(AdresseRefusee):
                check("https://exemple.fr/")
    assert not Webhook.objects.exists()


def test_a_name_that_leads_elsewhere_since_is_refused_and_nothing_leaves(
    inscrit, recepteur, chef, settings, monkeypatch
) -> None:
    row, _ = inscrit
    settings.MAILLAGE_WEBHOOKS_LOCAUX = False
    reached: list[tuple] = []
    monkeypatch.setattr(socket, "create_connection", lambda where, *_: reached.append(where))
    Webhook.objects.update(adresse="https://exemple.fr/recu")
    asked = name_machine(monkeypatch, "169.254.169.254")
    write(chef, libelle="Premier")
    ronde.run_round()
    assert (asked, reached) == (["exemple.fr"], [])
    assert "n’est pas une machine publique" in row.envois.get().essais[0]["dit"]
    # Public when it is looked at: the connection goes to that very machine, the name is not asked again.
    asked = name_machine(monkeypatch, "93.184.216.34", "127.0.0.1")
    wait_for_next()
    ronde.run_round()
    assert (asked, reached) == (["exemple.fr"], [("93.184.216.34", 443)])


def test_a_certificate_must_be_that_of_the_name(recepteur, tmp_path) -> None:
    """A machine that answers in our stead, in clear or under a certificate of its own, reads nothing."""
    port = int(re.search(r":(\d+)/", recepteur.adresse)[1])
    told = post(AdresseVerifiee("exemple.fr", "127.0.0.1", port, "/", True), b"{}", {})
    assert told.statut is None
    assert recepteur.recus == []
    server = socket.create_server(("127.0.0.1", 0))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(make_certificate(tmp_path))
    read: list[bytes] = []

    def answer() -> None:
        peer, _ = server.accept()
        with peer:
            try:
                read.append(context.wrap_socket(peer, server_side=True).recv(100))
            except OSError:
                read.append(b"")

    thread = threading.Thread(target=answer)
    thread.start()
    told = post(AdresseVerifiee("exemple.fr", "127.0.0.1", server.getsockname()[1], "/", True), b"{}", {})
    thread.join()
    server.close()
    assert (told.statut, read) == (None, [b""])
    assert told.dit.startswith("Certificat refusé")


def test_an_answer_that_never_ends_is_cut(monkeypatch) -> None:
    """A machine that gives a letter at a time, each soon enough, is left all the same."""
    monkeypatch.setattr(
        client, "read_toml", lambda _: {"appel": {"attente_s": 0.5, "reponse_caracteres": 300}}
    )
    server, over = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def drip() -> None:
        peer, _ = server.accept()
        with peer:
            try:
                while not over.wait(0.05):
                    peer.sendall(b"H")
            except OSError:
                over.set()

    thread = threading.Thread(target=drip)
    thread.start()
    told = post(AdresseVerifiee("localhost", "127.0.0.1", server.getsockname()[1], "/", False), b"{}", {})
    assert (told.statut, told.dit) == (None, "Pas de réponse en 0.5 secondes.")
    over.set()
    thread.join()
    server.close()


def make_certificate(folder: Path) -> Path:
    """A certificate for « exemple.fr » that nobody vouches for, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "exemple.fr")])
    now = timezone.now()
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now - timedelta(days=1))
    made = made.not_valid_after(now + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("exemple.fr")]), critical=False)
    path = folder / "certificat.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return path


def test_nothing_that_is_kept_to_accounts_ever_leaves(compte, recepteur, settings, request) -> None:
    admin = compte("administration")
    champs = {"nom": "Tout", "adresse": recepteur.adresse, "genres": [*GENRES, "atlas.ouvert"]}
    settings.MAILLAGE_RESERVES = ("meteo", "freins")
    commands.register(admin, champs, "https://maillage.exemple.fr/")
    request.getfixturevalue("plantee")
    for _ in range(40):
        ronde.run_round()
    left = "".join(str(headers) + body.decode() for headers, body in recepteur.recus)
    assert "programme.mesure" in left
    assert "État : " in left
    for name in CHAMPS:
        assert MARQUES[name] not in left, name
    assert {COMPTE, HISTORIQUE, PERSONNE} <= set(CHAMPS.values())
    for name in ("meteo", "freins"):
        assert f'"{name}"' not in left


def test_pages_for_who_administers(client, inscrit, recepteur, chef, compte) -> None:
    admin = compte("administration")
    for who in (chef, compte("analyste")):
        client.force_login(who)
        assert client.get("/webhooks/").status_code == 403
        with pytest.raises(PermissionDenied):
            commands.register(who, {"nom": "x", "adresse": recepteur.adresse, "genres": GENRES}, "https://x/")
    client.force_login(admin)
    wrong = client.post("/webhooks/nouveau/", {"nom": "", "adresse": "https://10.0.0.1/", "genres": ["x"]})
    assert wrong.status_code == 200
    refused = client.post(
        "/webhooks/nouveau/", {"nom": "Privé", "adresse": "https://10.0.0.1/", "genres": GENRES}
    )
    assert "n’est pas une machine publique" in refused.content.decode()
    made = client.post("/webhooks/nouveau/", {"nom": "Neuf", "adresse": recepteur.adresse, "genres": GENRES})
    page = client.get(made.url).content.decode()
    (secret,) = re.findall(r"whsec_[\w+/=]+", page)
    assert secret not in client.get(made.url).content.decode()  # once
    number = Webhook.objects.get(nom="Neuf").pk
    client.post(f"/webhooks/{number}/agir", {"acte": "essayer"})
    ronde.run_round()
    headers, body = recepteur.recus[-1]
    assert headers["webhook-signature"] == sign_apart(secret, headers, body)
    jsonschema.validate(json.loads(body), make_schema())
    page = client.get(made.url).content.decode()
    assert "réponse 200" in page
    assert "merci" in page
    sent = EnvoiDeWebhook.objects.get(webhook=number)
    client.post(f"/webhooks/envois/{sent.pk}/renvoyer")
    ronde.run_round()
    assert recepteur.recus[-1][0]["webhook-id"] == headers["webhook-id"]
    changed = {"nom": "Neuf", "adresse": recepteur.adresse, "genres": ["atlas.ouvert"]}
    assert client.post(f"/webhooks/{number}/modifier/", changed).status_code == 302
    write(chef, libelle="Rien pour lui")
    ronde.run_round()
    assert EnvoiDeWebhook.objects.filter(webhook=number).count() == 1
    for acte, text in (("suspendre", "Plus rien ne part"), ("reprendre", "Envoyer un essai")):
        client.post(f"/webhooks/{number}/agir", {"acte": acte})
        assert text in client.get(made.url).content.decode()
    assert client.post(f"/webhooks/{number}/agir", {"acte": "autre"}).status_code == 404
    assert "whsec_" in client.get(client.post(f"/webhooks/{number}/secret").url).content.decode()
    client.post(f"/webhooks/{number}/agir", {"acte": "retirer"})
    assert not EnvoiDeWebhook.objects.filter(webhook=number).exists()
    assert Webhook.history.filter(id=number, history_type="-").count() == 1
    listed = client.get("/webhooks/").content.decode()
    assert "Observatoire" in listed


def test_a_page_costs_the_same_whatever_was_sent(
    client, inscrit, recepteur, compte, django_assert_num_queries
) -> None:
    row, _ = inscrit
    admin = compte("administration")
    with django_assert_num_queries(1):
        list(queries.list_webhooks())
    for rank in range(3):
        commands.try_it(admin, row)
        champs = {"nom": f"{rank}", "adresse": recepteur.adresse, "genres": GENRES}
        commands.register(admin, champs, "https://maillage.exemple.fr/")
    with django_assert_num_queries(1):
        assert [one.attente for one in queries.list_webhooks()] == [0, 0, 0, 3]
    with django_assert_num_queries(1):
        assert len(queries.list_envois(row)) == 3
    assert queries.find_next(row, timezone.now()).genre == "essai"


def test_old_messages_are_forgotten_with_proof_and_those_that_wait_stay(inscrit, compte) -> None:
    row, _ = inscrit
    admin, old = compte("administration"), timezone.now() - timedelta(days=91)
    for cle, waits in (("a", None), ("b", old)):
        made = commands.try_it(admin, row)
        EnvoiDeWebhook.objects.filter(pk=made.pk).update(cle=cle, cree_le=old, prochain_le=waits)
    done = apply_rules()
    assert done["envois de webhooks"] == 1
    assert Menage.objects.filter(regle="envois de webhooks", nombre=1).exists()
    assert [one.cle for one in row.envois.all()] == ["b"]


def test_a_new_atlas_is_told_once_whenever_it_was_built(compte, recepteur, settings, tmp_path) -> None:
    shown = settings.MAILLAGE_ATLAS
    settings.MAILLAGE_ATLAS = tmp_path / "atlas"
    settings.MAILLAGE_ATLAS.mkdir()
    (settings.MAILLAGE_ATLAS / "essai-2025").symlink_to(shown / "essai-2025")
    champs = {"nom": "Atlas", "adresse": recepteur.adresse, "genres": ["atlas.ouvert"]}
    commands.register(compte("administration"), champs, "https://maillage.exemple.fr/")
    ronde.run_round()
    assert recepteur.recus == []
    (settings.MAILLAGE_ATLAS / "essai-2026").symlink_to(shown / "essai-2026")
    ronde.run_round()
    ronde.run_round()
    (told,) = (json.loads(body) for _, body in recepteur.recus)
    assert (told["type"], told["data"]["titre"]) == ("atlas.ouvert", "Nouvel atlas : essai-2026")


def test_an_atlas_that_comes_back_is_not_a_new_one(compte, recepteur, settings, tmp_path) -> None:
    """Set aside for a round, as while its folder is copied again: it was told, or was there before."""
    shown = settings.MAILLAGE_ATLAS
    settings.MAILLAGE_ATLAS = tmp_path / "atlas"
    settings.MAILLAGE_ATLAS.mkdir()
    links = [settings.MAILLAGE_ATLAS / name for name in ("essai-2025", "essai-2026")]
    for one in links:
        one.symlink_to(shown / one.name)
    champs = {"nom": "Atlas", "adresse": recepteur.adresse, "genres": ["atlas.ouvert"]}
    commands.register(compte("administration"), champs, "https://maillage.exemple.fr/")
    for absent in links:
        absent.unlink()
        ronde.run_round()
        absent.symlink_to(shown / absent.name)
        ronde.run_round()
    assert recepteur.recus == []


def test_only_who_administers_may(compte) -> None:
    may = {str(role) for role in Mandat.Role.values if compte(role).has_perm("publication.tenir_webhooks")}
    assert may == {"administration"}
