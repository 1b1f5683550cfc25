#!/bin/sh
# Prints the newest Python that the site runs on. Trying each one matters: a name may exist and lead nowhere.
for name in python3.13 python3.12 python3.11 python3; do
    if "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null; then
        echo "$name"
        exit 0
    fi
done
echo "Python 3.11, 3.12 or 3.13 is missing. On Debian or Ubuntu: apt-get install python3 python3-venv" >&2
exit 1
