# make run: install what is missing, build, serve http://127.0.0.1:8080.  make test: everything CI runs by default.

BINARY = .build/release/planetarium
COSTS = .build/release/Costs
JUDGE = .build/release/planetarium-judge
PAGE = .build/page/index.html
# Folders too, so that a deleted file is noticed.
SOURCES := $(shell find Sources Package.swift)
PAGE_SOURCES := $(shell find Public)
ARGS ?=

# Swift and pip keep caches in the home folder; a user without one (a service's, a container's) has them in .build.
ifneq ($(shell test -w "$$HOME" && echo writable),writable)
export HOME := $(CURDIR)/.build/home
endif

.PHONY: run build judge setup test test-swift test-end-to-end test-hdfs test-hive test-spark test-kafka
.PHONY: test-fault-lab test-compose test-websocket
.PHONY: faults faults-cluster faults-kafka demo bench format clean
# Under `make -j` too: two `swift build` at once would wait for each other's lock.
.NOTPARALLEL:

# `make run PLANETARIUM_PUBLIC=Public` serves the page's sources as they are: a change shows at a reload.
run: export PLANETARIUM_PUBLIC ?= .build/page
run: setup $(BINARY) $(PAGE)
	exec $(BINARY) serve $(ARGS)

build: setup $(BINARY) $(PAGE) judge

$(PAGE): $(PAGE_SOURCES) Scripts/bundle-page
	@Scripts/bundle-page

# The rules alone, for the Spark job: one file that runs where nothing is installed but glibc.
judge: setup $(JUDGE)

setup:
	@Scripts/setup build

# Swift decides what to compile; Make only decides whether to ask, so that a second `make run` starts at once.
$(BINARY): $(SOURCES)
	swift build -c release --product planetarium
	@touch $(BINARY)

$(JUDGE): $(SOURCES) Scripts/static-libraries
	@Scripts/static-libraries
	@rm -f $(JUDGE) # one that was linked before the archives were there is linked again
	swift build -c release --product planetarium-judge
	@touch $(JUDGE)

test: test-page-types test-swift test-end-to-end

# The page's JavaScript against the types in its comments.
.PHONY: test-page-types
test-page-types:
	@Scripts/setup test
	tsc -p Tests/EndToEnd/page

test-swift:
	@Scripts/setup test
	swift format lint -s -r Sources Tests Package.swift
	swift test

# Two at a time: they wait more than they work. ARGS="-n 0": one after the other.
test-end-to-end: setup $(BINARY) $(COSTS)
	@Scripts/setup test
	.venv/bin/python -m pytest -q -n 2 --dist loadfile \
		Tests/Costs Tests/EndToEnd Tests/ParquetTests/Foreign Tests/LakeTests/Foreign Tests/Faults $(ARGS)

# The hot paths alone, for Tests/Costs/costs.py to count their instructions.
.PHONY: costs
costs: setup $(COSTS)
$(COSTS): $(SOURCES) $(shell find Tests/Costs/Paths Tests/TestSupport)
	swift build -c release --product Costs
	@touch $(COSTS)

# Instructions of the hot paths beside what they are recorded to be: a minute.
.PHONY: test-costs
test-costs: $(COSTS)
	@Scripts/setup test
	.venv/bin/python -m pytest -q Tests/Costs $(ARGS)

# All of Autobahn's WebSocket cases, with those that move megabytes and those that compress.
test-websocket: setup $(BINARY)
	@Scripts/setup test
	PLANETARIUM_ALL_CASES=1 .venv/bin/python -m pytest -q Tests/EndToEnd/test_websocket_conformance.py $(ARGS)

# The fault lab (docs/RELIABILITY.md): kills and breaks a server under load. ARGS="--seed 7 --kills 500" and so on.
faults: setup $(BINARY)
	@Scripts/setup test
	.venv/bin/python Tests/Faults/lab.py $(ARGS)

# The same around a Kafka-protocol broker.
faults-cluster: setup $(BINARY)
	@Scripts/setup test
	.venv/bin/python Tests/Faults/lab.py --cluster $(ARGS)

# The same on Apache Kafka itself: three brokers, three streams. ARGS="--seed 1 --runs 20" and so on.
faults-kafka: setup $(BINARY)
	@Scripts/setup kafka
	@.venv/bin/python Tests/Support/kafka/kafka.py jars >/dev/null
	.venv/bin/python Tests/Faults/kafka_lab.py $(ARGS)

# On real Hive metastores: Hive 2.3.9 (the jars of PyPI's pyspark) and Hive 4.0.1 (HIVE4_JARS, or fetched by Maven). On
# 2.3.9 also read through Spark and HiveServer2's protocol, with docs/LAKE.md's Spark and HiveQL examples.
METASTORE = .venv-spark/bin/python Tests/Support/hive/metastore.py
test-hive: setup $(BINARY)
	@Scripts/setup spark
	.venv-spark/bin/python Tests/Support/hdfs/hdfs.py .build/hdfs install
	$(METASTORE) 2.3.9 swift test --filter LakeTests.Hive
	$(METASTORE) 4.0.1 swift test --skip-build --filter LakeTests.Hive
	PLANETARIUM_HIVE=own .venv-spark/bin/python -m pytest -q \
		Tests/EndToEnd/test_lake_doc_spark.py Tests/EndToEnd/test_hive.py Tests/EndToEnd/test_hive4.py \
		$(ARGS)

