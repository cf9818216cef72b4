"""The registry under load: a seeded population, loaded by COPY, and every read of it measured on the server."""
