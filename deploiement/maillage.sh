#!/bin/sh
# « maillage », sous le compte et avec les réglages du service : à copier en /usr/local/sbin/maillage.
# « maillage manage … » donne les commandes de Django (migrate, createsuperuser, menage).
set -eu

# Le compte du service lit lui-même les réglages : rien de ce qu’il peut écrire n’agit sur l’administrateur.
if [ "$(id -u)" = 0 ]; then
  cd /
  exec runuser -u maillage -- /bin/sh /usr/local/sbin/maillage "$@" 3< /etc/maillage/maillage.env
fi
{ true <&3; } 2> /dev/null || { echo "Lancez cette commande en administrateur (sudo $0 …)." >&2; exit 1; }

refuser() {
  echo "/etc/maillage/maillage.env, ligne $numero : $1" >&2
  exit 1
}

# Chaque valeur est celle qu’en lit systemd (EnvironmentFile) : rien n’est exécuté ni remplacé. Ce qu’il lirait sur plusieurs
# lignes, ignorerait, ou recollerait après des guillemets fermés, est refusé.
numero=0
while IFS= read -r ligne; do
  numero=$((numero + 1))
  case $ligne in
    *\\) refuser "elle ne peut pas finir par une barre oblique inverse." ;;
    '' | '#'* | ';'*) continue ;;
    *=*) nom=${ligne%%=*} valeur=${ligne#*=} ;;
    *) refuser "il y faut NOM=valeur." ;;
  esac
  case $nom in
    '' | [0-9]* | *[!A-Za-z0-9_]*) refuser "ce qui précède « = » n’est pas un nom de variable." ;;
  esac
  case $valeur in
    \' | \" | \'*[!\'] | \"*[!\"] | \'*\'?*) refuser "des guillemets ouverts se ferment à la fin." ;;
    \'*) valeur=${valeur#?} valeur=${valeur%?} ;;
    \"*)
      valeur=${valeur#?} valeur=${valeur%?}
      case $(printf '%s' "$valeur" | sed 's/\\.//g') in
        *\"* | *\\) refuser "des guillemets ouverts se ferment à la fin." ;;
      esac
      valeur=$(printf '%s' "$valeur" | sed 's/\\\(["\\`$]\)/\1/g')
      ;;
    *\\*) valeur=$(printf '%s' "$valeur" | sed 's/\\\(.\)/\1/g') ;;
  esac
  export "$nom=$valeur"
done <<FIN
$(tr -d '\r' <&3 | LC_ALL=C sed 's/^[[:blank:]]*//; s/[[:blank:]]*$//; s/[[:blank:]]*=[[:blank:]]*/=/')
FIN
exec 3<&-

HOME=/var/lib/maillage
export HOME
cd "$HOME"
umask 077
if [ "${1:-}" = manage ]; then
  shift
  exec /opt/maillage/bin/python -m maillage.web.manage "$@"
fi
exec /opt/maillage/bin/maillage "$@"
