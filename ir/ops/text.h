// Strings: each op is one call of the runtime (runtime/abi.h: `str.concat` is str_concat), its types are told by
// `signature`: s str or bytes, i int, b bool, f float, l bytearray, t a list of such strings; what follows `>` is the result. Strings are values: nothing writes to one. Of bytes they are
// the characters below 256.
// Indices, starts and counts are in range; `start`, `count`, `step` are those of a slice, `start`, `stop` 0 ≤ start, stop ≤ n.
#pragma once
#include "ir/ops/record.h"

namespace aic::ir {

// clang-format off
inline constexpr OpRecord text_records[] = {
  {.name = "str.length", .operands = "s", .doc = "The number of characters.", .tier = Tier::Runtime, .traits = Cheap, .signature = "s>i"},
  {.name = "str.at", .operands = "s, i", .doc = "The code point of character i.", .tier = Tier::Runtime, .traits = Cheap, .signature = "si>i"},
  {.name = "str.char", .operands = "s, i", .doc = "Character i.", .tier = Tier::Runtime, .traits = Birth | MayRaise, .signature = "si>s"},
  {.name = "str.slice", .operands = "s, start, count, step", .doc = "Every step-th character from start on, count of them.", .tier = Tier::Runtime, .traits = Birth | MayRaise, .signature = "siii>s"},
  {.name = "str.concat", .operands = "a, b", .doc = "a, then b.", .tier = Tier::Runtime, .traits = Birth | MayRaise, .signature = "ss>s"},
  {.name = "str.repeat", .operands = "s, count", .doc = "s, count times.", .tier = Tier::Runtime, .traits = Birth | MayRaise, .signature = "si>s"},
  {.name = "str.equal", .operands = "a, b", .doc = "Whether the characters are the same.", .tier = Tier::Runtime, .signature = "ss>b"},
  {.name = "str.compare", .operands = "a, b", .doc = "-1, 0 or 1 as a stands before b, is b, or stands behind it, by code points.", .tier = Tier::Runtime, .signature = "ss>i"},
  {.name = "str.find", .operands = "s, piece, start, stop", .doc = "Where piece begins first between start and stop, or -1.", .tier = Tier::Runtime, .signature = "ssii>i"},
  {.name = "str.rfind", .operands = "s, piece, start, stop", .doc = "Where piece begins last between start and stop, or -1.", .tier = Tier::Runtime, .signature = "ssii>i"},
  {.name = "str.count", .operands = "s, piece, start, stop", .doc = "How often piece stands between start and stop without overlap.", .tier = Tier::Runtime, .signature = "ssii>i"},
  {.name = "str.replace", .operands = "s, old, by, count", .doc = "s with the first count pieces old replaced, all if count is negative.", .tier = Tier::Runtime, .traits = Birth | MayRaise, .signature = "sssi>s"},
  {.name = "str.strip", .operands = "s, characters, sides", .doc = "s without these characters at its start (sides & 1) and end (sides & 2).", .tier = Tier::Runtime, .traits = Birth | MayRaise, .signature = "ssi>s"},
  {.name = "str.strip_space", .operands = "s, sides", .doc = "s without white space at its start (sides & 1) and end (sides & 2).", .tier = Tier::Runtime, .traits = Birth | MayRaise, .signature = "si>s"},
  {.name = "str.skip_space", .operands = "s, from, space", .doc = "The first place from `from` on whose character is not white space (space), or is.", .tier = Tier::Runtime, .signature = "sib>i"},
  {.name = "str.changed", .operands = "s, how", .doc = "s in upper case, quoted, …: rt::TextChange says how.", .tier = Tier::Runtime, .traits = Birth | MayRaise, .signature = "si>s"},
  {.name = "str.is", .operands = "s, what", .doc = "Whether s is alphabetic, …: rt::TextProperty says what.", .tier = Tier::Runtime, .signature = "si>b"},
  {.name = "str.code_is", .operands = "c, what", .doc = "The same of the string that is this character.", .tier = Tier::Runtime, .traits = Cheap, .signature = "ii>b"},
  {.name = "str.of_code", .operands = "i", .doc = "The character of a code point.", .tier = Tier::Runtime, .traits = Birth | MayRaise, .signature = "i>s"},
  {.name = "str.of_int", .operands = "i", .doc = "An int as repr writes it.", .tier = Tier::Runtime, .traits = Birth | MayRaise, .signature = "i>s"},
  {.name = "str.of_float", .operands = "x", .doc = "A float as repr writes it.", .tier = Tier::Runtime, .traits = Birth | MayRaise, .signature = "f>s"},
  {.name = "str.of_complex", .operands = "re, im", .doc = "A complex number as repr writes it.", .tier = Tier::Runtime, .traits = Birth | MayRaise, .signature = "ff>s"},
  {.name = "str.int_status", .operands = "s, base", .doc = "0 if int(s, base) fits in 64 bits, 1 if s is no number, 2 if it is too large.", .tier = Tier::Runtime, .signature = "si>i"},
  {.name = "str.to_int", .operands = "s, base", .doc = "int(s, base), where its status is 0.", .tier = Tier::Runtime, .signature = "si>i"},
  {.name = "str.is_float", .operands = "s", .doc = "Whether float(s) is a number.", .tier = Tier::Runtime, .signature = "s>b"},
  {.name = "str.to_float", .operands = "s", .doc = "float(s), where it is a number.", .tier = Tier::Runtime, .signature = "s>f"},
  {.name = "str.spec_fits", .operands = "spec, kind", .doc = "Whether a format specification is one for ints (0), floats (1) or strings (2).", .tier = Tier::Runtime, .signature = "si>b"},
  {.name = "str.format_int", .operands = "i, spec", .doc = "format(i, spec), where the specification fits.", .tier = Tier::Runtime, .traits = Birth | MayRaise, .signature = "is>s"},
  {.name = "str.format_float", .operands = "x, spec", .doc = "format(x, spec), where the specification fits.", .tier = Tier::Runtime, .traits = Birth | MayRaise, .signature = "fs>s"},
  {.name = "str.format_str", .operands = "s, spec", .doc = "format(s, spec), where the specification fits.", .tier = Tier::Runtime, .traits = Birth | MayRaise, .signature = "ss>s"},
  {.name = "str.recoded", .operands = "s, how", .doc = "UTF-8 bytes, of which none is wrong, as characters (0), or characters as UTF-8 bytes (1).", .tier = Tier::Runtime, .traits = Birth | MayRaise, .signature = "si>s"},
  {.name = "str.wrong_code", .operands = "s, from, codec", .doc = "The first place from `from` on that a codec refuses, and why: rt::Codec; -1: none.", .tier = Tier::Runtime, .signature = "sii>i"},
  {.name = "str.of_list", .operands = "l, start, count, step", .doc = "The bytes that a slice of a bytearray names.", .tier = Tier::Runtime, .traits = Reads | Birth | MayRaise, .signature = "liii>s"},
  {.name = "str.join", .operands = "l, s", .doc = "The strings of a list, with s between them.", .tier = Tier::Runtime, .traits = Reads | Birth | MayRaise, .signature = "ts>s"},
  {.name = "str.sort", .operands = "l", .doc = "Sorts a list by code points; equal strings keep their order. False: memory is short, and nothing was moved.", .tier = Tier::Runtime, .traits = Reads | Writes, .signature = "t>b"},
  {.name = "str.split", .operands = "l, s, separator, most", .doc = "Puts the pieces of s at the end of l: between separators, where that is empty between white space, cut at most so often (-1: everywhere). False: memory is short.", .tier = Tier::Runtime, .traits = Reads | Writes, .signature = "tssi>b"},
  {.name = "str.some_pieces", .operands = "l, s, separator, how, from", .doc = "Puts some of the pieces of s from `from` on at the end of l: rt::PieceKind. Where the next one is looked for; -1: there is none; -2: memory is short.", .tier = Tier::Runtime, .traits = Reads | Writes, .signature = "tssii>i"},
  {.name = "str.write", .operands = "s, stream", .doc = "Writes to the host's stdout (1) or stderr (2).", .tier = Tier::Runtime, .traits = Effect, .results = 0, .signature = "si>"},
};
// clang-format on

}  // namespace aic::ir
