#!/bin/sh
# Makes each secret that is not there yet, a file of its own in deploy/compose/secrets. Run it as
# root, so that nobody else on this machine enters the folder. Fill in smtp_password by hand, and s3_key_id and s3_secret where the objects are elsewhere.
set -eu
umask 077
folder=$(dirname "$0")/secrets
mkdir -p "$folder"
cd "$folder"

drawn() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
# once NAME VALUE: keeps what is there.
once() { [ -s "$1" ] || printf '%s\n' "$2" >"$1"; }

once secret_key "$(drawn)$(drawn)"
once metrics_token "$(drawn)"
once postgres_password "$(drawn)"
once s3_key_id "$(drawn | cut -c1-20)"
once s3_secret "$(drawn)"
[ -e smtp_password ] || : >smtp_password
if [ ! -s roles.env ]; then
    for role in OWNER APP IDENTITY AUDITOR KEEPER; do printf 'MPM_%s_PASSWORD=%s\n' "$role" "$(drawn)"; done >roles.env
fi
. ./roles.env
super=$(cat postgres_password)
# address FILE ROLE PASSWORD HOST DATABASE
address() { once "$1" "postgresql://$2:$3@$4/$5"; }
address research_url mpm_app "$MPM_APP_PASSWORD" research-db mpm_research
address auditor_url mpm_auditor "$MPM_AUDITOR_PASSWORD" research-db mpm_research
address keeper_url mpm_keeper "$MPM_KEEPER_PASSWORD" research-db mpm_research
address research_owner_url mpm_owner "$MPM_OWNER_PASSWORD" research-db mpm_research
address research_superuser_url postgres "$super" research-db postgres
address identity_url mpm_identity "$MPM_IDENTITY_PASSWORD" identity-db mpm_identity
address identity_owner_url mpm_owner "$MPM_OWNER_PASSWORD" identity-db mpm_identity
address identity_superuser_url postgres "$super" identity-db postgres

broker=$(drawn)
if [ ! -s broker_conf ]; then
    # One user for all kinds, which sends, takes and declares, and may not administrate.
    printf 'default_user = mpm\ndefault_pass = %s\ndefault_user_tags.administrator = false\n' "$broker" >broker_conf
    printf 'amqp://mpm:%s@broker//\n' "$broker" >broker_url
fi
rm -f s3_root.env
printf 'ROOT_ACCESS_KEY=%s\nROOT_SECRET_KEY=%s\n' "$(cat s3_key_id)" "$(cat s3_secret)" >s3_root.env

# Compose mounts each file with the rights that it has here, into the containers that name it alone.
chmod 0444 ./*
chmod 0700 .
