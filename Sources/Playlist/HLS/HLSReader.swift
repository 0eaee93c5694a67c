/// Reads an HLS playlist (RFC 8216, section 4).
///
/// Lines may end with LF or CR LF, the last one with the text. Tags of later revisions, comments and whatever no player
/// needs are left out. Byte ranges become part of the resource.
public struct HLSReader {
    private enum Entry {
        case segment
        case variant
    }

    private var playlist = HLSPlaylist()
    private var isMedia = false
    private var isMultivariant = false
    /// The tag whose URI has not come.
    private var entry: (kind: Entry, line: Int)?
    private var range: HLSPlaylist.ByteRange?
    private var hasRangeWithoutOffset = false
    /// The resource of the segment before, and where its range ended.
    private var previous: (reference: String, end: UInt64)?
    private var resourceCount = 0

    private init() {}

    /// - Throws: ``HLSPlaylistError``: too large, no playlist, cut off, or a line that breaks the rules.
    public static func read(_ bytes: some Collection<UInt8>) throws(HLSPlaylistError) -> HLSPlaylist {
        guard bytes.count <= HLSPlaylist.maximumBytes else {
            throw HLSPlaylistError(.tooLarge, "the playlist has more than \(HLSPlaylist.maximumBytes) bytes")
        }
        let marked = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : Array(bytes)
        guard marked.starts(with: "#EXTM3U".utf8) else {
            throw HLSPlaylistError(.notAPlaylist, "the text does not begin with #EXTM3U")
        }
        guard let text = String(validating: marked, as: UTF8.self) else {
            throw HLSPlaylistError(.malformed, "the playlist is not UTF-8")
        }
        var reader = HLSReader()
        // CR LF is one character: lines are split by bytes.
        for (index, line) in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .enumerated()
        {
            let content = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            try reader.read(Substring(content), number: index + 1)
        }
        return try reader.finish()
    }

    private mutating func finish() throws(HLSPlaylistError) -> HLSPlaylist {
        if let entry {
            throw HLSPlaylistError(.truncated, "line \(entry.line): the playlist ends before the URI of this entry")
        }
        playlist.kind = isMultivariant ? .multivariant : .media
        if playlist.kind == .media, playlist.targetDuration == nil {
            throw HLSPlaylistError(.truncated, "the playlist has no EXT-X-TARGETDURATION")
        }
        return playlist
    }

