#!/bin/sh
# What is done once, and again with each new version: roles, tables, keys, notices, static files. All of it may run again.
# Run in the container `setup`, which alone holds the owner's and the superuser's addresses.
set -eu
secret=/run/secrets
set -a
. "$secret/roles"
set +a

# With the addresses of the run-time roles, or of the owner.
as_site() { MPM_RESEARCH_URL_FILE=$secret/research_url MPM_IDENTITY_URL_FILE=$secret/identity_url "$@"; }
as_owner() { MPM_RESEARCH_URL_FILE=$secret/research_owner_url MPM_IDENTITY_URL_FILE=$secret/identity_owner_url "$@"; }

roles() {
    for kind in research identity; do
        MPM_SUPERUSER_URL_FILE=$secret/${kind}_superuser_url as_site python manage.py bootstrap_roles --only "$kind"
    done
}

roles
as_owner python manage.py migrate --noinput --verbosity 0
as_owner python manage.py migrate --noinput --verbosity 0 --database identity
# Again: only now the table of migrations is there to be closed to the run-time roles.
roles
unset MPM_OWNER_PASSWORD MPM_APP_PASSWORD MPM_IDENTITY_PASSWORD MPM_AUDITOR_PASSWORD MPM_KEEPER_PASSWORD

# The key that opens addresses is made where it lies, with the mail worker: never on the other processes' volume.
python -m deploy.mail_keys /srv/mpm/keyring-mail
as_site python manage.py make_keys
[ -e /srv/mpm/keyring-mail/blind-index.key ] || cp "$MPM_KEYRING/blind-index.key" /srv/mpm/keyring-mail/
as_site python -m deploy.buckets
as_site python manage.py collectstatic --noinput --verbosity 0
if [ -e "$MPM_LOG_VERIFIER" ]; then
    as_site python manage.py publish_notices
else
    echo "Now: docker compose run --rm setup-log, then this once more, which publishes the notices."
fi
