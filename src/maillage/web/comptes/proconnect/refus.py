"""Why a log-in by ProConnect goes no further, in words that tell what to do."""

from __future__ import annotations

ENCORE = "Recommencez depuis la page de connexion. Si cela se répète, prévenez l’administration de l’outil."
PREVENIR = "N’essayez pas de nouveau : prévenez l’administration de l’outil, qui préviendra ProConnect."
RELIER = (
    "Connectez-vous avec votre mot de passe, puis choisissez « Relier à ProConnect » dans « Mon compte ». "
    "Si vous avez reçu une invitation, suivez son lien. Sinon, demandez à l’administration de l’outil de "
    "vous remettre un lien d’accès."
)
# Reason → what happened, what to do.
MOTIFS = {
    "abandon": ("ProConnect n’a pas confirmé votre identité.", ENCORE),
    "demande": (
        "Cette réponse ne correspond à aucune demande en cours dans ce navigateur, ou a déjà servi.",
        ENCORE,
    ),
    "attente": ("Trop de temps a passé depuis le départ vers ProConnect.", ENCORE),
    "code": ("ProConnect refuse le code reçu : il a déjà servi, ou n’est plus valable.", ENCORE),
    "panne": (
        "ProConnect ne répond pas, ou répond autre chose que prévu.",
        "Réessayez dans quelques minutes.",
    ),
    "signature": ("La réponse reçue n’est pas signée par ProConnect comme elle doit l’être.", PREVENIR),
    "emetteur": ("La réponse reçue ne vient pas du ProConnect réglé sur cette installation.", PREVENIR),
    "destinataire": ("La réponse reçue était destinée à un autre service.", PREVENIR),
    "perime": ("La réponse reçue n’est plus valable.", ENCORE),
    "nonce": ("La réponse reçue répond à une autre demande que la vôtre.", PREVENIR),
    "informations": ("Les informations reçues sur vous ne sont pas signées par ProConnect.", PREVENIR),
    "sujet": (
        "Les informations reçues portent sur une autre personne que celle qui s’est connectée.",
        PREVENIR,
    ),
    "niveau": (
        "Votre connexion n’atteint pas le niveau de garantie demandé (eidas1 au moins).",
        "Demandez à votre organisme comment vous connecter à ProConnect avec un niveau plus élevé.",
    ),
    "siret": (
        "ProConnect ne dit pas pour quel établissement vous travaillez (SIRET).",
        "Demandez à votre organisme de compléter votre identité ProConnect, puis recommencez.",
    ),
    "incomplet": (
        "ProConnect ne donne pas une adresse électronique et un nom utilisables.",
        "Demandez à votre organisme de compléter votre identité ProConnect, puis recommencez.",
    ),
    "compte-existant": (
        "Un compte existe déjà à cette adresse : prouvez d’abord qu’il est à vous.",
        RELIER,
    ),
    "autre-adresse": (
        "ProConnect vous donne désormais une adresse qui est celle d’un autre compte.",
        "Demandez à l’administration de l’outil de mettre les deux comptes en ordre. Rien n’a changé.",
    ),
    "deja-relie": (
        "Cette identité ProConnect est déjà reliée à un autre compte.",
        "Connectez-vous avec ProConnect pour l’ouvrir, ou demandez à l’administration de l’outil.",
    ),
    "ferme": (
        "Votre compte est fermé ou en sommeil.",
        "L’administration de l’outil peut le rouvrir.",
    ),
    "lien": (
        "Ce lien a déjà servi ou n’est plus valable, ou vous n’êtes plus connecté au compte à relier.",
        "Demandez un nouveau lien, ou reconnectez-vous, puis recommencez.",
    ),
}


class RefusProConnect(Exception):
    """A log-in by ProConnect that goes no further; ``motif`` is a key of ``MOTIFS``."""

    def __init__(self, motif: str) -> None:
        super().__init__(motif)
        self.motif = motif
        self.quoi, self.que_faire = MOTIFS[motif]
