"""bytes and bytearray: in, out, changed in place, their methods, codecs and errors, against CPython."""
import pytest

from harness import check

SAMPLES = [b"", b"a", b"hello world", b"\x00\xff\x80abc\xff", b"a,b,,c", b"  \t x y \n", b"it's", b'"', b"'\"\n\r\t\\\x7f", bytes(range(256))]


def parts(b):
    return len(b), b[:3], b[-2:], b[::-1], b[1:-1:2], list(b), [x * 2 for x in b]


def one(b, i):
    return b[i]


def joined(b):
    total = 0
    for x in b:
        total = total * 3 + x
        total %= 1000003
    return b + b"!" + b, b * 3, 2 * b, total, b == b"a", b != b"a", b < b"hello", b"a" in b, 97 in b, b"" in b, bool(b)


def texts(b):
    return repr(b), str(b), f"{b!r} and {b}", "%s" % b, "%r" % b


@pytest.mark.parametrize("f", [parts, joined, texts])
@pytest.mark.parametrize("b", SAMPLES)
def test_of_samples(f, b):
    check(f, b)


@pytest.mark.parametrize("i", [0, 2, -1, 3, -4])
def test_one_byte(i):
    check(one, b"abc", i)


def found(b, piece):
    return (b.find(piece), b.rfind(piece), b.count(piece), b.find(piece, 2), b.find(piece, -3, -1), b.startswith(piece),
            b.endswith(piece), b.replace(piece, b"--"), b.removeprefix(piece), b.removesuffix(piece), piece in b)


def found_byte(b, x):
    return b.find(x), b.rfind(x), b.count(x), x in b


def indexed(b, piece):
    return b.index(piece), b.rindex(piece)


def split_up(b, sep):
    return b.split(), b.split(sep), b.rsplit(sep, 1), b.split(sep, 1), b.partition(sep), b.rpartition(sep), b.splitlines(), b.splitlines(True)


@pytest.mark.parametrize("b", SAMPLES)
@pytest.mark.parametrize("piece", [b"a", b",", b"lo", b"\xff"])
def test_searching(b, piece):
    check(found, b, piece)
    check(split_up, b, piece)
    check(indexed, b, piece)


@pytest.mark.parametrize("x", [97, 255, 0, 256, -1])
def test_searching_bytes(x):
    check(found_byte, b"banana\xff\x00", x)


def spaced(b):
    return b.split(None, 1), b.rsplit(None, 1), b.strip(), b.lstrip(), b.rstrip(), b.strip(b"ax"), b.split(maxsplit=0)


def cases(b):
    return b.upper(), b.lower(), b.title(), b.capitalize(), b.swapcase(), b.isalpha(), b.isdigit(), b.isalnum(), b.isspace(), b.isupper(), b.islower(), b.istitle(), b.isascii()


def padded(b):
    return b.ljust(8), b.rjust(8, b"*"), b.center(9, b"."), b.zfill(7), b.expandtabs(4), b.hex(), b.hex(":"), b.hex("_", 2), b.hex("_", -3)


@pytest.mark.parametrize("f", [spaced, cases, padded])
@pytest.mark.parametrize("b", SAMPLES + [b"Hello World", b"-42", b"ABC", b"12", b" \x1c\x85"])
def test_methods(f, b):
    check(f, b)


def made(n):
    return bytes(n), bytes([1, 2, n]), bytes((n, 255)), bytes(range(n)), bytes(), bytes("aé", "utf-8"), bytearray(n), bytearray(b"xy"), bytearray([n])


@pytest.mark.parametrize("n", [0, 3, 255, 256, -1])
def test_making(n):
    check(made, n)


def from_list(values):
    return bytes(values), bytearray(values)


@pytest.mark.parametrize("values", [[], [1, 2, 3], [256], [0, -1]])
def test_from_lists(values):
    check(from_list, values)


def of_hex(s):
    return bytes.fromhex(s), bytearray.fromhex(s)


@pytest.mark.parametrize("s", ["", "00ff", "0A 1b\t2C", "0", "0g", "zz", "a b"])
def test_fromhex(s):
    check(of_hex, s)


def keys(words):
    counts = {}
    for w in words:
        counts[w] = counts.get(w, 0) + 1
    return counts, hash(words[0]) == hash(bytes(words[0])), words[0] in counts, sorted(set(words))


def mixed_keys(a, b):
    d = {a: 1, b: 2}
    return d, d[a], b in d, {a: 1}.get(a)


def test_keys():
    check(keys, [b"a", b"b", b"a", b"\xff"])
    check(mixed_keys, b"a", "a")
    check(mixed_keys, b"\xff", "ÿ")


def decoded(b):
    return b.decode()


def decoded_loosely(b):
    return b.decode("utf-8", "replace"), b.decode("utf-8", errors="ignore"), b.decode("latin-1"), b.decode("ascii", "replace")


def decoded_ascii(b):
    return b.decode("ascii")


def told(b):
    try:
        return b.decode()
    except UnicodeDecodeError as e:
        return str(e)


BROKEN = [b"abc", "aé€😀z".encode(), b"\xff", b"a\x80", b"\xc3", b"\xc3(", b"\xe2\x82", b"\xe2\x82(", b"\xe2(\xa1", b"\xed\xa0\x80",
          b"\xf0\x9f\x98", b"\xf0\x8f\x98\x80", b"\xf4\x90\x80\x80", b"\xf5abc", b"x\xe0\x80\x80y", b"\xc0\xaf"]


@pytest.mark.parametrize("b", BROKEN)
def test_decoding(b):
    check(decoded, b)
    check(decoded_loosely, b)
    check(decoded_ascii, b)
    check(told, b)


