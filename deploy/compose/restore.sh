#!/bin/sh
# Makes two empty databases beside those that were set aside, and restores into them. Run in the container `restore`, with the
# options of `deploy.backup restore`.
set -eu
secret=/run/secrets
set -a
. "$secret/roles"
set +a
for kind in research identity; do
    MPM_SUPERUSER_URL_FILE=$secret/${kind}_superuser_url python manage.py bootstrap_roles --only "$kind"
done
# of KIND: the superuser's address of the new database, not of the one that it signs in to.
of() { sed "s,/postgres\$,/mpm_$1," "$secret/${1}_superuser_url"; }
MPM_BACKUP_RESEARCH_URL=$(of research)
MPM_BACKUP_IDENTITY_URL=$(of identity)
export MPM_BACKUP_RESEARCH_URL MPM_BACKUP_IDENTITY_URL
exec python -m deploy.backup restore /srv/mpm-backup "$@"
