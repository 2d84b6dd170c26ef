"""The command `aic`: build, check, cache, doctor. docs/aot.md has examples.

Exit codes: 0 done; 1 the program is at fault (it raises, or a function does not compile); 2 the command line is wrong;
3 something outside is missing (a linker, a folder that can be written); 4 a fault of aic's. Diagnostics go to stderr; with --json one JSON object
goes to stdout and nothing else.
"""
import json
import os
import sys

import click

import aic

PROGRAM, OUTSIDE, OURS = 1, 3, 4


class _Commands(click.Group):
    """Our own faults are told in a line, not by a traceback; AIC_TRACEBACK=1 shows it."""

    def invoke(self, context):
        try:
            return super().invoke(context)
        except (click.exceptions.ClickException, click.exceptions.Exit, click.exceptions.Abort, SystemExit, KeyboardInterrupt):
            raise
        except Exception as error:
            if os.environ.get("AIC_TRACEBACK"):
                raise
            click.echo(f"internal error of aic: {type(error).__name__}: {error}\nPlease report it with the script; AIC_TRACEBACK=1 shows where.", err=True)
            sys.exit(OURS)


def _error_row(error):
    row = {"kind": type(error).__name__, "text": str(error)}
    for name in ("code", "message", "filename", "lineno", "col_offset", "end_lineno", "end_col_offset", "notes", "help"):
        if getattr(error, name, None):
            row[name] = getattr(error, name)
    return row


def _finish(as_json, result, errors=(), code=PROGRAM):
    """Prints what went wrong, or the JSON, and ends the process."""
    if as_json:
        click.echo(json.dumps(result | ({"errors": [_error_row(e) for e in errors]} if errors else {}), indent=2))
    for error in () if as_json else errors:
        text = str(error)
        click.echo(text if text.startswith("error") else f"error: {text}", err=True)
    sys.exit(code if errors else 0)


_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object to stdout, for programs.")
_script = click.argument("script", type=click.Path())


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]}, epilog="Manual: docs/aot.md of the project. `aic COMMAND --help` has an example for each.")
@click.version_option(aic.__version__, "--version", message="aic %(version)s")
def main():
    """Static compiler for Python and NumPy.

    \b
    aic build filters.py             filters.py's @aic.jit functions as libfilters.so and libfilters.h
    aic check filters.py             which functions compile, and why the others do not
    aic cache list                   what is kept on disk between runs
    aic doctor                       what of all that aic needs is here
    """


@main.command()
@_script
@click.option("-o", "--output", metavar="LIB.so", help="The library to write; its header stands beside it.  [default: libNAME.so]")
@click.option("--emit", metavar="KIND,…", default="so,header", show_default=True,
              help="What to write, of: so, header, obj (objects), llvm (LLVM IR), asm (assembly), manifest (JSON).")
@click.option("--entry", "entries", multiple=True, metavar="NAME", help="Build this function only; may be given more than once.")
@click.option("--mcpu", "cpu", type=click.Choice(["native", "x86-64", "x86-64-v2", "x86-64-v3", "x86-64-v4"]), default="native",
              show_default=True, help="Processor to compile for. A library says so where it meets a lesser one.")
@click.option("--target", type=click.Choice(["cpu", "cuda"]), default="cpu", show_default=True)
@_json
def build(script, output, emit, entries, cpu, target, as_json):
    """Compile a script's @aic.jit functions to a C library.

    Every function whose parameters are all annotated is built, with all that it calls:

    \b
        import aic
        @aic.jit
        def scale(a: aic.f64[:], by: float):
            for i in range(len(a)):
                a[i] *= by

    \b
        aic build scale.py -o libscale.so
        cc main.c -L. -lscale -Wl,-rpath,.

    The library needs libc and libm, nothing else. From Python: aic.load("libscale.so").scale(a, 2.0). The script is imported, so
    what runs the program belongs under `if __name__ == "__main__":`.
    """
    from aic.aot.build import KINDS, Failed
    from aic.aot.build import build as do_build
    from aic.aot.script import ScriptError
    kinds = [kind for kind in emit.split(",") if kind]
    missing = {"ptx", "c", "wheel"} & set(kinds)
    if missing or target == "cuda":
        _finish(as_json, {}, [NotImplementedError(f"{f'--emit {missing.pop()}' if missing else '--target cuda'} is not there yet")], 2)
    for kind in kinds:
        if kind not in KINDS:
            raise click.BadParameter(f"{kind!r} is none of {', '.join(KINDS)}", param_hint="--emit")
    try:
        done = do_build(script, output, entries=entries, emit=kinds, cpu="" if cpu == "native" else cpu)
    except Failed as failed:
        _finish(as_json, {}, failed.errors)
    except ScriptError as error:
        _finish(as_json, {}, [error])
    except aic.CompileError as error:
        _finish(as_json, {}, [error], OUTSIDE)
    if as_json:
        _finish(True, done)
    for name, why in done["skipped"].items():
        click.echo(f"note: `{name}` is left out: {why}", err=True)
    for f in done["functions"]:
        click.echo(f"{f['name']}({f['signature']}) -> {f['result']}")
    size = f" ({done['bytes'] / 1024:.0f} KB)" if done["bytes"] else ""
    click.echo(f"wrote {', '.join(done['files'])}{size}" + (f" with {done['linker']}" if done["linker"] else ""))


