#!/bin/sh
# Locks name versions and digests, never the registry that a machine used; each requirement has a digest.
set -eu
if grep -nE '"resolved"' package-lock.json; then
    echo "package-lock.json names a registry: run 'make lock'." >&2
    exit 1
fi
for lock in requirements*.txt deploy/local/locks/*.txt; do
    if grep -nE '^--|://' "$lock"; then
        echo "$lock names an index or an address: run 'make lock'." >&2
        exit 1
    fi
    if grep -nE '^[A-Za-z0-9]' "$lock" | grep -vE '\\$'; then
        echo "$lock has a requirement without a digest: run 'make lock'." >&2
        exit 1
    fi
done
