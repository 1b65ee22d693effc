// Walks the rows of files with consecutive offsets, a row group at a time, and checks every row against the file's
// name. TableCursor.swift orders rows across files that share offsets; RowReading.swift interprets them.

import Basics
import Lake
import Parquet

/// Receives the faults found while reading. A strict replay throws; verification collects them.
protocol FaultListener: AnyObject {
    func found(_ fault: LakeFault) throws(ReplayError)
    /// From this offset on rows of a place are missing, so nothing that depends on them can be compared.
    func lost(_ place: TopicPartition, from offset: Int64)
}

/// Tolerates no fault.
final class StrictReading: FaultListener {
    func found(_ fault: LakeFault) throws(ReplayError) {
        throw .damaged(file: fault.file, fault.row.map { "row \($0): \(fault.text)" } ?? fault.text)
    }
    func lost(_ place: TopicPartition, from offset: Int64) {}
}

struct LaneCursor {
    private let store: any FileStore
    private let schema: Schema
    let place: TopicPartition
    private let files: [LakeFile]
    private let listener: any FaultListener
    /// The columns that place a row; nil if the table lacks it.
    private let offsetColumn: Int
    private let partitionColumn: Int?
    private let timestampColumn: Int?
    private let topicColumn: Int?

    private var nextFile = 0
    private var open: ParquetFile?
    private var nextGroup = 0
    private var rowsBefore = 0
    /// Rows before this offset are skipped.
    private let from: Int64
    private var lastOffset: Int64 = -1

    /// The current row group.
    private(set) var columns: [ColumnValues] = []
    private(set) var row = 0
    private var rows = 0
    /// The current row's.
    private(set) var offset: Int64 = 0
    /// Bytes of finished files.
    private(set) var bytesDone: Int64 = 0

    init(
        _ store: any FileStore, _ schema: Schema, _ place: TopicPartition, _ files: [LakeFile], from: Int64,
        _ listener: any FaultListener
    ) {
        self.store = store
        self.schema = schema
        self.place = place
        self.files = files
        self.from = from
        self.listener = listener
        offsetColumn = schema.index(of: "log_offset") ?? 0
        partitionColumn = schema.index(of: "log_partition")
        timestampColumn = schema.index(of: "log_timestamp")
        topicColumn = schema.index(of: "log_topic")
    }

    /// The file of the row.
    var file: LakeFile { files[nextFile - 1] }
    /// The row group's number in its file.
    var group: Int { nextGroup - 1 }
    /// The row's number in its file.
    var rowInFile: Int { rowsBefore + row }

    /// No row still to come has a lower offset. Reads nothing.
    var floor: Int64 {
        if row < rows { return offset }
        if open != nil { return lastOffset + 1 }
        return nextFile < files.count ? files[nextFile].path.first : .max
    }

    /// Whether there is a current row; reads what is needed to know.
    mutating func hasRow() throws(ReplayError) -> Bool {
        while row >= rows {
            guard try loadGroup() else { return false }
            while row < rows {
                try check()
                if offset >= from { break }
                row += 1
            }
        }
        return true
    }

    /// Moves to the next row.
    mutating func advance() throws(ReplayError) {
        row += 1
        if row < rows { try check() }
    }

    /// Skips whole files below `offset` without looking at them.
    private mutating func loadGroup() throws(ReplayError) -> Bool {
        while true {
            if let open, nextGroup < open.rowGroups.count {
                rowsBefore += rows
                rows = 0
                row = 0
                let group = nextGroup
                nextGroup += 1
                do throws(ParquetError) {
                    columns = try open.read(rowGroup: group, as: schema).values
                    rows = open.rowGroups[group].rows
                    return true
                } catch {
                    try give(up: error)
                    continue
                }
            }
            if open != nil { bytesDone += file.bytes }
            open = nil
            rows = 0
            row = 0
            rowsBefore = 0
            nextGroup = 0
            while nextFile < files.count, files[nextFile].path.last < from {
                bytesDone += files[nextFile].bytes
                nextFile += 1
            }
            guard nextFile < files.count else { return false }
            nextFile += 1
            do throws(ParquetError) { open = try file.open(in: store) } catch { try give(up: error) }
        }
    }

    /// The rest of the file can't be read.
    private mutating func give(up error: ParquetError) throws(ReplayError) {
        listener.lost(place, from: max(file.path.first, lastOffset + 1))
        open = nil
        bytesDone += file.bytes
        try listener.found(LakeFault(file.path.path, "\(error)"))
    }

    /// Checks that the row belongs where its file's name says.
    private mutating func check() throws(ReplayError) {
        guard let offset = columns[offsetColumn].int64(at: row) else { return }
        self.offset = offset
        let path = file.path
        if offset <= lastOffset { try fault("offset \(offset) comes after \(lastOffset)") }
        lastOffset = offset
        if offset < path.first || offset > path.last {
            try fault("offset \(offset) is not in the file's name")
        }
        if let partitionColumn, let partition = columns[partitionColumn].int32(at: row), partition != path.partition {
            try fault("partition \(partition) is not in the file's name")
        }
        if let timestampColumn, let timestamp = columns[timestampColumn].int64(at: row),
            UTCDay(micros: timestamp) != path.day
        {
            try fault("its time \(UTCDay(micros: timestamp)) is not of the folder's day")
        }
        if let topicColumn, let topic = columns[topicColumn].string(at: row), topic != path.topic {
            try fault("topic \(topic) is not in the file's name")
        }
    }

    func fault(_ text: String) throws(ReplayError) {
        try listener.found(LakeFault(file.path.path, row: rowInFile, text))
    }
}

extension LakeFile {
    /// With the size from the listing.
    func open(in store: any FileStore, _ options: ReaderOptions = ReaderOptions()) throws(ParquetError) -> ParquetFile {
        let name = path.path
        return try ParquetFile(
            BytesElsewhere(length: bytes) { offset, count in try store.read(name, offset: offset, count: count) },
            options)
    }
}
