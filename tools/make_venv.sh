#!/bin/sh
# Make a virtual environment with a Python that is new enough: sh tools/make_venv.sh FOLDER
# On a Debian or Ubuntu without one, install it (as root or with sudo); elsewhere say what to install.
set -eu

suitable() { # Debian splits venv and ensurepip from python3: both must be there
    "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in python3 python3.14 python3.13 python3.12 python3.11 /usr/bin/python3; do
        if suitable "$candidate"; then
            echo "$candidate"
            return
        fi
    done
    return 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

if ! python=$(find_python); then
    if command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || command -v sudo >/dev/null; }; then
        echo "Installing python3-venv, which this project needs."
        as_root apt-get update -qq
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv
    fi
    if ! python=$(find_python); then
        echo "Python 3.11 or newer, with its venv module, is needed and was not found." >&2
        echo "Debian, Ubuntu: apt-get install python3-venv. macOS: brew install python@3.13." >&2
        exit 1
    fi
fi
"$python" -m venv --clear "$1"
echo "Made $1 with $("$1/bin/python" --version)."
