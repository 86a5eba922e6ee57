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

# Two modules from the same library: gossamer-<variant> with the operators that nearly every
# classifier consists of, and gossamer-<variant>-all with every operator, which a page downloads when
# a model needs it. The first brings a table of its own, which the linker then prefers to the
# library's, so that operators outside it stay out; so does common_only.cc with what else is rare.
add_executable(gossamer_web_common ${_web_sources} "${PROJECT_SOURCE_DIR}/src/ops/registry.cc"
  "${PROJECT_SOURCE_DIR}/src/bindings/common_only.cc")
target_compile_definitions(gossamer_web_common PRIVATE GOSSAMER_COMMON_OPERATORS)
# The tools of web/tools.js need functions of their own, which only the module with every operator
# has (src/bindings/tools).
file(GLOB _tool_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/bindings/tools/*.cc")
add_executable(gossamer_web_all ${_web_sources} ${_tool_sources})
add_custom_target(gossamer_web DEPENDS gossamer_web_common gossamer_web_all)
set_target_properties(gossamer_web_common PROPERTIES OUTPUT_NAME "gossamer-${GOSSAMER_VARIANT}")
set_target_properties(gossamer_web_all PROPERTIES OUTPUT_NAME "gossamer-${GOSSAMER_VARIANT}-all")
foreach(_module gossamer_web_common gossamer_web_all)
  target_link_libraries(${_module} PRIVATE gossamer_internal)
  set_target_properties(${_module} PROPERTIES SUFFIX .js
    RUNTIME_OUTPUT_DIRECTORY "${PROJECT_SOURCE_DIR}/dist/wasm")
  target_link_options(${_module} PRIVATE ${GOSSAMER_SHIPPED_OPTIONS} --no-entry
    -sMODULARIZE -sEXPORT_ES6 -sENVIRONMENT=web,worker -sFILESYSTEM=0 -sINITIAL_MEMORY=4MB
    -sEXPORTED_FUNCTIONS=_malloc,_free
    -sEXPORTED_RUNTIME_METHODS=HEAPU8)
  set(_js_library "${PROJECT_SOURCE_DIR}/src/bindings/library.js")
  if(EXISTS "${_js_library}")
    target_link_options(${_module} PRIVATE --js-library "${_js_library}")
    set_target_properties(${_module} PROPERTIES LINK_DEPENDS "${_js_library}")
  endif()
  add_custom_command(TARGET ${_module} POST_BUILD VERBATIM
    COMMAND node "${PROJECT_SOURCE_DIR}/tools/lib/minify.mjs" "$<TARGET_FILE:${_module}>")
endforeach()
