"""The cache of a test run is its own: a stale user's cache must not make a test pass, nor a test fill the user's."""
import pytest


@pytest.fixture(autouse=True, scope="session")
def own_cache(tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.setenv("AIC_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
    yield
    patch.undo()


def pytest_ignore_collect(collection_path, config):
    """A tree whose extension is not built yet (a room is missing: see cmake/python_package.cmake) has nothing to call."""
    needs = collection_path.name in ("test_calls.py", "test_programs.py", "test_cache.py", "test_arrays_in_loops.py", "test_overlap.py",
                                     "test_memory.py", "test_searching.py", "test_linalg.py", "test_ufunc_methods.py", "test_gather.py", "test_masks.py", "test_parts.py", "test_rows.py")
    return True if needs and not _has_extension() else None


def _has_extension():
    try:
        import aic._aic  # noqa: F401
    except ImportError:
        return False
    return True
