"""`aic build`: from a script's functions to files. All or nothing: files are written beside their places and renamed."""
import ctypes
import json
import os
import re
import tempfile
import time

import aic
from aic import _aic
from aic.aot import elf, header, link, processor, script, signature
from aic.aot.load import text_of_default
from aic.errors import BuildError, CompileError

KINDS = ("so", "header", "obj", "llvm", "asm", "manifest")
MANIFEST_VERSION = 1


class Failed(Exception):
    """Some functions cannot be built: `errors`, one for each."""

    def __init__(self, errors):
        super().__init__("\n\n".join(map(str, errors)))
        self.errors = errors


def _is_taken(symbol):
    """C has this name, or libc or libm: a library that exported it would be called in their place."""
    return symbol in header.KEYWORDS or symbol.startswith("aic_") or any(hasattr(ctypes.CDLL(path), symbol) for path in link.system_libraries())


def _symbol(name, prefix, used):
    symbol = header.c_name(name)
    if _is_taken(symbol) or symbol in used:
        symbol = f"{prefix}_{symbol}"
    while symbol in used:
        symbol += "_"
    return symbol


def signatures(found, named=False):
    """([(name, function, parameters)], {name: why it is left out}); `named`: the user asked for each."""
    rows, skipped, errors = [], {}, []
    for name, function in found.items():
        try:
            rows.append((name, function, signature.of(function.py_func)))
        except signature.Unannotated as reason:
            skipped[name] = str(reason)
        except CompileError as error:
            errors.append(error)
    if named and skipped:
        errors += [BuildError(f"`{name}` cannot be built: {why}") for name, why in skipped.items()]
    if errors:
        raise Failed(errors)
    return rows, skipped


def compiled(rows, prefix, cpu="", emit="object"):
    """One dict for each function: what the header and the manifest tell of it, and `outputs`."""
    out, errors, used = [], [], set()
    needs = processor.needs(cpu)
    for name, function, parameters in rows:
        symbol = _symbol(name, prefix, used)
        used.add(symbol)
        as_ = {"symbol": symbol, "name": name, "needs": needs, "cpu": cpu, "emit": emit}
        try:
            built = _aic.build_function(function, [("type", text) for _, text in parameters], [p for p, _ in parameters], as_)
        except CompileError as error:
            errors.append(error)
            continue
        own = function.py_func.__code__
        code = getattr(function.py_func, "__aic_primal__", function.py_func).__code__
        out.append({"name": name, "symbol": symbol, "doc": function.__doc__, "file": code.co_filename, "line": code.co_firstlineno,
                    "signature": ", ".join(f"{p}: {text}" for p, text in parameters), "result": built["variants"][-1][1],
                    "positional_only": own.co_posonlyargcount, "keyword_only": own.co_kwonlyargcount,
                    "parameters": parameters, "defaults": _defaults(function.py_func), "built": built, "c": header.parameters(built)})
    if errors:
        raise Failed(errors)
    return out


def _defaults(function):
    """{parameter: JSON} of those defaults that a manifest can hold; a loaded function wants the others given."""
    names = function.__code__.co_varnames[:function.__code__.co_argcount]
    values = dict(zip(names[len(names) - len(function.__defaults__ or ()):], function.__defaults__ or ())) | (function.__kwdefaults__ or {})
    texts = {name: text_of_default(value) for name, value in values.items()}
    return {name: text for name, text in texts.items() if text is not None}


def manifest(library, path, functions, cpu):
    rows = [{"name": f["name"], "symbol": f["symbol"], "doc": f["doc"], "file": f["file"], "line": f["line"],
             "parameters": [{"name": p, "type": t} | ({"default": f["defaults"][p]} if p in f["defaults"] else {}) for p, t in f["parameters"]],
             "positional_only": f["positional_only"], "keyword_only": f["keyword_only"],
             "result": f["result"], "c": header.prototype(f["symbol"], f["c"]),
             "variants": f["built"]["variants"], "writes": f["built"]["writes"], "hidden": f["built"]["hidden"]} for f in functions]
    return json.dumps({"aic": aic.__version__, "manifest": MANIFEST_VERSION, "library": library, "script": os.path.basename(path),
                       "processor": cpu or "native", "needs": processor.needs(cpu), "functions": rows}, separators=(",", ":"), ensure_ascii=False)


