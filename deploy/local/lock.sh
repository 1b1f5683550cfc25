#!/bin/sh
# New locks. A lock that is there keeps its versions where they still fit; UPGRADE=1 takes the newest that fit.
set -eu
uv=$(command -v uv || echo "$PWD/.venv/bin/uv")
compile() {
    name=$1
    shift
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
        --no-emit-index-url --no-emit-find-links ${UPGRADE:+--upgrade} "$@" "$name.in" -o "$name.txt"
}
for name in requirements requirements-local requirements-mail requirements-screening requirements-releases requirements-s3 requirements-exchange; do
    compile "$name"
done
compile requirements-dev --override deploy/local/locks/without-compiler.in
(cd deploy/local/locks && for name in uv node audit; do compile "$name"; done)
npm install --package-lock-only --loglevel=error
