// A table as the body of an answer, made in parts while it is sent. For the formats see TextExports.swift and others.

import Synchronization

/// Writes a table in one format. Used by one thread at a time.
protocol ExportWriter: AnyObject {
    /// Adds what comes before the rows.
    func begin(_ bytes: inout [UInt8])
    func add(_ values: [ExportValue], to bytes: inout [UInt8])
    /// Whether what was added since the last part is enough for the next.
    func isPart(_ bytes: [UInt8]) -> Bool
    /// Completes a part.
    func endPart(isLast: Bool, _ bytes: inout [UInt8]) throws(ExportFailure)
}

struct ExportFailure: Error {}

extension ExportWriter {
    /// Text is sent as it comes.
    func isPart(_ bytes: [UInt8]) -> Bool { bytes.count >= 64 << 10 }
}

/// @unchecked: each part is requested after the previous one has come, so that only one thread at a time is in here.
final class ExportParts: @unchecked Sendable {
    private let table: ExportTable
    private let writer: any ExportWriter
    /// Freed when the last part is sent, or nobody wants it any more.
    private let place: ExportPlace
    private var row = 0
    private var isBegun = false

    init(_ table: ExportTable, _ writer: any ExportWriter, _ place: ExportPlace) {
        (self.table, self.writer, self.place) = (table, writer, place)
    }

    func next() -> BodyPart {
        var bytes: [UInt8] = []
        if !isBegun { writer.begin(&bytes) }
        isBegun = true
        while row < table.count {
            writer.add(table.row(row), to: &bytes)
            row += 1
            if writer.isPart(bytes) { break }
        }
        let isLast = row == table.count
        do throws(ExportFailure) { try writer.endPart(isLast: isLast, &bytes) } catch { return .failed }
        return isLast ? .last(bytes) : .more(bytes)
    }
}

/// How many tables may be under way at once: each holds its rows as of the request.
final class ExportPlaces: Sendable {
    static let most = 32
    fileprivate let taken = Atomic<Int>(0)

    /// Nil if there are too many.
    func take() -> ExportPlace? {
        if taken.wrappingAdd(1, ordering: .relaxed).newValue <= ExportPlaces.most { return ExportPlace(self) }
        taken.wrappingSubtract(1, ordering: .relaxed)
        return nil
    }
}

final class ExportPlace: Sendable {
    private let places: ExportPlaces

    fileprivate init(_ places: ExportPlaces) { self.places = places }

    deinit { places.taken.wrappingSubtract(1, ordering: .relaxed) }
}
