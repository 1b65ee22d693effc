"""Planetarium's stream processing on Spark: the same rules, keyed state, tables and aggregates as `planetarium
stream`."""
