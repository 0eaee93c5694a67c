/// Splits a PSI section into transport packets.
enum SectionWriter {
    /// Closes a section that lacks its length and its checksum: sets the first, appends the second.
    static func closed(_ section: [UInt8]) -> [UInt8] {
        var section = section
        let length = section.count - 3 + 4
        section[1] = 0xB0 | UInt8(length >> 8 & 0x0F)
        section[2] = UInt8(truncatingIfNeeded: length)
        let checksum = CRC32.checksum(section)
        section += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: checksum >> $0) }
        return section
    }

    /// The packets that carry `section`, the rest of the last one filled with 0xFF.
    static func packets(_ section: [UInt8], pid: UInt16, continuityCounter: inout UInt8) -> [UInt8] {
        var rest = ([0] + section)[...]
        var packets: [UInt8] = []
        while !rest.isEmpty {
            let chunk = rest.prefix(TransportPacket.size - 4)
            packets += [
                TransportPacket.syncByte, (packets.isEmpty ? 0x40 : 0) | UInt8(pid >> 8 & 0x1F),
                UInt8(truncatingIfNeeded: pid), 0x10 | continuityCounter & 0x0F,
            ]
            packets += chunk + Array(repeating: 0xFF, count: TransportPacket.size - 4 - chunk.count)
            rest = rest.dropFirst(chunk.count)
            continuityCounter = (continuityCounter + 1) & 0x0F
        }
        return packets
    }
}

extension ProgramAssociation {
    /// The table as a section with checksum.
    public var section: [UInt8] {
        SectionWriter.closed([
            0x00, 0, 0, 0, 1, 0xC1, 0, 0, UInt8(programNumber >> 8), UInt8(truncatingIfNeeded: programNumber),
            0xE0 | UInt8(mapPID >> 8 & 0x1F), UInt8(truncatingIfNeeded: mapPID),
        ])
    }

    /// The table as packets; the counter is moved on by their number.
    public func packets(continuityCounter: inout UInt8) -> [UInt8] {
        SectionWriter.packets(section, pid: TransportPacket.associationPID, continuityCounter: &continuityCounter)
    }
}

extension ProgramMap {
    /// The table as a section with checksum, without descriptors.
    public var section: [UInt8] {
        var section: [UInt8] = [
            0x02, 0, 0, UInt8(programNumber >> 8), UInt8(truncatingIfNeeded: programNumber), 0xC1, 0, 0,
            0xE0 | UInt8(clockPID >> 8 & 0x1F), UInt8(truncatingIfNeeded: clockPID), 0xF0, 0,
        ]
        for stream in streams {
            section += [
                stream.code, 0xE0 | UInt8(stream.pid >> 8 & 0x1F), UInt8(truncatingIfNeeded: stream.pid), 0xF0, 0,
            ]
        }
        return SectionWriter.closed(section)
    }

    /// The table as packets on `pid`; the counter is moved on by their number.
    public func packets(pid: UInt16, continuityCounter: inout UInt8) -> [UInt8] {
        SectionWriter.packets(section, pid: pid, continuityCounter: &continuityCounter)
    }
}
