# The web module of this variant: dist/wasm/gossamer-<variant>.{js,wasm}, loaded by the worker of
# web/. Every setting here is about the size of what a page downloads or about not aborting:
# allocation failure comes back as a null pointer, and the core turns it into a Status.
file(GLOB _web_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/bindings/*.cc")
if(NOT _web_sources)
  return()
endif()
add_executable(gossamer_web ${_web_sources})
target_link_libraries(gossamer_web PRIVATE gossamer_internal)
set_target_properties(gossamer_web PROPERTIES
  OUTPUT_NAME "gossamer-${GOSSAMER_VARIANT}" SUFFIX .js
  RUNTIME_OUTPUT_DIRECTORY "${PROJECT_SOURCE_DIR}/dist/wasm")
target_link_options(gossamer_web PRIVATE -O3 --no-entry
  -sMODULARIZE -sEXPORT_ES6 -sENVIRONMENT=web,worker -sFILESYSTEM=0
  -sALLOW_MEMORY_GROWTH -sMAXIMUM_MEMORY=4GB -sABORTING_MALLOC=0 -sMALLOC=emmalloc
  -sSTACK_SIZE=256KB -sSTACK_OVERFLOW_CHECK=0 -sASSERTIONS=0 -sWASM_BIGINT
  -sEXPORTED_FUNCTIONS=_malloc,_free
  -sEXPORTED_RUNTIME_METHODS=HEAPU8,UTF8ToString,stringToUTF8,lengthBytesUTF8)
set(_js_library "${PROJECT_SOURCE_DIR}/src/bindings/library.js")
if(EXISTS "${_js_library}")
  target_link_options(gossamer_web PRIVATE --js-library "${_js_library}")
  set_target_properties(gossamer_web PROPERTIES LINK_DEPENDS "${_js_library}")
endif()
