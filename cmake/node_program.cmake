# gossamer_node_program(TARGET): link a wasm executable as <name>.mjs + <name>.wasm for Node.
# NODERAWFS: paths mean what they mean to the shell. EXIT_RUNTIME: exit status and flushed output.
function(gossamer_node_program target)
  set_target_properties(${target} PROPERTIES SUFFIX .mjs
    LINK_DEPENDS "${PROJECT_SOURCE_DIR}/cmake/node_program.js")
  target_link_options(${target} PRIVATE -sENVIRONMENT=node -sNODERAWFS -sEXIT_RUNTIME=1
    -sALLOW_MEMORY_GROWTH -sMAXIMUM_MEMORY=4GB -sABORTING_MALLOC=0 -sWASM_BIGINT -sSTACK_SIZE=1MB
    -sEXPORTED_RUNTIME_METHODS=ENV
    --extern-post-js "${PROJECT_SOURCE_DIR}/cmake/node_program.js")
endfunction()
