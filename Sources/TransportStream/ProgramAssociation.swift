/// The program association table's first program.
public struct ProgramAssociation: Equatable, Sendable {
    /// The program's number, never 0.
    public var programNumber: UInt16
    /// The PID of the program's map.
    public var mapPID: UInt16

    public init(programNumber: UInt16 = 1, mapPID: UInt16) {
        self.programNumber = programNumber
        self.mapPID = mapPID
    }

    /// Reads a whole section, checksum included. Nil when it is another table, not yet in force, damaged, or empty.
    public init?(section: UnsafeRawBufferPointer) {
        guard section.count >= 12, section[0] == 0x00, section[5] & 1 == 1, CRC32.checksum(section) == 0 else {
            return nil
        }
        for entry in stride(from: 8, to: section.count - 7, by: 4) {
            let number = UInt16(section[entry]) << 8 | UInt16(section[entry + 1])
            guard number != 0 else { continue }
            let pid = UInt16(section[entry + 2] & 0x1F) << 8 | UInt16(section[entry + 3])
            self.init(programNumber: number, mapPID: pid)
            return
        }
        return nil
    }
}
