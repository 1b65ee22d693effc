// What is known about one record of the log, combined from the log, the catalogue and the lake; and its JSON.
// ReceiptRoute.swift asks for it.

import Basics
import EventLog
import HTTPWire
import JSONText
import PlanetCore
import Provenance

struct RecordView: Sendable {
    let topic: String
    let isReject: Bool
    let partition: Int32
    let offset: Int64
    var timestamp: Int64 = 0
    var key: String?
    var name: String?
    var change: String?
    var revision: Int?
    var verdict: RecordVerdict?
    /// JSON arrays.
    var warnings: [UInt8] = Array("[]".utf8)
    var errors: [UInt8] = Array("[]".utf8)
    var source: String?
    /// Scoped (`Caller.scoped`).
    var idempotencyKey: String?
    /// The holder of the token that sent it; nil if there was none, or only the lake has it.
    var submitter: String?
    /// Which class sent it; likewise.
    var mark: ClassMark?
    var raw: String?
    var line: Int?
    /// The log's value, if it is JSON.
    var record: [UInt8]?
    var isInLog = false
    var stored: LakeRecord?
    /// Nil: unknown.
    var isStored: Bool?
    /// Why there is no file to name.
    var reason: String?

    init(topic: String, isReject: Bool, partition: Int32, offset: Int64) {
        self.topic = topic
        self.isReject = isReject
        self.partition = partition
        self.offset = offset
    }

    // MARK: From the log

    mutating func take(_ batch: RecordBatch, _ services: WebServices) {
        guard let entry = batch.entries.first else { return }
        func text(_ header: String) -> String? { batch.header(0, header).map { String(decoding: $0, as: UTF8.self) } }
        isInLog = true
        timestamp = entry.timestamp
        source = text("source")
        idempotencyKey = text(SubmissionID.keyHeader)
        submitter = text(SubmitRoute.submitterHeader)
        mark = ClassMark(batch, 0)
        let value = batch.value(0).map { Array($0) }
        let keyText = batch.keyText(0)
        key = keyText.isEmpty ? nil : keyText
        if isReject {
            var reader = RejectedReader()
            let content = reader.content(of: value ?? [])
            refuse(raw: content.raw ?? String(decoding: value ?? [], as: UTF8.self), content.errors)
            line = content.line
            return
        }
        var reader = RecordReader(today: services.today)
        switch reader.read(batch, 0, source: source, among: services.keys) {
        case .valid(let valid, let validKey, let issues):
            key = validKey
            if case .tombstone = valid { verdict = .withdrawal } else { verdict = issues.isEmpty ? .accept : .warn }
            warnings = RecordView.json(issues)
            name = valid.name
            record = value
            settle(services)
        case .misplaced(let misplacedKey, let issue):
            key = misplacedKey
            refuse([issue], value)
        case .refused(let issues, let given):
            key = given ?? key
            refuse(issues, value)
        }
    }

    private mutating func refuse(_ issues: [FieldIssue], _ value: [UInt8]?) {
        refuse(
            raw: String(decoding: (value ?? []).prefix(RejectedJSON.maxRaw), as: UTF8.self),
            String(decoding: RecordView.json(issues), as: UTF8.self))
    }

    private mutating func refuse(raw: String, _ errors: String) {
        verdict = .rejected
        // As much as a record of planet-rejected keeps.
        self.raw = String(decoding: raw.utf8.prefix(16_384), as: UTF8.self)
        if !errors.isEmpty { self.errors = Array(errors.utf8) }
        record = nil
    }

    /// Adds the catalogue's decision.
    private mutating func settle(_ services: WebServices) {
        if let decision = services.desk.decision(partition: partition, offset: offset), let issue = decision.issue {
            refuse(raw: "", String(decoding: RecordView.json([issue]), as: UTF8.self))
            raw = nil
            return
        }
        guard let key, let row = services.catalogue.row(key) else { return }
        if let item = row.history.last(where: { ($0.position.partition, $0.position.offset) == (partition, offset) }) {
            change = item.change.rawValue
            revision = item.revision
        }
    }

