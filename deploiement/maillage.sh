#!/bin/sh
# « maillage », sous le compte et avec les réglages du service : à copier en /usr/local/sbin/maillage.
# « maillage manage … » donne les commandes de Django (migrate, createsuperuser, menage).
set -eu
[ "$(id -u)" = 0 ] || { echo "Lancez cette commande en administrateur (sudo $0 …)." >&2; exit 1; }
set -a
. /etc/maillage/maillage.env
set +a
HOME=/var/lib/maillage
export HOME
cd "$HOME"
umask 077
if [ "${1:-}" = manage ]; then
  shift
  exec runuser -u maillage -- /opt/maillage/bin/python -m maillage.web.manage "$@"
fi
exec runuser -u maillage -- /opt/maillage/bin/maillage "$@"
