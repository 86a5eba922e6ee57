# What Gossamer takes from others, as targets: xsimd and stb (headers), protobuf-lite (compiled here
# from its source, so that native and wasm builds run the same parser) and GoogleTest.
# tools/setup.sh puts everything under .toolchain/; each place can be named by a variable instead.
# All headers are SYSTEM: our warnings are for our code.
set(GOSSAMER_TOOLCHAIN "${PROJECT_SOURCE_DIR}/.toolchain" CACHE PATH "What tools/setup.sh fetched")
set(GOSSAMER_INCLUDE "${GOSSAMER_TOOLCHAIN}/include" CACHE PATH
    "Folder with xsimd/xsimd.hpp and stb/stb_image.h")
set(GOSSAMER_PROTOBUF "${GOSSAMER_TOOLCHAIN}/src/protobuf" CACHE PATH "protobuf 3.21 source tree")
set(GOSSAMER_GOOGLETEST "${GOSSAMER_TOOLCHAIN}/src/googletest" CACHE PATH "GoogleTest source tree")

foreach(_needed "${GOSSAMER_INCLUDE}/xsimd/xsimd.hpp" "${GOSSAMER_INCLUDE}/stb/stb_image.h"
                "${GOSSAMER_PROTOBUF}/src/google/protobuf/message_lite.cc")
  if(NOT EXISTS "${_needed}")
    message(FATAL_ERROR "${_needed} is missing; run tools/setup.sh")
  endif()
endforeach()

add_library(gossamer_headers INTERFACE)
target_include_directories(gossamer_headers SYSTEM INTERFACE "${GOSSAMER_INCLUDE}")

# The lite runtime: what libprotobuf-lite.cmake of the same release lists.
set(_lite
    any_lite arena arenastring arenaz_sampler extension_set generated_enum_util
    generated_message_tctable_lite generated_message_util implicit_weak_message
    inlined_string_field io/coded_stream io/io_win32 io/strtod io/zero_copy_stream
    io/zero_copy_stream_impl io/zero_copy_stream_impl_lite map message_lite parse_context
    repeated_field repeated_ptr_field stubs/bytestream stubs/common stubs/int128 stubs/status
    stubs/statusor stubs/stringpiece stubs/stringprintf stubs/structurally_valid stubs/strutil
    stubs/time wire_format_lite)
list(TRANSFORM _lite PREPEND "${GOSSAMER_PROTOBUF}/src/google/protobuf/")
list(TRANSFORM _lite APPEND ".cc")
add_library(protobuf_lite STATIC EXCLUDE_FROM_ALL ${_lite})
target_include_directories(protobuf_lite SYSTEM PUBLIC "${GOSSAMER_PROTOBUF}/src")
target_compile_options(protobuf_lite PRIVATE -w)
if(NOT EMSCRIPTEN)
  find_package(Threads REQUIRED)
  target_link_libraries(protobuf_lite PUBLIC Threads::Threads)
endif()

# gossamer_protobuf_generate(TARGET FILE.proto): generates into the build tree; FILE.pb.h is then
# included by the path of the .proto relative to src/.
find_program(GOSSAMER_PROTOC protoc)
function(gossamer_protobuf_generate target proto)
  if(NOT GOSSAMER_PROTOC)
    message(FATAL_ERROR "protoc 3.21 is missing; run tools/setup.sh")
  endif()
  set(root "${PROJECT_SOURCE_DIR}/src")
  file(RELATIVE_PATH relative "${root}" "${proto}")
  string(REGEX REPLACE "\\.proto$" "" stem "${relative}")
  set(out "${PROJECT_BINARY_DIR}/generated")
  file(MAKE_DIRECTORY "${out}")
  add_custom_command(
    OUTPUT "${out}/${stem}.pb.cc" "${out}/${stem}.pb.h"
    COMMAND "${GOSSAMER_PROTOC}" "--proto_path=${root}" "--cpp_out=${out}" "${proto}"
    DEPENDS "${proto}" VERBATIM)
  add_library(${target} STATIC "${out}/${stem}.pb.cc" "${out}/${stem}.pb.h")
  target_include_directories(${target} SYSTEM PUBLIC "${out}")
  target_compile_options(${target} PRIVATE -w)
  target_link_libraries(${target} PUBLIC protobuf_lite)
endfunction()

function(gossamer_add_googletest)
  if(NOT EXISTS "${GOSSAMER_GOOGLETEST}/CMakeLists.txt")
    message(FATAL_ERROR "No GoogleTest source in ${GOSSAMER_GOOGLETEST}; run tools/setup.sh or set "
                        "GOSSAMER_GOOGLETEST")
  endif()
  set(INSTALL_GTEST OFF)
  set(BUILD_GMOCK OFF)
  set(CMAKE_POLICY_DEFAULT_CMP0077 NEW)
  if(EMSCRIPTEN AND NOT GOSSAMER_THREADS)
    set(gtest_disable_pthreads ON)
  endif()
  add_subdirectory("${GOSSAMER_GOOGLETEST}" googletest EXCLUDE_FROM_ALL SYSTEM)
  foreach(t gtest gtest_main)
    target_compile_options(${t} PRIVATE -w -fno-lto)
    get_target_property(inc ${t} INTERFACE_INCLUDE_DIRECTORIES)
    set_target_properties(${t} PROPERTIES INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${inc}")
  endforeach()
endfunction()
