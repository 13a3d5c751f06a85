#!/bin/sh
# Le premier mot dit ce que fait le conteneur : « web » (les pages), « travail » (les travaux de fond), « sante » (répond-il ?),
# « manage … » (les commandes de Django) ; tout autre est une commande de maillage.
set -eu
umask 077
case "${1:-}" in
  web)
    # Les feuilles de style, là où un mandataire peut les lire ; les compteurs de /metrics, neufs à chaque démarrage.
    python3 -m maillage.web.manage collectstatic --noinput --verbosity 0
    PROMETHEUS_MULTIPROC_DIR=$(mktemp -d)
    export PROMETHEUS_MULTIPROC_DIR
    exec gunicorn --bind 0.0.0.0:8000 --timeout 120 --graceful-timeout 30 --worker-tmp-dir /dev/shm maillage.web.wsgi
    ;;
  travail)
    exec python3 -m maillage.web.manage travailler
    ;;
  manage)
    shift
    exec python3 -m maillage.web.manage "$@"
    ;;
  sante)
    # Un travailleur n'a pas de page. Un serveur répond au premier nom qu'il admet.
    if tr '\0' ' ' < /proc/1/cmdline | grep -q travailler; then exit 0; fi
    exec python3 -c '
import os, urllib.request
nom = os.environ.get("MAILLAGE_HOTES", "localhost").split(",")[0].strip().lstrip(".").replace("*", "localhost")
demande = urllib.request.Request("http://127.0.0.1:8000/sante", headers={"Host": nom})
urllib.request.urlopen(demande, timeout=8)
'
    ;;
  *)
    exec maillage "$@"
    ;;
esac