class Output:
    """Files that appear together: written to temporary names in the folders where they belong, then renamed."""

    def __init__(self):
        self.parts = []

    def path(self, final, mode=0o666):
        """The temporary file for `final`, to be written now."""
        try:
            handle, temporary = tempfile.mkstemp(prefix=f".{os.path.basename(final)}.", dir=os.path.dirname(final) or ".")
        except OSError as error:
            raise BuildError(f"cannot write {final}: {error.strerror}") from None
        os.close(handle)
        self.parts.append((temporary, final, mode))
        if os.path.isdir(final):
            raise BuildError(f"cannot write {final}: it is a folder")
        return temporary

    def write(self, final, contents):
        temporary = self.path(final)
        try:
            with open(temporary, "wb") as file:
                file.write(contents if isinstance(contents, bytes) else contents.encode())
        except OSError as error:
            raise BuildError(f"cannot write {final}: {error.strerror}") from None

    def commit(self):
        mask = os.umask(0)
        os.umask(mask)
        for temporary, final, mode in self.parts:
            os.chmod(temporary, mode & ~mask)
            os.replace(temporary, final)
        self.parts = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for temporary, _, _ in self.parts:
            if os.path.exists(temporary):
                os.unlink(temporary)


def build(path, output=None, *, entries=(), emit=("so", "header"), cpu=""):
    """Builds a script's library. Returns what was done: a dict of JSON's types. Raises Failed, CompileError, ScriptError."""
    start = time.perf_counter()
    stem = re.sub(r"\.py$", "", os.path.basename(path))
    output = output or f"lib{stem}.so"
    base = output.removesuffix(".so")
    library = os.path.basename(base)
    prefix = header.c_name(library.removeprefix("lib"))
    module = script.run(path)
    found = script.functions(module, entries)
    rows, skipped = signatures(found, bool(entries))
    if not rows:
        raise Failed([BuildError(f"{path} has nothing to build: " + (
            "; ".join(f"`{name}`: {why}" for name, why in skipped.items()) + ". Annotate the parameters: `def f(a: aic.f64[:], n: int):`"
            if skipped else "no function in it is decorated with @aic.jit"))])
    ready = time.perf_counter()
    with Output() as files, tempfile.TemporaryDirectory(prefix="aic-build-") as folder:
        linker = None
        for kind in ("llvm", "asm"):
            if kind in emit:
                text = b"\n".join(o for f in compiled(rows, prefix, cpu, kind) for o in f["built"]["outputs"])
                files.write(base + (".ll" if kind == "llvm" else ".s"), text)
        functions = compiled(rows, prefix, cpu)
        told = manifest(library, path, functions, cpu)
        objects = []
        for f in functions:
            objects += [(f"{f['symbol']}.{k}.o", o) for k, o in enumerate(f["built"]["outputs"])]
        objects.append(("manifest.o", elf.data_object({"aic_manifest": told.encode() + b"\0"})))
        done = time.perf_counter()
        for name, contents in objects:
            with open(os.path.join(folder, name), "wb") as file:
                file.write(contents)
            if "obj" in emit:
                files.write(f"{base}.{name}", contents)
        if "header" in emit:
            files.write(f"{base}.h", header.header(library, os.path.basename(path), aic.__version__, functions))
        if "manifest" in emit:
            files.write(f"{base}.json", told)
        size = 0
        if "so" in emit:
            exported = [name for f in functions for name in (f["symbol"], f"aic_function_{f['symbol']}")] + ["aic_call", "aic_manifest"]
            temporary = files.path(output, 0o777)
            linker = link.link([os.path.join(folder, name) for name, _ in objects], exported, temporary, os.path.basename(output), folder)
            size = os.path.getsize(temporary)
        written = [final for _, final, _ in files.parts]
        files.commit()
    end = time.perf_counter()
    return {"files": written, "bytes": size, "linker": linker and linker.name, "skipped": skipped,
            "functions": [{"name": f["name"], "symbol": f["symbol"], "signature": f["signature"], "result": f["result"],
                           "c": header.prototype(f["symbol"], f["c"]), "variants": len(f["built"]["variants"])} for f in functions],
            "seconds": {"script": round(ready - start, 4), "compile": round(done - ready, 4), "link": round(end - done, 4)}}
