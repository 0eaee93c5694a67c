import Foundation
import Telemetry
import Testing

@Suite struct LineWriterTests {
    /// Everything that comes until the pipe is closed, read by a thread that may block.
    private func read(_ pipe: Pipe) async -> Data {
        let handle = pipe.fileHandleForReading
        return await withCheckedContinuation { continuation in
            Thread { continuation.resume(returning: handle.readDataToEndOfFile()) }.start()
        }
    }

    /// Waits without holding a thread of the pool.
    private func flush(_ writer: LineWriter) async {
        await withCheckedContinuation { continuation in
            Thread {
                writer.flush(within: 20)
                continuation.resume()
            }.start()
        }
    }

    @Test func linesOfManyThreadsNeverMix() async throws {
        let pipe = Pipe()
        let writer = LineWriter(descriptor: pipe.fileHandleForWriting.fileDescriptor, maximumWaitingBytes: 16 << 20) {
            _ in []
        }
        async let collected = read(pipe)
        DispatchQueue.concurrentPerform(iterations: 8) { thread in
            for number in 0..<500 {
                let letter = UInt8(ascii: "a") + UInt8(thread)
                writer.submit([UInt8](repeating: letter, count: 1 + number * 7 % 3000) + [UInt8(ascii: "\n")])
            }
        }
        await flush(writer)
        try pipe.fileHandleForWriting.close()
        #expect(writer.droppedLines == 0)
        let text = String(decoding: await collected, as: UTF8.self)
        let lines = text.split(separator: "\n")
        #expect(lines.count == 4000)
        #expect(lines.allSatisfy { Set($0).count == 1 })
    }

    @Test func whoeverLogsNeverWaitsForAReaderThatSleeps() async throws {
        let pipe = Pipe()
        let writer = LineWriter(descriptor: pipe.fileHandleForWriting.fileDescriptor, maximumWaitingBytes: 256 << 10) {
            Array("dropped \($0)\n".utf8)
        }
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 1023) + [UInt8(ascii: "\n")]
        let start = ContinuousClock.now
        for _ in 0..<2000 { writer.submit(line) }
        #expect(start.duration(to: .now) < .seconds(2))
        let dropped = writer.droppedLines
        #expect(dropped > 1000)
        #expect(StandardErrorLines.droppedLines >= dropped)
        async let collected = read(pipe)
        await flush(writer)
        try pipe.fileHandleForWriting.close()
        let lines = String(decoding: await collected, as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 2000 - dropped + 1)
        #expect(lines.contains("dropped \(dropped)"))
    }
}