def encoded(s):
    return s.encode(), s.encode("utf-8"), len(s.encode("UTF8")), s.encode("ascii", "replace"), s.encode("latin-1", "ignore")


def encoded_ascii(s):
    return s.encode("ascii")


def encoded_latin(s):
    return s.encode("latin-1")


@pytest.mark.parametrize("s", ["", "abc", "é", "aé€😀z", "ÿÿ€€x"])
def test_encoding(s):
    check(encoded, s)
    check(encoded_ascii, s)
    check(encoded_latin, s)


def packed(n, length, signed):
    return n.to_bytes(length, "big", signed=signed), n.to_bytes(length, "little", signed=signed)


def unpacked(b):
    return int.from_bytes(b, "big"), int.from_bytes(b, "little"), int.from_bytes(b, "big", signed=True), int.from_bytes(b, "little", signed=True)


@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize("n", [0, 1, 127, 128, 255, 256, -1, -128, -129, 65535, 2**40])
def test_packing(n, signed):
    check(packed, n, 2, signed)
    check(packed, n, 8, signed)


@pytest.mark.parametrize("b", [b"", b"\x01", b"\xff\xfe", b"\x80\x00\x00", b"\x7f\xff\xff\xff\xff\xff\xff"])
def test_unpacking(b):
    check(unpacked, b)


def numbers(b):
    return int(b), int(b, 16), float(b)


@pytest.mark.parametrize("b", [b"12", b" 7 ", b"x", b"\xff"])
def test_numbers(b):
    check(numbers, b)


def character(b):
    return ord(b)


def test_ord():
    check(character, b"x")
    check(character, b"xy")


CONSTANT = b"\x01\x02\xff"


def constants(i):
    return CONSTANT[i], CONSTANT + b"ab" b"c", b"%", b"" or b"x", b"a" == "a", b"a" != "a", isinstance(CONSTANT, bytes), isinstance(CONSTANT, str), type(CONSTANT).__name__


def test_constants():
    check(constants, 2)


def union(flag):
    x = b"bytes" if flag else "text"
    return x, len(x), x == b"bytes", isinstance(x, bytes)


def test_union():
    check(union, True)
    check(union, False)


# ---- bytearray ----
def changed(a):
    a.append(1)
    a.extend(b"xyz")
    a.extend([2, 3])
    a += b"!"
    a[0] = 255
    a[1:3] = b"longer piece"
    a[-1:] = []
    a.insert(2, 7)
    a.insert(-100, 8)
    last = a.pop()
    first = a.pop(0)
    a.reverse()
    del a[1]
    del a[::3]
    a.remove(122)
    return last, first, len(a), a


def refused_bytes(a, x):
    try:
        a.append(x)
    except ValueError as e:
        return str(e)
    a[0] = x
    return a


def sliced(a):
    b = a[1:4]
    b[0] = 0
    a[::2] = b"\x01" * len(a[::2])
    c = a.copy()
    c *= 2
    return b, a, c, a[::-1], a + b"x", b"x" + a, a * 2, a == b, a == bytes(a), bytes(a) == a, a < b, a is a, a in [b], repr(a), str(a)


def asked(a):
    return a.find(b"b"), a.split(b","), a.upper(), a.decode(), a.hex(), a.startswith(b"a"), list(a), sum(a), max(a), sorted(a), a.partition(b","), bytes(a), 98 in a, bool(a), b"b" in a


def looped(a):
    out = 0
    for i, x in enumerate(a):
        out += i * x
        if x == 98:
            a.append(1)
    for x in reversed(a):
        out ^= x
    first, *rest = a
    return out, first, rest


def same(a, b):
    a[0] = 9
    return b[0], a is b


@pytest.mark.parametrize("f", [changed, sliced, asked, looped])
@pytest.mark.parametrize("a", [b"abcdef", b"a,b,c", b"bbbb"])
def test_bytearrays(f, a):
    check(f, bytearray(a))


@pytest.mark.parametrize("x", [0, 255, 256, -1])
def test_values_of_bytes(x):
    check(refused_bytes, bytearray(b"abc"), x)


def test_one_bytearray_twice():
    a = bytearray(b"abc")
    check(same, a, a)
    check(same, bytearray(b"x"), bytearray(b"y"))


def errors(a, what):
    if what == 0:
        a[10] = 1
    if what == 1:
        return a[10]
    if what == 2:
        a.pop(10)
    if what == 3:
        a.clear()
        a.pop()
    if what == 4:
        a.remove(200)
    if what == 5:
        a[0] = 300
    if what == 6:
        a[::2] = b"123456"
    if what == 7:
        del a[10]
    return a


@pytest.mark.parametrize("what", range(8))
def test_errors(what):
    check(errors, bytearray(b"abc"), what)


def grown(n):
    a = bytearray()
    for i in range(n):
        a.append(i % 256)
    return a, bytes(a)


def sieve(n):
    is_prime = bytearray([1]) * (n + 1)
    is_prime[0] = is_prime[1] = 0
    for i in range(2, n):
        if is_prime[i]:
            for j in range(i * i, n + 1, i):
                is_prime[j] = 0
    return sum(is_prime), is_prime.count(1)


def crc(data):
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0xEDB88320 if value & 1 else value >> 1
    return value ^ 0xFFFFFFFF


def test_programs():
    check(grown, 1000)
    check(sieve, 1000)
    check(crc, b"123456789")
    check(crc, bytearray(b"123456789"))


def in_containers(items, table):
    items.append(b"new")
    table[b"k"] = items[0]
    return items, table, (items[0], b"x")


def buffers(items):
    items[0].append(7)
    items[1] = bytearray(b"other")
    return len(items[0])


def test_in_containers():
    check(in_containers, [b"a", b"b"], {b"z": b"y"})
    check(buffers, [bytearray(b"a"), bytearray(b"b")])
