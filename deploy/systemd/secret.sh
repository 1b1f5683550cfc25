#!/bin/sh
# Gives units a secret more, as root: `secret.sh NAME KIND ...` has each of them load /etc/mpm/secrets/NAME as MPM_NAME (s3_log_…
# and s3_backup_… as MPM_S3_…). docs/operate/systemd.md says which secret is for whom. Restart them afterwards.
set -eu
units=/etc/systemd/system
secrets=/etc/mpm/secrets
name=$1
shift
if [ ! -s "$secrets/$name" ]; then
    echo "$secrets/$name is not there, or empty." >&2
    exit 1
fi
variable=$(echo "MPM_$name" | sed -E 's/_s3_(log|backup)_/_s3_/' | tr a-z A-Z)
for kind in "$@"; do
    mkdir -p "$units/mpm-$kind.service.d"
    printf '[Service]\nLoadCredential=%s:%s\nEnvironment=%s_FILE=%%d/%s\n' \
        "$name" "$secrets/$name" "$variable" "$name" >"$units/mpm-$kind.service.d/30-$name.conf"
done
systemctl daemon-reload
