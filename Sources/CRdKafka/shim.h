// C declarations of Debian's librdkafka-dev for Swift.
#pragma once
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
