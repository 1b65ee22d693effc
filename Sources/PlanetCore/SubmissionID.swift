// The identity of a sent record: the same record under the same Idempotency-Key has the same identifier, wherever and
// however often it is in the log. The web's memory of answers keeps most copies out (Ingest/IdempotencyIndex.swift).

import Basics

/// 64 bits of FNV-1a over key, copy and value. A log can hold two copies when no answer came in time: the first was on
/// its way to a broker that hung, and the client sent again, perhaps to another web process.
package struct SubmissionID: Hashable, Sendable {
    package let bits: Int64

    /// Header of the record: the request's key (draft-ietf-httpapi-idempotency-key-header).
    package static let keyHeader = "idempotency-key"
    /// Header of a record that has an equal one before it in its request: how many.
    package static let copyHeader = "idempotency-copy"

    package init(bits: Int64) { self.bits = bits }

    /// `value`: the record's bytes in the log, empty for a tombstone. `copy`: the header's value, empty without it.
    /// Not generic: see FNV1a.
    package init(key: UnsafeRawBufferPointer, copy: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer) {
        var digest = FNV1a()
        // Zero bytes in between: no header value holds one.
        digest.add(key)
        digest.add(0)
        digest.add(copy)
        digest.add(0)
        digest.add(value)
        self.init(bits: Int64(bitPattern: digest.hash))
    }

    package init(key: [UInt8], copy: [UInt8], value: ArraySlice<UInt8>) {
        self = key.withUnsafeBytes { key in
            copy.withUnsafeBytes { copy in
                value.withUnsafeBytes { SubmissionID(key: key, copy: copy, value: $0) }
            }
        }
    }
}
