/// Constants of the MPEG transport stream packet layer (ISO/IEC 13818-1, 2.4.3).
public enum TransportPacket {
    /// Bytes of one packet.
    public static let size = 188
    /// The first byte of every packet.
    public static let syncByte: UInt8 = 0x47
    /// The PID of null packets, which carry nothing.
    public static let nullPID: UInt16 = 0x1FFF
    /// The PID of the program association table.
    public static let associationPID: UInt16 = 0
}
