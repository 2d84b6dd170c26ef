"""`f.explain()`: the source with what became of each line, as text and as a page of HTML."""
import html
import inspect

from aic import _aic

_KINDS = ("interpreted", "fused", "vectorised", "loop", "call", "allocated", "checked")
_STYLE = """
.aic-explain { font: 13px/1.5 ui-monospace, Menlo, Consolas, monospace; max-width: 72rem; color: #1b1f24; background: #fff }
.aic-explain h4 { font: 600 14px/1.4 system-ui, sans-serif; margin: 1.2em 0 .3em }
.aic-explain table { border-collapse: collapse; width: 100% }
.aic-explain td { padding: 0 .7em; vertical-align: top; text-align: left; white-space: pre-wrap; border: 0 }
.aic-explain td.n { color: #8c959f; text-align: right; width: 3em; white-space: nowrap }
.aic-explain td.s { width: 50% }
.aic-explain tr.noted { background: #f6f8fa }
.aic-explain span { border-left: 3px solid; padding-left: .5em; display: block }
.aic-explain .fused { color: #0a5c36 } .aic-explain .vectorised { color: #0a5c36 } .aic-explain .loop { color: #0550ae }
.aic-explain .interpreted { color: #a40e26 }
.aic-explain .call { color: #6639a6 } .aic-explain .allocated { color: #953800 } .aic-explain .checked { color: #57606a }
.aic-explain pre { color: #a40e26 }
@media (prefers-color-scheme: dark) {
  .aic-explain { color: #d6dbe1; background: #16191d } .aic-explain tr.noted { background: #20252b }
  .aic-explain .fused, .aic-explain .vectorised { color: #6fd39a } .aic-explain .loop { color: #79b8ff }
  .aic-explain .interpreted { color: #ff8f9c } .aic-explain .call { color: #c8a6f5 } .aic-explain .allocated { color: #ffab70 } .aic-explain .checked { color: #9aa4ae }
  .aic-explain pre { color: #ff8f9c }
}
"""


class Explanation:
    """What became of a compiled function, signature by signature. Prints as text; a notebook shows a table.

    `interpreted`: of a function with fallback="python", the statements that the interpreter runs, here and in the functions that it
    calls, each with `file`, `line`, `text` and `why`. `signatures`: a list of dicts with "signature", "notes" ((line, kind, text) of the function's own file, kind one of
    interpreted, fused, vectorised, loop, call, allocated, checked) and, where the signature was left to the interpreter, "refused".
    """

    def __init__(self, f):
        self.name = f.__qualname__
        try:
            lines, self.first_line = inspect.getsourcelines(f.py_func)
        except (OSError, TypeError):
            lines, self.first_line = [], 1
        self.lines = [line.rstrip("\n") for line in lines]
        self.file = f.py_func.__code__.co_filename
        self.compile_seconds = f.compile_seconds
        self.signatures = [self._sorted(row) for row in _aic.explanations(f)]
        self.interpreted = []
        if f._split is not None:
            self._add_parts(f)

    def _sorted(self, row):
        own = {(line, kind, text) for file, line, kind, text in row["notes"] if file == self.file}
        row["notes"] = sorted(own, key=lambda note: (note[0], _KINDS.index(note[1])))
        return row

    def _add_parts(self, f):
        """Of a function that was taken apart: its places, and what became of the parts."""
        from aic.fallback import parts_of
        from aic.parts import split_of
        self.interpreted = split_of(f).all_places()
        apart = next((row for row in self.signatures if "refused" in row), None)
        if apart is None:
            apart = {"signature": "…", "overlap": False, "large": False}
        self.signatures = [row for row in self.signatures if "refused" not in row] + [apart]
        apart.pop("refused", None)
        notes = [(p.file, p.line, "interpreted", "interpreted: " + p.why.splitlines()[0]) for p in self.interpreted]
        for part in parts_of(f):
            for row in _aic.explanations(part):
                notes += row["notes"]
        apart["notes"] = notes
        self._sorted(apart)

    def _title(self, row):
        special = [text for key, text in (("overlap", "arrays overlap"), ("large", "ints beyond 31 bits")) if row[key]]
        return f"{self.name}({row['signature']})" + (f"  [{', '.join(special)}]" if special else "")

    def _rows(self, row):
        """(line number, source, notes) of the function's text, and of lines outside it that have notes."""
        notes = {}
        for line, kind, text in row["notes"]:
            notes.setdefault(line, []).append((kind, text))
        for k, source in enumerate(self.lines):
            yield self.first_line + k, source, notes.pop(self.first_line + k, [])
        for line in sorted(notes):
            yield line, "", notes[line]

    def __str__(self):
        if not self.signatures:
            return f"{self.name}: nothing is compiled yet; call it, or {self.name}.compile(types)"
        out = []
        for row in self.signatures:
            out.append(self._title(row))
            if "refused" in row:
                out += ["  left to the interpreter:", *("  " + line for line in row["refused"].splitlines()), ""]
                continue
            out.append(f"  --> {self.file}:{self.first_line}")
            for number, source, notes in self._rows(row):
                out.append(f"{number:5} | {source}".rstrip())
                indent = len(source) - len(source.lstrip())
                out += [f"      | {' ' * indent}# {text}" for _, text in notes]
            out.append("")
        return "\n".join(out).rstrip()

    __repr__ = __str__

    def _repr_html_(self):
        out = [f'<div class="aic-explain"><style>{_STYLE}</style>']
        if not self.signatures:
            out.append(f"<p>{html.escape(str(self))}</p>")
        for row in self.signatures:
            out.append(f"<h4>{html.escape(self._title(row))}</h4>")
            if "refused" in row:
                out.append(f"<pre>left to the interpreter:\n{html.escape(row['refused'])}</pre>")
                continue
            out.append("<table>")
            for number, source, notes in self._rows(row):
                cells = "".join(f'<span class="{kind}">{html.escape(text)}</span>' for kind, text in notes)
                out.append(f'<tr{" class=noted" if notes else ""}><td class="n">{number}</td><td class="s">{html.escape(source)}</td>'
                           f"<td>{cells}</td></tr>")
            out.append("</table>")
        return "\n".join(out) + "</div>"
