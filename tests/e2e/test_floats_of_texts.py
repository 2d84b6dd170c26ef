"""float() of texts, bit for bit: those that are read digit by digit, and those just beyond."""
import random
import struct

import pytest

import aic
from harness import check

FORMS = ["", ".", "-", "+", "-.", "1.", ".5", "-.5e3", "1..2", "1e", "+-1", "  12.5 \n", "1_000.5", "1__0", "_1", "1_", "inf", "-Infinity",
         "0x10", "\x00", "1\x00", "٣.٥", "1e400", "-0", "-0.0", "00012", "9007199254740991", "9007199254740993", "9007199254740992.0",
         "1234567890123456789", "12345678901234567890", "0." + "0" * 17 + "1", "0." + "0" * 18 + "1", "1" * 63, "1" * 64, "1" * 65,
         "1." + "3" * 80, " " * 100 + "7", "é1", "1é"]


def number(s):
    return float(s)


@pytest.mark.parametrize("text", FORMS)
def test_forms(text):
    check(number, text)


def test_many():
    draw = random.Random(5)
    compiled = aic.jit(number)
    for k in range(4000):
        x = struct.unpack("d", draw.randbytes(8))[0]
        text = [repr(draw.uniform(-1e6, 1e6)), f"{draw.uniform(-1e3, 1e3):.{k % 20}f}", repr(x)][k % 3]
        if x == x:
            assert struct.pack("d", compiled(text)) == struct.pack("d", float(text)), text


def of_hex(s):
    return float.fromhex(s)


HEX_FORMS = ["", "0x", "0x.", "1", "0x1.8p3", "zz", "inf", "-INF", "nan", " 0x1p-1074 ", "0x1p-1075", "0x1.8p-1075", "0x1.0000000000001p-1075", "0x1p1024",
             "0x1.fffffffffffff8p1023", "0x1.fffffffffffff7ffp1023", "0x1p", "1p+", "0x1.2.3", "0x0p99999999999999999999", "0x1p99999999999999999999",
             "0x1p-99999999999999999999", "+0x.8", "0x8.", "-0x0", "infinity", "0X1P3", "0x1.00000000000008", "0x1.00000000000018",
             "0x1.000000000000080001", "1_0", "- 1", "0x" + "0" * 300 + "1", "0x." + "0" * 300 + "1", "1" + "0" * 240 + "."]


@pytest.mark.parametrize("text", HEX_FORMS)
def test_hex_forms(text):
    check(of_hex, text)


def test_many_in_hex():
    draw = random.Random(6)
    compiled = aic.jit(of_hex)
    for k in range(2000):
        x = struct.unpack("d", draw.randbytes(8))[0]
        digits = "".join(draw.choice("0123456789abcdef") for _ in range(draw.randint(1, 20)))
        text = [x.hex(), f"-0x{digits}p{draw.randint(-1150, 900)}", f"0x.{digits}"][k % 3]
        assert struct.pack("d", compiled(text)) == struct.pack("d", float.fromhex(text)), text
