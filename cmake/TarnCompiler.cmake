# How every file of ours is compiled. Third-party headers are SYSTEM and so exempt from warnings.
if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang" OR CMAKE_CXX_COMPILER_VERSION VERSION_LESS 19)
  message(FATAL_ERROR "Tarn is built with clang 19 (use a preset: cmake --preset dev); "
                      "found ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}")
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER "${CCACHE}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE}")
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_library(tarn_flags INTERFACE)
target_compile_options(tarn_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wthread-safety -Werror
  # TRY is a statement expression (base/error.h).
  -Wno-gnu-statement-expression-from-macro-expansion -Wno-gnu-statement-expression
  # Options structs are filled by name; what is not named keeps its default.
  -Wno-missing-designated-field-initializers)
target_compile_definitions(tarn_flags INTERFACE _GLIBCXX_ASSERTIONS)
target_include_directories(tarn_flags INTERFACE "${PROJECT_SOURCE_DIR}/src")

# x86-64-v2 (SSE4.2, popcount): every x86 server since 2009; crc32c is an instruction there.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  target_compile_options(tarn_flags INTERFACE -march=x86-64-v2)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_definitions(tarn_flags INTERFACE _FORTIFY_SOURCE=2)
  target_compile_options(tarn_flags INTERFACE -g1 -fno-omit-frame-pointer)
  add_link_options(-static-libstdc++ -static-libgcc)
endif()

if(TARN_SANITIZE)
  target_compile_options(tarn_flags INTERFACE -fsanitize=${TARN_SANITIZE} -fno-sanitize-recover=all
                         -fno-omit-frame-pointer -g1 -O1)
  add_link_options(-fsanitize=${TARN_SANITIZE})
endif()
if(TARN_FUZZ)
  target_compile_options(tarn_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(TARN_COVERAGE)
  target_compile_options(tarn_flags INTERFACE --coverage)
  add_link_options(--coverage)
endif()
