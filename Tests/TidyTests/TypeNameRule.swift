// A type's name means one thing in the whole package, and so does a file's: whoever searches finds one.

enum TypeNameRule {
    static func faults(in tree: Tree) -> [Fault] {
        var types: [String: String] = [:]
        var files: [String: String] = [:]
        var faults: [Fault] = []
        for file in tree.files where file.isSwift && file.isSource {
            if let first = files[file.name] {
                faults.append(Fault(path: file.path, line: 1, reason: "\(first) has this name too"))
            }
            files[file.name] = file.path
            for type in Declarations(file.lexed.code).all where type.kind == .type && type.inside.isEmpty {
                if let first = types[type.name] {
                    faults.append(
                        Fault(path: file.path, line: type.line, reason: "the type \(type.name) is in \(first) too"))
                }
                types[type.name] = file.path
            }
        }
        return faults
    }
}
