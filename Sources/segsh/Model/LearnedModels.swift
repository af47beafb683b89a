import Basics
import SegModel
import SegServices
import Terminal

/// `segsh model versions` and `segsh model rollback`.
enum LearnedModels {
  /// Prints the versions of a learned model, a line each.
  /// - Throws: ``ModelVersionsError``.
  static func list(_ name: String, asJSON: Bool) throws {
    let versions = try ModelVersions(name)
    let all = versions.all
    guard !all.isEmpty else { throw ModelVersionsError.noVersions(name, folder: versions.folder) }
    if asJSON {
      let records = all.map { version -> JSON in
        [
          "version": .number(Double(version.number)), "current": .bool(version.isCurrent), "file": .string(version.path),
          "record": version.record ?? .null,
        ]
      }
      return Console.shared.write(JSON.array(records).text + "\n")
    }
    for version in all {
      let record = version.record
      let digest = record?["sha256"]?.stringValue.map { "SHA-256 \(ReplayReport.short($0))" }
      let parent = record?["parent"]?["name"]?.stringValue.map { "from \($0)" }
      let cases = record?["learned_cases"]?.integerValue.map { "\($0) cases learned" }
      let gain = record?["gain"]?.numberValue.map { "held-out Dice \($0 >= 0 ? "+" : "")\(NumberFormat.tabulated($0))" }
      let facts = [record?["date"]?.stringValue, digest, parent, cases, gain].compactMap { $0 }
      Console.shared.write(
        "\(version.isCurrent ? "*" : " ") \(name)@\(version.number)  " + (record == nil ? "no record" : facts.joined(separator: ", "))
          + "\n")
    }
  }

  /// Switches to an earlier version.
  /// - Throws: ``ModelVersionsError``, `FileError`.
  static func rollBack(_ name: String, to version: Int?) throws {
    let current = try ModelVersions(name).rollBack(to: version)
    Console.shared.tell("\(name) is now version \(current)")
  }
}
