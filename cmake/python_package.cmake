# The extension _aic and the package around it: installed by `pip install .`, or shown to .venv by links in build/python/aic.
execute_process(COMMAND ${Python_EXECUTABLE} -c "import numpy, pybind11; print(numpy.get_include(), pybind11.get_cmake_dir(), sep=';')"
  OUTPUT_VARIABLE python_packages OUTPUT_STRIP_TRAILING_WHITESPACE RESULT_VARIABLE packages_missing)
if(packages_missing)
  message(FATAL_ERROR "NumPy and pybind11 are not in ${Python_EXECUTABLE}: run ./dev build, which makes .venv")
endif()
list(GET python_packages 0 numpy_include)
list(GET python_packages 1 pybind11_dir)
set(PYBIND11_FINDPYTHON ON)
find_package(pybind11 3 CONFIG REQUIRED PATHS "${pybind11_dir}" NO_DEFAULT_PATH)

set(package_dir ${CMAKE_BINARY_DIR}/python/aic)
file(MAKE_DIRECTORY ${package_dir})
file(GLOB_RECURSE bindings_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/python/bindings/*.cpp)
if(bindings_sources AND TARGET aic_frontend AND TARGET aic_typeinfer AND TARGET aic_cg)
  # NO_EXTRAS: no LTO and no strip, which pybind11 would add; visibility is hidden anyway.
  pybind11_add_module(_aic MODULE NO_EXTRAS ${bindings_sources})
  target_include_directories(_aic SYSTEM PRIVATE "${numpy_include}")
  target_compile_definitions(_aic PRIVATE NPY_NO_DEPRECATED_API=NPY_2_0_API_VERSION NPY_TARGET_VERSION=NPY_2_0_API_VERSION
    AIC_VERSION="${PROJECT_VERSION}")
  target_link_libraries(_aic PRIVATE aic_settings)
  foreach(room frontend typeinfer passes ir loader rt)
    if(TARGET aic_${room})
      target_link_libraries(_aic PRIVATE aic_${room})
    endif()
  endforeach()
  target_link_options(_aic PRIVATE -Wl,--gc-sections -Wl,--version-script=${CMAKE_SOURCE_DIR}/cmake/extension.map
    $<$<CONFIG:Release>:-s>)
  set_target_properties(_aic PROPERTIES LINK_DEPENDS ${CMAKE_SOURCE_DIR}/cmake/extension.map)
endif()

# In the build tree the products stand beside the links to the sources, as they will when installed.
foreach(product _aic aic_cg aic_rt)
  if(TARGET ${product})
    set_target_properties(${product} PROPERTIES
      LIBRARY_OUTPUT_DIRECTORY ${package_dir} ARCHIVE_OUTPUT_DIRECTORY ${package_dir})
    install(TARGETS ${product} LIBRARY DESTINATION aic ARCHIVE DESTINATION aic)
  endif()
endforeach()
# Entries are linked, folders as a whole: a new Python file below a folder is there without a build.
file(GLOB entries CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/python/aic/*)
foreach(entry ${entries})
  get_filename_component(name ${entry} NAME)
  if(NOT name STREQUAL "__pycache__")
    file(CREATE_LINK ${entry} ${package_dir}/${name} SYMBOLIC)
  endif()
endforeach()
