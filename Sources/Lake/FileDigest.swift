// SHA-256 of a whole file of the lake, read in pieces.

import Basics

extension SHA256 {
    /// `progress` gets the number of bytes of each piece.
    static func hex(
        _ path: String, bytes: Int64, in store: any FileStore, progress: (Int) -> Void = { _ in }
    ) throws(LakeError) -> String {
        let digest = SHA256()
        var done: Int64 = 0
        while done < bytes {
            let piece = try store.read(path, offset: done, count: Int(min(bytes - done, 4 << 20)))
            if piece.isEmpty { break }
            piece.withUnsafeBytes { digest.add($0) }
            done += Int64(piece.count)
            progress(piece.count)
        }
        return digest.hex()
    }
}
