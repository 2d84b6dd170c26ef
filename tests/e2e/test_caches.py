"""functools.cache and lru_cache: around functions of the module, and around nested ones."""
import functools
from functools import cache, lru_cache

import pytest

import aic
from harness import check


@cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


@functools.lru_cache(maxsize=None)
def paths(rows, columns):
    if rows == 0 or columns == 0:
        return 1
    return paths(rows - 1, columns) + paths(rows, columns - 1)


@lru_cache
def words(text, k=1):
    return [text] * k


@lru_cache(maxsize=2)
def even(n):
    return True if n == 0 else odd(n - 1)


@cache
def odd(n):
    return False if n == 0 else even(n - 1)


@cache
def checked(n):
    if n < 0:
        raise ValueError(f"negative: {n}")
    return n * 2


def module(n):
    return fib(n), paths(n // 4, n // 5), even(n), odd(n)


def same_object(n):
    a = words("x", n)
    a.append("y")
    return words("x", n), words("x", n) is a, words("x"), words(text="z")


def errors(n):
    try:
        checked(-n)
    except ValueError as e:
        return str(e), checked(n), checked(-n)


def nested(coins, amount):
    @cache
    def ways(i, left):
        if left == 0:
            return 1
        if left < 0 or i == len(coins):
            return 0
        return ways(i + 1, left) + ways(i, left - coins[i])
    return ways(0, amount)


def edit_distance(a, b):
    @functools.lru_cache(maxsize=None)
    def d(i, j):
        if i == 0 or j == 0:
            return i + j
        same = 0 if a[i - 1] == b[j - 1] else 1
        return min(d(i - 1, j) + 1, d(i, j - 1) + 1, d(i - 1, j - 1) + same)
    return d(len(a), len(b))


def in_a_loop(rows):
    out = []
    for row in rows:
        @cache
        def best(i):
            return 0 if i >= len(row) else max(best(i + 1), row[i] + best(i + 2))
        out.append(best(0))
    return out


def texts(s):
    @cache
    def is_palindrome(i, j):
        return i >= j or (s[i] == s[j] and is_palindrome(i + 1, j - 1))
    return sum(1 for i in range(len(s)) for j in range(i, len(s)) if is_palindrome(i, j))


def test_of_the_module():
    check(module, 40)
    check(same_object, 3)
    check(errors, 3)
    f = aic.jit(module)
    assert f(10) == module(10) and f(90) == module(90)


def test_nested():
    check(nested, [1, 2, 5], 100)
    check(edit_distance, "intention", "execution")
    check(texts, "abacabadabacaba")
    check(in_a_loop, [[1, 2, 3], [5], []])


@cache
def prints(n):
    print(n)
    return n


def test_what_would_be_seen_is_refused():
    with pytest.raises(aic.CompileError, match="prints"):
        aic.jit(lambda n: prints(n))(1)
    with pytest.raises(aic.CompileError, match="several types"):
        aic.jit(lambda n: (fib(n), fib(n * 1.0)))(1)


@functools.lru_cache(maxsize=None)
def best_move(board, who):
    if " " not in board:
        return 1, None
    best = None
    for i, c in enumerate(board):
        if c != " ":
            continue
        score, _ = best_move(board[:i] + who + board[i + 1:], "O" if who == "X" else "X")
        if best is None or score > best[0]:
            best = (score, i)
    return best


@functools.cache
def pair_or_none(n):
    if n == 0:
        return 1, None
    s, _ = pair_or_none(n - 1)
    return (s, n) if n < 3 else None if n == 3 else (s, None)


def test_results_of_several_tuples():
    def played(n):
        board, who = " " * n, "X"
        for _ in range(n):
            _, m = best_move(board, who)
            board, who = board[:m] + who + board[m + 1:], "XO"[who == "X"]
        return board, pair_or_none(2), pair_or_none(0)

    check(played, 4)
    check(lambda n: pair_or_none(n), 3)
    check(lambda n: pair_or_none(n), 4)


def test_what_a_cache_tells_is_refused():
    def told(n):
        return best_move.cache_info().hits + n

    with pytest.raises(aic.CompileError, match="begins with an empty cache"):
        aic.jit(told)(1)
