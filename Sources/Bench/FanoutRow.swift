import ArgumentParser
import Foundation

/// What `weir bench fanout` measures, by the name it is asked for.
enum FanoutRow: String, CaseIterable, ExpressibleByArgument {
    case hundred = "100"
    case fiveHundred = "500"
    case fiveThousand = "5000"
    case unthrottled
    case starts
    case joins
    case stalled
    case atOnce = "at-once"
    case engineLost = "engine-lost"

    var title: String {
        switch self {
        case .hundred: "one stream of 8 Mbit/s to 100 viewers, against the yardstick"
        case .fiveHundred: "one stream of 8 Mbit/s to 500 viewers, against the yardstick"
        case .fiveThousand: "one stream of 1 Mbit/s to 5,000 viewers, against the yardstick"
        case .unthrottled: "as fast as it goes to 1,000 viewers, against the yardstick"
        case .starts: "100 streams of 8 Mbit/s started within 10 s"
        case .joins: "joining a stream of 8 Mbit/s that 500 watch"
        case .stalled: "ten viewers of 40 Mbit/s beside one that reads nothing"
        case .atOnce: "50 viewers at once on a new content"
        case .engineLost: "the engine of a stream that 100 watch is killed; others are warm"
        }
    }

    /// Where proxy and yardstick are compared, only many rounds tell from the noise.
    var defaultRounds: Int { scenario == nil ? 5 : 9 }

    /// For what is compared with the yardstick.
    var scenario: FanoutScenario? {
        switch self {
        case .hundred: .hundred
        case .fiveHundred: .fiveHundred
        case .fiveThousand: .fiveThousand
        case .unthrottled: .unthrottled
        case .starts, .joins, .stalled, .atOnce, .engineLost: nil
        }
    }

    /// Measures once.
    /// - Parameter programs: the directory of the project's programs.
    func round(programs: String) throws(BenchError) -> [Sample] {
        let site = try BenchSite(programs: programs)
        switch self {
        case .hundred: return try Fanout(site: site, scenario: .hundred).round()
        case .fiveHundred: return try Fanout(site: site, scenario: .fiveHundred).round()
        case .fiveThousand: return try Fanout(site: site, scenario: .fiveThousand).round()
        case .unthrottled: return try Fanout(site: site, scenario: .unthrottled).round()
        case .starts: return try StreamStarts.round(site)
        case .joins: return try Joins.round(site)
        case .stalled: return try StalledViewer.round(site)
        case .atOnce: return try CrowdedStart.round(site)
        case .engineLost: return try EngineLoss.round(site)
        }
    }
}
