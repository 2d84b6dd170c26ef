"""heapq: CPython's sifts, so that equal elements and the layout of the heap come out the same."""
from aic.lib import prim


def _siftdown(heap, start, pos):
    item = heap[pos]
    while pos > start:
        parent = (pos - 1) >> 1
        other = heap[parent]
        if not item < other:
            break
        heap[pos] = other
        pos = parent
    heap[pos] = item


def _siftup(heap, pos):
    end = len(heap)
    start = pos
    item = heap[pos]
    child = 2 * pos + 1
    while child < end:
        right = child + 1
        if right < end and not heap[child] < heap[right]:
            child = right
        heap[pos] = heap[child]
        pos = child
        child = 2 * pos + 1
    heap[pos] = item
    _siftdown(heap, start, pos)


def heappush(heap, item):
    heap.append(item)
    _siftdown(heap, 0, len(heap) - 1)


def heappop(heap):
    if len(heap) == 0:
        raise IndexError("index out of range")
    last = heap.pop()
    if len(heap) == 0:
        return last
    first = heap[0]
    heap[0] = last
    _siftup(heap, 0)
    return first


def heapreplace(heap, item):
    if len(heap) == 0:
        raise IndexError("index out of range")
    first = heap[0]
    heap[0] = item
    _siftup(heap, 0)
    return first


def heappushpop(heap, item):
    if len(heap) > 0 and heap[0] < item:
        first = heap[0]
        heap[0] = item
        _siftup(heap, 0)
        return first
    return item


def heapify(x):
    for i in range(len(x) // 2 - 1, -1, -1):
        _siftup(x, i)


def nsmallest(n, iterable, key=None):
    return sorted(iterable, key=key)[:max(n, 0)]


def nlargest(n, iterable, key=None):
    return sorted(iterable, key=key, reverse=True)[:max(n, 0)]


def merge(*iterables, key=None, reverse=False):
    rows = _rows(iterables)
    places = [0] * len(rows)
    while True:
        best = -1
        for k in range(len(rows)):
            if places[k] < len(rows[k]):
                if best < 0 or _stands_before(rows[k][places[k]], rows[best][places[best]], key, reverse):
                    best = k
        if best < 0:
            break
        yield rows[best][places[best]]
        places[best] += 1


def _rows(iterables):
    rows = []
    for x in iterables:
        if not isinstance(x, (list, tuple)):
            prim.refuse("heapq.merge of what is no list and no tuple")
        rows.append([y for y in x])
    return rows


def _stands_before(x, y, key, reverse):
    if key is None:
        return y < x if reverse else x < y
    return key(y) < key(x) if reverse else key(x) < key(y)
