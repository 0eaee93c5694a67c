/// The coding of an elementary stream, as its program map entry states it.
public enum StreamType: Equatable, Sendable {
    /// MPEG-1 and MPEG-2 video (0x01, 0x02).
    case mpeg2Video
    /// MPEG-4 part 2 (0x10).
    case mpeg4Video
    /// H.264 (0x1B).
    case h264
    /// HEVC (0x24).
    case hevc
    /// VVC (0x33).
    case vvc
    /// Video whose payload is not examined (AVS, AVS2, Dirac, VC-1).
    case otherVideo(UInt8)
    /// Audio of any kind, and private PES streams, which mostly carry audio.
    case audio(UInt8)
    /// Anything else.
    case other(UInt8)

    /// The coding that a `stream_type` byte names.
    public init(code: UInt8) {
        self =
            switch code {
            case 0x01, 0x02: .mpeg2Video
            case 0x10: .mpeg4Video
            case 0x1B: .h264
            case 0x24: .hevc
            case 0x33: .vvc
            case 0x42, 0xD1, 0xD2, 0xD4, 0xEA: .otherVideo(code)
            case 0x03, 0x04, 0x06, 0x0F, 0x11, 0x1C, 0x80...0x87: .audio(code)
            default: .other(code)
            }
    }

    /// Whether the stream is video.
    public var isVideo: Bool {
        switch self {
        case .mpeg2Video, .mpeg4Video, .h264, .hevc, .vvc, .otherVideo: true
        case .audio, .other: false
        }
    }

    /// Whether the stream is audio.
    public var isAudio: Bool {
        if case .audio = self { true } else { false }
    }

    /// Whether `payload`, the first bytes of a PES packet of this stream, holds a start code at which a decoder can
    /// begin: a sequence header, an IDR or IRAP picture, or the parameter sets that precede one.
    public func startsDecoding(_ payload: UnsafeRawBufferPointer) -> Bool {
        guard payload.count >= 5 else { return false }
        var index = 2
        while index + 2 < payload.count {
            guard payload[index] == 1, payload[index - 1] == 0, payload[index - 2] == 0 else {
                index += 1
                continue
            }
            if isEntryPoint(payload[index + 1], payload[index + 2]) { return true }
            index += 3
        }
        return false
    }

    private func isEntryPoint(_ first: UInt8, _ second: UInt8) -> Bool {
        switch self {
        case .mpeg2Video: first == 0xB3
        case .mpeg4Video: first == 0xB0 || (0x20...0x2F).contains(first)
        case .h264: first & 0x80 == 0 && (first & 0x1F == 5 || first & 0x1F == 7)
        case .hevc: first & 0x80 == 0 && [16...23, 32...33].contains { $0.contains(first >> 1 & 0x3F) }
        case .vvc: first & 0x80 == 0 && [7...10, 14...15].contains { $0.contains(second >> 3) }
        case .otherVideo, .audio, .other: false
        }
    }
}
