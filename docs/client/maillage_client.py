"""Lire l’API de Maillage en Python : un fichier à copier, sans rien à installer (Python 3.9 ou plus).

    from maillage_client import Maillage

    maillage = Maillage("https://VOTRE-SITE", cle="…")      # la clé est facultative
    for commune in maillage.lister("deficits", niveau="commune", en_deficit=True):
        print(commune["rang"], commune["nom"], commune["motifs"])

Les pages d’une liste se suivent seules ; ce qui n’a pas changé n’est pas téléchargé deux fois ; une limite
atteinte est attendue. Licence : celle de Maillage.
"""

from __future__ import annotations

import csv
import io
import json
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

JSON, CSV, GEOJSON = "application/json", "text/csv", "application/geo+json"
Ligne = dict[str, Any]
Reponse = tuple[dict[str, str], bytes]
"""En-têtes (noms en minuscules) et corps."""


class ErreurMaillage(Exception):
    """Une demande sans réponse : ``statut`` HTTP (0 : le serveur n’a pas répondu), la raison, l’adresse."""

    def __init__(self, statut: int, raison: str, adresse: str) -> None:
        super().__init__(f"{raison} ({statut or 'pas de réponse'}, {adresse})")
        self.statut, self.raison, self.adresse = statut, raison, adresse


