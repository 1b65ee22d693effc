// A file system of a size that a test chooses, unmounted with the object.

import Foundation

/// Nil where we may not mount.
final class SmallDisk {
    let scratch: Scratch
    let path: String
    static let isPossible = (try? SmallDisk(options: "size=64k")) ?? nil != nil
    /// `folder`: where it is mounted, else a folder of its own.
    init?(options: String, at folder: String? = nil) throws {
        scratch = try Scratch()
        path = folder ?? scratch.path
        guard getuid() == 0, Self.run("mount", "-t", "tmpfs", "-o", options, "tmpfs", path) else {
            return nil
        }
    }
    deinit { _ = Self.run("umount", path) }
    static func run(_ words: String...) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        process.standardError = nil
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
    func remount(_ options: String) -> Bool { Self.run("mount", "-o", "remount,\(options)", path) }
}
