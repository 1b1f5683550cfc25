#!/bin/sh
# A management command, or -m MODULE, with exactly what it needs and as its user. As root: by-hand.sh [--with WHAT] COMMAND
#   by-hand.sh fsck                        what the sweep worker has
#   by-hand.sh --with roles COMMAND        also superuser_url and the roles' passwords: bootstrap_roles
#   by-hand.sh --with owner COMMAND        both databases as their owner: migrate
#   by-hand.sh --with log COMMAND          what the log worker has, as its user: make_log_key, adopt_checkpoint
#   by-hand.sh --with restore COMMAND      also the owner's password, the superuser's two addresses, backups: -m deploy.backup restore
# What is not in the units lies in /etc/mpm/secrets as long as it is needed, and no longer. /tmp is not the one you see: files
# to be read belong into a folder that the user may enter, such as /srv/mpm/files.
set -eu
folder=/etc/mpm/secrets
what=
if [ "${1-}" = --with ]; then
    what=$2
    shift 2
fi
user=mpm
told="MPM_KEYRING=/srv/mpm/keyring MPM_KEY_COPY=/srv/mpm-copy/keys"
hidden="-/srv/mpm-second -/srv/mpm-backup -/srv/mpm-log/keys -/srv/mpm-mail"
secrets="secret_key broker_url research_url identity_url smtp_password"
# Given as well where the file is there.
more="secret_key_fallbacks s3_key_id s3_secret mail_provider_settings"
case $what in
"") ;;
roles) more="$more superuser_url owner_password app_password identity_password auditor_password keeper_password" ;;
owner) secrets="secret_key broker_url research_owner_url identity_owner_url" ;;
restore)
    secrets="$secrets owner_password restore_research_url restore_identity_url"
    hidden="-/srv/mpm-second -/srv/mpm-log/keys -/srv/mpm-mail"
    ;;
log)
    user=mpm-log
    told="MPM_KIND=log MPM_LOG_KEYS=/srv/mpm-log/keys"
    hidden="-/srv/mpm-second -/srv/mpm-backup -/srv/mpm-mail -/srv/mpm/keyring -/srv/mpm/objects -/srv/mpm-copy/keys"
    secrets="broker_url keeper_url smtp_password"
    more="s3_log_key_id s3_log_secret mail_provider_settings"
    ;;
*)
    echo "--with roles, owner, restore or log, not $what." >&2
    exit 2
    ;;
esac

# Which variable a secret is for, where it is not its own name's.
variable() {
    case $1 in
    keeper_url) echo MPM_AUDITOR_URL ;;
    research_owner_url | identity_owner_url) echo "MPM_${1%_owner_url}_URL" | tr a-z A-Z ;;
    restore_*) echo "MPM_BACKUP_${1#restore_}" | tr a-z A-Z ;;
    s3_log_*) echo "MPM_S3_${1#s3_log_}" | tr a-z A-Z ;;
    *) echo "MPM_$1" | tr a-z A-Z ;;
    esac
}

loaded=
pairs=
for name in $secrets $more; do
    if [ -e "$folder/$name" ]; then
        loaded="$loaded -p LoadCredential=$name:$folder/$name"
        pairs="$pairs $name:$(variable "$name")"
    else
        case " $secrets " in *" $name "*)
            echo "$folder/$name is not there." >&2
            exit 1
            ;;
        esac
    fi
done
if [ "${1-}" = -m ]; then
    set -- /srv/mpm/venv/bin/python "$@"
else
    set -- /srv/mpm/venv/bin/python manage.py "$@"
fi
# Where the files lie is known to the unit alone.
run='for pair in '"$pairs"'; do export "${pair#*:}_FILE=$CREDENTIALS_DIRECTORY/${pair%%:*}"; done; exec "$@"'
# --pty and --pipe: a terminal where there is one, and otherwise bytes as they are.
# shellcheck disable=SC2086 # a list of options
exec systemd-run --quiet --pty --pipe --wait --collect $loaded \
    -p "User=$user" -p Group=mpm -p UMask=0077 -p WorkingDirectory=/srv/mpm/site \
    -p EnvironmentFile=/etc/mpm/site.env -p NoNewPrivileges=yes -p PrivateTmp=yes \
    -p "InaccessiblePaths=$hidden" -p "Environment=DJANGO_SETTINGS_MODULE=mpm_site.settings $told" \
    sh -c "$run" sh "$@"
