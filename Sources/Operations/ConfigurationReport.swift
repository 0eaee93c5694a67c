import Foundation
package import Settings

/// What `weir check-config` says.
package struct ConfigurationReport: Sendable {
    package struct Section: Sendable, Encodable {
        package let service: String
        package let settings: [Row]
        package let errors: [String]
        package let warnings: [String]
    }

    package struct Row: Sendable, Encodable {
        package let name: String
        package let value: String
        /// The variable or flag, `default` otherwise.
        package let source: String
        package let file: String?
        /// Older spellings that are read too.
        package let aliases: [String]
        package let secret: Bool
    }

    package let sections: [Section]
    /// What keeps the settings from being read at all.
    package let problems: [String]

    package init(services: [ServiceKind], sources: () throws(SettingsError) -> SettingsSources) {
        do {
            let sources = try sources()
            sections = services.map { service in
                let (effective, problems, warnings) = service.read(sources)
                return Section(
                    service: service.program, settings: effective.map(Row.init), errors: problems, warnings: warnings)
            }
            problems = []
        } catch {
            sections = []
            problems = error.problems
        }
    }

    /// 0: usable, 1: usable with warnings, 2: not usable.
    package var exitCode: Int32 {
        if !problems.isEmpty || sections.contains(where: { !$0.errors.isEmpty }) { return 2 }
        return sections.contains { !$0.warnings.isEmpty } ? 1 : 0
    }

    package var text: String {
        guard problems.isEmpty else { return problems.map { "error: \($0)" }.joined(separator: "\n") }
        return sections.map(\.text).joined(separator: "\n\n")
    }

    package var json: String {
        struct Document: Encodable {
            let usable: Bool
            let errors: [String]
            let services: [Section]
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let document = Document(usable: exitCode < 2, errors: problems, services: sections)
        return (try? encoder.encode(document)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}

extension ConfigurationReport.Row {
    init(_ setting: EffectiveSetting) {
        name = setting.name
        value = setting.value
        source = setting.source
        file = setting.file
        aliases = Array(setting.spellings.dropFirst())
        secret = setting.isSecret
    }

    /// The source as people read it: an older spelling is named, and so is the file.
    fileprivate var origin: String {
        let name = source == self.name ? (file == nil ? "environment" : "") : source
        return [name, file ?? ""].filter { !$0.isEmpty }.joined(separator: " in ")
    }
}

extension ConfigurationReport.Section {
    fileprivate var text: String {
        let rows = settings.map { [$0.name, $0.value.isEmpty ? "–" : $0.value, $0.origin] }
        let table = TextTable(rows: [["SETTING", "VALUE", "SOURCE"]] + rows).text
        let lines = errors.map { "error: \($0)" } + warnings.map { "warning: \($0)" }
        let verdict = errors.isEmpty ? "the settings can be used" : "the settings cannot be used"
        return (["\(service): \(verdict)", table] + lines).joined(separator: "\n")
    }
}
