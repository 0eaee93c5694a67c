import Foundation
import Playlist
import Settings

/// The HDHomeRun tuner that this proxy shows itself as, so that Plex, Jellyfin and Emby can add it.
///
/// Field names and values are those of the maker's HTTP API. The model is one without transcoding, so that clients ask
/// for none.
struct TunerDevice: Sendable {
    private static let name = "Weir"
    private static let manufacturer = "Silicondust"
    private static let model = "HDHR5-4US"

    let id: TunerID
    private let tunerCount: Int

    init(settings: ProxySettings) {
        let seed = settings.channels.publicURL ?? "\(Self.machine):\(settings.listen.port)"
        id = settings.channels.tunerID ?? TunerID(seed: seed.utf8)
        tunerCount = settings.channels.tunerCount
    }

    /// `/discover.json`.
    func discovery(baseURL: String) -> String {
        let url = JSONText.quote(baseURL)
        return """
            {"FriendlyName":"\(Self.name)","Manufacturer":"\(Self.manufacturer)","ModelNumber":"\(Self.model)",\
            "FirmwareName":"hdhomerun5_atsc","FirmwareVersion":"20240101","DeviceID":"\(id)","DeviceAuth":"weir",\
            "BaseURL":\(url),"LineupURL":\(JSONText.quote(baseURL + "/lineup.json")),"TunerCount":\(tunerCount)}
            """
    }

    /// `/lineup_status.json`: the channels are known, a scan is over at once.
    static let lineupStatus = """
        {"ScanInProgress":0,"ScanPossible":1,"Source":"Cable","SourceList":["Cable"]}
        """

    /// `/device.xml` (UPnP Device Architecture 1.0, section 2.1).
    func description(baseURL: String) -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <root xmlns="urn:schemas-upnp-org:device-1-0">
        <specVersion><major>1</major><minor>0</minor></specVersion>
        <URLBase>\(XMLText.escape(baseURL))</URLBase>
        <device>
        <deviceType>urn:schemas-upnp-org:device:MediaServer:1</deviceType>
        <friendlyName>\(Self.name)</friendlyName>
        <manufacturer>\(Self.manufacturer)</manufacturer>
        <modelName>\(Self.model)</modelName>
        <modelNumber>\(Self.model)</modelNumber>
        <serialNumber>\(id)</serialNumber>
        <UDN>uuid:\(uuid)</UDN>
        </device>
        </root>

        """
    }

    /// The same for the same id (RFC 9562, version 8: digits of one's own choice).
    private var uuid: String {
        "\(id.description.lowercased())-7765-8972-8000-0000\(id.description.lowercased())"
    }

    private static var machine: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "weir" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// Text in XML 1.0.
enum XMLText {
    static func escape(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\t", "\n", "\r": escaped += " "
            // Not in XML at all (section 2.2).
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: break
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