@main.command()
@_script
@_json
def check(script, as_json):
    """Tell of each function whether it compiles; write nothing.

    Functions with annotated parameters are compiled for these types; where fallback="python" leaves statements to the
    interpreter, these are listed. Of the others the syntax is checked: what types do is
    known when they are called.

    \b
        $ aic check filters.py
        smooth(image: f64[:, :]) -> f64[:, ::1]    compiles
        trace                                      needs types: `path` has no annotation
    """
    from aic import _aic
    from aic.aot import signature
    from aic.aot.build import Failed, compiled
    from aic.aot.script import ScriptError, functions, run
    try:
        found = functions(run(script))
    except ScriptError as error:
        _finish(as_json, {}, [error])
    rows, errors = [], []
    for name, function in found.items():
        row = {"name": name, "status": "compiles"}
        try:
            types = signature.of(function.py_func)
            made = compiled([(name, function, types)], "check")[0]
            row |= {"signature": made["signature"], "result": made["result"]}
        except signature.Unannotated as why:
            row |= {"status": "needs types", "why": str(why)}
            try:
                _aic.lowered(function, [], "py")
            except aic.CompileError as error:
                row |= {"status": "refused", "why": error.message}
                errors.append(error)
        except (Failed, aic.CompileError) as error:
            error = error.errors[0] if isinstance(error, Failed) else error
            places = _places(function, error)
            if places:
                row |= {"status": "compiles in parts", "interpreted": places}
            else:
                row |= {"status": "refused", "why": error.message or str(error)}
                errors.append(error)
        rows.append(row)
    if not as_json:
        texts = [row["name"] + (f"({row['signature']}) -> {row['result']}" if "signature" in row else "") for row in rows]
        width = max(map(len, texts), default=0)
        for text, row in zip(texts, rows):
            click.echo(f"{text:<{width}}    {row['status']}" + (f": {row['why']}" if "why" in row else ""))
            for place in row.get("interpreted", ()):
                click.echo(f"    {place['line']}: {place['text']}    # {place['why'].splitlines()[0]}")
        if not rows:
            click.echo(f"{script} defines no function with @aic.jit")
    _finish(as_json, {"functions": rows}, errors)


def _places(function, error):
    """What the interpreter would run of a function with fallback="python", as far as its own types tell."""
    if not getattr(function, "_options", None) or not isinstance(error, aic.CompileError):
        return []
    import warnings
    from aic.fallback import split
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = split(function, error).__aic_split__.all_places()
    return [{"line": p.line, "text": p.text, "why": p.why} for p in found]


@main.group()
def cache():
    """What aic keeps on disk, so that the next process need not compile.

    The folder is AIC_CACHE_DIR, or aic in XDG_CACHE_HOME or ~/.cache. It may be deleted at any time.
    """


def _entries():
    folder = aic.config.cache_dir
    try:
        return folder, sorted(e.path for e in os.scandir(folder) if ".aic" in e.name and e.is_file(follow_symlinks=False))
    except FileNotFoundError:
        return folder, []
    except OSError as error:
        _finish(False, {}, [OSError(f"cannot read {folder}: {error.strerror}")], OUTSIDE)


@cache.command("list")
@_json
def list_(as_json):
    """List the entries with their sizes, and the sum."""
    folder, entries = _entries()
    rows = [{"name": os.path.basename(path), "bytes": os.path.getsize(path)} for path in entries]
    total = sum(row["bytes"] for row in rows)
    if not as_json:
        for row in rows:
            click.echo(f"{row['bytes']:>10}  {row['name']}")
        click.echo(f"{len(rows)} entries, {total / 1024:.0f} KB in {folder}")
    _finish(as_json, {"folder": folder, "entries": rows, "bytes": total})


@cache.command()
@_json
def clear(as_json):
    """Delete all entries."""
    folder, entries = _entries()
    errors = []
    for path in entries:
        try:
            os.unlink(path)
        except FileNotFoundError:
            pass
        except OSError as error:
            errors.append(OSError(f"cannot delete {path}: {error.strerror}"))
    if not as_json:
        click.echo(f"deleted {len(entries) - len(errors)} entries in {folder}")
    _finish(as_json, {"folder": folder, "deleted": len(entries) - len(errors)}, errors, OUTSIDE)


@cache.command()
@_json
def verify(as_json):
    """Check every entry against its checksum. Damaged ones are ignored by aic, and made again."""
    from aic import _aic
    folder, entries = _entries()
    states = {os.path.basename(path): _aic.state_of_cache_entry(path) for path in entries if path.endswith(".aic")}
    damaged = [name for name, state in states.items() if state == "damaged"]
    old = sum(state == "of another version" for state in states.values())
    if not as_json:
        for name in damaged:
            click.echo(f"damaged: {name}")
        click.echo(f"{len(states) - len(damaged) - old} entries are whole in {folder}" + (f", {old} are of another version of aic" if old else ""))
    _finish(as_json, {"folder": folder, "entries": len(states), "damaged": damaged, "of_another_version": old},
            [ValueError(f"{len(damaged)} damaged entries: `aic cache clear` deletes them")] if damaged else [])


@main.command()
@_json
def doctor(as_json):
    """Report what aic needs and what it finds: versions, processor, cache, linker; then test itself.

    Exit code 3: something that a command of aic needs is missing.
    """
    from aic.doctor import examine
    report = examine()
    if not as_json:
        width = max(len(row["what"]) for row in report)
        for row in report:
            click.echo(f"{'ok  ' if row['good'] else 'MISSING' if row['needed'] else '-   '} {row['what']:<{width}}  {row['found']}")
    bad = [RuntimeError(f"{row['what']}: {row['found']}") for row in report if row["needed"] and not row["good"]]
    _finish(as_json, {"report": report}, bad, OUTSIDE)
