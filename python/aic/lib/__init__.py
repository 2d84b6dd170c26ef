"""Library functions written in the language itself; see `prim` for what they stand on."""
