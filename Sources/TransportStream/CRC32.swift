/// The checksum of PSI sections: CRC-32/MPEG-2, polynomial 0x04C11DB7, initial value all ones, not reflected.
public enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index) << 24) { value, _ in
            value & 0x8000_0000 != 0 ? value << 1 ^ 0x04C1_1DB7 : value << 1
        }
    }

    /// The checksum of `bytes`; 0 when they end with their own valid checksum.
    public static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        table.withUnsafeBufferPointer { table in
            bytes.reduce(UInt32.max) { $0 << 8 ^ table[Int(($0 >> 24) ^ UInt32($1))] }
        }
    }
}
