# The web module of this variant: dist/wasm/gossamer-<variant>.{js,wasm}, loaded by the worker of
# web/. Every setting here is about the size of what a page downloads or about not aborting:
# allocation failure comes back as a null pointer, and the core turns it into a Status.
file(GLOB _web_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/bindings/*.cc")
list(FILTER _web_sources EXCLUDE REGEX "/common_only\\.cc$")
if(NOT _web_sources)
  return()
endif()

# What decides how the code is optimised and what memory it finds. The C++ tests of one level are
# linked with the same (tests/CMakeLists.txt).
set(GOSSAMER_SHIPPED_OPTIONS -Oz -sALLOW_MEMORY_GROWTH -sMEMORY_GROWTH_GEOMETRIC_STEP=0.05
  -sMAXIMUM_MEMORY=4GB -sABORTING_MALLOC=0 -sMALLOC=emmalloc -sSTACK_SIZE=256KB
  -sSTACK_OVERFLOW_CHECK=0 -sASSERTIONS=0 -sWASM_BIGINT)

# Two sets of operators from the same library: gossamer-<variant> has those that nearly every
# classifier consists of, and gossamer-<variant>-all has every one, which a page downloads when a
# model needs it. The first brings a table of its own, which the linker then prefers to the library's,
# so that operators outside it stay out; so does common_only.cc with what else is rare.
add_library(gossamer_common_objects OBJECT ${_web_sources}
  "${PROJECT_SOURCE_DIR}/src/ops/registry.cc" "${PROJECT_SOURCE_DIR}/src/bindings/common_only.cc")
target_compile_definitions(gossamer_common_objects PRIVATE GOSSAMER_COMMON_OPERATORS)
# The tools of web/tools.js need functions of their own, which only the module with every operator
# has (src/bindings/tools).
file(GLOB _tool_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/bindings/tools/*.cc")
add_library(gossamer_all_objects OBJECT ${_web_sources} ${_tool_sources})

# The same objects are linked once more with a pool of threads, for shared memory: gossamer-<variant>-mt
# and gossamer-<variant>-mt-all. Only the pool is compiled for that; the linker is told to believe
# that the others get along, which they do because one thread runs all that is not a kernel
# (src/bindings/threads/pool.cc). The pool is no bitcode: what is optimised together would be so for
# memory that is not shared, atomics and all.
if(NOT GOSSAMER_LEVEL STREQUAL "base")
  file(GLOB _pool_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/bindings/threads/*.cc")
  add_library(gossamer_pool_objects OBJECT ${_pool_sources}
    "${PROJECT_SOURCE_DIR}/src/base/thread_pool.cc")
  target_compile_options(gossamer_pool_objects PRIVATE -fno-lto -matomics)
endif()
foreach(_objects common all pool)
  if(TARGET gossamer_${_objects}_objects)
    target_link_libraries(gossamer_${_objects}_objects PRIVATE gossamer_internal)
  endif()
endforeach()

set(_js_library "${PROJECT_SOURCE_DIR}/src/bindings/library.js")
file(GLOB _thread_scripts CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/web/lib/threads/*.js")
# What makes the script small that Emscripten writes for a module.
set(_script_tools "${PROJECT_SOURCE_DIR}/tools/lib/minify.mjs" "${PROJECT_SOURCE_DIR}/tools/lib/glue.mjs")

# gossamer_web_module(TARGET SUFFIX OBJECTS [pool]): dist/wasm/gossamer-<variant>SUFFIX.{js,wasm}.
function(gossamer_web_module target suffix)
  list(TRANSFORM ARGN REPLACE "(.+)" "$<TARGET_OBJECTS:gossamer_\\1_objects>" OUTPUT_VARIABLE _objects)
  add_executable(${target} ${_objects})
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME "gossamer-${GOSSAMER_VARIANT}${suffix}" SUFFIX .js
    RUNTIME_OUTPUT_DIRECTORY "${PROJECT_SOURCE_DIR}/dist/wasm"
    LINK_DEPENDS "${_js_library};${_thread_scripts};${_script_tools}")
  target_link_libraries(${target} PRIVATE gossamer_internal)
  set(_exports _malloc,_free)
  if("pool" IN_LIST ARGN)
    string(APPEND _exports ,_gossamer_pool_thread)
    target_link_options(${target} PRIVATE -sIMPORTED_MEMORY -Wl,--shared-memory,--no-check-features)
    set(_pool_script "${PROJECT_SOURCE_DIR}/web/lib/threads/pool.js")
  endif()
  target_link_options(${target} PRIVATE ${GOSSAMER_SHIPPED_OPTIONS} --no-entry
    -sMODULARIZE -sEXPORT_ES6 -sENVIRONMENT=web,worker -sFILESYSTEM=0 -sINITIAL_MEMORY=4MB
    -sEXPORTED_FUNCTIONS=${_exports} -sEXPORTED_RUNTIME_METHODS=HEAPU8
    -sINCOMING_MODULE_JS_API=instantiateWasm,wasmMemory -sPOLYFILL=0
    # Binaryen finds a little more the second time, and functions in the order of their use compress better.
    -sBINARYEN_EXTRA_PASSES=-Oz,--reorder-functions
    --js-library "${_js_library}")
  add_custom_command(TARGET ${target} POST_BUILD VERBATIM
    COMMAND node "${PROJECT_SOURCE_DIR}/tools/lib/minify.mjs" "$<TARGET_FILE:${target}>" ${_pool_script})
  add_dependencies(gossamer_web ${target})
endfunction()

add_custom_target(gossamer_web)
gossamer_web_module(gossamer_web_common "" common)
gossamer_web_module(gossamer_web_all "-all" all)
if(TARGET gossamer_pool_objects)
  gossamer_web_module(gossamer_web_mt "-mt" common pool)
  gossamer_web_module(gossamer_web_mt_all "-mt-all" all pool)
endif()

# What Node decodes pictures with: build/wasm/gossamer-pictures.{js,wasm}, apart from the modules above, because
# pages have a browser for that. One level is enough: the decoder uses no vectors, so that all builds give the
# same pixels. It is compiled for speed: a photograph takes longer than its classification.
if(GOSSAMER_LEVEL STREQUAL "simd")
  add_executable(gossamer_pictures "${PROJECT_SOURCE_DIR}/src/bindings/pictures/pictures.cc"
    "${PROJECT_SOURCE_DIR}/src/bindings/last_words.cc" "${PROJECT_SOURCE_DIR}/src/image/decode.cc"
    "${PROJECT_SOURCE_DIR}/src/image/color_profile.cc" "${PROJECT_SOURCE_DIR}/src/image/orientation.cc")
  target_compile_options(gossamer_pictures PRIVATE -O2)
  set_target_properties(gossamer_pictures PROPERTIES
    OUTPUT_NAME gossamer-pictures SUFFIX .js RUNTIME_OUTPUT_DIRECTORY "${PROJECT_SOURCE_DIR}/build/wasm")
  target_link_libraries(gossamer_pictures PRIVATE gossamer_internal)
  # The script is made for the web, as the others are: then it does nothing but start the module.
  target_link_options(gossamer_pictures PRIVATE ${GOSSAMER_SHIPPED_OPTIONS} --no-entry
    -sMODULARIZE -sEXPORT_ES6 -sENVIRONMENT=web,worker -sFILESYSTEM=0 -sINITIAL_MEMORY=1MB
    -sEXPORTED_FUNCTIONS=_malloc,_free -sEXPORTED_RUNTIME_METHODS=HEAPU8)
  add_custom_command(TARGET gossamer_pictures POST_BUILD VERBATIM
    COMMAND node "${PROJECT_SOURCE_DIR}/tools/lib/minify.mjs" "$<TARGET_FILE:gossamer_pictures>")
endif()
