import Telemetry

/// What takes a look at every session and viewer to know.
extension StreamHub {
    func updateGauges() {
        let now = clock.now
        var waiting = 0
        var starting = 0
        var stalled = 0
        var blocked = 0
        var used: UInt64 = 0
        var lag: UInt64 = 0
        var longestLag: UInt64 = 0
        for session in sessions.values {
            waiting += session.waiters.count
            session.bitrate.note(session.buffer.ring.head, at: now)
            if session.firstByteAt == nil { starting += 1 }
            if session.stallCountedUntil != nil { stalled += 1 }
            used += session.buffer.ring.head - session.buffer.ring.tail
            let limit = session.buffer.limit
            for viewer in session.viewers {
                if viewer.isBlocked { blocked += 1 }
                let position = session.position(of: viewer)
                let behind = limit > position ? limit - position : 0
                lag += behind
                longestLag = max(longestLag, behind)
            }
        }
        metrics.playersWaiting.set(waiting)
        metrics.sessionsStarting.set(starting)
        metrics.sessionsStalled.set(stalled)
        metrics.viewersBlocked.set(blocked)
        metrics.ringUsedBytes.set(Double(used))
        metrics.viewerLag.set(Double(lag))
        metrics.viewerLagMaximum.set(Double(longestLag))
    }
}
