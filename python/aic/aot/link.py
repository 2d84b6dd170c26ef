"""Objects to a shared library, by the first linker that is there: `ld.lld`, the system's `cc` or `ld`, or the ziglang wheel.

Nothing is asked of a C tool chain but linking: there is no start-up code, and libc and libm are the files that this very
process uses. AIC_LINKER (a command) goes before all.
"""
import functools
import glob
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys

from aic.errors import BuildError

ARCHIVE = os.path.join(os.path.dirname(os.path.abspath(__import__("aic")._aic.__file__)), "libaic_rt.a")


class Linker:
    """A command, and whether it is a compiler driver, which takes the linker's options behind -Wl."""

    def __init__(self, name, command, driver):
        self.name, self.command, self.driver = name, command, driver

    def __repr__(self):
        return " ".join(self.command)


def _candidates():
    if os.environ.get("AIC_LINKER"):
        command = shlex.split(os.environ["AIC_LINKER"])
        path = shutil.which(command[0])
        is_linker = any(re.fullmatch(r"(.*-)?ld(\..*)?|mold", os.path.basename(word)) for word in command)
        name = "ziglang" if "ziglang" in command else os.path.basename(command[0])
        yield Linker(name, [path, *command[1:]] if path else None, not is_linker)
        return
    lld = shutil.which("ld.lld") or next(iter(sorted(glob.glob("/usr/lib/llvm-*/bin/ld.lld"), reverse=True)), None)
    yield Linker("ld.lld", [lld] if lld else None, False)
    for name, driver in (("cc", True), ("ld", False)):
        path = shutil.which(name)
        yield Linker(name, [path] if path else None, driver)
    zig = importlib.util.find_spec("ziglang")
    yield Linker("ziglang", [sys.executable, "-m", "ziglang", "ld.lld"] if zig else None, False)


def find():
    """The linker to use. Raises BuildError, which says what to install."""
    for linker in _candidates():
        if linker.command:
            return linker
    if os.environ.get("AIC_LINKER"):
        raise BuildError(f"AIC_LINKER names {os.environ['AIC_LINKER']!r}, which is not there")
    raise BuildError("no linker: install one of ld.lld, cc, ld, or the wheel ziglang (pip install 'aic[aot]')")


@functools.cache
def system_libraries():
    """The files of libm and libc, as they are mapped here."""
    found = {}
    with open("/proc/self/maps") as maps:
        for line in maps:
            path = line.split(maxsplit=5)[-1].strip()
            for name in ("libm.so.6", "libc.so.6"):
                if os.path.basename(path) == name:
                    found[name] = path
    for name in ("libm.so.6", "libc.so.6"):
        if name not in found:  # libm, where Python does not use it
            paths = [os.path.join(os.path.dirname(p), name) for p in found.values()] + glob.glob(f"/lib*/**/{name}", recursive=True)
            found[name] = next((p for p in paths if os.path.exists(p)), None)
            if not found[name]:
                raise BuildError(f"{name} was not found: aic builds libraries for glibc")
    return [found["libm.so.6"], found["libc.so.6"]]


def link(objects, exported, output, soname, folder):
    """Links `objects` (files) to `output`; only the names `exported` are visible. Returns the linker."""
    # nodelete: a thread that ends gives back what it kept, also after dlclose.
    linker = find()
    script = os.path.join(folder, "exports.map")
    with open(script, "w") as f:
        f.write("{\n  global: " + " ".join(f"{name};" for name in exported) + "\n  local: *;\n};\n")
    options = ["-u", "aic_call", "--gc-sections", "-Bsymbolic", "-z", "defs", "-z", "now", "-z", "relro", "-z", "noexecstack", "-z", "nodelete", "--hash-style=gnu",
               "-s", f"-soname={soname}", f"--version-script={script}"]
    libraries = ["--as-needed", *system_libraries()]
    if linker.driver:
        wrap = lambda words: [f"-Wl,{word}" for word in words]  # noqa: E731
        command = [*linker.command, "-shared", "-nostdlib", "-o", output, *wrap(options), *objects, ARCHIVE, "-Wl,--as-needed", *libraries[1:]]
    else:
        command = [*linker.command, "-shared", "-o", output, *options, *objects, ARCHIVE, *libraries]
    try:
        done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    except OSError as error:
        raise BuildError(f"the linker {linker!r} cannot be run: {error}") from None
    if done.returncode:
        raise BuildError(f"the linker {linker!r} failed:\n{(done.stderr or done.stdout).strip()}")
    return linker
