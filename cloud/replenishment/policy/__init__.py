"""How much to have and how much to order: pure rules from a forecast and a position to a line with all its terms.

`demand` says how demand over a time may turn out, `protection` how long and how uncertain that time is, `safety_stock`
what must be there and why, `suggesting` makes lines of it, `perishables` looks at lots, `limits` at money and room.
Quantities are millionths of a base unit, variances millionths of its square, levels and factors millionths.
"""
