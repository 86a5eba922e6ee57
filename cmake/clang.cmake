# Toolchain file of the sanitizer preset: Clang 19 where it is installed (its reports name more than
# GCC's, and native-release already covers the default compiler), else the default compiler.
find_program(GOSSAMER_CLANG clang-19)
find_program(GOSSAMER_CLANGXX clang++-19)
if(GOSSAMER_CLANG AND GOSSAMER_CLANGXX)
  set(CMAKE_C_COMPILER "${GOSSAMER_CLANG}")
  set(CMAKE_CXX_COMPILER "${GOSSAMER_CLANGXX}")
endif()
