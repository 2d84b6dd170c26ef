"""A relocatable object (ELF, x86-64) that holds read-only data under names: the manifest of a library."""
import struct

_SECTION = struct.Struct("<IIQQQQIIQQ")
_SYMBOL = struct.Struct("<IBBHQQ")


def data_object(symbols):
    """`symbols`: {name: bytes}. Each stands aligned to 8 bytes in .rodata, under a global name."""
    texts, data = bytearray(b"\0"), bytearray()
    rows = [_SYMBOL.pack(0, 0, 0, 0, 0, 0)]
    for name, value in symbols.items():
        data += b"\0" * (-len(data) % 8)
        rows.append(_SYMBOL.pack(len(texts), 1 << 4 | 1, 0, 1, len(data), len(value)))  # global object in section 1
        texts += name.encode() + b"\0"
        data += value
    names = b"\0.rodata.aic\0.symtab\0.strtab\0.shstrtab\0.note.GNU-stack\0"
    at, contents, sections = 64, bytearray(), [_SECTION.pack(*[0] * 10)]

    def add(name, kind, flags, value, link=0, info=0, align=8, entry=0):
        contents.extend(b"\0" * (-len(contents) % 8))
        sections.append(_SECTION.pack(names.index(b"\0" + name + b"\0") + 1, kind, flags, 0, at + len(contents), len(value), link, info, align, entry))
        contents.extend(value)

    add(b".rodata.aic", 1, 2, bytes(data))
    add(b".symtab", 2, 0, b"".join(rows), link=3, info=1, entry=_SYMBOL.size)
    add(b".strtab", 3, 0, bytes(texts), align=1)
    add(b".shstrtab", 3, 0, names, align=1)
    add(b".note.GNU-stack", 1, 0, b"", align=1)
    contents.extend(b"\0" * (-len(contents) % 8))
    header = b"\x7fELF\2\1\1" + b"\0" * 9 + struct.pack("<HHIQQQIHHHHHH", 1, 62, 1, 0, 0, at + len(contents), 0, 64, 0, 0, _SECTION.size, len(sections), 4)
    return header + bytes(contents) + b"".join(sections)
