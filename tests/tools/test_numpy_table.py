"""docs/numpy.md is what its generator writes, and says enough."""
import re

import numpy
import pytest

import numpy_table


def test_the_page_is_up_to_date():
    text = (numpy_table.ROOT / "docs" / "numpy.md").read_text()
    version = ".".join(numpy.__version__.split(".")[:2])
    if f"NumPy {version} compile" not in text:
        pytest.skip("the page was written for another version of NumPy")
    assert text == numpy_table.page(), "run python tests/tools/numpy_table.py"


def test_most_of_the_namespace_compiles():
    compiled, of = map(int, re.search(r"(\d+) of the (\d+)", numpy_table.page()).groups())
    assert compiled >= 300
    assert of - compiled < 90
