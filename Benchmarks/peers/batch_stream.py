"""What one would write instead of the stream where a batch will do: batch_stream.py ENGINE IN OUT. Reads a file of
records (NDJSON), drops those out of range, keeps the last of each planet, counts and averages them as the board does
its main groups, and writes all rows as Parquet. Prints the processor's seconds of the whole process, its peak memory in
MB, and how many planets it came to. ENGINE: duckdb or polars, with as many threads as they choose."""
import resource
import sys

engine, source, target = sys.argv[1:]
COLUMNS = {
    "pl_name": str, "hostname": str, "discoverymethod": str, "disc_year": int, "disc_facility": str, "pl_rade": float,
    "pl_orbper": float, "pl_bmasse": float, "st_teff": float, "st_rad": float, "st_mass": float, "sy_dist": float,
    "ra": float, "dec": float}
RANGES = {"pl_rade": (0, 100), "pl_bmasse": (0, 26636), "pl_orbper": (0, 1e9), "sy_dist": (0, 30000),
          "disc_year": (1988, 2100)}
GROUPS = ["discoverymethod", "disc_year", "disc_facility", "discoverymethod, disc_year"]


def with_duckdb():
    import duckdb
    types = {str: "varchar", int: "bigint", float: "double"}
    shape = ", ".join(f"{name}: '{types[kind]}'" for name, kind in COLUMNS.items())
    good = " and ".join(f"({name} is null or {name} between {low} and {high})"
                        for name, (low, high) in RANGES.items())
    database = duckdb.connect()
    database.execute(
        f"create table records as select *, row_number() over () as place from "
        f"read_json('{source}', format = 'newline_delimited', columns = {{{shape}}}) where {good}")
    database.execute("create table planets as select * from records "
                     "qualify place = max(place) over (partition by lower(replace(pl_name, ' ', '')))")
    for group in GROUPS:
        database.execute(f"select {group}, count(*) from planets group by all").fetchall()
    for name in ("pl_rade", "pl_bmasse", "pl_orbper", "sy_dist"):
        database.execute(
            f"select count({name}), avg({name}), stddev_samp({name}), min({name}), max({name}), "
            f"quantile_cont({name}, [0.05, 0.25, 0.5, 0.75, 0.95]) from planets").fetchall()
    database.execute(f"copy records to '{target}' (format parquet, codec 'snappy')")
    return database.execute("select count(*) from planets").fetchone()[0]


def with_polars():
    import polars
    types = {str: polars.String, int: polars.Int64, float: polars.Float64}
    records = polars.read_ndjson(source, schema={name: types[kind] for name, kind in COLUMNS.items()})
    for name, (low, high) in RANGES.items():
        records = records.filter(polars.col(name).is_null() | polars.col(name).is_between(low, high))
    key = polars.col("pl_name").str.replace_all(" ", "").str.to_lowercase()
    planets = records.with_columns(key.alias("key")).unique("key", keep="last")
    for group in GROUPS:
        planets.group_by(group.split(", ")).len()
    for name in ("pl_rade", "pl_bmasse", "pl_orbper", "sy_dist"):
        column = polars.col(name)
        planets.select(column.count().alias("n"), column.mean().alias("mean"), column.std().alias("deviation"),
                       column.min().alias("min"), column.max().alias("max"),
                       *[column.quantile(q).alias(f"q{q}") for q in (0.05, 0.25, 0.5, 0.75, 0.95)])
    records.write_parquet(target, compression="snappy")
    return planets.height


count = {"duckdb": with_duckdb, "polars": with_polars}[engine]()
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, count)
