#!/bin/sh
# New locks. A lock that is there keeps its versions where they still fit; UPGRADE=1 takes the newest that fit.
set -eu
uv=$(command -v uv || echo "$PWD/.venv/bin/uv")
compile() {
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
        --no-emit-index-url --no-emit-find-links ${UPGRADE:+--upgrade} "$1.in" -o "$1.txt"
}
for name in requirements requirements-local requirements-mail requirements-dev; do compile "$name"; done
(cd deploy/local/locks && for name in uv node; do compile "$name"; done)
npm install --package-lock-only --loglevel=error