# The Spark job beside `planetarium serve`, both on Apache Kafka: on Spark 3.5 (with ANSI SQL too) and on Spark 4, with
# Spark's own Kafka source. Not part of `make test`: minutes, and large downloads.
test-spark: build
	@Scripts/setup spark
	@Scripts/setup spark4
	@.venv-spark/bin/python Tests/Support/kafka/kafka.py jars >/dev/null
	.venv-spark/bin/python -m pytest -q Tests/SparkTests $(ARGS)

# On a real HDFS (Hadoop 3.3.6), fetched and started for the purpose: the store and its locks, then its faults, then the
# whole service.
HDFS = .venv/bin/python Tests/Support/hdfs/hdfs.py .build/hdfs
test-hdfs: setup $(BINARY)
	@Scripts/setup test
	$(HDFS) install
	$(HDFS) start
	export PLANETARIUM_PYTHON=$(CURDIR)/.venv/bin/python; \
	export PLANETARIUM_HDFS=$$($(HDFS) address) PLANETARIUM_HDFS_RPC=$$($(HDFS) address rpc); \
	swift test --filter LakeTests && \
	PLANETARIUM_HDFS_FOLDER=$(CURDIR)/.build/hdfs swift test --skip-build --filter WebHDFSFaultTests && \
	PLANETARIUM_HDFS_FOLDER=$(CURDIR)/.build/hdfs \
		.venv/bin/python -m pytest -q Tests/EndToEnd/test_hdfs.py $(ARGS); \
	status=$$?; $(HDFS) stop; exit $$status

# On Apache Kafka itself (4.3.1, one and three nodes, started for the purpose), with and without TLS and SASL. Two tests
# at a time, each on clusters of its own.
test-kafka: setup $(BINARY)
	@Scripts/setup kafka
	@.venv/bin/python Tests/Support/kafka/kafka.py jars >/dev/null
	.venv/bin/python -m pytest -q -n 2 --dist worksteal \
		Tests/KafkaTests --ignore Tests/KafkaTests/test_fault_lab.py $(ARGS)

# Each kind of fault once, an operator's too, and proof that the checker can fail: some ten minutes.
test-fault-lab: setup $(BINARY)
	@Scripts/setup kafka
	@.venv/bin/python Tests/Support/kafka/kafka.py jars >/dev/null
	.venv/bin/python -m pytest -q Tests/KafkaTests/test_fault_lab.py $(ARGS)

# Dockerfile and docker-compose.yml on a Docker engine, which is started for the purpose where none runs (as root). The
# images they name are made here; PLANETARIUM_IMAGES=pull: pulled.
test-compose: setup $(BINARY)
	@Scripts/setup docker
	@Scripts/setup spark
	@.venv/bin/python Tests/Support/docker/engine.py check
	.venv/bin/python -m pytest -q Tests/Compose $(ARGS)

# The parsers under libFuzzer: for each, SECONDS of inputs that it makes up from Tests/Fuzz/corpus and from what earlier
# runs have kept in .build/fuzz. ARGS="--target json": one alone.
SECONDS ?= 60
FUZZ = .build/fuzzed/release/Fuzz
$(FUZZ): $(SOURCES) $(wildcard Tests/Fuzz/Targets/*)
	PLANETARIUM_FUZZ=1 swift build -c release --sanitize fuzzer -Xswiftc -enable-testing \
		--scratch-path .build/fuzzed --product Fuzz
	@touch $(FUZZ)

.PHONY: fuzz
fuzz: setup $(FUZZ)
	python3 Tests/Fuzz/fuzz.py $(FUZZ) --seconds $(SECONDS) $(ARGS)

# The suites under address and under thread sanitizer, each built into a folder of its own. SANITIZERS=address: one
# alone. ARGS="--only swift" or "--only end-to-end".
SANITIZERS ?= address thread
.PHONY: test-sanitized
test-sanitized: setup
	@Scripts/setup test
	@for sanitizer in $(SANITIZERS); do python3 Tests/Sanitized/run.py $$sanitizer $(ARGS) || exit 1; done

# Thirty years of discovery in half a minute: serves the page and replays the NASA table into it.
demo: setup $(BINARY)
	Scripts/demo

# Beside Flask, FastAPI and nginx, in one run; ARGS names cases (Benchmarks/README.md). Debian's wrk and nginx-light
# (and gcc for the case kafka) are needed.
bench: setup $(BINARY)
	@test -x Benchmarks/.venv/bin/python || (python3 -m venv Benchmarks/.venv && \
		Benchmarks/.venv/bin/pip install -q -r Benchmarks/requirements.txt)
	Benchmarks/.venv/bin/python Benchmarks/bench.py $(ARGS)

format:
	swift format -i -r Sources Tests Package.swift

clean:
	rm -rf .build .venv .venv-spark .venv-spark4
