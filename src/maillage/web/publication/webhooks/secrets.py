"""Secrets of webhooks, kept encrypted by the key of the install; signatures as Standard Webhooks 1.0.0 says.

A secret must be read again to sign: a hash would not do. Each key of the install (the present one, then those
that it replaced, ``SECRET_KEY_FALLBACKS``) gives one of encryption; the present one writes, any of them
reads.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac

from maillage.catalogue.lecture import read_toml

SEL: Final = "maillage.web.publication.webhooks"
DEBUT: Final = "whsec_"


class SecretIllisible(Exception):
    """No key of the install opens this secret: it has to be given anew."""


def make_secret() -> str:
    """A new secret, as it is handed over."""
    return DEBUT + base64.b64encode(secrets.token_bytes(read_toml("flux.toml")["secret"]["octets"])).decode()


def close(secret: str) -> str:
    """What is kept of a secret."""
    return _keys().encrypt(secret.encode()).decode()


def open_secret(kept: str) -> str:
    """The secret that was kept.

    Raises:
        SecretIllisible: the key that closed it is gone.
    """
    try:
        return _keys().decrypt(kept.encode()).decode()
    except InvalidToken as error:
        raise SecretIllisible from error


def renew(kept: str) -> str:
    """The same secret under the present key, so that those it replaced may go."""
    return close(open_secret(kept))


def _keys() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    derived = (salted_hmac(SEL, "secret", secret=key, algorithm="sha256").digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(one)) for one in derived])


def sign(secret: str, identifiant: str, moment: int, corps: bytes) -> str:
    """The signature of a message: HMAC-SHA256 of « id.timestamp.body », in base64 after « v1, ».

    Example of the reference libraries of Standard Webhooks:

    >>> sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330,
    ...      b'{"test": 2432232314}')
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    key = base64.b64decode(secret.removeprefix(DEBUT))
    signed = f"{identifiant}.{moment}.".encode() + corps
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
