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
