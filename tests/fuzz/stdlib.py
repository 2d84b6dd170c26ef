"""Every function of Python's standard library, compiled only, with guessed types: `./dev fuzz stdlib [--modules json heapq] [--list]`.

No crash, no hang over --limit seconds; every refusal is an aic.CompileError with a place. Each module is compiled in a process of
its own, so that a crash names its module and function. Prints the share that compiles and the most frequent reasons.
Exit status 1: a crash, a hang, or an error that is no located refusal.
"""
import argparse
import collections
import importlib
import inspect
import json
import os
import pkgutil
import re
import signal
import subprocess
import sys
import sysconfig
import time
import warnings

LEFT_OUT = re.compile(r"(^|\.)(test|tests|idlelib|lib2to3|turtledemo|antigravity|this|__main__|site-packages|_sysconfigdata.*)(\.|$)")
BY_NAME = [
    (r"^(s|string|text|name|path|filename|line|key|word|sep|encoding|errors|prefix|suffix|fmt|format|url|msg|message|pattern|mode|char|c)$", str),
    (r"^(n|i|j|k|m|count|size|length|index|start|stop|end|pos|level|width|maxsize|limit|depth|r|indent|num|year|month|day)$", int),
    (r"^(x|y|z|mu|sigma|alpha|beta|seconds|timeout|delay|mean|value|p|q|a|b)$", float),
    (r"^(seq|sequence|data|iterable|items|values|lst|xs|args|lines|heap|population|weights|l)$", "list"),
    (r"^(d|dict|mapping|kwds|kwargs|attrs|env|options)$", "dict"),
    (r"(flag|^is_|^has_|^allow|^use_|^strict$|^verbose$)", bool),
]
SAMPLES = {str: "text", int: 3, float: 0.5, bool: True, "list": [3, 1, 2], "dict": {"a": 1}}


class Hang(BaseException):
    pass


def guess(parameter):
    """A value of a type that the parameter may have: by its annotation, its default or its name."""
    annotation = parameter.annotation
    if isinstance(annotation, str):
        annotation = {"str": str, "int": int, "float": float, "bool": bool}.get(annotation)
    if annotation in SAMPLES:
        return SAMPLES[annotation]
    default = parameter.default
    if default is not parameter.empty and type(default) in (str, int, float, bool, type(None)):
        return default
    for pattern, kind in BY_NAME:
        if re.search(pattern, parameter.name):
            return SAMPLES[kind]
    return 3


def functions_of(module):
    """The module's own functions and those of its classes, once each: (qualified name, function)."""
    seen = set()
    for name, thing in sorted(vars(module).items(), key=lambda item: item[0]):
        found = [(name, thing)]
        if inspect.isclass(thing) and thing.__module__ == module.__name__:
            found = [(f"{name}.{n}", f.__func__ if isinstance(f, (staticmethod, classmethod)) else f) for n, f in vars(thing).items()]
        for qualified, f in found:
            if inspect.isfunction(f) and f.__module__ == module.__name__ and f.__code__ not in seen:
                seen.add(f.__code__)
                yield qualified, f


def compile_module(name, limit):
    """One line of JSON a function: before it (for crashes), and after it with its outcome."""
    import aic

    def ring(signum, frame):
        raise Hang

    warnings.simplefilter("ignore")
    say = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    signal.signal(signal.SIGALRM, ring)
    try:
        signal.alarm(20)
        module = importlib.import_module(name)
        signal.alarm(0)
    except BaseException:  # not here, or not on this system
        return
    for qualified, f in functions_of(module):
        print(json.dumps([qualified]), file=say)
        began = time.monotonic()
        signal.alarm(int(limit) + 1)
        try:
            parameters = inspect.signature(f, follow_wrapped=False).parameters.values()
            samples = [guess(p) for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
            named = {p.name: guess(p) for p in parameters if p.kind == p.KEYWORD_ONLY and p.default is p.empty}
            aic.jit(f).compile(*samples, **named)
            outcome = "compiles", ""
        except aic.CompileError as error:
            text = str(error)
            code = re.search(r"error\[(AIC\d+)\]: (.*)", text)
            outcome = ("refused" if code and (" --> " in text or code[1].startswith("AIC10")) else "not located"), text if not code else f"{code[1]}: {code[2]}"
        except Hang:
            outcome = "hang", ""
        except RecursionError:
            outcome = "error", "RecursionError"
        except Exception as error:
            outcome = "error", f"{type(error).__name__}: {error}"[:300]
        signal.alarm(0)
        took = time.monotonic() - began
        if took > limit:
            outcome = "hang", f"{took:.0f} s"
        print(json.dumps([qualified, *outcome, round(took, 3)]), file=say)


def modules():
    library = sysconfig.get_paths()["stdlib"]
    for info in pkgutil.walk_packages([library], onerror=lambda name: None):
        if not LEFT_OUT.search(info.name):
            yield info.name


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--modules", nargs="*")
    parser.add_argument("--limit", type=float, default=10, help="seconds a function may take")
    parser.add_argument("--list", action="store_true", help="print every refusal")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        return compile_module(options.one, options.limit)
    counts, reasons, bad, slowest = collections.Counter(), collections.Counter(), [], []
    environment = {**os.environ, "AIC_CACHE": "off", "DISPLAY": "", "PYTHONDONTWRITEBYTECODE": "1"}
    for name in options.modules or modules():
        command = [sys.executable, __file__, "--one", name, "--limit", str(options.limit)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=1800, stdin=subprocess.DEVNULL)
            output, status = done.stdout, done.returncode
        except subprocess.TimeoutExpired as error:
            output, status = (error.stdout or b"").decode(), "no end"
        lines = [json.loads(line) for line in output.splitlines() if line.endswith("]")]
        if lines and len(lines[-1]) == 1:
            lines.append([lines[-1][0], "crash", f"exit status {status}", 0])
        for line in lines:
            if len(line) == 1:
                continue
            qualified, outcome, reason, took = line
            counts[outcome] += 1
            slowest.append((took, f"{name}.{qualified}"))
            if outcome == "refused":
                reasons[re.sub(r"`[^`]*`", "`…`", reason)[:90]] += 1
            if outcome == "refused" and options.list:
                print(f"{name}.{qualified}: {reason}")
            if outcome not in ("refused", "compiles"):
                bad.append(f"{outcome}: {name}.{qualified}: {reason}")
                print(bad[-1], flush=True)
    total = sum(counts.values())
    print(f"\n{total} functions: " + ", ".join(f"{n} {outcome}" for outcome, n in counts.most_common()))
    print(f"{100 * counts['compiles'] / max(total, 1):.1f} % compile; the slowest: " + ", ".join(f"{n} {t:.1f} s" for t, n in sorted(slowest)[-3:]))
    for reason, n in reasons.most_common(25):
        print(f"{n:6} {reason}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
