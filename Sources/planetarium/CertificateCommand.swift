// `planetarium certificate`: a self-signed certificate for this machine, to try HTTPS and to use it among few. For the
// open internet get one from an authority (docs/DEPLOY.md).

import Basics
import CTLS
import Glibc

enum CertificateCommand {
    static let usualFiles = (certificate: "planetarium.crt", key: "planetarium.key")
    static let usualDays = 397

    static func run(_ arguments: [String]) throws(UsageError) -> Int32 {
        var options = Options(arguments)
        let certificate = try options.value("--cert") ?? usualFiles.certificate
        let key = try options.value("--key") ?? usualFiles.key
        let days = try options.number("--days", 1...3650, fallback: usualDays)
        var names: [String] = []
        while let name = try options.value("--name") { names.append(name) }
        try options.finish()
        for name in names where !isName(name) {
            throw UsageError("--name \(name) is neither a host's name nor an address")
        }
        let common = String((names.first ?? "localhost").prefix(64))
        names = ["localhost", "127.0.0.1", "::1"].filter { !names.contains($0) } + names
        let subjects = names.map { (IPAddress($0) == nil ? "DNS:" : "IP:") + $0 }.joined(separator: ",")
        var reason = [CChar](repeating: 0, count: 512)
        guard ctls_make_certificate(certificate, key, common, subjects, Int32(days), &reason, reason.count) else {
            let text = String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            print("planetarium certificate: \(text)", to: &standardError)
            return 1
        }
        print("\(certificate) for \(names.joined(separator: ", ")), \(days) days; its key: \(key)")
        print("planetarium serve --tls-cert \(certificate) --tls-key \(key)")
        return 0
    }

    /// RFC 1123 section 2.1, with an asterisk allowed as the first label; or an address.
    private static func isName(_ text: String) -> Bool {
        if IPAddress(text) != nil { return true }
        guard (1...253).contains(text.utf8.count) else { return false }
        let plain = text.hasPrefix("*.") ? String(text.dropFirst(2)) : text
        return plain.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.utf8.allSatisfy {
                    ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A) || Digits.isDigit($0) || $0 == 0x2D || $0 == 0x5F
                }
        }
    }
}

extension Command {
    static let certificate = Command(
        name: "certificate", summary: "make a certificate for this machine",
        about: [
            "Makes a self-signed certificate (EC P-256) for localhost, 127.0.0.1, ::1 and the names given, and "
                + "its key. Clients trust it once they are given it (curl --cacert, --ca-file). Files that exist are left "
                + "alone."
        ],
        example: "planetarium certificate --name planets.lan --name 192.168.1.7",
        options: [
            ("--name NAME", "a further host or address; may be repeated"),
            ("--cert FILE", "the certificate (default \(CertificateCommand.usualFiles.certificate))"),
            ("--key FILE", "its key, readable by its owner only (default \(CertificateCommand.usualFiles.key))"),
            ("--days N", "days until it expires (default \(CertificateCommand.usualDays))"),
        ], run: CertificateCommand.run)
}
