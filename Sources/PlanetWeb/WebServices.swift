// What the web's parts share: the log's writer, the catalogue, receipts, idempotency, the live board. WebService makes
// it once.

import Basics
import EventLog
import HTTPWire
import PlanetCore
import Provenance
import Synchronization
import Telemetry
import Threads

/// Counters of the web that don't concern the HTTP server.
struct WebMetrics: Sendable {
    let accepted = Metrics.shared.counter(
        "planetarium_submissions_total", "Records submitted.", labels: ["verdict": "accepted"])
    let refused = Metrics.shared.counter(
        "planetarium_submissions_total", "Records submitted.", labels: ["verdict": "rejected"])
    let rejectsNotKept = Metrics.shared.counter(
        "planetarium_rejects_not_kept_total", "Requests whose refused records could not be written to the log.")
    let repeated = Metrics.shared.counter(
        "planetarium_idempotent_repeats_total", "Requests answered from an earlier one with the same Idempotency-Key.")
}

final class WebServices: Sendable {
    let log: any EventLog
    let writer: any LogWriter
    let health: LogHealth
    let topics: TopicNames
    let access: AccessPolicy
    /// Nil: changes are not logged.
    let auditLog: LineFile?
    /// Which partitions the planets' keys are spread over; nil on an embedded log, where no record is misplaced.
    let keys: KeyedPartitions?
    let catalogue = Catalogue()
    let views = PlanetViews(name: Hex.random(bytes: 8))
    let desk: ReceiptDesk
    let idempotency: IdempotencyIndex
    let changes = ConditionalChanges()
    let board = LiveBoard()
    let hub: LiveHub
    let metrics = WebMetrics()
    let history: HistoryReader
    /// Records by what happened to them.
    let records = RecordIndex()
    /// Who of a class sent what.
    let classes = ClassIndex()
    /// What takes longer than an event loop may wait: counting an aggregate's members, looking up a record.
    let members = Worker<Void>("web-members", capacity: 16)
    /// Lists of planets and aliases, files to be read again.
    let searches = Worker<Void>("web-search", capacity: 64, threads: 2)
    /// Tables being exported, and their parts.
    let exports = Worker<Void>("web-exports", capacity: ExportPlaces.most)
    let exportPlaces = ExportPlaces()
    /// Large bodies. Each of these threads may need ten times as much memory as its body.
    static let mostReaders = 4
    let readers: Worker<SubmissionReader>
    let budgets: ServerBudgets?
    let lookups = Worker<Void>("web-lookups", capacity: 64)
    /// What a group counts; nil if nobody can tell.
    let membersOf: MembersOf?
    /// Where records lie in the lake; nil if this process reads none.
    let recordArchive: (any RecordArchive)?
    /// Where the catalogue comes from if the log has lost its beginning; nil if this process reads no lake.
    let catalogueArchive: (any CatalogueArchive)?
    let servesWhatIsLeft: Bool
    /// The catalogue lacks records that neither log nor cache nor lake has.
    let isIncomplete = Atomic<Bool>(false)
    /// Earlier boards; nil if this process reads no lake.
    let archive: (any BoardArchive)?
    /// Days since 1970-01-01 UTC.
    /// What this process's readers of the log need not decode again.
    let decoded: DecodedRecords?
    let today: @Sendable () -> Int
    /// True once the catalogue has read the log to its end at the start.
    let isReady = Atomic<Bool>(false)
    private let tickets = Atomic<UInt64>(0)

    init(
        log: any EventLog, writer: any LogWriter, topics: TopicNames, access: AccessPolicy = AccessPolicy(),
        auditLog: LineFile? = nil,
        keys: KeyedPartitions? = nil,
        health: LogHealth = LogHealth(LogMismatch()), archive: (any BoardArchive)? = nil,
        budgets: ServerBudgets? = nil, readers: Int = 1,
        membersOf: MembersOf? = nil, recordArchive: (any RecordArchive)? = nil,
        catalogueArchive: (any CatalogueArchive)? = nil, servesWhatIsLeft: Bool = false,
        decoded: DecodedRecords? = nil,
        today: @escaping @Sendable () -> Int, clock: @escaping @Sendable () -> UInt64 = { Clock.monotonic }
    ) {
        desk = ReceiptDesk(clock: clock)
        idempotency = IdempotencyIndex(clock: clock)
        self.log = log
        self.writer = writer
        self.health = health
        self.topics = topics
        self.access = access
        self.auditLog = auditLog
        self.keys = keys
        self.today = today
        self.archive = archive
        self.membersOf = membersOf
        self.budgets = budgets
        self.readers = Worker("web-decode", capacity: 64, threads: readers) { SubmissionReader(today: today) }
        self.recordArchive = recordArchive
        self.catalogueArchive = catalogueArchive
        self.servesWhatIsLeft = servesWhatIsLeft
        self.decoded = decoded
        hub = LiveHub(source: board)
        history = HistoryReader(log: log, topic: topics.discoveries, archive: recordArchive)
    }

    /// The log is not the first of its lake: it knows nothing of the records before it.
    var isOfSeveralLogs: Bool { keys.map { $0.chapter > 1 } ?? false }

    /// In the head of every answer, if the catalogue lacks records.
    var notice: ResponseField? {
        isIncomplete.load(ordering: .relaxed) ? ResponseField("X-Planetarium-Catalogue", "incomplete") : nil
    }

    func nextTicket() -> UInt64 { tickets.wrappingAdd(1, ordering: .relaxed).newValue }
}
