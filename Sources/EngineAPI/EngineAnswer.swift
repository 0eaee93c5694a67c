import FoundationEssentials

/// The envelope of the engine's `/ace/…` answers: `{"response": …, "error": null | "text"}`.
struct EngineAnswer<Response: Decodable & Sendable>: Decodable, Sendable {
    let response: Response?
    let error: String?
}

/// The `response` of `/ace/getstream?format=json`. Fields that some versions omit are optional.
struct StartResponse: Decodable, Sendable {
    enum CodingKeys: String, CodingKey {
        case playbackURL = "playback_url"
        case statURL = "stat_url"
        case commandURL = "command_url"
        case infohash
        case playbackSessionID = "playback_session_id"
        case isLive = "is_live"
        case via
    }

    let playbackURL: String
    let statURL: String
    let commandURL: String
    let infohash: String?
    let playbackSessionID: String?
    let isLive: Int?
    /// Only a proxy that serves as an engine has this.
    let via: [String]?
}

/// The envelope of `/server/api` and `/webui/api/service`: `{"result": …}` or `{"error": …}`.
struct ServiceAnswer: Decodable, Sendable {
    struct Status: Decodable, Sendable {
        struct Version: Decodable, Sendable {
            let platform: String?
            let version: String?
        }

        let version: Version?
        /// Of `get_network_connection_status` only.
        let connected: Bool?
    }

    let result: Status?
}

extension Decodable {
    /// - Throws: when `json` is not what the engine's API promises.
    init(json: [UInt8]) throws(EngineError) {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(json))
        } catch {
            throw EngineError(
                code: .malformedAnswer, message: "the engine's answer is not the JSON that its API promises")
        }
    }
}
