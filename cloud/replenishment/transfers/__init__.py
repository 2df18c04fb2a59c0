"""Goods moved between the stores of a chain: which, how many, and which vans drive at all.

A chain (`chain`) is what stores could give and could use, and what its lanes cost. As a network (`network`) it is
solved by prices for the room in the vans (`lane_prices`), goods by goods as a minimum-cost flow (`flows`), made into
a plan that fits (`filling`, `vans`), and told with the proven distance to the best there could be (`solving`).
"""
