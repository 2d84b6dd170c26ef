# Unit tests (Catch2 2.13, one executable for each folder of tests/unit) and the command-line tools that tests drive.
# Each Catch2 test case is a CTest of its own, found when ctest runs; its label is the room.
find_package(Catch2 2.13 CONFIG REQUIRED)
include(Catch)

find_library(AIC_CATCH_MAIN NAMES Catch2WithMain REQUIRED)

configure_file(cmake/paths.cpp.in ${CMAKE_BINARY_DIR}/paths.cpp @ONLY)
add_library(aic_test_paths STATIC ${CMAKE_BINARY_DIR}/paths.cpp)
target_link_libraries(aic_test_paths PUBLIC aic_settings)

# What each folder of unit tests links; a folder that is not named here links the room of its name and ir.
set(unit_links_passes aic_passes aic_typeinfer aic_ir)
set(unit_links_typeinfer aic_typeinfer aic_ir)
set(unit_links_frontend aic_frontend aic_ir)
set(unit_links_runtime aic_rt aic_loader)
set(unit_links_loader aic_loader)
set(unit_links_codegen aic_loader aic_rt aic_ir)

file(GLOB unit_folders CONFIGURE_DEPENDS LIST_DIRECTORIES true ${CMAKE_SOURCE_DIR}/tests/unit/*)
foreach(folder ${unit_folders})
  get_filename_component(room ${folder} NAME)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${folder}/*.cpp)
  if(NOT IS_DIRECTORY ${folder} OR NOT sources)
    continue()
  endif()
  if(room STREQUAL "codegen" AND NOT TARGET aic_cg)
    continue()
  endif()
  if(room STREQUAL "frontend" AND NOT TARGET Python::Python)
    message(STATUS "unit_frontend: this Python has no library to embed")
    continue()
  endif()
  if(NOT DEFINED unit_links_${room})
    set(unit_links_${room} aic_${room} aic_ir)
  endif()
  add_executable(unit_${room} ${sources})
  target_link_libraries(unit_${room} PRIVATE aic_settings aic_test_paths Catch2::Catch2 dl pthread)
  foreach(library ${unit_links_${room}})
    # The code generator is a module: its tests open it through the C interface, as python/ does.
    if(TARGET ${library} AND NOT library STREQUAL "aic_codegen")
      target_link_libraries(unit_${room} PRIVATE ${library})
    endif()
  endforeach()
  if(room STREQUAL "frontend")
    target_link_libraries(unit_${room} PRIVATE Python::Python)
  endif()
  # Catch2's templates are what takes the time here: 1.6 instead of 2.7 s for each file.
  target_compile_options(unit_${room} PRIVATE -O0)
  # A folder with a main.cpp of its own (the frontend's starts an interpreter) does not take Catch2's.
  if(NOT EXISTS ${folder}/main.cpp)
    target_link_libraries(unit_${room} PRIVATE ${AIC_CATCH_MAIN})
  endif()
  # CPython leaves memory behind when it ends: LeakSanitizer would blame the front end for it.
  set(leaks 1)
  if(room STREQUAL "frontend")
    set(leaks 0)
  endif()
  catch_discover_tests(unit_${room} TEST_PREFIX "${room}: " DISCOVERY_MODE PRE_TEST
    PROPERTIES LABELS ${room} TIMEOUT 120 ENVIRONMENT "ASAN_OPTIONS=detect_leaks=${leaks}:allocator_may_return_null=1")
endforeach()

# ---- tools ---------------------------------------------------------------------------------------------------------

# What several tools share is one library.
add_library(aic_test_tools STATIC EXCLUDE_FROM_ALL tests/tools/lent_texts.cpp)
target_link_libraries(aic_test_tools PRIVATE aic_settings PUBLIC aic_rt aic_ir)
function(aic_tool name source)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${source})
  if(sources AND TARGET aic_ir)
    add_executable(${name} ${sources})
    target_link_libraries(${name} PRIVATE aic_settings aic_test_paths dl pthread)
    foreach(library ${ARGN})
      if(TARGET ${library})
        target_link_libraries(${name} PRIVATE ${library})
      endif()
    endforeach()
  endif()
endfunction()
aic_tool(aic-opt tests/tools/aic_opt.cpp aic_test_tools aic_typeinfer aic_passes aic_ir)
aic_tool(aic-lower tests/tools/aic_lower.cpp aic_frontend aic_ir Python::Python)
aic_tool(aic-infer tests/tools/aic_infer.cpp aic_test_tools aic_typeinfer aic_frontend aic_ir Python::Python)
if(TARGET aic-infer)
  target_sources(aic-infer PRIVATE ${CMAKE_SOURCE_DIR}/tests/tools/source_world.cpp)
endif()
if(TARGET aic_cg)
  aic_tool(aic-cg tests/tools/aic_cg.cpp aic_ir)
  aic_tool(ir-fuzz tests/fuzz/ir/*.cpp aic_test_tools aic_passes aic_loader aic_rt aic_ir)
endif()

# ---- laws of the build ---------------------------------------------------------------------------------------------

# gcc as the linker is g++ -nostdlib++, which g++ 12 does not have: libstdc++ is not offered, -z defs wants every symbol.
if(TARGET aic_rt AND NOT AIC_SANITIZE)
  add_test(NAME "build: runtime_needs_no_libstdcxx" COMMAND ${CMAKE_C_COMPILER} -shared -o ${CMAKE_BINARY_DIR}/runtime_alone.so
    -Wl,--whole-archive $<TARGET_FILE:aic_rt> -Wl,--no-whole-archive -Wl,-z,defs -lm -ldl -lpthread)
endif()
add_test(NAME "build: include_arrows_point_down" COMMAND ${Python_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/tools/layers.py)

# ---- fuzzers: short runs, always of the same seeds; `./dev fuzz` goes on from there ----------------------------------

if(TARGET ir-fuzz)
  set(seeds 800)
  if(AIC_SANITIZE)
    set(seeds 60)
  endif()
  add_test(NAME "fuzz: random_ir" COMMAND ir-fuzz --seeds ${seeds})
  set_tests_properties("fuzz: random_ir" PROPERTIES LABELS "fuzz;long" TIMEOUT 900 ENVIRONMENT "ASAN_OPTIONS=detect_leaks=0")
endif()
if(NOT AIC_SANITIZE AND TARGET aic_cg)
  add_test(NAME "fuzz: random_python" COMMAND ${Python_EXECUTABLE} tests/fuzz/run.py --seeds 250 WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties("fuzz: random_python" PROPERTIES LABELS "fuzz;long" TIMEOUT 900)
endif()

# ---- golden files --------------------------------------------------------------------------------------------------

# One CTest for each room's folder of text files; the runner says how it wants to be asked.
file(GLOB golden_runner CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/golden/run.py)
if(golden_runner AND TARGET aic-opt)
  add_test(NAME "golden" COMMAND ${Python_EXECUTABLE} ${golden_runner} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties("golden" PROPERTIES LABELS golden TIMEOUT 300
    ENVIRONMENT "AIC_BUILD_DIR=${CMAKE_BINARY_DIR};ASAN_OPTIONS=detect_leaks=0")
endif()
