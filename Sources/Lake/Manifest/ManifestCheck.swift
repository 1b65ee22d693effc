// Walks every chain of the manifests and compares them with what lies in the folders: sizes, hashes, names, offsets.
// Finds; changes nothing. What is inside the files is others' to check.

package struct ManifestFinding: Sendable, Equatable, CustomStringConvertible {
    package enum Reason: String, Sendable, CaseIterable {
        /// The manifest has it, the folder doesn't.
        case missing
        /// The folder has it under another name.
        case renamed
        /// Bytes are others than were written.
        case changed
        /// The folder has it, no manifest does.
        case surplus
        /// A committed roll whose line is missing: a crash in between, or a stream that is writing now. The next start adds it.
        case unrecorded
        /// A line's chain does not follow from the one before.
        case brokenChain = "broken chain"
        /// A manifest's line or segment that can't be read or doesn't fit in.
        case damagedManifest = "damaged manifest"
        case offsetsMissing = "offsets missing"
        case offsetsTwice = "offsets twice"
    }
    package var reason: Reason
    /// Relative to the lake.
    package var path: String
    package var detail: String
    package var description: String { "\(path): \(reason.rawValue): \(detail)" }
}

package struct ManifestCheck: Sendable {
    package private(set) var findings: [ManifestFinding] = []
    /// Files whose bytes were read and found right.
    package private(set) var files = 0
    package private(set) var bytes: Int64 = 0
    package private(set) var entries = 0

    /// Reads every file that the manifests name. `progress` hears bytes done and in all. `isHashing` false compares sizes only.
    package init(
        _ store: any FileStore, isHashing: Bool = true, progress: (_ done: Int64, _ total: Int64) -> Void = { _, _ in }
    ) throws(LakeError) {}
}
