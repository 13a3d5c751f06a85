"""One message posted to one address: at once, within a time, following nothing."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from maillage.catalogue.lecture import read_toml
from maillage.web.publication.webhooks.adresse import AdresseVerifiee

PARTI = 410
"""The answer of an address that wants nothing any more (RFC 9110)."""
FAUTES = (OSError, http.client.HTTPException, ValueError)


@dataclass(frozen=True)
class ReponseDeWebhook:
    """What an address answered. ``statut``: null when it did not; ``dit``: its first words, or the fault."""

    statut: int | None
    dit: str
    ms: int

    @property
    def recue(self) -> bool:
        """Whether the message is delivered."""
        return self.statut is not None and 200 <= self.statut < 300


class _Appel(http.client.HTTPConnection):
    """A connection to the machine that was looked at, under the name that was asked for."""

    def __init__(self, ou: AdresseVerifiee, attente_s: float) -> None:
        super().__init__(ou.hote, ou.port, timeout=attente_s)
        self.default_port = 443 if ou.chiffree else 80
        self._ou = ou

    def connect(self) -> None:
        """To the address checked; its certificate must be that of the name."""
        self.sock = socket.create_connection((self._ou.ip, self._ou.port), self.timeout)
        if self._ou.chiffree:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self._ou.hote)

    def cut(self) -> None:
        """End it, whatever it is waiting for."""
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


def post(ou: AdresseVerifiee, corps: bytes, entetes: Mapping[str, str]) -> ReponseDeWebhook:
    """Send, and read the first words of the answer."""
    limits = read_toml("flux.toml")["appel"]
    start, late = time.monotonic(), threading.Event()
    call = _Appel(ou, limits["attente_s"])

    def cut() -> None:
        late.set()
        call.cut()

    timer = threading.Timer(limits["attente_s"], cut)
    timer.start()
    try:
        call.request("POST", ou.chemin, body=corps, headers=dict(entetes))
        answer = call.getresponse()
        said = answer.read(4 * limits["reponse_caracteres"]).decode("utf-8", "replace")
        statut, dit = answer.status, _tell(answer.status, said)
    except FAUTES as error:
        statut, dit = None, _explain(error, late=late.is_set(), attente_s=limits["attente_s"])
    finally:
        timer.cancel()
        call.close()
    words = "".join(letter if letter.isprintable() else " " for letter in dit)
    return ReponseDeWebhook(statut, words[: limits["reponse_caracteres"]], _since(start))


def _since(start: float) -> int:
    return round(1000 * (time.monotonic() - start))


def _tell(statut: int, said: str) -> str:
    if 300 <= statut < 400:
        return "Redirection refusée : inscrivez l’adresse où elle mène."
    return said.strip()


def _explain(error: Exception, *, late: bool, attente_s: int) -> str:
    if late or isinstance(error, TimeoutError):
        return f"Pas de réponse en {attente_s} secondes."
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"Certificat refusé : {error.verify_message}."
    if isinstance(error, ConnectionRefusedError):
        return "La machine refuse la connexion : rien n’écoute à cette adresse."
    return f"L’échange a échoué : {str(error) or type(error).__name__}."
