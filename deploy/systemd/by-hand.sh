#!/bin/sh
# A management command with what the sweep worker has, as root: deploy/systemd/by-hand.sh fsck
set -eu
set -- /srv/mpm/venv/bin/python manage.py "$@"
secrets="secret_key broker_url research_url identity_url smtp_password"
loaded=""
for name in $secrets; do loaded="$loaded -p LoadCredential=$name:/etc/mpm/secrets/$name"; done
# Each NAME is read from the file that MPM_NAME_FILE names; where the files lie is known to the unit alone.
told='for name in '"$secrets"'; do
    upper=$(echo "$name" | tr a-z A-Z); export "MPM_${upper}_FILE=$CREDENTIALS_DIRECTORY/$name"; done; exec "$@"'
# shellcheck disable=SC2086 # a list of options
exec systemd-run --quiet --pty --wait --collect $loaded \
    -p User=mpm -p Group=mpm -p UMask=0077 -p WorkingDirectory=/srv/mpm/site -p EnvironmentFile=/etc/mpm/site.env \
    -p NoNewPrivileges=yes -p PrivateTmp=yes \
    -p "InaccessiblePaths=-/srv/mpm-second -/srv/mpm-backup -/srv/mpm-log/keys -/srv/mpm-mail" \
    -p "Environment=MPM_KEYRING=/srv/mpm/keyring MPM_KEY_COPY=/srv/mpm-copy/keys" \
    sh -c "$told" sh "$@"
