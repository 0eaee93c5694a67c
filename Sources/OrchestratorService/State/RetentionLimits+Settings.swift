import Settings
import Storage

extension RetentionLimits {
    init(_ settings: OrchestratorSettings) {
        let storage = settings.storage
        self.init(
            events: storage.eventRows, eventAge: storage.eventAge, decisions: storage.decisionRows,
            decisionAge: storage.decisionAge, endedStreams: storage.endedStreams,
            endedStreamAge: storage.endedStreamAge, samples: settings.collector.historyLimit,
            sampleAge: storage.sampleAge)
    }
}
