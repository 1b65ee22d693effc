// Who may read and write: the settings, and the web's policy made from them. Beyond loopback nobody gets in by
// accident: the start fails unless the settings say who may write.

import Basics
import PlanetWeb

struct AccessSettings: Sendable {
    var writeTokenFile: String?
    var tokens: String?
    var isOpen = false
    var isReadOnly = false
    var privateReading: Set<PrivateReading> = [.receipts]
    var publicURLs: [WebOrigin] = []
    var allowedOrigins: [WebOrigin] = []
    var proxies = TrustedProxies()

    private var hasTokens: Bool { writeTokenFile != nil || tokens != nil }

    /// The policy of a server that takes submissions, at `listen`.
    func policy(_ listen: ListenAddress) throws(UsageError) -> AccessPolicy {
        if isReadOnly, isOpen { throw UsageError("--read-only and --open contradict each other") }
        guard listen.isLoopback || isOpen || isReadOnly || hasTokens else {
            throw UsageError(
                "\(listen) is reached from other machines: say who may write there. --tokens FILE (made by planetarium "
                    + "token), --write-token-file FILE, --read-only for nobody, --open for everybody")
        }
        var policy = try readingPolicy(listen)
        policy.writers = isReadOnly ? .nobody : isOpen || !hasTokens ? .everybody : .tokens
        return policy
    }

    /// The policy of a server that nobody writes to.
    func readingPolicy(_ listen: ListenAddress?) throws(UsageError) -> AccessPolicy {
        var policy = AccessPolicy()
        policy.writers = .nobody
        if hasTokens {
            do throws(AccessFailure) {
                policy.tokens = try AccessTokens(list: tokens, single: writeTokenFile)
            } catch {
                throw UsageError("\(error)")
            }
        } else if let reading = privateReading.subtracting([.receipts]).first {
            throw UsageError("--private \(reading.rawValue) needs --tokens FILE: nobody could read it")
        }
        policy.privateReading = privateReading
        policy.hosts = HostPolicy(names: [listen?.host ?? ""] + publicURLs.map(\.authority.host))
        policy.origins = publicURLs + allowedOrigins
        policy.proxies = proxies
        return policy
    }
}

extension Settings {
    /// Nil: no classes are kept.
    func classList() throws(UsageError) -> ClassList? {
        guard classes != "none", !access.isReadOnly else { return nil }
        do throws(AccessFailure) {
            return try ClassList(classes)
        } catch {
            throw UsageError("--classes: \(error)")
        }
    }
}

extension ListenAddress {
    /// Nobody on another machine can reach it.
    var isLoopback: Bool { IPAddress(host)?.isLoopback ?? (host.lowercased() == "localhost") }
}

extension SettingKind<[WebOrigin]> {
    static let origins = list(
        "URL,URL", "is not a list of addresses such as https://example.org, without a path", WebOrigin.init,
        \.description)
}

extension SettingKind<[IPNetwork]> {
    static let networks = list(
        "NETWORK,NETWORK", "is not a list of addresses or networks such as 10.0.0.0/8", IPNetwork.init, \.description)
}

extension SettingKind<Set<PrivateReading>> {
    static let reading = SettingKind(
        placeholder: "WHAT,WHAT",
        complaint:
            "is none of \(PrivateReading.allCases.map(\.rawValue).joined(separator: ", ")), nor a list of them, all or none",
        value: { text in
            if text == "all" { return Set(PrivateReading.allCases) }
            let parts = text.split(separator: ",").map { PrivateReading(rawValue: String($0)) }
            return text == "none" ? [] : parts.isEmpty || parts.contains(nil) ? nil : Set(parts.compactMap { $0 })
        },
        text: { chosen in
            chosen.isEmpty
                ? "none"
                : chosen.count == PrivateReading.allCases.count
                    ? "all" : chosen.map(\.rawValue).sorted().joined(separator: ",")
        })
}

extension SettingKind<TrustedProxies.Fields> {
    static let proxyFields = SettingKind(
        placeholder: TrustedProxies.Fields.allCases.map(\.rawValue).joined(separator: "|"),
        complaint: "is neither x-forwarded nor forwarded", value: { TrustedProxies.Fields(rawValue: $0) },
        text: { $0.rawValue })
}

extension SettingKind {
    fileprivate static func list<Element: Sendable>(
        _ placeholder: String, _ complaint: String, _ element: @escaping @Sendable (Substring) -> Element?,
        _ text: @escaping @Sendable (Element) -> String
    ) -> SettingKind where Value == [Element] {
        SettingKind(
            placeholder: placeholder, complaint: complaint,
            value: { given in
                let parts = given.split(separator: ",", omittingEmptySubsequences: false)
                let elements = parts.compactMap { element($0) }
                return elements.count == parts.count ? elements : nil
            }, text: { $0.isEmpty ? "none" : $0.map(text).joined(separator: ",") })
    }
}
