"""Ahead of time: `aic build` and `aic.load`.

    script.py   → module run, functions found        script.py (this folder's)
    annotations → types                              signature.py
    types       → objects                            _aic.build_function (python/bindings/build.cpp)
    objects     → shared library, header, manifest   build.py, link.py, header.py, elf.py
    library     → functions of Python                load.py

docs/aot.md tells users what is promised. Nothing here is imported by `import aic`.
"""
