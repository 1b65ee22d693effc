#!/bin/sh
# What apache/kafka's image does at its start: KAFKA_NODE_ID=1 becomes node.id=1, and so on; a new folder is formatted.
set -euf
properties=/opt/kafka/config/server.properties
env | sed -n 's/^KAFKA_//p' | grep -v '^HEAP_OPTS=' | while IFS= read -r line; do
    echo "$(echo "${line%%=*}" | tr 'A-Z_' 'a-z.')=${line#*=}"
done >$properties
java="java -Dlog4j2.configurationFile=/opt/kafka/log4j2.properties -cp /opt/kafka/libs/*"
[ -f "$KAFKA_LOG_DIRS/meta.properties" ] ||
    $java kafka.tools.StorageTool format -t "${CLUSTER_ID:-5L6g3nShT-eMCtK--X86sw}" -c $properties
# shellcheck disable=SC2086
exec java ${KAFKA_HEAP_OPTS:-} ${java#java } kafka.Kafka $properties
