import Testing

@testable import PlanetWeb

@Suite struct LiveBoardTests {
    private func frame(
        _ kind: SharedFrame.Kind, _ seq: UInt64, epoch: String = "e1", term: Int64 = 0, bytes: Int = 10
    ) -> SharedFrame {
        SharedFrame(
            kind: kind, seq: seq, epoch: epoch, term: term, resume: "\(epoch)-\(seq)",
            payload: [UInt8](repeating: 0x20, count: bytes))
    }

    private func seqs(_ frames: [SharedFrame]) -> [String] {
        frames.map { ($0.kind == .snapshot ? "s" : "d") + "\($0.seq)" }
    }

    @Test func aNewViewerGetsTheSnapshotAndTheDeltasAfterIt() {
        let board = LiveBoard()
        #expect(board.catchUp(resume: nil).isEmpty)
        #expect(board.take(frame(.snapshot, 0)))
        #expect(board.take(frame(.delta, 1)))
        #expect(!board.take(frame(.snapshot, 1)))
        #expect(board.take(frame(.delta, 2)))
        #expect(seqs(board.catchUp(resume: nil)) == ["s1", "d2"])
    }

    @Test func aTokenGivesOnlyWhatWasMissedEvenAcrossASnapshot() {
        let board = LiveBoard()
        for seq in 0...3 {
            _ = board.take(frame(seq == 0 ? .snapshot : .delta, UInt64(seq)))
        }
        _ = board.take(frame(.snapshot, 3))
        _ = board.take(frame(.delta, 4))
        #expect(seqs(board.catchUp(resume: "e1-1")) == ["d2", "d3", "d4"])
        #expect(board.catchUp(resume: "e1-4").isEmpty)
        #expect(seqs(board.catchUp(resume: "e1-9")) == ["s3", "d4"])
        #expect(seqs(board.catchUp(resume: "e0-1")) == ["s3", "d4"])
        #expect(seqs(board.catchUp(resume: "no token")) == ["s3", "d4"])
    }

    @Test func aNewEpochStartsAnewAndStrayDeltasAreDropped() {
        let board = LiveBoard()
        _ = board.take(frame(.snapshot, 5))
        #expect(!board.take(frame(.delta, 1, epoch: "e2")))
        #expect(board.take(frame(.snapshot, 0, epoch: "e2")))
        #expect(seqs(board.catchUp(resume: "e1-5")) == ["s0"])
    }

    @Test func framesOfAReplacedPublisherAreIgnored() {
        let board = LiveBoard()
        _ = board.take(frame(.snapshot, 5, term: 3))
        #expect(board.take(frame(.snapshot, 0, epoch: "e2", term: 8)))
        #expect(!board.take(frame(.delta, 6, term: 3)))
        #expect(!board.take(frame(.snapshot, 6, term: 3)))
        #expect(board.take(frame(.delta, 1, epoch: "e2", term: 8)))
        #expect(seqs(board.catchUp(resume: nil)) == ["s0", "d1"])
    }

    @Test func oldDeltasGo() {
        let board = LiveBoard()
        _ = board.take(frame(.snapshot, 0))
        for seq in 1...2000 {
            #expect(board.take(frame(.delta, UInt64(seq))))
            if seq % 20 == 0 { #expect(!board.take(frame(.snapshot, UInt64(seq)))) }
        }
        #expect(seqs(board.catchUp(resume: "e1-3")) == ["s2000"])
        #expect(board.catchUp(resume: "e1-1990").count == 10)
    }

    @Test func aMissingDeltaLeavesNoGap() {
        let board = LiveBoard()
        _ = board.take(frame(.snapshot, 0))
        _ = board.take(frame(.delta, 1))
        #expect(!board.take(frame(.delta, 3)) && !board.take(frame(.delta, 4)))
        #expect(seqs(board.catchUp(resume: nil)) == ["s0"])
        #expect(board.take(frame(.snapshot, 4)), "viewers lack delta 2")
        #expect(board.take(frame(.delta, 5)))
        #expect(seqs(board.catchUp(resume: "e1-1")) == ["s4", "d5"])
        // The missing deltas lie before a snapshot.
        #expect(board.take(frame(.snapshot, 7)) && board.take(frame(.delta, 8)))
        #expect(seqs(board.catchUp(resume: "e1-4")) == ["s7", "d8"])
    }

    @Test func framesThatComeAgainChangeNothing() {
        let board = LiveBoard()
        let frames = [
            frame(.snapshot, 0), frame(.delta, 1), frame(.delta, 2), frame(.snapshot, 2), frame(.delta, 3),
        ]
        for frame in frames { _ = board.take(frame) }
        for frame in frames { #expect(!board.take(frame)) }
        #expect(seqs(board.catchUp(resume: nil)) == ["s2", "d3"])
        #expect(seqs(board.catchUp(resume: "e1-1")) == ["d2", "d3"])
    }

    @Test func moreDeltasThanAreKeptWaitForTheNextSnapshot() {
        let board = LiveBoard()
        _ = board.take(frame(.snapshot, 0))
        let taken = (1...2000).count { board.take(frame(.delta, UInt64($0))) }
        #expect(taken < 2000 && seqs(board.catchUp(resume: nil)) == ["s0"])
        #expect(board.take(frame(.snapshot, 2000)))
        #expect(seqs(board.catchUp(resume: nil)) == ["s2000"])
    }

    @Test func aFrameSaysWhichRecordsItsBoardIncludes() {
        func frame(_ positions: String?) -> SharedFrame {
            SharedFrame(kind: .delta, seq: 1, epoch: "e1", positions: positions, resume: "e1-1", payload: [])
        }
        let known = frame("planets/1:7,planets/11:3,rejected/0:2")
        #expect(known.includes("planets", 1, 6) == true && known.includes("planets", 1, 7) == false)
        #expect(known.includes("planets", 11, 2) == true && known.includes("planets", 11, 3) == false)
        #expect(known.includes("planets", 0, 0) == false && known.includes("rejected", 0, 1) == true)
        #expect(frame("").includes("planets", 0, 0) == false)
        #expect(frame(nil).includes("planets", 0, 0) == nil)
    }
}
