"""The language both sides speak: facts, commands, rules and wire formats. Pure: no I/O, no clock, no chance."""
