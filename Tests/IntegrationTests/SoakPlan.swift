import TestSupport

/// The random course of a soak: who comes when and stays how long, and what is killed. The same seed gives the same
/// course.
struct SoakPlan {
    enum Manner: String, CaseIterable {
        case stream
        /// Reads less than the stream's rate.
        case slow
        /// Leaves in the middle of its request.
        case halfRequest = "half a request"
        /// HLS of the engine.
        case manifest
        /// HLS that the proxy cuts from the stream.
        case cutPlaylist = "cut playlist"
    }

    struct Visit {
        let content: String
        let isLiving: Bool
        let manner: Manner
        let stay: Duration
    }

    enum Action {
        case visit(Visit)
        /// One of the engines that run then.
        case killEngine(choice: UInt64)
        case killOrchestrator
    }

    /// Contents that play, the first ones more often asked for.
    static let living = (0..<8).map { ApplianceRun.content(0x50a0 + $0) }
    /// Engines cannot load these.
    static let dead = [ApplianceRun.content(0xdead0), ApplianceRun.content(0xdead1)]
    /// Engines open a session and never send a byte.
    static let silent = ApplianceRun.content(0x51e27)

    private static let arrivals = 50...500
    private static let engineKills = 4_000...9_000

    private var random: SeededGenerator
    private let orchestratorKills: ClosedRange<Int>
    private let longestStay: Int
    /// When the next of each kind is due, in milliseconds.
    private var nextArrival: Int
    private var nextEngineKill: Int
    private var nextOrchestratorKill: Int

    init(seed: UInt64, isLong: Bool) {
        random = SeededGenerator(seed: seed)
        orchestratorKills = isLong ? 50_000...90_000 : 12_000...18_000
        longestStay = isLong ? 40_000 : 12_000
        nextArrival = Int.random(in: Self.arrivals, using: &random)
        nextEngineKill = Int.random(in: Self.engineKills, using: &random)
        nextOrchestratorKill = Int.random(in: orchestratorKills, using: &random)
    }

    /// What happens next, and how long after the beginning.
    mutating func next() -> (time: Duration, action: Action) {
        let time = min(nextArrival, nextEngineKill, nextOrchestratorKill)
        if time == nextOrchestratorKill {
            nextOrchestratorKill += Int.random(in: orchestratorKills, using: &random)
            return (.milliseconds(time), .killOrchestrator)
        }
        if time == nextEngineKill {
            nextEngineKill += Int.random(in: Self.engineKills, using: &random)
            return (.milliseconds(time), .killEngine(choice: random.next()))
        }
        nextArrival += Int.random(in: Self.arrivals, using: &random)
        return (.milliseconds(time), .visit(visit()))
    }

    private mutating func visit() -> Visit {
        let content: String
        switch Int.random(in: 0..<100, using: &random) {
        case ..<6: content = Self.dead.randomElement(using: &random) ?? Self.dead[0]
        case ..<10: content = Self.silent
        default:
            let last = Int.random(in: 0..<Self.living.count, using: &random)
            content = Self.living[Int.random(in: 0...last, using: &random)]
        }
        let manner: Manner =
            switch Int.random(in: 0..<100, using: &random) {
            case ..<62: .stream
            case ..<72: .slow
            case ..<80: .halfRequest
            case ..<90: .cutPlaylist
            default: .manifest
            }
        // Some zap, others stay.
        let limit = random.chance(30) ? 1500 : longestStay
        return Visit(
            content: content, isLiving: Self.living.contains(content), manner: manner,
            stay: .milliseconds(Int.random(in: 50...limit, using: &random)))
    }
}
