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

gossamer_node_program(gossamer_cli)
target_link_options(gossamer_cli PRIVATE -O2)
set_target_properties(gossamer_cli PROPERTIES OUTPUT_NAME gossamer-cli)
if(GOSSAMER_VARIANT STREQUAL "simd")
  set_target_properties(gossamer_cli PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY "${PROJECT_SOURCE_DIR}/build/wasm")
endif()
