import Fleet

/// Reads an extended M3U playlist of AceStream links.
///
/// Line ends may be LF, CR LF or CR, a byte order mark may stand in front; comments, unknown directives and lines that
/// are no link are passed over. An entry with the `tvg-id` and name of an earlier one, or without a `tvg-id` the name
/// of the one right before it, adds a backup to it, and so does a link that directly follows another. Entries whose
/// link no engine can play are left out and listed in ``skipped``.
public struct M3UReader {
    private struct Entry {
        let line: Int
        var name: String?
        var pairs: [Channel.Attribute]
    }

    private struct Identity: Hashable {
        let guideID: String
        let name: String
    }

    /// Entries and values left out, without harm to the others.
    public private(set) var skipped = PlaylistError()
    private var errors = PlaylistError()
    private var list = ChannelList()
    private var indices: [Identity: Int] = [:]
    private var entry: Entry?
    private var group: String?
    private var isMarked = false
    /// The channel of the link right before, which a link without an entry of its own backs up.
    private var open: Int?

    public init() {}

    /// - Throws: ``PlaylistError`` with every mistake: a file that is too large, holds too many channels or is no
    ///   playlist, a line that is not UTF-8, an unclosed quote, a missing name or link, a broken link.
    public static func read(_ bytes: some Collection<UInt8>) throws(PlaylistError) -> ChannelList {
        var reader = M3UReader()
        return try reader.read(bytes)
    }

    /// As ``read(_:)-static``; a reader reads one file.
    public mutating func read(_ bytes: some Collection<UInt8>) throws(PlaylistError) -> ChannelList {
        guard bytes.count <= ChannelList.maximumBytes else {
            throw PlaylistError([.init(line: 1, message: "the file has more than \(ChannelList.maximumBytes) bytes")])
        }
        let bytes = Array(bytes)
        var rest = bytes[...]
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
        var number = 0
        while !rest.isEmpty {
            number += 1
            let end = rest.firstIndex { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } ?? rest.endIndex
            read(line: rest[..<end], number: number)
            guard list.channels.count <= ChannelList.maximumChannels else {
                errors.add(.init(line: number, message: "there are more than \(ChannelList.maximumChannels) channels"))
                throw errors
            }
            let isPair = rest[end...].starts(with: [UInt8(ascii: "\r"), UInt8(ascii: "\n")])
            rest = rest[end...].dropFirst(isPair ? 2 : 1)
        }
        endEntry()
        if !isMarked, list.channels.isEmpty, errors.isEmpty {
            errors.add(.init(line: 1, message: "this is no playlist: neither #EXTM3U nor a link"))
        }
        guard errors.isEmpty else { throw errors }
        return list
    }