    private static func json(_ issues: [FieldIssue]) -> [UInt8] {
        JSONWriter.array { for issue in issues { issue.write(to: &$0) } }
    }

    // MARK: From the lake

    mutating func take(_ archived: LakeRecord) {
        // The lake may belong to an earlier log than this one.
        if isInLog, timestamp != archived.timestamp || isOther(archived.key) {
            isStored = false
            reason = "the lake holds another record at this place: the log is not the one that it was made from"
            return
        }
        (stored, isStored) = (archived, true)
        timestamp = archived.timestamp
        key = key ?? archived.key
        name = name ?? archived.name
        change = archived.change ?? change
        revision = archived.revision ?? revision
        source = source ?? archived.source
        line = line ?? archived.line
        raw = raw ?? archived.raw
        if verdict == nil || archived.verdict == .rejected { verdict = archived.verdict }
        if let errors = archived.errors { self.errors = Array(errors.utf8) }
        if !isInLog, let rules = archived.warnings { warnings = RecordView.warnings(rules) }
    }

    /// Refused records may have been given different keys, or none.
    private func isOther(_ stored: String?) -> Bool {
        guard verdict != .rejected, let key, let stored else { return false }
        return key != stored
    }

    /// The lake stores only the rules: `["unusual_value"]` becomes `[{"rule":"unusual_value"}]`.
    private static func warnings(_ rules: String) -> [UInt8] {
        var reader = JSONReader()
        return JSONWriter.array { writer in
            Array(rules.utf8).withUnsafeBytes { bytes in
                guard let elements = try? reader.readArray(bytes) else { return }
                for element in elements where element.kind == .string {
                    writer.object { $0.member("rule", element.string) }
                }
            }
        }
    }

    // MARK: JSON

    func json(_ services: WebServices, for caller: Caller) -> [UInt8] {
        let prefix = caller.prefix
        return JSONWriter.object(capacity: 2048) { writer in
            writer.member("topic", topic)
            writer.member("partition", Int(partition))
            writer.member("offset", Int(offset))
            writer.member("timestamp", RFC3339.text(micros: timestamp))
            writer.optional("key", key)
            writer.optional("pl_name", name)
            writer.member("verdict", verdict?.rawValue ?? "")
            writer.optional("change", change)
            writer.optional("revision", revision)
            writer.raw("warnings", warnings)
            writer.raw("errors", errors)
            writer.optional("source", source)
            writer.optional("idempotency_key", idempotencyKey.flatMap { caller.own($0) })
            if let mark, caller.sees(mark) { writer.mark(mark) }
            if let line { writer.member("line", line) }
            if let raw { writer.member("raw", raw) }
            if let record { writer.raw("record", record) }
            writer.member("in_log", isInLog)
            writer.optional("stored", isStored)
            if let stored { writer.file(stored) } else { writer.optional("file", raw: nil) }
            if let reason { writer.member("reason", reason) }
            if let frame = services.board.newest, let includes = frame.includes(topic, partition, offset) {
                writer.object("board") {
                    $0.member("epoch", frame.epoch)
                    $0.member("seq", Int(frame.seq))
                    $0.member("includes", includes)
                }
            } else {
                writer.optional("board", raw: nil)
            }
            writer.optional("board_url", stored?.board.map { prefix + "/api/board?as_of=" + $0 })
            writer.object("links") { links in
                links.member("self", ReceiptRoute.path(isReject ? topic : nil, partition, offset, prefix: prefix))
                if let key, let row = services.catalogue.row(key) {
                    links.member("planet", prefix + CataloguePath.of(key, isAlias: row.isAlias))
                }
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func file(_ stored: LakeRecord) {
        object("file") { file in
            file.member("table", stored.table)
            file.member("path", stored.path)
            file.optional("rows", stored.rows)
            file.member("bytes", Int(stored.bytes))
            file.optional("sha256", stored.sha256)
            file.member("row", stored.row)
        }
    }
}
