#!/bin/bash
# Machine set-up: tools/setup.sh [build|test|models]
#
# Brings in what the builds (build), the builds and all tests (test, the default) or also the export of
# the reference models (models) need, and does nothing, fast, when it is there. Debian packages are
# installed through apt-get; what must not touch the system, or is too old in it, lands under
# .toolchain/ (ignored by git, safe to delete):
#
#   .toolchain/emscripten      link to the Emscripten in use     .toolchain/env.sh   its environment
#   .toolchain/include         xsimd/ and stb/                   .toolchain/setup.log
#   .toolchain/src             googletest sources
#
# Emscripten is, in this order: the em++ on the PATH if it makes final relaxed-SIMD opcodes (3.1.60
# or later does), the distribution's package if it is new enough, or the next Debian release's
# package unpacked privately. To use your own copies of the rest, name them:
#
#   GOSSAMER_XSIMD       folder that holds xsimd/xsimd.hpp (xsimd 9 or later)
#   GOSSAMER_STB         folder that holds stb_image.h
#   GOSSAMER_GOOGLETEST  source tree of GoogleTest
set -euo pipefail
cd "$(dirname "$0")/.."
ROOT=$PWD
TC=$ROOT/.toolchain
[ ! -L "$TC" ] || TC=$(readlink "$TC")  # another checkout's
LOG=$TC/setup.log
GOAL=${1:-test}
case $GOAL in build | test | models) ;; *) echo "usage: tools/setup.sh [build|test|models]" >&2 && exit 2 ;; esac

# What was put together privately stays good until the scripts that do it change, or the folder moves.
STAMP="$(cat tools/setup/emscripten.sh tools/setup/private_apt.sh | cksum) $TC"
# shellcheck source=tools/setup/steps.sh
. tools/setup/steps.sh

look_around() {
  system_missing=$(missing_packages)
  toolchain_ready=no
  [ "$(cat "$TC/ready" 2>/dev/null)" = "$STAMP" ] && [ -e "$TC/emscripten/em++" ] && toolchain_ready=yes
  [ -z "$system_missing" ] && [ $toolchain_ready = yes ] && npm_ready
}
look_around && exit 0

# One at a time: two commands that are started together must not set up over each other.
mkdir -p "$TC"
exec 9> "$TC/lock"
if command -v flock > /dev/null && ! flock -n 9; then
  say "Waiting for another set-up to end"
  flock 9
  look_around && exit 0
fi
: > "$LOG"
say "Setting up Gossamer ($GOAL); details in .toolchain/setup.log"
# shellcheck source=tools/setup/private_apt.sh
. tools/setup/private_apt.sh
# shellcheck source=tools/setup/emscripten.sh
. tools/setup/emscripten.sh

if [ -n "$system_missing" ]; then
  # shellcheck disable=SC2086  # a list of names
  install_packages $system_missing
fi
check_versions
if [ $toolchain_ready = no ]; then
  rm -f "$TC/ready"
  set_up_emscripten
  fetch_headers
  link_googletest
  rm -rf "$TC/apt" "$TC/tmp"
  printf '%s\n' "$STAMP" > "$TC/ready"
fi
npm_ready || install_npm_packages
say "Set-up done"
