"""`itertools`, written in the language: generators that a loop consumes."""
from aic.lib import prim


def count(start=0, step=1):
    n = start
    while True:
        yield n
        n += step


def _endless():
    pass


def repeat(object, times=_endless):
    if times is _endless:
        while True:
            yield object
    else:
        for i in range(times):
            yield object


def cycle(iterable):
    kept = []
    for x in iterable:
        yield x
        kept.append(x)
    while len(kept) > 0:
        for x in kept:
            yield x


def chain(*iterables):
    for each in iterables:
        for x in each:
            yield x


def _chain_from_iterable(iterables):
    for each in iterables:
        for x in each:
            yield x


def accumulate(iterable, func=None, *, initial=None):
    rest = iter(iterable)
    if initial is None:
        for x in rest:
            total = x
            break
        else:
            return
    else:
        total = initial
    yield total
    for x in rest:
        total = total + x if func is None else func(total, x)
        yield total


def islice(iterable, *bounds):
    if len(bounds) == 1:
        start, stop, step = 0, bounds[0], 1
    elif len(bounds) == 2:
        start, stop, step = bounds[0], bounds[1], 1
    else:
        start, stop, step = bounds
    if start is None:
        start = 0
    if step is None:
        step = 1
    if start < 0 or step < 1:
        raise ValueError("Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.")
    limited = stop is not None
    end = stop if stop is not None else 0
    if end < 0:
        raise ValueError("Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.")
    k = 0
    if not limited or end > 0:
        for x in iterable:
            if k >= start and (k - start) % step == 0:
                yield x
            k += 1
            if limited and k >= end:
                break


def takewhile(predicate, iterable):
    for x in iterable:
        if not predicate(x):
            break
        yield x


def dropwhile(predicate, iterable):
    dropping = True
    for x in iterable:
        if dropping and predicate(x):
            continue
        dropping = False
        yield x


def filterfalse(predicate, iterable):
    for x in iterable:
        if predicate is None:
            if not x:
                yield x
        elif not predicate(x):
            yield x


def compress(data, selectors):
    for x, chosen in zip(data, selectors):
        if chosen:
            yield x


def starmap(function, iterable):
    for arguments in iterable:
        yield function(*arguments)


def pairwise(iterable):
    before = None
    first = True
    for x in iterable:
        if not first:
            yield before, x
        before = x
        first = False


def groupby(iterable, key=None):
    """Groups as lists, which is what a group becomes where it is read at once."""
    group = []
    for x in iterable:
        k = x if key is None else key(x)
        if len(group) > 0 and k != before:
            yield before, group
            group = []
        before = k
        group.append(x)
    if len(group) > 0:
        yield before, group


def product(*iterables, repeat=1):
    if len(iterables) == 0:
        if repeat < 0:
            raise ValueError("repeat argument cannot be negative")
        yield ()
    elif len(iterables) == 1 and prim.is_static(repeat) and repeat == 1:
        for x in iterables[0]:
            yield (x,)
    elif len(iterables) == 1 and prim.is_static(repeat) and repeat == 2:
        pool = list(iterables[0])
        for x in pool:
            for y in pool:
                yield x, y
    elif len(iterables) == 1 and prim.is_static(repeat) and repeat == 3:
        pool = list(iterables[0])
        for x in pool:
            for y in pool:
                for z in pool:
                    yield x, y, z
    elif len(iterables) == 2 and prim.is_static(repeat) and repeat == 1:
        first, second = list(iterables[0]), list(iterables[1])
        for x in first:
            for y in second:
                yield x, y
    elif len(iterables) == 3 and prim.is_static(repeat) and repeat == 1:
        first, second, third = list(iterables[0]), list(iterables[1]), list(iterables[2])
        for x in first:
            for y in second:
                for z in third:
                    yield x, y, z
    else:
        pools = [list(each) for each in iterables] * repeat
        n = len(pools)
        places = [0] * n
        more = True
        for pool in pools:
            if len(pool) == 0:
                more = False
        while more:
            yield tuple([pools[k][places[k]] for k in range(n)])
            k = n - 1
            while k >= 0 and places[k] == len(pools[k]) - 1:
                places[k] = 0
                k -= 1
            if k < 0:
                more = False
            else:
                places[k] += 1


def _row(pool, indices, r):
    if not prim.is_static(r):
        return tuple([pool[indices[k]] for k in range(r)])
    row = ()
    for k in prim.static_range(r):
        row = row + (pool[indices[k]],)
    return row


def combinations(iterable, r):
    pool = list(iterable)
    n = len(pool)
    if r < 0:
        raise ValueError("r must be non-negative")
    if r <= n:
        indices = list(range(r))
        yield _row(pool, indices, r)
        more = r > 0
        while more:
            i = r - 1
            while i >= 0 and indices[i] == i + n - r:
                i -= 1
            if i < 0:
                more = False
            else:
                indices[i] += 1
                for j in range(i + 1, r):
                    indices[j] = indices[j - 1] + 1
                yield _row(pool, indices, r)


def combinations_with_replacement(iterable, r):
    pool = list(iterable)
    n = len(pool)
    if r < 0:
        raise ValueError("r must be non-negative")
    if n > 0 or r == 0:
        indices = [0] * r
        yield _row(pool, indices, r)
        more = r > 0
        while more:
            i = r - 1
            while i >= 0 and indices[i] == n - 1:
                i -= 1
            if i < 0:
                more = False
            else:
                k = indices[i] + 1
                for j in range(i, r):
                    indices[j] = k
                yield _row(pool, indices, r)


def permutations(iterable, r=None):
    pool = list(iterable)
    n = len(pool)
    if r is None:
        r = n
    if r < 0:
        raise ValueError("r must be non-negative")
    if r <= n:
        indices = list(range(n))
        cycles = list(range(n, n - r, -1))
        yield _row(pool, indices, r)
        more = n > 0
        while more:
            i = r - 1
            while i >= 0:
                cycles[i] -= 1
                if cycles[i] == 0:
                    moved = indices[i]
                    for j in range(i, n - 1):
                        indices[j] = indices[j + 1]
                    indices[n - 1] = moved
                    cycles[i] = n - i
                    i -= 1
                else:
                    j = cycles[i]
                    indices[i], indices[n - j] = indices[n - j], indices[i]
                    break
            if i < 0:
                more = False
            else:
                yield _row(pool, indices, r)


def _next_or(iterator, left, k, otherwise):
    if left[k]:
        try:
            return next(iterator)
        except StopIteration:
            left[k] = False
    return otherwise


def _iterators(iterables):
    if len(iterables) == 0:
        return ()
    return (iter(iterables[0]),) + _iterators(iterables[1:])


def _next_of_each(iterators, left, k, otherwise):
    if len(iterators) == 0:
        return ()
    return (_next_or(iterators[0], left, k, otherwise),) + _next_of_each(iterators[1:], left, k + 1, otherwise)


def zip_longest(*iterables, fillvalue=None):
    left = [True] * len(iterables)
    iterators = _iterators(iterables)
    while True:
        row = _next_of_each(iterators, left, 0, fillvalue)
        if not any(left):
            break
        yield row


def _took(iterator, seen):
    try:
        seen.append(next(iterator))
    except StopIteration:
        return False
    return True


def _tee(iterator, seen):
    """One of those that tee gives: `seen` is what the others have taken already."""
    k = 0
    while True:
        if k == len(seen):
            if not _took(iterator, seen):
                return
        yield seen[k]
        k += 1


def tee(iterable, n=2):
    source = iter(iterable)
    seen = []
    row = ()
    for k in prim.static_range(n):
        row = row + (_tee(source, seen),)
    return row
