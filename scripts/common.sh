# shellcheck shell=bash
# Sourced by the scripts beside it. Finds Python 3.12 or newer and uv on whatever machine this is.
#
# Sets   root        the repository
#        UV_PYTHON   the absolute path of the interpreter that uv uses (exported)
#        PATH        begins with uv's folder, if uv had to be installed here

set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

fail() {
    echo "error: $*" >&2
    exit 1
}

# Prints the interpreters pyenv keeps in the folder $1, the newest first.
real_ones() {
    ls -d "$1"/versions/*/bin/python 2>/dev/null | sort -r || true
}

# Every place worth trying, one a line. A version manager's shim may be on PATH and still not run,
# because its version is not the active one: the real interpreter behind it is tried as well.
candidates() {
    local name shim
    for name in python3.14 python3.13 python3.12 python3 python; do
        command -v "$name" || true
    done
    real_ones "${PYENV_ROOT:-${HOME:-}/.pyenv}"
    shim="$(command -v python3 || command -v python || true)"
    case "$shim" in
        */shims/*) real_ones "${shim%/shims/*}" ;;
    esac
}

# Prints the path of the first candidate that runs and is new enough, nothing if there is none.
find_python() {
    local candidate
    candidates | while IFS= read -r candidate; do
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 12) or print(sys.executable))' \
            2>/dev/null </dev/null && break
    done
}

# Prints nothing. Installs uv into .tools/ unless there is one that runs.
provide_uv() {
    export PATH="$root/.tools/bin:$PATH"
    uv --version >/dev/null 2>&1 && return
    echo "Installing uv into .tools/ ..." >&2
    "$UV_PYTHON" -m venv --clear "$root/.tools" >&2 &&
        "$root/.tools/bin/python" -m pip install --quiet --disable-pip-version-check uv >&2 ||
        fail "could not install uv; install it yourself (https://docs.astral.sh/uv/) and try again"
}

UV_PYTHON="$(find_python || true)"
[ -n "$UV_PYTHON" ] || fail "no Python 3.12 or newer was found; install one and try again"
export UV_PYTHON
# The machine's own certificates: behind a company's proxy those uv brings do not suffice.
export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}"
unset VIRTUAL_ENV
provide_uv