    private mutating func read(line: ArraySlice<UInt8>, number: Int) {
        let line = line.drop(while: Self.isBlank)
        guard !line.isEmpty else { return }
        guard let valid = String(validating: line, as: UTF8.self) else {
            return errors.add(.init(line: number, message: "the line is not UTF-8"))
        }
        var text = valid[...]
        while let last = text.utf8.last, Self.isBlank(last) {
            text = Substring(text.utf8.dropLast())
        }
        guard text.utf8.first == UInt8(ascii: "#") else { return read(link: text, line: number) }
        if let rest = Self.rest(of: text, behind: "#EXTM3U") {
            isMarked = true
            readHeader(rest, line: number)
        } else if let rest = Self.rest(of: text, behind: "#EXTINF:") {
            endEntry()
            readEntry(rest, line: number)
        } else if let rest = Self.rest(of: text, behind: "#EXTGRP:") {
            group = PlaylistText.clean(rest)
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == 0
    }

    /// What follows a directive, whose letters may be small.
    private static func rest(of line: Substring, behind directive: String) -> Substring? {
        let head = line.utf8.prefix(directive.utf8.count)
        guard head.count == directive.utf8.count,
            zip(head, directive.utf8).allSatisfy({ byte, expected in
                byte == expected || (byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") && byte - 32 == expected)
            })
        else { return nil }
        return Substring(line.utf8.dropFirst(directive.utf8.count))
    }

    private mutating func pairs(
        _ text: Substring, endsAtComma: Bool, line: Int
    ) -> (pairs: [Channel.Attribute], name: Substring?) {
        var scanner = AttributeScanner(text)
        do {
            let (pairs, sawComma) = try scanner.scan(endsAtComma: endsAtComma)
            return (pairs, sawComma ? Substring(scanner.rest) : nil)
        } catch {
            errors.add(.init(line: line, message: "the quote behind \(error.name)= is not closed"))
            return ([], "")
        }
    }

    private mutating func readHeader(_ text: Substring, line: Int) {
        for pair in pairs(text, endsAtComma: false, line: line).pairs {
            switch pair.name.lowercased() {
            case "url-tvg", "x-tvg-url":
                let known = list.guideURL?.split(separator: ",").map(String.init) ?? []
                let new = pair.value.split(separator: ",").compactMap { PlaylistText.clean($0) }
                    .filter { !known.contains($0) }
                if !new.isEmpty { list.guideURL = (known + new).joined(separator: ",") }
            default: list.attributes.append(pair)
            }
        }
    }

    private mutating func readEntry(_ text: Substring, line: Int) {
        let (pairs, name) = pairs(text, endsAtComma: true, line: line)
        if name == nil { errors.add(.init(line: line, message: "there is no comma with a name behind it")) }
        entry = Entry(line: line, name: name.flatMap { PlaylistText.clean($0) }, pairs: pairs)
        open = nil
    }

    private mutating func endEntry() {
        guard let entry else { return }
        errors.add(.init(line: entry.line, message: "no link follows this entry"))
        self.entry = nil
    }

    private mutating func read(link text: Substring, line: Int) {
        switch ContentLink(text) {
        case .none: break
        case .foreign:
            skipped.add(.init(line: line, message: "no engine can play this link"))
            (entry, group, open) = (nil, nil, nil)
        case .broken(let reason):
            errors.add(.init(line: line, message: "broken link: \(reason)"))
            (entry, group, open) = (nil, nil, nil)
        case .content(let content):
            if entry == nil, let open {
                addBackup(content, to: open, line: line)
            } else {
                open = add(content, entry ?? Entry(line: line, name: nil, pairs: []))
            }
            (entry, group) = (nil, nil)
        }
    }

    /// The channel that the entry has become, or has added a backup to.
    private mutating func add(_ content: ContentKey, _ entry: Entry) -> Int {
        var channel = Channel(name: "", primary: content)
        for pair in entry.pairs {
            switch pair.name.lowercased() {
            case "tvg-id": channel.guideID = channel.guideID ?? pair.value
            case "tvg-logo": channel.logo = channel.logo ?? pair.value
            case "group-title": channel.group = channel.group ?? pair.value
            case "tvg-chno" where Channel.isNumber(pair.value): channel.number = channel.number ?? pair.value
            case "tvg-chno":
                skipped.add(.init(line: entry.line, message: "tvg-chno is no number such as 7 or 7.1"))
            default: channel.attributes.append(pair)
            }
        }
        let shown = channel.attributes.first { $0.name.lowercased() == "tvg-name" }?.value
        channel.name = entry.name ?? shown ?? channel.guideID ?? content.value
        channel.group = channel.group ?? group
        if let index = index(of: channel) {
            addBackup(content, to: index, line: entry.line)
            return index
        }
        if let guideID = channel.guideID {
            indices[Identity(guideID: guideID, name: channel.name)] = list.channels.count
        }
        list.channels.append(channel)
        return list.channels.count - 1
    }

    /// The channel that an entry repeats.
    private func index(of channel: Channel) -> Int? {
        if let guideID = channel.guideID { return indices[Identity(guideID: guideID, name: channel.name)] }
        guard let last = list.channels.last, last.guideID == nil, last.name == channel.name else { return nil }
        return list.channels.count - 1
    }

    private mutating func addBackup(_ content: ContentKey, to index: Int, line: Int) {
        guard !list.channels[index].contents.contains(content) else { return }
        guard list.channels[index].backups.count < Channel.maximumBackups else {
            return skipped.add(.init(line: line, message: "the channel has \(Channel.maximumBackups) backups already"))
        }
        list.channels[index].backups.append(content)
    }
}
