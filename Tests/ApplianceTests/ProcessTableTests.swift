import Appliance
import Glibc
import Testing

@Suite struct ProcessTableTests {
    @Test func commandNamesMayHoldAnything() {
        #expect(
            ProcessTable.parse("42 (a) S (b) 1) S 7 42 42 0 -1") == ProcessTable.Entry(pid: 42, parent: 7))
    }

    @Test(arguments: ["42 (gone) Z 7 42", "42 (gone) X 7 42", "", "42", "x (y) S 1", "42 (y) S"])
    func zombiesAndNonsenseAreLeftOut(line: String) {
        #expect(ProcessTable.parse(line) == nil)
    }

    @Test func descendantsLeaveOutTheRootAndOthers() {
        let entries = [(2, 1), (3, 2), (4, 3), (5, 1), (6, 5), (7, 2)].map {
            ProcessTable.Entry(pid: $0.0, parent: $0.1)
        }
        #expect(ProcessTable.descendants(of: 2, in: entries) == [3, 4, 7])
        #expect(ProcessTable.descendants(of: 6, in: entries).isEmpty)
    }

    @Test func aProcessIsFoundByItsMarkAndOnlyByAllOfIt() throws {
        let mark = "WEIR_TEST_MARK=\(UInt64.random(in: 0 ... .max))"
        let parts = mark.split(separator: "=")
        let program = Program(
            path: "/bin/sleep", arguments: ["60"], environment: [String(parts[0]): String(parts[1])], log: "/dev/null")
        let pid = try program.spawn()
        defer {
            kill(pid, SIGKILL)
            waitpid(pid, nil, 0)
        }
        // Until the new program runs the process still has its parent's environment.
        let deadline = ContinuousClock.now + .seconds(10)
        while ProcessTable.carrying(mark, in: ProcessTable.entries()).isEmpty, ContinuousClock.now < deadline {
            usleep(10_000)
        }
        let entries = ProcessTable.entries()
        #expect(ProcessTable.carrying(mark, in: entries) == [pid])
        #expect(ProcessTable.carrying(mark + "0", in: entries).isEmpty)
        #expect(ProcessTable.descendants(of: getpid(), in: entries).contains(pid))
    }
}
