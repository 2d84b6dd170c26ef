"""docs/errors.md is what its generator writes, and has every diagnostic."""
import error_manual


def test_the_manual_is_up_to_date():
    assert error_manual.MANUAL.read_text() == error_manual.manual(), "run python tests/tools/error_manual.py"


def test_every_row_is_read_whole():
    rows = error_manual.rows()
    assert len(rows) == error_manual.TABLE.read_text().count("{.name = ") == len({r["code"] for r in rows})
    for row in rows:
        assert row["message"] and row["why"] and row["help"]
        assert row["exception"] in ("CompileError", "SyntaxNotSupported", "TypeInferenceError", "NotDifferentiable", "BuildError")
