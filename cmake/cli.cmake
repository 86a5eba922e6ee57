# The command line: build/native/gossamer, and the same program for Node from the wasm builds
# (gossamer-cli.mjs beside its .wasm; the simd build's goes to build/wasm/).
file(GLOB _cli_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/cli/*.cc")
if(NOT _cli_sources)
  return()
endif()
add_executable(gossamer_cli ${_cli_sources})
target_link_libraries(gossamer_cli PRIVATE gossamer_internal)
if(NOT EMSCRIPTEN)
  set_target_properties(gossamer_cli PROPERTIES OUTPUT_NAME gossamer)
  return()
endif()

set_target_properties(gossamer_cli PROPERTIES OUTPUT_NAME gossamer-cli SUFFIX .mjs)
if(GOSSAMER_VARIANT STREQUAL "simd")
  set_target_properties(gossamer_cli PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY "${PROJECT_SOURCE_DIR}/build/wasm")
endif()
# NODERAWFS: paths mean what they mean to the shell. EXIT_RUNTIME: exit status and flushed output.
target_link_options(gossamer_cli PRIVATE -O2 -sENVIRONMENT=node -sNODERAWFS -sEXIT_RUNTIME=1
  -sALLOW_MEMORY_GROWTH -sMAXIMUM_MEMORY=4GB -sABORTING_MALLOC=0 -sWASM_BIGINT -sSTACK_SIZE=1MB)
