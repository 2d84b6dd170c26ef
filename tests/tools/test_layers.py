"""The include-layer check finds what it is for: each row is an include that must be refused, or must not be."""
import pytest
from layers import complaint

REFUSED = [
    ("ir/module.cpp", "llvm/IR/Module.h", False),
    ("passes/fuse.cpp", "Python.h", False),
    ("python/module.cpp", "pybind11/pybind11.h", False),
    ("passes/memory/plan.cpp", "isl/ctx.h", False),
    ("ir/print.cpp", "frontend/capture.h", True),
    ("codegen/cpu/emit.cpp", "passes/passes.h", True),
    ("runtime/threads.cpp", "ir/types.h", True),
    ("python/bindings/module.cpp", "codegen/cpu/emit.h", True),
    ("ir/print.cpp", "module.h", True),
]
ALLOWED = [
    ("codegen/cpu/emit.cpp", "llvm/IR/Module.h", False),
    ("frontend/ast.cpp", "Python.h", False),
    ("python/bindings/module.cpp", "pybind11/pybind11.h", False),
    ("passes/kernels/dependence/polyhedra.cpp", "isl/ctx.h", False),
    ("passes/fuse.cpp", "ir/module.h", True),
    ("ir/print.cpp", "vector", False),
]


@pytest.mark.parametrize(("source", "header", "quoted"), REFUSED)
def test_an_arrow_that_points_up_is_refused(source, header, quoted):
    assert complaint(source, header, quoted)


@pytest.mark.parametrize(("source", "header", "quoted"), ALLOWED)
def test_an_arrow_that_points_down_is_allowed(source, header, quoted):
    assert complaint(source, header, quoted) is None
