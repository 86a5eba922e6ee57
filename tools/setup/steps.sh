# Steps of tools/setup.sh that hold on every system: what is missing, installing it, headers and
# sources. Read by tools/setup.sh, which sets ROOT, TC, LOG and GOAL.

say() { printf '[%3ds] %s\n' "$SECONDS" "$*"; }

# fail WHAT HINT: ends the set-up with the end of the log and what to do.
fail() {
  { echo; echo "Set-up failed: $1"; tail -n 15 "$LOG" 2>/dev/null | sed 's/^/  | /'; echo "$2"; } >&2
  exit 1
}

# Prints the Debian packages behind the commands and files that are not there.
missing_packages() {
  local entry list=(
    cmake:cmake ninja:ninja-build g++:g++ node:nodejs npm:npm python3:python3 xz:xz-utils)
  [ -n "${GOSSAMER_STB:-}" ] || list+=(/usr/include/stb/stb_image.h:libstb-dev)
  if [ "$GOAL" != build ]; then
    list+=(git:git clang-format-19:clang-format-19 clang-tidy-19:clang-tidy-19 clang++-19:clang-19
      "$(asan_runtime):libclang-rt-19-dev" /usr/lib/llvm-19/include/clang-tidy:libclang-19-dev
      /usr/lib/llvm-19/include/llvm:llvm-19-dev
      chromium:chromium chromium-headless-shell:chromium-headless-shell
      firefox-esr:firefox-esr WebKitWebDriver:webkit2gtk-driver Xvfb:xvfb
      /usr/share/libonnx-testdata:libonnx-testdata /usr/include/onnx/onnx.proto:libonnx-dev
      /usr/include/benchmark/benchmark.h:libbenchmark-dev)
  fi
  if [ "$GOAL" = models ]; then
    list+=(/usr/lib/python3/dist-packages/torch:python3-torch
      /usr/lib/python3/dist-packages/torchvision:python3-torchvision)
  fi
  # The build includes the tests, and so needs GoogleTest even where nobody runs them.
  [ -n "${GOSSAMER_GOOGLETEST:-}" ] || list+=(/usr/src/googletest:googletest)
  for entry in "${list[@]}"; do
    case $entry in
      /*) [ -e "${entry%%:*}" ] || printf '%s ' "${entry##*:}" ;;
      *) command -v "${entry%%:*}" > /dev/null || printf '%s ' "${entry##*:}" ;;
    esac
  done
}

asan_runtime() { echo "/usr/lib/llvm-19/lib/clang/19/lib/linux/libclang_rt.asan-$(uname -m).a"; }

# Runs a command as root: directly, or through sudo (without a question when nobody can answer).
# Closes the lock's descriptor: a daemon that a package starts must not keep it.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@" 9>&-
  elif [ -t 0 ]; then
    sudo "$@" 9>&-
  else
    sudo -n "$@" 9>&-
  fi
}

install_packages() {
  local by_hand="apt-get install --no-install-recommends $*"
  command -v apt-get > /dev/null ||
    fail "these Debian packages, or what they hold, are missing: $*" \
      "There is no apt-get here: install the equivalents and run tools/setup.sh again."
  [ "$(id -u)" = 0 ] || command -v sudo > /dev/null ||
    fail "packages are missing and there is no sudo" "As root, run: $by_hand"
  say "Installing packages: $*"
  as_root apt-get -q update >> "$LOG" 2>&1 ||
    fail "apt-get update" "Check the network and /etc/apt, then run tools/setup.sh again."
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -qy -o DPkg::Lock::Timeout=300 install --no-install-recommends "$@" >> "$LOG" 2>&1 ||
    fail "installing packages" "As root, run and repair: $by_hand"
}

check_versions() {
  local major
  major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$major" -ge 18 ] ||
    fail "Node $major is too old" "Put Node 18 or later first on the PATH."
}

# use DIR NAME FILE: links .toolchain/NAME to DIR after seeing that DIR/FILE is there.
use() {
  [ -e "$1/$3" ] || fail "$1/$3 does not exist" "Correct the variable that names it, or unset it."
  mkdir -p "$TC/${2%/*}"
  rm -rf "${TC:?}/$2"
  ln -s "$(cd "$1" && pwd)" "$TC/$2"
}

fetch_headers() {
  say "Headers: xsimd, stb"
  if [ -n "${GOSSAMER_XSIMD:-}" ]; then
    use "$GOSSAMER_XSIMD/xsimd" include/xsimd xsimd.hpp
  else
    mkdir -p "$TC/tmp/xsimd" "$TC/include"
    private_download libxsimd-dev
    dpkg -x "$TC"/tmp/debs/libxsimd-dev_*.deb "$TC/tmp/xsimd"
    rm -rf "$TC/include/xsimd"
    mv "$TC/tmp/xsimd/usr/include/xsimd" "$TC/include/xsimd"
  fi
  # A folder of their own: /usr/include must never be on the search path of a wasm compile.
  use "${GOSSAMER_STB:-/usr/include/stb}" include/stb stb_image.h
}

link_googletest() { use "${GOSSAMER_GOOGLETEST:-/usr/src/googletest}" src/googletest CMakeLists.txt; }

# The build takes TypeScript from npm (declarations for dist/), the tests more.
npm_ready() { [ node_modules/.package-lock.json -nt package-lock.json ]; }

install_npm_packages() {
  say "Installing npm packages"
  npm ci --no-progress >> "$LOG" 2>&1 ||
    fail "npm ci" "Check the network and npm's registry setting, then run tools/setup.sh again."
  touch node_modules/.package-lock.json
}
