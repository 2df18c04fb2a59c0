"""Demand and what it may become: the values that forecasts and replenishment speak in, and the models that need
no library, so that a store's node can run them when head office is silent.
"""
