# Third-party libraries as targets. Release links archives, so that the binary needs libc only; each
# library is linked by the one module that confines its headers (see ARCHITECTURE.md).
find_package(Threads REQUIRED)
find_package(Boost 1.81 EXACT REQUIRED)
find_package(GTest REQUIRED)
find_package(benchmark QUIET)

function(tarn_archive name header)
  cmake_parse_arguments(A "" "" "ARCHIVES;LIBS;DEFINES" ${ARGN})
  add_library(Tarn::${name} INTERFACE IMPORTED GLOBAL)
  foreach(archive IN LISTS A_ARCHIVES)
    find_library(TARN_LIB_${archive} NAMES lib${archive}.a REQUIRED)
    target_link_libraries(Tarn::${name} INTERFACE "${TARN_LIB_${archive}}")
  endforeach()
  find_path(TARN_INCLUDE_${name} NAMES ${header} REQUIRED)
  target_include_directories(Tarn::${name} SYSTEM INTERFACE "${TARN_INCLUDE_${name}}")
  target_link_libraries(Tarn::${name} INTERFACE ${A_LIBS})
  target_compile_definitions(Tarn::${name} INTERFACE ${A_DEFINES})
endfunction()

tarn_archive(zstd zstd.h ARCHIVES zstd)
tarn_archive(lz4 lz4frame.h ARCHIVES lz4)
tarn_archive(snappy snappy.h ARCHIVES snappy)
tarn_archive(zlib zlib.h ARCHIVES z)
tarn_archive(re2 re2/re2.h ARCHIVES re2 LIBS Threads::Threads)
tarn_archive(openssl openssl/ssl.h ARCHIVES ssl crypto LIBS Threads::Threads ${CMAKE_DL_LIBS})
tarn_archive(yaml yaml-cpp/yaml.h ARCHIVES yaml-cpp)
tarn_archive(json boost/json.hpp ARCHIVES boost_json DEFINES BOOST_JSON_NO_LIB)
tarn_archive(cli11 CLI/CLI.hpp)
# fmt and spdlog are compiled once, by platform/telemetry.
tarn_archive(fmt fmt/core.h)
tarn_archive(spdlog spdlog/spdlog.h DEFINES SPDLOG_FMT_EXTERNAL SPDLOG_COMPILED_LIB)

add_library(Tarn::asio INTERFACE IMPORTED GLOBAL)
target_link_libraries(Tarn::asio INTERFACE Boost::headers Threads::Threads)
target_compile_definitions(Tarn::asio INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)

# DuckDB, librdkafka and simdjson: prepared by scripts/native-deps, which prints this folder.
execute_process(COMMAND "${PROJECT_SOURCE_DIR}/scripts/native-deps" prefix
                OUTPUT_VARIABLE TARN_NATIVE_PREFIX OUTPUT_STRIP_TRAILING_WHITESPACE
                COMMAND_ERROR_IS_FATAL ANY)
set(TARN_NATIVE "${TARN_NATIVE_PREFIX}" CACHE PATH "DuckDB, librdkafka, simdjson" FORCE)
if(NOT EXISTS "${TARN_NATIVE}/cmake/TarnNative.cmake")
  message(FATAL_ERROR "Native libraries are missing in ${TARN_NATIVE}: run scripts/setup first")
endif()
include("${TARN_NATIVE}/cmake/TarnNative.cmake")
