import Logging

/// A handler whose level is the program's, until one of its own is set.
struct SwitchedLogHandler: LogHandler {
    private var base: any LogHandler
    private let common: LogLevelSwitch
    private var own: Logger.Level?

    init(_ base: any LogHandler, level: LogLevelSwitch) {
        self.base = base
        common = level
    }

    var logLevel: Logger.Level {
        get { own ?? common.level }
        set { own = newValue }
    }

    var metadata: Logger.Metadata {
        get { base.metadata }
        set { base.metadata = newValue }
    }

    var metadataProvider: Logger.MetadataProvider? {
        get { base.metadataProvider }
        set { base.metadataProvider = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { base[metadataKey: key] }
        set { base[metadataKey: key] = newValue }
    }

    func log(event: LogEvent) {
        base.log(event: event)
    }
}
