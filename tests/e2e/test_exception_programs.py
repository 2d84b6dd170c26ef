"""Programs that go by exceptions of their own: parsers, accounts, validation, retries; what they hold, cause and leave with."""
import contextlib
from dataclasses import dataclass, field
from typing import Optional

import numpy as np
import pytest

import aic
from harness import check, same_exception


class AppError(Exception):
    code = 0


class ParseError(AppError):
    code = 1

    def __init__(self, pos, message):
        super().__init__(message)
        self.pos = pos


class Insufficient(AppError):
    code = 2

    def __init__(self, balance, need):
        self.balance, self.need = balance, need
        super().__init__(f"need {need:.2f}, have {balance:.2f}")

    @property
    def short(self):
        return self.need - self.balance


class Closed(AppError, ValueError):
    def __str__(self):
        return "closed!"


class Validation(ValueError):
    def __init__(self, name, *problems):
        super().__init__(name, *problems)
        self.name, self.problems = name, list(problems)


class OfArray(Exception):
    def __init__(self, a, n):
        super().__init__("array", n)
        self.a, self.table, self.values = a, {"n": n}, [n]


@dataclass
class Coded(Exception):
    number: int
    text: str = "none"


@dataclass
class Account:
    balance: float = 0.0
    log: list = field(default_factory=list)

    def withdraw(self, x):
        if x > self.balance:
            raise Insufficient(self.balance, x)
        self.balance -= x
        self.log.append(("withdrawn", x))
        return self.balance


def bank(amounts):
    account, failed = Account(100.0), []
    for x in amounts:
        try:
            if x < 0:
                raise Closed("negative")
            account.withdraw(x)
        except Insufficient as e:
            failed.append(e.short)
        except AppError as e:
            failed.append(float(e.code))
        finally:
            account.log.append(("asked", x))
    return account, failed


def leaves_with_fields(account, x):
    account.withdraw(x)
    return account


def validated(d):
    errors = []
    for k in d:
        try:
            if d[k] < 0:
                raise Validation(k, "negative")
            if d[k] > 10:
                raise Validation(k, "big", "very")
        except Validation as v:
            errors.append((v.name, len(v.problems), v.args, str(v)))
    return errors


def total(texts):
    n = 0
    for text in texts:
        try:
            n += int(text)
        except ValueError as e:
            raise Validation(text, str(e)) from e
    return n


def kept(n):
    errors = []
    for k in range(n):
        try:
            if k % 2:
                raise ParseError(k, "odd")
            raise Closed("even")
        except ParseError as e:
            errors.append(e)
        except AppError as e:
            errors.append(e)
    return [str(e) for e in errors], [e.code for e in errors]


def last_of(n):
    error: Optional[ParseError] = None
    for k in range(n):
        try:
            if k % 3 == 2:
                raise ParseError(k, "third")
        except ParseError as e:
            error = e
    return error.pos if error is not None else -1


def of_class(k):
    cls = ParseError if k else Closed
    try:
        raise cls(k, "b") if k else cls("dynamic")
    except AppError as e:
        return e.code, str(e), type(e) is Closed, isinstance(e, (KeyError, ParseError)), e.args


def identities(n):
    a, b = Coded(n), Coded(n, "other")
    try:
        raise a if n else b
    except Coded as e:
        return e is a, e is b, e.number, e.text, e.args, repr(a) == repr(b)


def attribute_of_any(n):
    try:
        if n:
            raise ParseError(n, "x")
        raise ValueError("v")
    except Exception as e:
        try:
            return e.pos
        except AttributeError as a:
            return str(a)


def chain(n):
    if n == 0:
        raise ParseError(0, "bottom")
    try:
        chain(n - 1)
    except ParseError as e:
        raise Validation("at", str(n)) from e


def three_handlers(n):
    try:
        try:
            [][n]
        except IndexError as a:
            try:
                {}[n]
            except KeyError:
                raise ParseError(n, "z") from a
    except ParseError as e:
        return type(e.__cause__).__name__, type(e.__context__).__name__, type(e.__context__.__context__).__name__


def changed_on_the_way(n):
    try:
        try:
            raise ParseError(n, "inner")
        except ParseError as e:
            e.pos += 10
            raise
        finally:
            n += 1
    except ParseError as e:
        return e.pos, n, e.args


def with_an_array(a):
    raise OfArray(a * 2, 3)


