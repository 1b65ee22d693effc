// Walks the rows of one table of one topic partition in offset order. The files of a roll of several days share its
// offsets, so they are read side by side: in lanes, in each of which offsets ascend from file to file. There are at
// most as many lanes as a roll has days; mostly one. LaneCursor.swift reads a file.

import Basics
import Lake
import Parquet

struct TableCursor {
    let place: TopicPartition
    private var lanes: [LaneCursor]
    /// The lane with the next row.
    private(set) var lane = 0
    /// Whether `lane` is known to be that one.
    private var isSettled = false

    init(
        _ store: any FileStore, _ schema: Schema, _ place: TopicPartition, _ files: [LakeFile], from: Int64,
        _ listener: any FaultListener
    ) {
        self.place = place
        lanes = TableCursor.lanes(files).map { LaneCursor(store, schema, place, $0, from: from, listener) }
    }

    /// `files` in the order of their first offsets.
    private static func lanes(_ files: [LakeFile]) -> [[LakeFile]] {
        var lanes: [[LakeFile]] = [[]]
        for file in files {
            if let free = lanes.firstIndex(where: { ($0.last?.path.last ?? -1) < file.path.first }) {
                lanes[free].append(file)
            } else {
                lanes.append([file])
            }
        }
        return lanes
    }

    /// Whether there is a current row; reads what is needed to know.
    mutating func hasRow() throws(ReplayError) -> Bool {
        if lanes.count == 1 { return try lanes[0].hasRow() }
        if isSettled { return true }
        var least = Int64.max
        for index in lanes.indices where lanes[index].floor <= least {
            guard try lanes[index].hasRow(), lanes[index].floor < .max else { continue }
            if lanes[index].offset < least {
                least = lanes[index].offset
                lane = index
                isSettled = true
            } else if lanes[index].offset == least {
                try lanes[index].fault("offset \(least) is in \(file.path.path) too")
            }
        }
        return isSettled
    }

    /// Moves to the next row.
    mutating func advance() throws(ReplayError) {
        isSettled = false
        try lanes[lane].advance()
    }

    // MARK: The current row

    var file: LakeFile { lanes[lane].file }
    /// The row group's number in its file.
    var group: Int { lanes[lane].group }
    /// The row's number in its file.
    var rowInFile: Int { lanes[lane].rowInFile }
    /// Of its row group.
    var columns: [ColumnValues] { lanes[lane].columns }
    /// In the row group.
    var row: Int { lanes[lane].row }
    var offset: Int64 { lanes[lane].offset }

    /// Bytes of finished files.
    var bytesDone: Int64 { lanes.reduce(0) { $0 + $1.bytesDone } }

    func fault(_ text: String) throws(ReplayError) { try lanes[lane].fault(text) }
}
