# Sourced: sets $python to a Python that can run Jianbao, or says what is missing and ends.
# PYTHON=/path/to/python chooses one.
python=
for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11 python}; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$candidate
        break
    fi
done
if [[ -z "$python" ]]; then
    echo "Jianbao needs Python 3.11 or newer; ${PYTHON:-what is on PATH} is older or missing." >&2
    echo "Install it (Debian 12, Ubuntu 24.04: apt-get install python3 python3-venv; macOS: brew install python)," >&2
    echo "or name it: PYTHON=/path/to/python3 $0" >&2
    exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "$python lacks venv. On Debian and Ubuntu: apt-get install python3-venv" >&2
    exit 1
fi
