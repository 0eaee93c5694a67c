import CLinux

/// The viewers of one session, those in step first. Joining and leaving take constant time and change the order.
///
/// A viewer is in step while its socket has taken all that was sent to everybody. All of these stand at one position,
/// so that a round over them reads nothing but this list of descriptors, and changes nothing: at hundreds of viewers
/// the sends themselves push all else out of the processor's caches from one round to the next.
package struct ViewerList: RandomAccessCollection {
    private var viewers: [Viewer] = []
    /// The descriptors of those in step, in the same order.
    private var inStep: [Int32] = []
    /// What a viewer who had always been in step would have been sent.
    private var sentInStep: UInt64 = 0

    package init() {}

    package var startIndex: Int { 0 }
    package var endIndex: Int { viewers.count }
    package subscript(index: Int) -> Viewer { viewers[index] }

    package var inStepCount: Int { inStep.count }
    package var outOfStep: ArraySlice<Viewer> { viewers[inStep.count...] }

    package func isInStep(_ viewer: Viewer) -> Bool { viewer.place < inStep.count }

    /// All bytes that the viewer's socket has taken.
    package func sentBytes(of viewer: Viewer) -> UInt64 {
        viewer.sentBytes + (isInStep(viewer) ? sentInStep - viewer.sentBeforeStep : 0)
    }

    /// Takes a viewer in, out of step.
    package mutating func append(_ viewer: Viewer) {
        viewer.place = viewers.count
        viewers.append(viewer)
    }

    /// - Returns: whether the viewer was there.
    package mutating func remove(_ viewer: Viewer) -> Bool {
        guard viewers.indices.contains(viewer.place), viewers[viewer.place] === viewer else { return false }
        leaveStep(viewer)
        swap(viewer, with: viewers.count - 1)
        viewers.removeLast()
        return true
    }

    package mutating func enterStep(_ viewer: Viewer) {
        guard !isInStep(viewer) else { return }
        swap(viewer, with: inStep.count)
        inStep.append(viewer.descriptor)
        viewer.sentBeforeStep = sentInStep
    }

    package mutating func leaveStep(_ viewer: Viewer) {
        guard isInStep(viewer) else { return }
        viewer.sentBytes = sentBytes(of: viewer)
        inStep[viewer.place] = inStep[inStep.count - 1]
        inStep.removeLast()
        swap(viewer, with: inStep.count)
    }

    /// Sends `chunk`, a stretch of `ring`, to those in step. Those whose socket does not take all of it leave step and
    /// go on by themselves from there.
    ///
    /// - Returns: the number of bytes sent.
    package mutating func send(
        _ chunk: borrowing SharedChunk, from ring: borrowing Ring, layout: PacketLayout
    ) -> Int {
        let bytes = chunk.bytes
        var sentBytes = 0
        var next = 0
        while next < inStep.count {
            var taken = 0
            let served = inStep.withUnsafeBufferPointer {
                let rest = UnsafeBufferPointer(rebasing: $0[next...])
                return weir_send_each(rest.baseAddress, rest.count, bytes.baseAddress, bytes.count, &taken)
            }
            next += served
            sentBytes += served * bytes.count + taken
            guard next < inStep.count else { break }
            // The last one in step takes its place, and has not had its turn.
            let viewer = viewers[next]
            leaveStep(viewer)
            viewer.leaveStep(within: chunk, taken: taken, ring: ring, layout: layout)
        }
        sentInStep += UInt64(bytes.count)
        return sentBytes
    }

    private mutating func swap(_ viewer: Viewer, with place: Int) {
        viewers.swapAt(viewer.place, place)
        viewers[viewer.place].place = viewer.place
        viewer.place = place
    }
}
