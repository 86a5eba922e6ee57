# What Gossamer takes from others, as targets: xsimd and stb (headers), and GoogleTest.
# tools/setup.sh puts everything under .toolchain/; each place can be named by a variable instead.
# All headers are SYSTEM: our warnings are for our code.
set(GOSSAMER_TOOLCHAIN "${PROJECT_SOURCE_DIR}/.toolchain" CACHE PATH "What tools/setup.sh fetched")
set(GOSSAMER_INCLUDE "${GOSSAMER_TOOLCHAIN}/include" CACHE PATH
    "Folder with xsimd/xsimd.hpp and stb/stb_image.h")
set(GOSSAMER_GOOGLETEST "${GOSSAMER_TOOLCHAIN}/src/googletest" CACHE PATH "GoogleTest source tree")

foreach(_needed "${GOSSAMER_INCLUDE}/xsimd/xsimd.hpp" "${GOSSAMER_INCLUDE}/stb/stb_image.h")
  if(NOT EXISTS "${_needed}")
    message(FATAL_ERROR "${_needed} is missing; run tools/setup.sh")
  endif()
endforeach()

add_library(gossamer_headers INTERFACE)
target_include_directories(gossamer_headers SYSTEM INTERFACE "${GOSSAMER_INCLUDE}")

function(gossamer_add_googletest)
  if(NOT EXISTS "${GOSSAMER_GOOGLETEST}/CMakeLists.txt")
    message(FATAL_ERROR "No GoogleTest source in ${GOSSAMER_GOOGLETEST}; run tools/setup.sh or set "
                        "GOSSAMER_GOOGLETEST")
  endif()
  set(INSTALL_GTEST OFF)
  set(BUILD_GMOCK OFF)
  set(CMAKE_POLICY_DEFAULT_CMP0077 NEW)
  if(EMSCRIPTEN)
    set(gtest_disable_pthreads ON)
  endif()
  add_subdirectory("${GOSSAMER_GOOGLETEST}" googletest EXCLUDE_FROM_ALL SYSTEM)
  foreach(t gtest gtest_main)
    target_compile_options(${t} PRIVATE -w -fno-lto)
    get_target_property(inc ${t} INTERFACE_INCLUDE_DIRECTORIES)
    set_target_properties(${t} PROPERTIES INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${inc}")
  endforeach()
endfunction()
