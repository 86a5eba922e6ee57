# Chooses and, where needed, puts together the Emscripten toolchain: .toolchain/emscripten links to
# its folder and .toolchain/env.sh carries its environment. Read by tools/setup.sh.

# True when the em++ given makes relaxed SIMD in its final numbering (f32x4.relaxed_madd is
# fd 85 02; compilers before LLVM 15 wrote fd af 01, which no browser runs).
emscripten_works() {
  local dir=$TC/tmp/probe
  rm -rf "$dir"
  mkdir -p "$dir"
  cat > "$dir/probe.cc" <<'X'
#include <wasm_simd128.h>
#include <cstdio>
int main(int argc, char**) {
  v128_t a = wasm_f32x4_splat(argc);
  a = wasm_f32x4_relaxed_madd(a, a, a);
  std::printf("%g\n", wasm_f32x4_extract_lane(a, 0));
}
X
  "$1" -std=c++20 -O2 -msimd128 -mrelaxed-simd "$dir/probe.cc" -o "$dir/probe.mjs" >> "$LOG" 2>&1 &&
    LC_ALL=C grep -qaP '\xfd\x85\x02' "$dir/probe.wasm"
}

# use_emscripten EM++: makes it the one of this checkout.
use_emscripten() {
  local dir
  dir=$(dirname "$(readlink -f "$1")")
  [ -e "$dir/cmake/Modules/Platform/Emscripten.cmake" ] || dir=$("${1%em++}em-config" EMSCRIPTEN_ROOT)
  rm -rf "$TC/emscripten"
  ln -s "$dir" "$TC/emscripten"
  { # A configuration of another Emscripten in the caller's environment would override this one's.
    if [ -n "${2:-}" ]; then printf 'export EM_CONFIG=%q\n' "$2"; else echo 'unset EM_CONFIG'; fi
    # Every compiled file starts Python. python3 itself may be a script that looks for a version each time.
    printf 'export EMSDK_PYTHON="${EMSDK_PYTHON:-%s}"\n' "$(python3 -c 'import sys; print(sys.executable)')"
  } > "$TC/env.sh"
}

set_up_emscripten() {
  local em version
  # Without it node reads Emscripten's CommonJS scripts by this repository's "type": "module".
  echo '{ "type": "commonjs" }' > "$TC/package.json"
  if em=$(command -v em++); then
    say "Emscripten: trying $em"
    if emscripten_works "$em"; then
      use_emscripten "$em" "${EM_CONFIG:-}"
      return
    fi
    say "Emscripten: $em cannot build relaxed SIMD, looking further"
  fi
  unset EM_CONFIG
  version=$(apt-cache policy emscripten 2>/dev/null | sed -n 's/^  Candidate: //p')
  if [ -n "$version" ] && [ "$version" != '(none)' ] && dpkg --compare-versions "$version" ge 3.1.60; then
    say "Emscripten: the distribution's $version"
    install_packages emscripten
    em=/usr/bin/em++
  else
    unpack_emscripten
    em=$TC/private/usr/share/emscripten/em++
  fi
  emscripten_works "$em" || fail "$em does not compile the probe" \
    "Remove .toolchain and run tools/setup.sh again, or put Emscripten 3.1.60 or later on the PATH."
  use_emscripten "$em"
}

# Debian 12: Emscripten itself is scripts and wasm libraries and runs on this release's LLVM 19;
# Binaryen is the next release's, run through that release's own C library.
unpack_emscripten() {
  say "Emscripten: LLVM 19 from this release"
  local need=() entry
  for entry in clang-19:clang-19 wasm-ld-19:lld-19 llvm-nm-19:llvm-19; do
    command -v "${entry%%:*}" > /dev/null || need+=("${entry##*:}")
  done
  [ ${#need[@]} = 0 ] || install_packages "${need[@]}"
  say "Emscripten: downloading the next release's package (about 200 MB)"
  private_download emscripten binaryen libc6 libstdc++6 libgcc-s1 node-acorn
  say "Emscripten: unpacking privately"
  local root=$TC/private deb skip=() pattern
  # What a static page cannot use, 1.5 GB of it: documentation, tests, graphics, sanitizers, LTO.
  for pattern in ./usr/share/man ./usr/share/doc ./usr/share/emscripten/{test,docs,media,out} \
    '*/ChangeLog.*' '*/wasm32-emscripten/'{lto*,pic,'libGL*-'{emu,ofb,full_es3,webgl2}'*','lib*-ww*','lib*asan*','lib*lsan*'} \
    '*/wasm32-emscripten/'{'lib*ubsan*','libsanitizer*','libwasmfs*','lib*-tracing.a'} \
    '*/wasm32-emscripten/libwebgpu*'; do
    skip+=(--exclude="$pattern")
  done
  rm -rf "$root"
  mkdir -p "$root"
  for deb in "$TC"/tmp/debs/*.deb; do
    case $deb in
      */libc6_* | */libstdc++6_* | */libgcc-s1_*)
        dpkg --fsys-tarfile "$deb" | tar -x -C "$root" --wildcards './usr/lib/*.so*' ;;
      *) dpkg --fsys-tarfile "$deb" | tar -x -C "$root" "${skip[@]}" ;;
    esac || fail "unpacking ${deb##*/}" "Check the free disk space."
  done
  configure_private_emscripten "$root"
}

configure_private_emscripten() {
  local root=$1 loader library tool
  ln -sfn nodejs "$root/usr/share/node_modules" # where Emscripten's scripts look for acorn
  loader=$(find "$root/usr/lib" -name 'ld-linux*.so.*' | head -n 1)
  library=$(dirname "$(find "$root/usr/lib" -name 'libstdc++.so.6' | head -n 1)")
  mkdir -p "$root/binaryen/bin"
  for tool in "$root"/usr/bin/wasm*; do
    printf '#!/bin/sh\nexec %q --library-path %q %q "$@"\n' \
      "$loader" "$library:$library/binaryen" "$tool" > "$root/binaryen/bin/${tool##*/}"
    chmod +x "$root/binaryen/bin/${tool##*/}"
  done
  cat > "$root/usr/share/emscripten/.emscripten" <<X
LLVM_ROOT = '/usr/bin'
LLVM_ADD_VERSION = '19'
CLANG_ADD_VERSION = '19'
BINARYEN_ROOT = '$root/binaryen'
NODE_JS = '$(command -v node)'
FROZEN_CACHE = True
X
}
