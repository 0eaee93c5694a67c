import Foundation

/// A named set of settings that is shipped with the project, `deploy/profiles/NAME.env`.
public enum SettingsProfile {
    /// Where packages put profiles.
    public static let installed = "/usr/share/weir/profiles"

    /// The file of a profile: a path with a slash as it is, a name in `deploy/profiles` at or above one of the
    /// directories, or among the installed ones. Blocks.
    /// - Throws: ``SettingsError`` that lists the profiles there are.
    public static func path(_ profile: String, near directories: [String]) throws(SettingsError) -> String {
        if profile.contains("/") || profile.hasSuffix(".env") { return profile }
        let folders = folders(near: directories)
        for folder in folders {
            let path = "\(folder)/\(profile).env"
            if FileManager.default.fileExists(atPath: path) { return path }
        }
        let names = Set(folders.flatMap(names)).sorted()
        let known = names.isEmpty ? "none are installed here, name a file" : names.joined(separator: ", ")
        throw SettingsError(problems: ["there is no profile \"\(profile)\"; known are: \(known)"])
    }

    /// The names of the profiles in a folder.
    static func names(in folder: String) -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix(".env") }.map { String($0.dropLast(".env".count)) }
    }

    private static func folders(near directories: [String]) -> [String] {
        var folders: [String] = []
        for directory in directories {
            var url = URL(fileURLWithPath: directory).standardizedFileURL
            while true {
                folders.append(url.path + "/deploy/profiles")
                if url.path == "/" { break }
                url.deleteLastPathComponent()
            }
        }
        return folders + [installed]
    }
}
