import ArgumentParser
import EngineSimulator

func bitrate(_ text: String) throws -> UInt64 {
    guard let bitrate = SimulatedEngineConfiguration.bitrate(parsing: text) else {
        throw ValidationError("'\(text)' is no bitrate; write bit/s, e.g. 800k or 4M")
    }
    return bitrate
}

func transfer(_ text: String) throws -> SimulatedEngineConfiguration.Transfer {
    guard let transfer = SimulatedEngineConfiguration.Transfer(rawValue: text) else {
        throw ValidationError("'\(text)' is neither close nor chunked")
    }
    return transfer
}

func delay(_ text: String) throws -> DelayDistribution {
    guard let delay = DelayDistribution(parsing: text) else {
        throw ValidationError("'\(text)' is no delay; write \(DelayDistribution.syntax)")
    }
    return delay
}

func seconds(_ text: String) throws -> UInt64 {
    guard case .fixed(let nanoseconds)? = DelayDistribution(parsing: text) else {
        throw ValidationError("'\(text)' is no duration; write seconds or e.g. 500ms")
    }
    return nanoseconds
}
