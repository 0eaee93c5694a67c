extension Orchestrator {
    /// How long changes are gathered before they are acted on together. Far below anything that depends on it: the
    /// creation of an engine takes longer by orders of magnitude.
    static let reconcilePause = Duration.milliseconds(10)

    /// Has ``reconcile()`` called once, soon, whatever happens until then: for what happens a thousand times a second
    /// and leaves nobody waiting.
    func reconcileSoon() {
        guard !isReconcileScheduled else { return }
        isReconcileScheduled = true
        work.submit {
            try? await Task.sleep(for: Self.reconcilePause)
            await self.reconcileAsScheduled()
        }
    }

    private func reconcileAsScheduled() {
        isReconcileScheduled = false
        reconcile()
    }
}
