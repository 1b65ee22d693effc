// The rules on the repository as it is. Each rule is in a file of its own, and is tried on a text that breaks it in
// RuleTests.swift.

import Testing

@Suite struct TidyTests {
    private func check(_ faults: [Fault]) {
        for fault in faults { Issue.record("\(fault)") }
    }

    /// The walk itself must have found what there is to check.
    @Test func theRepositoryIsRead() {
        let tree = Tree.repository
        for path in ["Package.swift", "README.md", "Makefile", "Public/index.html"] {
            let isThere = tree.paths.contains(path)
            #expect(isThere, "\(path)")
        }
        for kind in ["Sources/", "Tests/", "Public/js/", "docs/", "spark/", "Benchmarks/", "Scripts/", ".ci/"] {
            let isThere = tree.files.contains { $0.path.hasPrefix(kind) }
            #expect(isThere, "\(kind)")
        }
        let swift = tree.files.count { $0.isSwift }
        #expect(swift > 300)
    }

    @Test func whatCommentsAndDocumentsNameIsThere() { check(ReferenceRule.faults(in: .repository)) }

    @Test func whatIsImportedOrDependedOnIsUsed() { check(ImportRule.faults(in: .repository)) }

    @Test func whatIsDeclaredIsUsed() { check(DeadCodeRule.faults(in: .repository)) }

    @Test func noTwoTypesOrFilesHaveOneName() { check(TypeNameRule.faults(in: .repository)) }

    @Test func noLineIsWiderThanAllowed() { check(Tree.repository.files.flatMap(WidthRule.faults)) }

    @Test func testsNeitherSleepNorDrawWithoutASeed() { check(Tree.repository.files.flatMap(DeterminismRule.faults)) }
}
