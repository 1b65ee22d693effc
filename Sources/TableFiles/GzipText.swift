// Unpacks gzip (RFC 1952) up to a limit of bytes, so that a small body cannot become a large one.

import CZlib

package enum GzipText {
    private static let chunk = 1 << 16

    package static func begins(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B, 0x08]) }

    /// All members of the file, one after the other.
    package static func unpacked(_ bytes: [UInt8], limit: Int) throws(TableFileError) -> [UInt8] {
        var stream = z_stream()
        // 16: gzip alone, not zlib.
        guard inflateInit2_(&stream, 16 + MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw TableFileError(.damaged_gzip, "There is no memory to unpack gzip.")
        }
        defer { inflateEnd(&stream) }
        var result: [UInt8] = []
        result.reserveCapacity(min(limit, bytes.count * 4))
        var input = bytes
        let fault: TableFileError? = input.withUnsafeMutableBufferPointer { input in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(clamping: input.count)
            return inflateAll(&stream, &result, limit)
        }
        if let fault { throw fault }
        return result
    }

    private static func inflateAll(_ stream: inout z_stream, _ result: inout [UInt8], _ limit: Int) -> TableFileError? {
        while true {
            var status = Z_OK
            let room = [UInt8](unsafeUninitializedCapacity: chunk) { place, count in
                stream.next_out = place.baseAddress
                stream.avail_out = UInt32(chunk)
                status = inflate(&stream, Z_NO_FLUSH)
                count = chunk - Int(stream.avail_out)
            }
            guard result.count + room.count <= limit else {
                return TableFileError(.too_large_unpacked, "Unpacked, the body has more than \(limit) bytes.")
            }
            result += room
            if status == Z_STREAM_END {
                if stream.avail_in == 0 { return nil }
                guard inflateReset(&stream) == Z_OK else { return damaged }
            } else if status != Z_OK || (stream.avail_in == 0 && room.count < chunk) {
                return damaged
            }
        }
    }

    private static var damaged: TableFileError {
        TableFileError(.damaged_gzip, "The gzip data is damaged, or its end is missing.")
    }
}
