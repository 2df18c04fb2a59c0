"""Real parts for tests: a broker, PostgreSQL, a browser, started and stopped by the test that asks."""
