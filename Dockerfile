# Planetarium's image: Swift's toolchain builds, a slim Debian runs. The binary carries Swift's library, so that the
# second stage holds
# only the C libraries it loads (Tests/EndToEnd/test_setup.py compares the list with the binary).

FROM swift:6.3.1-bookworm AS build
WORKDIR /src
# Before the sources: this layer stays as long as the list of packages does.
COPY Scripts/packages.txt Scripts/packages.txt
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        $(awk '$1 == "build" { print $2 }' Scripts/packages.txt) \
    && rm -rf /var/lib/apt/lists/*
COPY Package.swift ./
COPY Sources Sources
# The package names its test targets, so that their folders must be there; they are not compiled.
COPY Tests Tests
RUN swift build -c release --product planetarium --static-swift-stdlib -Xlinker -s
COPY Public Public
COPY Scripts Scripts
RUN Scripts/bundle-page

FROM debian:12.12-slim
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
        ca-certificates \
        curl \
        libcurl4 \
        libexpat1 \
        librdkafka1 \
        libsimdjson14 \
        libsnappy1v5 \
        libsqlite3-0 \
        libssl3 \
        libstdc++6 \
        libunistring2 \
        libzstd1 \
        zlib1g \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 planetarium \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /srv/planetarium \
        --shell /usr/sbin/nologin planetarium \
    && install -d -o planetarium -g planetarium -m 0750 /data /lake
COPY --from=build /src/.build/release/planetarium /usr/local/bin/planetarium
COPY --from=build /src/.build/page /srv/planetarium/Public
COPY Samples/nasa_pscomppars_2025-12-15.csv /srv/planetarium/Samples/
WORKDIR /srv/planetarium
# By number, so that an orchestrator can see that it is not root.
USER 10001:10001
ENV PLANETARIUM_LISTEN=0.0.0.0:8080 \
    PLANETARIUM_DATA=/data
EXPOSE 8080
# For `serve` and `web`; 503 until the log has been read and the stream has published a board. `stream` has a check of
# its own in
# docker-compose.yml.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
    CMD ["curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:8080/readyz"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["planetarium"]
CMD ["serve"]
