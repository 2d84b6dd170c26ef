"""docs/errors.md is what its generator writes."""
import error_manual


def test_the_manual_is_up_to_date():
    assert error_manual.MANUAL.read_text() == error_manual.manual(), "run python tests/tools/error_manual.py"
