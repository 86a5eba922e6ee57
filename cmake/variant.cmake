# One build tree is one variant: an instruction level (GOSSAMER_LEVEL), with sanitizers or without.
# Everything that differs between variants is a flag set here; no source file asks which preset it
# is built by, only what the compiler defines (__wasm_simd128__, __wasm_relaxed_simd__, __AVX2__).
set(GOSSAMER_SANITIZE "" CACHE STRING "Sanitizers, comma separated, for -fsanitize=")
if(EMSCRIPTEN)
  set(GOSSAMER_LEVEL "simd" CACHE STRING "Instruction level: base, simd or relaxed")
  set_property(CACHE GOSSAMER_LEVEL PROPERTY STRINGS base simd relaxed)
else()
  set(GOSSAMER_LEVEL "native")
endif()

if(EMSCRIPTEN)
  # In every browser that has BigInt in WebAssembly, which the modules need anyway. Without bulk memory,
  # memcpy is a loop over bytes.
  add_compile_options(-mbulk-memory -mnontrapping-fptoint -msign-ext)
endif()
if(GOSSAMER_LEVEL STREQUAL "simd")
  add_compile_options(-msimd128)
elseif(GOSSAMER_LEVEL STREQUAL "relaxed")
  add_compile_options(-msimd128 -mrelaxed-simd)
elseif(GOSSAMER_LEVEL STREQUAL "native")
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
    # AVX2, so that native runs exercise a second vector width; contraction off, so that a result
    # does not depend on which multiply-adds the compiler happened to fuse.
    add_compile_options(-march=x86-64-v3 -ffp-contract=off)
  endif()
elseif(NOT GOSSAMER_LEVEL STREQUAL "base")
  message(FATAL_ERROR "GOSSAMER_LEVEL is base, simd or relaxed, not '${GOSSAMER_LEVEL}'")
endif()

set(GOSSAMER_VARIANT "${GOSSAMER_LEVEL}")

# Size: the core reports errors by Status, so neither exceptions nor RTTI is paid for anywhere.
add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions;-fno-rtti>")

if(EMSCRIPTEN)
  # Small by default; src/kernels is raised to -O2 where the library is defined.
  set(CMAKE_CXX_FLAGS_RELEASE "-Oz -DNDEBUG")
  # Optimised as a whole when linked: 9 KB of 143 compressed. The linker does that for objects that
  # hold bitcode; emcc itself must not hear of it, or it wants system libraries of that kind, which
  # Debian's package leaves out.
  add_compile_options(-flto)
  # Where a file's name stands in the module, it is the same from every checkout, and shows nobody's folders.
  add_compile_options("-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=")
  add_link_options(-Wl,--lto-O2 -Wl,-mllvm,-enable-merge-functions)
endif()

if(GOSSAMER_SANITIZE)
  add_compile_options("-fsanitize=${GOSSAMER_SANITIZE}" -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options("-fsanitize=${GOSSAMER_SANITIZE}")
endif()

# Our own targets only; third-party code is compiled without warnings. Missing initializers are
# allowed because the warning includes designated ones, whose point is to name only what differs.
add_library(gossamer_warnings INTERFACE)
target_compile_options(gossamer_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
  -Wno-missing-field-initializers -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 takes the payload of an empty std::optional for one that is read.
  target_compile_options(gossamer_warnings INTERFACE -Wno-maybe-uninitialized)
endif()
if(NOT EMSCRIPTEN AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # GCC 12's library deprecates for others what its own std::stable_sort calls, and Clang says so.
  target_compile_options(gossamer_warnings INTERFACE -Wno-deprecated-declarations)
endif()
