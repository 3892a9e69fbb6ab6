#!/bin/sh
# Make a virtual environment: scripts/venv.sh DIR PYTHON...
#
# Takes the first PYTHON that is 3.11 or later and brings pip along. An environment in DIR that still works is
# kept; a broken one (interrupted, or its Python was removed by an upgrade) is made again. Exits 1 with one
# sentence that says what to install when no interpreter will do.
set -eu

dir=$1
shift

works() { # an interpreter that is new enough and finds its pip
    "$1" -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

if works "$dir/bin/python"; then
    exit 0
fi

without_venv=""
for python in "$@"; do
    if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        continue
    fi
    # Debian and Ubuntu ship venv without its pip unless python3-venv is installed.
    if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        without_venv="${without_venv:-$python}"
        continue
    fi
    echo "Making $dir with $("$python" --version) ..."
    exec "$python" -m venv --clear "$dir"
done

if [ -n "$without_venv" ]; then
    version=$("$without_venv" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    echo "$without_venv (Python $version) cannot make virtual environments:" \
        "install its venv package, on Debian and Ubuntu with 'apt-get install python$version-venv', and try again." >&2
else
    echo "No Python 3.11 or later was found (looked for: $*): install one," \
        "on Debian and Ubuntu with 'apt-get install python3 python3-venv', and try again." >&2
fi
exit 1
