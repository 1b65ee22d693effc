// SHA-256 (FIPS 180-4) by libcrypto, incrementally.

import COpenSSL

package final class SHA256 {
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
            preconditionFailure("BUG: libcrypto refused bytes")
        }
    }

    /// The digest's 32 bytes. No call may follow.
    package func bytes() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        guard EVP_DigestFinal_ex(context, &digest, nil) == 1 else {
            preconditionFailure("BUG: libcrypto could not finish a digest")
        }
        return digest
    }

    /// The digest in 64 lower-case hexadecimal digits. No call may follow.
    package func hex() -> String { Hex.text(bytes()) }

    /// Whether two digests are the same, in a time that tells nothing about them.
    package static func areEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
        a.count == b.count && CRYPTO_memcmp(a, b, a.count) == 0
    }

    /// The hexadecimal digest of all of `bytes`.
    package static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digest = SHA256()
        Array(bytes).withUnsafeBytes { digest.add($0) }
        return digest.hex()
    }
}
