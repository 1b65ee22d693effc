// What every setting has: its name as an option, a variable and a line of a file, its meaning, and its commands.
// SettingRows.swift lists the settings.

struct SettingRow: Sendable {
    let name: String
    let placeholder: String
    let complaint: String
    let help: String
    let parts: Set<Settings.Part>
    /// May be given several times.
    var isRepeated = false
    /// Its values are never shown.
    var isSecret = false
    /// False: refused.
    let set: @Sendable (inout Settings, String, SettingOrigin) -> Bool
    let text: @Sendable (Settings) -> String

    init<Value>(
        _ name: String, _ path: WritableKeyPath<Settings, Value> & Sendable, _ kind: SettingKind<Value>,
        _ parts: Set<Settings.Part>, _ help: String
    ) {
        self.init(name: name, placeholder: kind.placeholder, complaint: kind.complaint, parts: parts, help: help) {
            settings, text, _ in
            guard let value = kind.value(text) else { return false }
            settings[keyPath: path] = value
            return true
        } text: {
            kind.text($0[keyPath: path])
        }
    }

    init(
        name: String, placeholder: String, complaint: String, parts: Set<Settings.Part>, help: String,
        set: @escaping @Sendable (inout Settings, String, SettingOrigin) -> Bool,
        text: @escaping @Sendable (Settings) -> String
    ) {
        self.name = name
        self.placeholder = placeholder
        self.complaint = complaint
        self.help = help
        self.parts = parts
        self.set = set
        self.text = text
    }

    /// On the command line the name alone means 1.
    var isSwitch: Bool { placeholder == SettingKind<Bool>.zeroOrOne.placeholder }

    var environmentName: String { "PLANETARIUM_" + String(name.uppercased().map { $0 == "-" ? "_" : $0 }) }

    /// The default; paths in the data folder are shown with DIR.
    var fallback: String {
        let settings = Settings()
        var elsewhere = settings
        elsewhere.data = "DIR"
        return text(name == "data" ? settings : elsewhere)
    }
}

/// Settings that belong together, as in help and docs/CONFIG.md.
struct SettingGroup: Sendable {
    let title: String
    let rows: [SettingRow]
}
