"""Making things: recipes, runs, what they consume and what they yield.

Its facts and rules belong here: a run begins, components are consumed, output is completed with its lot;
`bom.py` explodes a recipe purely. Moves go through the production location, so what went in and what came
out balance per lot like every other stock move.
"""
