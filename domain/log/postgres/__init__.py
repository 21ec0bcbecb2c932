"""The log in a PostgreSQL database: a server's clock, roles and triggers stamp what any number of desks record."""
