// Encryption: the settings, and the web's options made from them.

import Reactor

struct TLSSettings: Sendable {
    var certificates: String?
    var key: String?
    var clientCertificates: String?
    /// RFC 6797; nil: no such field.
    var strictTransportSeconds: Int?
    /// An unencrypted port that redirects to the encrypted one.
    var redirectFrom: ListenAddress?

    var isOn: Bool { certificates != nil }

    /// Nil: without encryption.
    func server() throws(UsageError) -> TLSServer? {
        guard let certificates, let key else {
            if certificates != nil || key != nil { throw UsageError("--tls-cert and --tls-key go together") }
            let needs = [
                (clientCertificates != nil, "tls-client-ca"), (strictTransportSeconds != nil, "hsts"),
                (redirectFrom != nil, "redirect-from"),
            ]
            if let given = needs.first(where: \.0) { throw UsageError("--\(given.1) needs --tls-cert and --tls-key") }
            return nil
        }
        do throws(TLSFailure) {
            return try TLSServer(
                TLSFiles(certificates: certificates, key: key, clientCertificates: clientCertificates))
        } catch {
            throw UsageError("\(error)")
        }
    }
}
