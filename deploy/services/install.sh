#!/bin/sh
# The services that `make test-services` tests over, from Debian's packages (Ubuntu's have the same names). Nothing of them
# is started: the tests start their own, on ports and in folders of their own.
set -eu
packages="memcached nginx-light postgresql python3-swift rabbitmq-server redis-server util-linux"

missing=""
for package in $packages; do
    dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null || [ "$(id -u)" -ne 0 ]; then
    echo "make test-services needs$missing: as root, run sh deploy/services/install.sh (Debian, Ubuntu)." >&2
    exit 1
fi

# What a package asks before it starts a service: 101 is no. One that is there already comes back afterwards.
policy=/usr/sbin/policy-rc.d
kept=$(mktemp -d)
restore() {
    rm -f "$policy"
    [ ! -e "$kept/policy" ] || cp -p "$kept/policy" "$policy"
    rm -rf "$kept"
}
[ ! -e "$policy" ] || cp -p "$policy" "$kept/policy"
trap restore EXIT
trap 'exit 130' INT TERM
rm -f "$policy"
printf '#!/bin/sh\nexit 101\n' >"$policy"
chmod 755 "$policy"

echo "Installing$missing; none of them is started."
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
get() {
    apt-get -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 "$@" >"$log" 2>&1
}
# Old lists name packages that are gone: fetched anew only when they are needed.
if ! get install --yes --no-install-recommends $missing; then
    get update && get install --yes --no-install-recommends $missing || {
        tail -n 20 "$log" >&2
        exit 1
    }
fi
# Nor are they at the next start of this machine, where systemd would.
if command -v systemctl >/dev/null; then
    for package in $missing; do
        case $package in
            nginx-light) systemctl --quiet disable nginx.service ;;
            memcached | postgresql | rabbitmq-server | redis-server) systemctl --quiet disable "$package.service" ;;
        esac >/dev/null 2>&1 || true
    done
fi
rm -f "$log"
