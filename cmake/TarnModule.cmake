# tarn_module(NAME storage
#             SOURCES a.cc b.cc          # empty: a module of headers only
#             DEPS base os               # modules whose headers this may include: the only truth
#             LINK Boost::json           # third-party libraries confined to this module
#             TESTS a_test.cc            # built into tarn_<name>_test
#             TEST_SUPPORT testing/x.cc  # fakes and contract suites, for tests here and elsewhere
#             TEST_DEPS os_testing       # support libraries of other modules that the tests use
#             FUZZ a_fuzz.cc             # one libFuzzer binary each (preset fuzz, built together by
#                                        # the target tarn_fuzzers); in other presets
#                                        # tarn_a_fuzz_replay, which replays corpora and mutations
#             BENCH a_bench.cc)          # built into tarn_<name>_bench
# One folder is one module is one library tarn_<name>; tools/tidy reads these calls.
function(tarn_module)
  cmake_parse_arguments(M "" "NAME"
    "SOURCES;DEPS;LINK;TESTS;TEST_SUPPORT;TEST_DEPS;FUZZ;BENCH" ${ARGN})
  set(target tarn_${M_NAME})
  list(TRANSFORM M_DEPS PREPEND tarn_)
  list(TRANSFORM M_TEST_DEPS PREPEND tarn_)
  if(M_SOURCES)
    add_library(${target} STATIC ${M_SOURCES})
    target_link_libraries(${target} PUBLIC tarn_flags ${M_DEPS} PRIVATE ${M_LINK})
  else()
    add_library(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE tarn_flags ${M_DEPS} ${M_LINK})
  endif()

  if(M_TEST_SUPPORT)
    add_library(${target}_testing STATIC ${M_TEST_SUPPORT})
    target_link_libraries(${target}_testing PUBLIC ${target} ${M_TEST_DEPS} GTest::gmock ${M_LINK})
  endif()
  if(M_TESTS)
    add_executable(${target}_test ${M_TESTS})
    target_link_libraries(${target}_test PRIVATE ${target} ${M_TEST_DEPS} ${M_LINK}
                          GTest::gmock GTest::gtest GTest::gtest_main)
    if(M_TEST_SUPPORT)
      target_link_libraries(${target}_test PRIVATE ${target}_testing)
    endif()
    add_test(NAME ${M_NAME} COMMAND ${target}_test WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  endif()
  foreach(source IN LISTS M_FUZZ)
    cmake_path(GET source STEM stem)
    if(TARN_FUZZ)
      add_executable(tarn_${stem} ${source})
      target_link_options(tarn_${stem} PRIVATE -fsanitize=fuzzer)
      if(NOT TARGET tarn_fuzzers)
        add_custom_target(tarn_fuzzers)
      endif()
      add_dependencies(tarn_fuzzers tarn_${stem})
    else()
      set(stem ${stem}_replay)
      add_executable(tarn_${stem} ${source} "${PROJECT_SOURCE_DIR}/tests/fuzz/replay.cc")
    endif()
    target_link_libraries(tarn_${stem} PRIVATE ${target} ${M_LINK})
    if(M_TEST_SUPPORT)
      target_link_libraries(tarn_${stem} PRIVATE ${target}_testing)
    endif()
  endforeach()
  if(M_BENCH AND CMAKE_BUILD_TYPE STREQUAL "Release")
    add_executable(${target}_bench EXCLUDE_FROM_ALL ${M_BENCH})
    target_link_libraries(${target}_bench PRIVATE ${target} ${M_TEST_DEPS} ${M_LINK}
                          benchmark::benchmark benchmark::benchmark_main)
    if(M_TEST_SUPPORT)
      target_link_libraries(${target}_bench PRIVATE ${target}_testing)
    endif()
  endif()
endfunction()
