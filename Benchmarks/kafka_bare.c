/* The bare peer of `bench.py kafka`: what librdkafka alone does on the same broker, without HTTP, JSON, checks or
 * files.
 *
 *     kafka_bare produce BOOTSTRAP TOPIC FILE       each line is a record; its key is what stands before the first tab
 *     kafka_bare consume BOOTSTRAP TOPIC COUNT      from the beginning of every partition, until COUNT records came
 *
 * Prints the seconds: from the first record given to the last one acknowledged, or from the assignment to the last one
 * read.
 * The producer's settings are those of Planetarium's writer. */
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void end(const char *why) {
    fprintf(stderr, "kafka_bare: %s\n", why);
    exit(1);
}

static rd_kafka_t *client(rd_kafka_type_t type, rd_kafka_conf_t *conf, const char *const (*settings)[2]) {
    char why[256];
    for (; (*settings)[0]; settings++)
        if (rd_kafka_conf_set(conf, (*settings)[0], (*settings)[1], why, sizeof why) != RD_KAFKA_CONF_OK) end(why);
    rd_kafka_t *made = rd_kafka_new(type, conf, why, sizeof why);
    if (!made) end(why);
    return made;
}

static long acknowledged;

static void delivered(rd_kafka_t *producer, const rd_kafka_message_t *message, void *unused) {
    (void)producer, (void)unused;
    if (message->err) end(rd_kafka_err2str(message->err));
    acknowledged++;
}

static double produce(const char *bootstrap, const char *name, const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END)) end("cannot read the file");
    size_t size = (size_t)ftell(file);
    rewind(file);
    char *text = malloc(size + 1);
    if (!text || fread(text, 1, size, file) != size) end("cannot read the file");
    fclose(file);
    const char *const settings[][2] = {
        {"bootstrap.servers", bootstrap}, {"enable.idempotence", "true"}, {"acks", "all"},
        {"partitioner", "murmur2_random"}, {"compression.type", "lz4"}, {"linger.ms", "1"},
        {"queue.buffering.max.messages", "1000000"}, {"queue.buffering.max.kbytes", "1000000"}, {NULL, NULL}};
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set_dr_msg_cb(conf, delivered);
    rd_kafka_t *producer = client(RD_KAFKA_PRODUCER, conf, settings);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(producer, name, NULL);
    /* Connected, and the partitions known, before the clock starts. */
    const struct rd_kafka_metadata *metadata;
    if (rd_kafka_metadata(producer, 0, topic, &metadata, 10000)) end("no metadata");
    rd_kafka_metadata_destroy(metadata);

    double begun = seconds();
    long given = 0;
    for (char *line = text, *last = text + size; line < last;) {
        char *newline = memchr(line, '\n', (size_t)(last - line));
        if (!newline) newline = last;
        char *tab = memchr(line, '\t', (size_t)(newline - line));
        if (!tab) end("a line without a tab");
        while (rd_kafka_produce(topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY, tab + 1,
                                (size_t)(newline - tab - 1), line, (size_t)(tab - line), NULL) != 0) {
            if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL) end(rd_kafka_err2str(rd_kafka_last_error()));
            rd_kafka_poll(producer, 10);
        }
        if ((++given & 1023) == 0) rd_kafka_poll(producer, 0);
        line = newline + 1;
    }
    while (acknowledged < given) rd_kafka_poll(producer, 100);
    double took = seconds() - begun;
    rd_kafka_topic_destroy(topic);
    rd_kafka_destroy(producer);
    return took;
}

static double consume(const char *bootstrap, const char *name, long count) {
    const char *const settings[][2] = {
        {"bootstrap.servers", bootstrap}, {"group.id", "bare"}, {"enable.auto.commit", "false"},
        {"auto.offset.reset", "earliest"}, {NULL, NULL}};
    rd_kafka_t *consumer = client(RD_KAFKA_CONSUMER, rd_kafka_conf_new(), settings);
    rd_kafka_poll_set_consumer(consumer);
    rd_kafka_topic_t *topic = rd_kafka_topic_new(consumer, name, NULL);
    const struct rd_kafka_metadata *metadata;
    if (rd_kafka_metadata(consumer, 0, topic, &metadata, 10000)) end("no metadata");
    rd_kafka_topic_partition_list_t *all = rd_kafka_topic_partition_list_new(metadata->topics[0].partition_cnt);
    for (int i = 0; i < metadata->topics[0].partition_cnt; i++)
        rd_kafka_topic_partition_list_add(all, name, i)->offset = RD_KAFKA_OFFSET_BEGINNING;
    rd_kafka_metadata_destroy(metadata);

    double begun = seconds();
    if (rd_kafka_assign(consumer, all)) end("no assignment");
    rd_kafka_queue_t *queue = rd_kafka_queue_get_consumer(consumer);
    static rd_kafka_message_t *batch[10000];
    unsigned long bytes = 0;
    for (long read = 0; read < count;) {
        ssize_t some = rd_kafka_consume_batch_queue(queue, 1000, batch, sizeof batch / sizeof *batch);
        if (some < 0) end("cannot read");
        for (ssize_t i = 0; i < some; i++) {
            if (!batch[i]->err) read++, bytes += batch[i]->len;
            rd_kafka_message_destroy(batch[i]);
        }
    }
    double took = seconds() - begun;
    fprintf(stderr, "%lu bytes\n", bytes);
    rd_kafka_queue_destroy(queue);
    rd_kafka_topic_partition_list_destroy(all);
    rd_kafka_topic_destroy(topic);
    rd_kafka_consumer_close(consumer);
    rd_kafka_destroy(consumer);
    return took;
}

int main(int count, char **arguments) {
    if (count != 5) end("produce BOOTSTRAP TOPIC FILE, or consume BOOTSTRAP TOPIC COUNT");
    double took = strcmp(arguments[1], "produce") == 0 ? produce(arguments[2], arguments[3], arguments[4])
                                                         : consume(arguments[2], arguments[3], atol(arguments[4]));
    printf("%.6f\n", took);
    return 0;
}
