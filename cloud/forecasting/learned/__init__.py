"""The models that learn from all series at once. They need the `forecast` extra (numpy, scipy, lightgbm), take
seconds to load and are therefore imported by a worker process when it trains, never by a server or a store's node.
"""
