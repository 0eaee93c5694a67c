/// Another orchestrator acts now; this one ends.
struct LeadershipLost: Error, CustomStringConvertible {
    var reason: String

    var description: String {
        "another orchestrator leads: \(reason). This one has changed nothing since and ends; start it again to have it "
            + "wait as a standby"
    }
}
