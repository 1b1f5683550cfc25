#!/bin/sh
# Makes the role that backs up, which reads everything and writes nothing, with its two secrets. Run it as root while both
# databases run; again, it gives the role a new password.
set -eu
umask 077
cd "$(dirname "$0")"
word=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')
for kind in research identity; do
    docker compose exec -T "$kind-db" psql --quiet --username=postgres --set=ON_ERROR_STOP=1 <<SQL
SELECT 'CREATE ROLE mpm_backup' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'mpm_backup') \gexec
ALTER ROLE mpm_backup LOGIN PASSWORD '$word';
GRANT pg_read_all_data TO mpm_backup;
GRANT CONNECT ON DATABASE mpm_$kind TO mpm_backup;
SQL
    rm -f "secrets/backup_${kind}_url"
    printf 'postgresql://mpm_backup:%s@%s-db/mpm_%s\n' "$word" "$kind" "$kind" >"secrets/backup_${kind}_url"
    chmod 0444 "secrets/backup_${kind}_url"
done