class _SansDetour(HTTPRedirectHandler):
    """Une redirection emmènerait la clé ailleurs : elle est refusée."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Maillage:
    """Une installation de Maillage, lue par son API.

    ``garde`` : combien de réponses marquées garder. ``attente_max_s`` : combien attendre, au plus, une limite
    atteinte. ``dormir`` : comment attendre (pour les essais).
    """

    def __init__(
        self,
        site: str,
        cle: str | None = None,
        *,
        delai_s: float = 60,
        attente_max_s: float = 120,
        essais: int = 5,
        garde: int = 200,
        dormir: Callable[[float], None] = time.sleep,
    ) -> None:
        if urlsplit(site).scheme not in {"https", "http"}:
            raise ValueError("Donnez l’adresse du site en entier : https://…")
        if cle and urlsplit(site).scheme != "https" and urlsplit(site).hostname not in _ICI:
            raise ValueError("Une clé ne se confie qu’en https.")
        self.racine = site.rstrip("/") + "/api/1/"
        self._cle = cle
        self._delai_s, self._attente_max_s, self._essais = delai_s, attente_max_s, essais
        self._dormir = dormir
        self._garde = garde
        self._marquees: OrderedDict[tuple[str, str], Reponse] = OrderedDict()
        self._ouvreur = build_opener(_SansDetour())
        self.telechargees = 0
        """Combien de réponses ont été téléchargées ; les autres n’avaient pas changé."""
        self.quotas: dict[str, int] = {}
        """Ce qui reste de chaque quota, tel que la dernière réponse l’a dit : {"minute": 118}."""

    def lire(self, chemin: str, **parametres: Any) -> Any:
        """Un objet de l’API : ``lire("territoires/commune/59350")``."""
        return json.loads(self._demander(self.adresse(chemin, **parametres), JSON)[1])

    def lister(self, chemin: str, **parametres: Any) -> Iterator[Ligne]:
        """Toutes les lignes d’une liste, page après page : ``lister("programme/fiches", theme="sante")``."""
        adresse: str | None = self.adresse(chemin, **parametres)
        while adresse:
            entetes, corps = self._demander(adresse, JSON)
            yield from json.loads(corps)
            adresse = self._suivante(adresse, entetes.get("link", ""))

    def compter(self, chemin: str, **parametres: Any) -> int:
        """Combien de lignes a une liste, sans la lire."""
        entetes, _ = self._demander(self.adresse(chemin, limit=1, **parametres), JSON)
        return int(entetes["x-total-count"])

    def tableau(self, chemin: str, **parametres: Any) -> list[dict[str, str]]:
        """Une liste telle que son CSV la donne : du texte, tel qu’un tableur français le lit."""
        corps = self._demander(self.adresse(chemin, **parametres), CSV)[1]
        return list(csv.DictReader(io.StringIO(corps.decode("utf-8-sig"), newline=""), delimiter=";"))

    def contours(self, indicateur: str, **parametres: Any) -> dict[str, Any]:
        """Un indicateur sur ses territoires, en GeoJSON."""
        chemin = f"chiffres/{quote(indicateur, safe='')}"
        corps = self._demander(self.adresse(chemin, **parametres), GEOJSON)[1]
        return dict(json.loads(corps))

    def adresse(self, chemin: str, **parametres: Any) -> str:
        """L’adresse d’une demande ; un paramètre nul n’en est pas."""
        dits = {
            nom: str(valeur).lower() if isinstance(valeur, bool) else valeur
            for nom, valeur in parametres.items()
            if valeur is not None
        }
        return urljoin(self.racine, chemin.lstrip("/")) + (f"?{urlencode(dits)}" if dits else "")

    def _suivante(self, adresse: str, liens: str) -> str | None:
        """La page suivante que dit l’en-tête ``Link`` ; jamais ailleurs que sur ce site."""
        trouve = re.search(r'<([^>]*)>\s*;\s*rel="?next"?', liens)
        if not trouve:
            return None
        suivante = urljoin(adresse, trouve[1])
        if urlsplit(suivante)[:2] != urlsplit(self.racine)[:2]:
            raise ErreurMaillage(200, "La page suivante serait sur un autre site", suivante)
        return suivante

    def _demander(self, adresse: str, forme: str) -> Reponse:
        for rang in range(self._essais):
            try:
                return self._demander_une_fois(adresse, forme)
            except HTTPError as erreur:
                with erreur:
                    corps = erreur.read()
                if erreur.code != 429 or rang + 1 == self._essais:
                    raise ErreurMaillage(erreur.code, _raison(corps, erreur.code), adresse) from None
                self._attendre(erreur.headers.get("Retry-After"), corps, adresse)
            except (URLError, TimeoutError) as erreur:
                raison = "Le serveur n’a pas répondu : vérifiez l’adresse et votre connexion"
                raise ErreurMaillage(0, f"{raison} ({getattr(erreur, 'reason', erreur)})", adresse) from None
        raise AssertionError("au moins un essai")

    def _demander_une_fois(self, adresse: str, forme: str) -> Reponse:
        entetes = {"Accept": forme, "User-Agent": "maillage_client/1"}
        if self._cle:
            entetes["Authorization"] = f"Bearer {self._cle}"
        gardee = self._marquees.get((adresse, forme))
        if gardee:
            entetes["If-None-Match"] = gardee[0]["etag"]
        try:
            demande = Request(adresse, headers=entetes)  # noqa: S310  http ou https, vérifié à l’ouverture
            with self._ouvreur.open(demande, timeout=self._delai_s) as reponse:
                corps = reponse.read()
                dits = {nom.lower(): valeur for nom, valeur in reponse.headers.items()}
        except HTTPError as erreur:
            if erreur.code != 304 or gardee is None:
                raise
            erreur.close()
            self._marquees.move_to_end((adresse, forme))
            return gardee
        self.telechargees += 1
        restes = re.findall(r'"(\w+)";r=(\d+)', dits.get("ratelimit", ""))
        self.quotas = {nom: int(reste) for nom, reste in restes}
        if "etag" in dits and self._garde:
            self._marquees[adresse, forme] = dits, corps
            while len(self._marquees) > self._garde:
                self._marquees.popitem(last=False)
        return dits, corps

    def _attendre(self, dit: str | None, corps: bytes, adresse: str) -> None:
        secondes = float(dit) if dit and dit.isdigit() else 60.0
        if secondes > self._attente_max_s:
            raise ErreurMaillage(429, f"{_raison(corps, 429)} Il faudrait attendre {secondes:.0f} s", adresse)
        self._dormir(secondes)


_ICI = ("localhost", "127.0.0.1", "::1")
_RAISONS = {
    401: "Cette clé est inconnue, échue ou révoquée",
    403: "Cette clé n’ouvre pas cette lecture",
    404: "Rien à cette adresse",
    429: "Trop de demandes",
}


def _raison(corps: bytes, statut: int) -> str:
    """Ce que dit le serveur, sinon ce que dit le statut."""
    try:
        return str(json.loads(corps)["detail"])
    except (ValueError, KeyError, TypeError):
        return _RAISONS.get(statut, "Le serveur n’a pas pu répondre" if statut >= 500 else "Demande refusée")
