"""Demand forecasts: one file a model, judged by the same back-test.

A model reads daily sales roll-ups and gives quantities with their spread per store and product. It never
reads the ledger and never writes stock; replenishment decides what to do with what it says.
"""
