"""Head office's database: tables defined once, one door per tenant, embedded SQLite or PostgreSQL by URL."""
