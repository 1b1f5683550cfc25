#!/bin/sh
# Starts one kind of process after another anew, as root: `sh deploy/systemd/exchange.sh [KIND ...]`, each kind when none is
# named. It stops at the first that is not well, so that the others go on as they were.
set -eu
[ $# -gt 0 ] || set -- log sweep images text releases mail upload web beat
site=$(sed -n 's/^MPM_SITE_URL=//p' /etc/mpm/site.env)

# Whether web, or upload, says that it can do its work; the others show it by going on.
is_ready() {
    case $1 in web) port=8000 ;; upload) port=8001 ;; *) return 0 ;; esac
    (cd /srv/mpm/site && MPM_SITE_URL=$site MPM_BIND=127.0.0.1:$port /srv/mpm/venv/bin/python -m deploy.probe /readyz)
}

# What ends at its start is begun anew after 5 s: in this time it shows.
is_well() {
    systemctl restart "mpm-$1.service" && sleep 20 && systemctl is-active --quiet "mpm-$1.service" &&
        [ "$(systemctl show --property=NRestarts --value "mpm-$1.service")" = 0 ] && is_ready "$1"
}

while [ $# -gt 0 ]; do
    echo "$1:"
    is_well "$1" || {
        echo "mpm-$1 is not well: journalctl -u mpm-$1. Not exchanged yet: $*" >&2
        exit 1
    }
    shift
done
