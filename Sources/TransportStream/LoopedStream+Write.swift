extension LoopedStream {
    /// Writes the packets of a range, numbered across all loops, to `bytes`, with clock, time stamps and continuity
    /// counters of their loop.
    public func write(
        _ numbers: Range<UInt64>, of recording: UnsafeRawBufferPointer, to bytes: UnsafeMutableRawBufferPointer
    ) {
        var next = numbers.lowerBound
        var offset = 0
        while next < numbers.upperBound {
            let (loop, first) = next.quotientAndRemainder(dividingBy: packetCount)
            let last = min(packetCount, first + (numbers.upperBound - next))
            let size = Int(last - first) * TransportPacket.size
            let part = UnsafeMutableRawBufferPointer(rebasing: bytes[offset..<offset + size])
            copy(Int(first)..<Int(last), of: recording, to: part)
            if loop > 0 {
                advanceClocks(Int(first)..<Int(last), by: loop, in: part)
                advanceCounters(by: loop, in: part)
            }
            next += last - first
            offset += size
        }
    }

    /// The program tables that stand at the start of loop `loop`.
    public func programTables(inLoop loop: UInt64) -> [UInt8] {
        var tables = programTables
        tables.withUnsafeMutableBytes { advanceCounters(by: loop, in: $0) }
        return tables
    }

    private func copy(
        _ range: Range<Int>, of recording: UnsafeRawBufferPointer, to bytes: UnsafeMutableRawBufferPointer
    ) {
        let tables = programTables.count / TransportPacket.size
        if range.lowerBound < tables {
            let size = TransportPacket.size
            bytes.copyBytes(from: programTables[range.lowerBound * size..<min(tables, range.upperBound) * size])
        }
        var number = max(tables, range.lowerBound)
        var index = max(0, runs.partitionPoint { $0.number > number } - 1)
        while number < range.upperBound {
            let run = runs[index]
            let end = min(range.upperBound, run.number + run.count)
            let source = run.offset + (number - run.number) * TransportPacket.size
            let target = (number - range.lowerBound) * TransportPacket.size
            let size = (end - number) * TransportPacket.size
            UnsafeMutableRawBufferPointer(rebasing: bytes[target..<target + size])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: recording[source..<source + size]))
            number = end
            index += 1
        }
    }

    private func advanceClocks(_ range: Range<Int>, by loop: UInt64, in bytes: UnsafeMutableRawBufferPointer) {
        let ticks = (loop &* timestampStep) % Timestamp.modulus
        var index = patches.partitionPoint { $0.number >= range.lowerBound }
        while index < patches.count, patches[index].number < range.upperBound {
            let patch = patches[index]
            let start = (patch.number - range.lowerBound) * TransportPacket.size
            let packet = UnsafeMutableRawBufferPointer(rebasing: bytes[start..<start + TransportPacket.size])
            let source = UnsafeRawBufferPointer(packet)
            if patch.clock > 0 {
                let offset = Int(patch.clock)
                ClockReference.write(ClockReference.read(source, at: offset) + ticks * 300, to: packet, at: offset)
            }
            for field in [patch.presentation, patch.decoding] where field > 0 {
                Timestamp.write(Timestamp.read(source, at: Int(field)) + ticks, to: packet, at: Int(field))
            }
            index += 1
        }
    }

    private func advanceCounters(by loop: UInt64, in bytes: UnsafeMutableRawBufferPointer) {
        let factor = UInt8(truncatingIfNeeded: loop)
        for start in stride(from: 0, to: bytes.count, by: TransportPacket.size) {
            let pid = Int(bytes[start + 1] & 0x1F) << 8 | Int(bytes[start + 2])
            let control = bytes[start + 3]
            bytes[start + 3] = control & 0xF0 | (control &+ counterSteps[pid] &* factor) & 0x0F
        }
    }
}
