public import Telemetry

/// The metric names of the earlier orchestrators and proxies: those that are families of today, those that a recording
/// rule gives, and those without data, with the reason.
///
/// Where two implementations used one name with other labels, the design notes' form is the one kept.
public enum LegacyNames {
    public static let all = firstGeneration + python + pythonProxy + goRewrite

    /// Has a service's registry also expose, under their earlier names, what is a selection or a new name of one of its
    /// families.
    public static func register(for service: LegacyShadow.Service, in registry: Registry) {
        for shadow in all.compactMap(\.shadow) where shadow.service == service { shadow.install(registry) }
    }

    /// The families that ``register(for:in:)`` adds.
    public static func families(of service: LegacyShadow.Service) -> [MetricFamily] {
        all.compactMap(\.shadow).filter { $0.service == service }.map(\.family)
    }

    /// `sum by` the labels that every rule keeps, and those given.
    static func sum(_ series: String, by labels: String = "") -> String {
        "sum by (service, instance\(labels.isEmpty ? "" : ", " + labels)) (\(series))"
    }

    /// The expression with a label that always has the same value.
    static func constant(_ label: String, _ value: String, _ expression: String) -> String {
        "label_replace(\(expression), \"\(label)\", \"\(value)\", \"\", \"\")"
    }

    /// The sum of `series` by `old`, which is called `new` in the result.
    static func renamed(_ old: String, to new: String, _ series: String) -> String {
        sum("label_replace(\(series), \"\(new)\", \"$1\", \"\(old)\", \"(.*)\")", by: new)
    }
}
