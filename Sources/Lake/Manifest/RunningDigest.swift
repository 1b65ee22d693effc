// SHA-256 (FIPS 180-4) of bytes as they come, from libcrypto. What is hashed is the callers' to say.

import COpenSSL

package final class RunningDigest {
    private let context: OpaquePointer

    package init() {
        guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            preconditionFailure("BUG: libcrypto has no SHA-256")
        }
        self.context = context
    }

    deinit { EVP_MD_CTX_free(context) }

    package func add(_ bytes: UnsafeRawBufferPointer) {
        guard EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1 else {
            preconditionFailure("BUG: libcrypto takes no bytes")
        }
    }

    /// The digest in 64 small hexadecimal digits. No call may follow.
    package func finish() -> String { Self.hex(bytes()) }

    /// The digest's 32 bytes. No call may follow.
    package func bytes() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        guard EVP_DigestFinal_ex(context, &digest, nil) == 1 else {
            preconditionFailure("BUG: libcrypto ends no digest")
        }
        return digest
    }

    package static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    package static func of(_ bytes: some Sequence<UInt8>) -> String {
        let digest = RunningDigest()
        Array(bytes).withUnsafeBytes { digest.add($0) }
        return digest.finish()
    }

    /// Of a whole file, read in pieces; `progress` hears how many bytes each piece had.
    static func of(
        _ path: String, bytes: Int64, in store: any FileStore, progress: (Int) -> Void = { _ in }
    ) throws(LakeError) -> String {
        let digest = RunningDigest()
        var done: Int64 = 0
        while done < bytes {
            let piece = try store.read(path, offset: done, count: Int(min(bytes - done, 4 << 20)))
            if piece.isEmpty { break }
            piece.withUnsafeBytes { digest.add($0) }
            done += Int64(piece.count)
            progress(piece.count)
        }
        return digest.finish()
    }
}
