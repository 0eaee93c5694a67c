/// Viewers that stand at the same position and are sent the same bytes.
extension Session {
    /// Position of the next byte that the viewer is sent.
    func position(of viewer: Viewer) -> UInt64 {
        viewers.isInStep(viewer) ? flushedLimit : viewer.cursor
    }

    /// Puts the viewer in step if it stands where those in step do.
    func enterStep(_ viewer: Viewer) {
        if viewer.isInStep(at: flushedLimit) { viewers.enterStep(viewer) }
    }

    /// Lets the viewer go on by itself.
    func leaveStep(_ viewer: Viewer) {
        guard viewers.isInStep(viewer) else { return }
        viewers.leaveStep(viewer)
        viewer.leaveStep(at: flushedLimit)
    }

    /// Sends all that is published to those in step. Those whose socket does not take it are out of step afterwards.
    ///
    /// - Returns: the number of bytes sent.
    func sendToThoseInStep() -> Int {
        defer { flushedLimit = buffer.limit }
        // The ring may have run past everybody, as when another engine's stream was joined on.
        if flushedLimit < buffer.ring.tail {
            while viewers.inStepCount > 0 { leaveStep(viewers[0]) }
        }
        var sentBytes = 0
        while viewers.inStepCount > 0, flushedLimit < buffer.limit {
            let end = min(
                buffer.limit, buffer.layout.boundary(atOrBefore: flushedLimit + UInt64(SharedChunk.maximumLength)))
            chunk.frame(buffer.ring, from: flushedLimit, to: end)
            sentBytes += viewers.send(chunk, from: buffer.ring, layout: buffer.layout)
            flushedLimit = end
        }
        return sentBytes
    }
}
