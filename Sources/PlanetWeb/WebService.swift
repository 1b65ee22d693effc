// Starts and stops the web: catalogue, live tail, HTTP server. The executable's only entry.

import Basics
import EventLog
import PlanetCore
import Provenance
import Telemetry

package struct WebOptions: Sendable {
    package var server = WebServer.Options()
    package var publicFolder = "Public"
    /// The table that the page of an empty server offers to load.
    package var sample: String? = "Samples/nasa_pscomppars_2025-12-15.csv"
    package var maxBody = 16 << 20
    package var topics = TopicNames()
    /// Which partitions the planets' keys are spread over; nil on an embedded log.
    package var keys: KeyedPartitions?
    /// Topics to make if they are missing.
    package var needed: [(name: String, options: TopicOptions)] = []
    /// Where the catalogue is kept between two runs; nil: nowhere, it is read from the log.
    package var cache: CatalogueCacheOptions?
    /// Findings against the log, and trouble in the process's other parts.
    package var mismatch = LogMismatch()
    package var trouble: (@Sendable () -> String?)?
    /// A WebSocket at /echo that sends every message back; for conformance tests only.
    package var echo = false
    /// Where earlier boards come from.
    package var archive: (any BoardArchive)?
    /// What the groups of the board count.
    package var membersOf: MembersOf?
    /// Where records lie in the lake.
    package var recordArchive: (any RecordArchive)?
    /// Where the catalogue comes from if the log has lost its beginning.
    package var catalogueArchive: (any CatalogueArchive)?
    /// What is decoded at the door, for this process's readers of the log.
    package var decoded: DecodedRecords?
    /// Serve what is left, as incomplete, if the log's beginning is gone and nothing has it.
    package var servesWhatIsLeft = false
    package init() { server.port = 8080 }
}

package struct WebFailure: Error, CustomStringConvertible {
    package let description: String
}

package final class WebService: Sendable {
    /// The port served, even if the options asked for 0.
    package var port: UInt16 { server.port }

    private let services: WebServices
    private let catalogue: CatalogueTail
    private let live: LiveTail
    private let server: WebServer

    /// Serves once it returns; submissions are accepted after the log has been read (GET /readyz).
    package init(log: any EventLog, options: WebOptions) throws(WebFailure) {
        do throws(any Error) {
            for topic in options.needed { try log.ensureTopic(topic.name, topic.options) }
            let writer = try log.writer()
            let budgets = ServerBudgets(options.server.limits, options.server.metrics)
            services = WebServices(
                log: log, writer: writer, topics: options.topics, access: options.server.access,
                auditLog: options.server.auditLog, keys: options.keys,
                health: LogHealth(options.mismatch, elsewhere: options.trouble), archive: options.archive,
                budgets: budgets, readers: min(options.server.loops, WebServices.mostReaders),
                membersOf: options.membersOf,
                recordArchive: options.recordArchive,
                catalogueArchive: options.catalogueArchive, servesWhatIsLeft: options.servesWhatIsLeft,
                decoded: options.decoded,
                today: { CivilDate.todayUTC() })
            catalogue = CatalogueTail(services: services, cache: options.cache)
            live = LiveTail(services: services)
            try catalogue.start()
            try live.start()
            services.history.start()
            services.members.start()
            services.lookups.start()
            services.searches.start()
            services.exports.start()
            services.readers.start()
            var router = Routes.router(
                services, bodyLimit: options.maxBody, sample: WebService.sample(options, services), echo: options.echo)
            guard let files = StaticFiles(folder: options.publicFolder, reader: services.searches) else {
                throw WebFailure(description: "there is no folder \(options.publicFolder)")
            }
            router.otherwise(isThere: files.isThere, files.handler)
            var serving = options.server
            serving.budgets = budgets
            serving.notice = { [services] in services.notice }
            // A supervisor's socket keeps clients waiting meanwhile, so that a restart refuses nobody.
            if serving.inherited != nil { services.waitUntilReady(timeout: 5_000_000_000) }
            server = try WebServer.start(router: router, hubs: [services.hub], options: serving)
        } catch {
            throw WebFailure(description: "\(error)")
        }
        let services = services
        if let decoded = services.decoded {
            Metrics.shared.read(
                "planetarium_decoded_records_reused",
                "How often a reader of the log took a record as the door had decoded it, since the start."
            ) { Double(decoded.taken) }
            Metrics.shared.read("planetarium_decoded_records_bytes", "Decoded records kept for readers of the log.") {
                Double(decoded.bytes)
            }
        }
        Metrics.shared.read("planetarium_catalogue_planets", "Planets in the web's catalogue.") {
            Double(services.catalogue.count)
        }
    }

    private static func sample(_ options: WebOptions, _ services: WebServices) -> Handler? {
        guard let path = options.sample else { return nil }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let folder = parts.count > 1 ? parts.dropLast().joined(separator: "/") + "/" : "."
        return StaticFiles(folder: folder, reader: services.searches)?.handler(of: String(parts.last ?? ""))
    }

    /// Waits until submissions are accepted, at most `timeout` nanoseconds.
    package func waitUntilReady(timeout: UInt64) {
        services.waitUntilReady(timeout: timeout)
    }

    /// Stops accepting, answers what is under way, closes viewers.
    package func stop() {
        server.stop()
        services.history.stop()
        services.members.stop()
        services.lookups.stop()
        services.searches.stop()
        services.exports.stop()
        services.readers.stop()
        catalogue.stop()
        live.stop()
    }
}