    private mutating func read(_ line: Substring, number: Int) throws(HLSPlaylistError) {
        guard line.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == UInt8(ascii: "\t") }) else {
            throw HLSPlaylistError(.malformed, "line \(number): control characters")
        }
        guard let first = line.utf8.first, first != UInt8(ascii: " ") else { return }
        guard first == UInt8(ascii: "#") else { return try read(uri: line, number: number) }
        guard line.hasPrefix("#EXT"), number > 1 else { return }
        let colon = line.utf8.firstIndex(of: UInt8(ascii: ":"))
        let name = String(line[..<(colon ?? line.endIndex)].dropFirst())
        guard entry?.kind != .variant, entry == nil || name != "EXTINF" else {
            throw HLSPlaylistError(.malformed, "line \(number): \(name) where a URI is expected")
        }
        let value = colon.map { line[line.utf8.index(after: $0)...] } ?? ""
        do throws(Broken) {
            try read(tag: name, value: value, number: number)
        } catch {
            throw HLSPlaylistError(.malformed, "line \(number): \(name) cannot have that value")
        }
        guard !(isMedia && isMultivariant) else {
            throw HLSPlaylistError(.malformed, "line \(number): segments and playlists in one list")
        }
        try checkCount()
    }

    private func checkCount() throws(HLSPlaylistError) {
        guard resourceCount <= HLSPlaylist.maximumResources else {
            throw HLSPlaylistError(
                .tooLarge, "the playlist names more than \(HLSPlaylist.maximumResources) resources")
        }
    }

    /// A value that its tag does not allow.
    private struct Broken: Error {}

    private mutating func read(tag name: String, value: Substring, number: Int) throws(Broken) {
        switch name {
        case "EXTINF": try readDuration(value, number: number)
        case "EXT-X-BYTERANGE": range = try readRange(value)
        case "EXT-X-TARGETDURATION":
            guard let seconds = Self.number(value), seconds <= 86_400 else { throw Broken() }
            playlist.targetDuration = Int(seconds)
            keepMedia("#\(name):\(seconds)")
        case "EXT-X-MEDIA-SEQUENCE":
            guard let sequence = Self.number(value) else { throw Broken() }
            playlist.mediaSequence = sequence
            keepMedia("#\(name):\(sequence)")
        case "EXT-X-ENDLIST":
            playlist.isComplete = true
            keepMedia("#\(name)")
        case "EXT-X-DISCONTINUITY", "EXT-X-GAP", "EXT-X-I-FRAMES-ONLY": keepMedia("#\(name)")
        case "EXT-X-DISCONTINUITY-SEQUENCE", "EXT-X-BITRATE":
            guard let count = Self.number(value) else { throw Broken() }
            keepMedia("#\(name):\(count)")
        case "EXT-X-VERSION":
            guard let version = Self.number(value) else { throw Broken() }
            playlist.lines.append(.tag("#\(name):\(version)"))
        case "EXT-X-PLAYLIST-TYPE", "EXT-X-ALLOW-CACHE":
            guard ["VOD", "EVENT", "YES", "NO"].contains(value) else { throw Broken() }
            keepMedia("#\(name):\(value)")
        case "EXT-X-PROGRAM-DATE-TIME":
            guard value.utf8.allSatisfy(Self.isTimeByte) else { throw Broken() }
            keepMedia("#\(name):\(value)")
        case "EXT-X-INDEPENDENT-SEGMENTS": playlist.lines.append(.tag("#\(name)"))
        case "EXT-X-START": playlist.lines.append(.tag("#\(name):\(try attributes(value).text())"))
        case "EXT-X-KEY", "EXT-X-MAP", "EXT-X-MEDIA", "EXT-X-I-FRAME-STREAM-INF":
            try read(naming: name, attributes(value))
        case "EXT-X-STREAM-INF":
            isMultivariant = true
            playlist.lines.append(.tag("#\(name):\(try attributes(value).text(without: ["URI"]))"))
            entry = (.variant, number)
        default: break
        }
    }

    private mutating func keepMedia(_ tag: String) {
        isMedia = true
        playlist.lines.append(.tag(tag))
    }

    private func attributes(_ value: Substring) throws(Broken) -> HLSAttributes {
        guard let attributes = HLSAttributes(value) else { throw Broken() }
        return attributes
    }

    private mutating func readDuration(_ value: Substring, number: Int) throws(Broken) {
        let parts = value.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
        guard let text = parts.first, !text.isEmpty, text.utf8.count <= 20,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }),
            let duration = Double(text), duration <= 86_400
        else { throw Broken() }
        let title = parts.count > 1 && !parts[1].contains("://") ? parts[1] : ""
        playlist.durations.append(duration)
        keepMedia("#EXTINF:\(text),\(title)")
        entry = (.segment, number)
    }

    /// `n[@o]`; the offset is 0 until the segment's URI tells where the range before it ended.
    private mutating func readRange(_ value: Substring) throws(Broken) -> HLSPlaylist.ByteRange {
        let parts = value.split(separator: "@", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let length = Self.number(parts[0]), length > 0 else { throw Broken() }
        hasRangeWithoutOffset = parts.count == 1
        guard parts.count == 2 else { return HLSPlaylist.ByteRange(offset: 0, length: length) }
        guard let offset = Self.number(parts[1]) else { throw Broken() }
        return HLSPlaylist.ByteRange(offset: offset, length: length)
    }

    /// A tag with a URI attribute.
    private mutating func read(naming name: String, _ attributes: HLSAttributes) throws(Broken) {
        let role: HLSPlaylist.Resource.Role
        switch name {
        case "EXT-X-KEY":
            role = .key
            isMedia = true
        case "EXT-X-MAP":
            role = .initialization
            isMedia = true
        default:
            role = .playlist
            isMultivariant = true
        }
        let rest = attributes.text(without: ["URI", "BYTERANGE"])
        guard let uri = attributes["URI"] else {
            // Keys may be none, renditions may be part of the stream; a map must be somewhere.
            guard role != .initialization, name != "EXT-X-I-FRAME-STREAM-INF" else { throw Broken() }
            playlist.lines.append(.tag("#\(name):\(rest)"))
            return
        }
        var part: HLSPlaylist.ByteRange?
        if role == .initialization, let text = attributes["BYTERANGE"] {
            part = try readRange(text[...])
            hasRangeWithoutOffset = false
        }
        resourceCount += 1
        playlist.lines.append(
            .naming(
                before: "#\(name):\(rest.isEmpty ? "" : rest + ",")URI=\"",
                HLSPlaylist.Resource(role: role, reference: uri, range: part), behind: "\""))
    }

    private mutating func read(uri: Substring, number: Int) throws(HLSPlaylistError) {
        guard let entry else {
            throw HLSPlaylistError(.malformed, "line \(number): a URI without its tag")
        }
        self.entry = nil
        let reference = String(uri)
        var part = range
        if let range, hasRangeWithoutOffset {
            let start = previous.flatMap { $0.reference == reference ? $0.end : nil } ?? 0
            part = HLSPlaylist.ByteRange(offset: start, length: range.length)
        }
        if let whole = part {
            let (end, isTooLarge) = whole.offset.addingReportingOverflow(whole.length)
            guard !isTooLarge else { throw HLSPlaylistError(.malformed, "line \(number): a range without an end") }
            previous = (reference, end)
        } else {
            previous = nil
        }
        range = nil
        hasRangeWithoutOffset = false
        resourceCount += 1
        let role = entry.kind == .segment ? HLSPlaylist.Resource.Role.segment : .playlist
        playlist.lines.append(.uri(HLSPlaylist.Resource(role: role, reference: reference, range: part)))
        try checkCount()
    }

    /// A decimal integer (RFC 8216, section 4.2).
    private static func number(_ text: Substring) -> UInt64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return UInt64(text)
    }

    /// What a date and time consists of (RFC 3339).
    private static func isTimeByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, UInt8(ascii: "T"), UInt8(ascii: "t"), UInt8(ascii: "Z"), UInt8(ascii: "z"),
            UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: " "):
            true
        default: false
        }
    }
}
