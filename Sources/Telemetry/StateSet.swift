import Synchronization

/// A handle to one child of a state set family: exactly one state is on at any moment, in every exposition.
public struct StateSet<State: LabelValue>: Sendable {
    private let block: CellBlock

    init(block: CellBlock) {
        self.block = block
    }

    /// Switches to a state.
    public func set(_ state: State) {
        Shards.common[block.offset].store(UInt64(state.ordinal), ordering: .relaxed)
    }

    /// The state that is on; at first the one that is declared first.
    public var state: State {
        let states = Array(State.allCases)
        return states[Int(Shards.common[block.offset].load(ordering: .relaxed))]
    }
}

/// The children of one state set family.
public struct StateSetVector<Labels: LabelSet, State: LabelValue>: Sendable {
    let children: Children<Labels, StateSetInstrument>

    /// The child with these labels, made on first use.
    public subscript(labels: Labels) -> StateSet<State> {
        StateSet(block: children[labels])
    }

    /// Drops a child: its series vanish from the next exposition.
    public func remove(_ labels: Labels) {
        children.remove(labels)
    }
}
