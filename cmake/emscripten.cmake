# Toolchain file of the wasm presets. It only finds Emscripten's own toolchain file: first the one
# tools/setup.sh links to .toolchain/emscripten, then the em++ on the PATH. Having this one fixed
# name lets CMakePresets.json stay the same on every machine.
if(EXISTS "${CMAKE_CURRENT_LIST_DIR}/../.toolchain/emscripten")
  file(REAL_PATH "${CMAKE_CURRENT_LIST_DIR}/../.toolchain/emscripten" _emscripten_root)
else()
  find_program(_em++ em++)
  if(NOT _em++)
    message(FATAL_ERROR "Emscripten is missing; run tools/setup.sh")
  endif()
  file(REAL_PATH "${_em++}" _em++_real)
  get_filename_component(_emscripten_root "${_em++_real}" DIRECTORY)
endif()

# GoogleTest looks for pthreads; without this it would ask for a threaded build.
set(CMAKE_THREAD_PREFER_PTHREAD FALSE)
include("${_emscripten_root}/cmake/Modules/Platform/Emscripten.cmake")
