import Catalogue

/// `alerts/rules/legacy.yml`: the names of the earlier implementations as recording rules.
public enum LegacyRules {
    /// The file, written from ``LegacyNames``.
    public static func yaml() -> String {
        var text = """
            # The metric names of the earlier implementations, from today's families.
            # Written by `weir generate legacy-rules`; `weir generate metrics` lists the names without data.
            # A name that a service serves itself (METRICS_LEGACY_NAMES=1) is not recorded for it.
            groups:
              - name: legacy-names
                interval: 15s
                rules:

            """
        for name in LegacyNames.all {
            for (record, expression) in name.recordings {
                text += "      - record: \(record)\n        expr: >-\n          \(expression)\n"
            }
        }
        return text
    }
}
