#!/bin/sh
# A mail that came back, on the standard input, for `manage.py record_bounce`: Postfix calls it (docs/operate/mail.md).
# Anybody may write to that address, so the user, mpm-bounce, owns nothing and reads one secret: identity's address.
set -eu
umask 077
while IFS= read -r line || [ -n "$line" ]; do
    # shellcheck disable=SC2163 # the line is NAME=value
    case $line in MPM_*=*) export "$line" ;; esac
done </etc/mpm/site.env
export MPM_KIND=mail MPM_IDENTITY_URL_FILE=/etc/mpm/bounce/identity_url PYTHONDONTWRITEBYTECODE=1
# The settings ask for these. No address is opened here and nobody woken, so they lead nowhere.
export MPM_KEYRING=/nonexistent MPM_BROKER_URL=memory://
cd /srv/mpm/site
code=0
/srv/mpm/venv/bin/python manage.py record_bounce >&2 || code=$?
# Of what is too large some is left, and Postfix would call it a fault.
cat >/dev/null
case $code in
    # What is no report of ours (65) ends here: sent back, it would go to whomever it names as its sender.
    0 | 65) exit 0 ;;
    # Everything else, such as a database that is away: Postfix keeps it and tries again.
    *) exit 75 ;;
esac
