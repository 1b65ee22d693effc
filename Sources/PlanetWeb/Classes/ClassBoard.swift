// The JSON of a class: what it is, who sent how much, and the newest records with what each changed.

import Basics
import JSONText
import PlanetCore

struct ClassBoard {
    private let ledger: ClassLedger
    private let changed: Int
    private let catalogue: Catalogue
    private let rejected: String

    init(_ code: String, _ services: WebServices) {
        ledger = services.classes[code] ?? ClassLedger()
        changed = services.classes.changed(by: code).count
        catalogue = services.catalogue
        rejected = services.topics.rejected
    }

    func write(to writer: inout JSONWriter, _ page: PageQuery) {
        writer.object("counts") { $0.counts(ledger.all) }
        writer.object("planets") {
            $0.member("changed", changed)
            $0.member("changed_by_others", ledger.lost.count)
        }
        let pupils = ledger.pupils.filter { !$0.key.isEmpty }.sorted {
            ($1.value.records, $0.key) < ($0.value.records, $1.key)
        }
        writer.array("pupils") { writer in
            for (name, counts) in pupils {
                writer.object {
                    $0.member("name", name)
                    $0.counts(counts)
                }
            }
        }
        let records = ledger.newest
        writer.member("kept", records.count)
        writer.member("offset", page.offset)
        writer.member("limit", page.limit)
        writer.array("records") { writer in
            for record in page.cut(records) { write(record, to: &writer) }
        }
    }

    private func write(_ record: ClassRecord, to writer: inout JSONWriter) {
        let note = record.note
        let row = catalogue.row(note.key)
        writer.object {
            $0.place(note.topic == .discoveries ? nil : rejected, note.position)
            $0.optional("pupil", record.pupil.isEmpty ? nil : record.pupil)
            $0.optional("key", note.key.isEmpty ? nil : note.key)
            $0.optional("pl_name", row?.discovery?[.pl_name] ?? row?.changedPlanet?.name)
            $0.optional("change", note.change?.rawValue)
            if note.change != nil { $0.member("revision", record.revision) }
            $0.array("columns", record.columns)
            $0.array("rules", note.rules)
            $0.member("undo", record.isUndo)
            $0.member("undone", record.isUndone)
        }
    }
}

extension JSONWriter {
    mutating func about(_ each: SchoolClass, at now: Int64, prefix: String) {
        member("code", each.code)
        member("title", each.title)
        member("state", each.state(at: now).rawValue)
        member("opened", RFC3339.text(micros: each.opened))
        member("ends", RFC3339.text(micros: each.ends))
        member("join", prefix + "/?class=" + each.code)
    }

    fileprivate mutating func counts(_ counts: ClassCounts) {
        member("records", counts.records)
        member("new", counts.new)
        member("revisions", counts.revisions)
        member("withdrawals", counts.withdrawals)
        member("unchanged", counts.unchanged)
        member("refused", counts.refused)
    }
}
