# libaic_cg.so: codegen/ and ir/ with LLVM 22 linked statically. The only exported names are aic_cg_*.
#
# LLVM's own CMake targets are not used for linking: they name libz3.so, libzstd.so and libz.so, which a wheel must not need.
# `llvm-config --libfiles` gives the bare archives; of these only Z3Solver.o wants z3, and nothing pulls that object in.
# Static, not libLLVM.so: import and first compile are 12 against 5 ms and 71 against 38 MB, and command-line options of
# LLVM, which are global to a process, stay our own. ld.lld because GNU ld has no ICF and mold 1.10 crashes on it.
file(GLOB_RECURSE codegen_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/codegen/*.cpp)
if(NOT codegen_sources)
  message(STATUS "aic_cg: no sources yet")
  return()
endif()

find_program(AIC_LLVM_CONFIG NAMES llvm-config-22 llvm-config HINTS /usr/lib/llvm-22/bin REQUIRED)
function(llvm_config variable)
  execute_process(COMMAND ${AIC_LLVM_CONFIG} ${ARGN}
    OUTPUT_VARIABLE answer OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  set(${variable} "${answer}" PARENT_SCOPE)
endfunction()
llvm_config(llvm_version --version)
if(NOT llvm_version MATCHES "^22\\.")
  message(FATAL_ERROR "aic needs LLVM 22 (Debian: llvm-22-dev); ${AIC_LLVM_CONFIG} is ${llvm_version}")
endif()
llvm_config(llvm_include --includedir)
llvm_config(llvm_tools --bindir)
llvm_config(llvm_archives --link-static --libfiles
  x86 nvptx passes coroutines object bitreader irreader linker debuginfodwarf mcdisassembler)
separate_arguments(llvm_archives)

add_library(aic_cg MODULE ${codegen_sources})
target_link_libraries(aic_cg PRIVATE aic_settings)
if(TARGET aic_ir)
  target_link_libraries(aic_cg PRIVATE aic_ir)
endif()
target_include_directories(aic_cg SYSTEM PRIVATE ${llvm_include})
# Line tables of LLVM's templates would double the time to compile and nobody steps through them.
target_compile_definitions(aic_cg PRIVATE AIC_LLVM_VERSION="${llvm_version}")
target_compile_options(aic_cg PRIVATE -g0 -ffunction-sections -fdata-sections)

# g++ 12 knows no -fuse-ld=lld-22, but looks for `ld.lld` in -B's folder first.
find_program(AIC_LLD NAMES ld.lld HINTS ${llvm_tools})
if(AIC_LLD)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/lld)
  file(CREATE_LINK ${AIC_LLD} ${CMAKE_BINARY_DIR}/lld/ld.lld SYMBOLIC)
  target_link_options(aic_cg PRIVATE -B${CMAKE_BINARY_DIR}/lld -fuse-ld=lld -Wl,--icf=all)
endif()
target_link_options(aic_cg PRIVATE
  -Wl,--version-script=${CMAKE_SOURCE_DIR}/cmake/code_generator.map -Wl,--gc-sections -Wl,--as-needed
  -static-libstdc++ -static-libgcc $<$<CONFIG:Release>:-s>)
if(NOT AIC_SANITIZE)  # ASan's functions come from what Python preloads
  target_link_options(aic_cg PRIVATE -Wl,-z,defs)
endif()
set_target_properties(aic_cg PROPERTIES LINK_DEPENDS ${CMAKE_SOURCE_DIR}/cmake/code_generator.map)

find_library(AIC_ZSTD NAMES libzstd.a zstd REQUIRED)
find_library(AIC_ZLIB NAMES libz.a z REQUIRED)
target_link_libraries(aic_cg PRIVATE ${llvm_archives} ${AIC_ZSTD} ${AIC_ZLIB} rt ${CMAKE_DL_LIBS} m pthread)
