"""A Spark query that only reads a topic and writes Parquet, for measure.py: what of the job's price is Spark's own.

    spark-submit plain_query.py ADDRESS TOPIC FOLDER"""
import sys

from pyspark.sql import SparkSession

address, topic, folder = sys.argv[1:]
session = SparkSession.builder.appName("plain").getOrCreate()
read = session.readStream.format("kafka").option("kafka.bootstrap.servers", address).option("subscribe", topic)
rows = read.option("startingOffsets", "earliest").option("includeHeaders", "true").load()
write = rows.writeStream.format("parquet").option("path", f"{folder}/rows").option("checkpointLocation", f"{folder}/c")
write.trigger(availableNow=True).start().awaitTermination()