def array_in_the_handler(a):
    try:
        raise OfArray(a, 3)
    except OfArray as e:
        e.a[0] = 7.0
        return e.a.sum(), e.table, e.values, e.args


def suppressed(n):
    with contextlib.suppress(ParseError, Closed):
        if n == 1:
            raise Closed("x")
        if n == 2:
            raise ParseError(1, "y")
        if n == 3:
            raise Validation("f")
        return "none"
    return "suppressed"


def in_a_generator(n):
    def numbers():
        for i in range(n):
            if i == 3:
                raise ParseError(i, "generator")
            yield i

    out = []
    try:
        for v in numbers():
            out.append(v)
    except ParseError as e:
        out.append(-e.pos)
    return out


def many(n):
    c = 0
    for i in range(n):
        try:
            if i % 2:
                raise ParseError(i, "m")
            raise KeyError("k" + str(i))
        except ParseError as e:
            c += e.pos
        except KeyError as e:
            c += len(str(e))
    return c


# What an error record refers to lives as long as the handler may ask for it.
def text_of_a_lost_key(d, s):
    key = s + "x"
    try:
        return d[key]
    except KeyError as e:
        first, second = s + "y", "z" * 40 + s
        return str(e), e.args[0], first, second


def parts_of_a_lost_key(d, s):
    key = s + "x"
    try:
        return d[(key, 1)]
    except KeyError as e:
        other = s.upper() + "y"
        return str(e), e.args[0][0], other


def text_of_a_lost_number(s):
    try:
        return int(s + "q")
    except ValueError as e:
        other = "w" * 50 + s
        return str(e), other


CALLS = [
    (bank, [([10.0, 200.0, -1.0, 90.0],)]), (leaves_with_fields, [(Account(5.0), 3.0), (Account(5.0), 30.0)]),
    (validated, [({"a": 1, "b": -1, "c": 50},)]), (total, [(["1", "x"],), (["1"],)]), (kept, [(4,), (0,)]),
    (last_of, [(7,), (1,)]), (of_class, [(0,), (1,)]), (identities, [(0,), (1,)]), (attribute_of_any, [(0,), (1,)]),
    (chain, [(0,), (1,), (3,)]), (three_handlers, [(1,)]), (changed_on_the_way, [(1,)]),
    (with_an_array, [(np.arange(3.0),)]), (array_in_the_handler, [(np.arange(3.0),)]),
    (suppressed, [(0,), (1,), (2,), (3,)]), (in_a_generator, [(2,), (6,)]), (many, [(500,)]),
    (text_of_a_lost_key, [({"a": 1}, "b" * 60), ({"ax": 1}, "a")]), (parts_of_a_lost_key, [({("a", 1): 1}, "b" * 60)]),
    (text_of_a_lost_number, [("1" * 70,)]),
]


@pytest.mark.parametrize("function, calls", CALLS, ids=lambda v: getattr(v, "__name__", ""))
def test_like_cpython(function, calls):
    compiled = aic.jit(function)
    for args in calls:
        check(function, *args, compiled=compiled)
        check(function, *args, compiled=compiled)


def returned(n):
    try:
        raise ParseError(n, "r")
    except ParseError as e:
        return e


def test_an_exception_is_a_result():
    assert same_exception(aic.jit(returned)(3), ParseError(3, "r"))


class Both(KeyError, AttributeError):
    pass


class NoFile(FileNotFoundError):
    pass


def raises_both():
    raise Both("x")


def raises_no_file():
    raise NoFile("x")


def argument_list(xs):
    raise ValueError(xs)


@pytest.mark.parametrize("function, args, why", [
    (raises_both, (), "a subclass of both `KeyError` and `AttributeError`"),
    (raises_no_file, (), "a subclass of `FileNotFoundError`"),
    (argument_list, ([1],), "a builtin exception with an argument of type list")])
def test_refusals(function, args, why):
    with pytest.raises(aic.CompileError, match=why):
        aic.jit(function)(*args)


def a_pair_of_two_kinds(a, k):
    try:
        with contextlib.nullcontext():
            return a, 10 // a[k]
    except (IndexError, ZeroDivisionError) as e:
        return a, str(e)


def test_a_pair_whose_second_part_is_of_two_kinds():
    for k in (0, 1, 2):
        check(a_pair_of_two_kinds, [0, 3], k)
