import Basics
import ImageOps

extension DIMSEClient {
  /// Most series of a study.
  private static let seriesLimit = 500

  /// The instances of a study or series (C-FIND), asked for level by level, as the standard has it.
  package func instances(study: String, series: String?) throws -> [ArchivedObject] {
    var names = series.map { [$0] } ?? []
    if series == nil {
      let found = try search([(0x0008_0052, "SERIES"), (0x0020_000D, study), (0x0020_000E, "")], most: Self.seriesLimit)
      var seen = Set<String>()
      names = found.filter { $0.study == study }.compactMap(\.series).filter { seen.insert($0).inserted }
    }
    var objects: [ArchivedObject] = []
    for name in names {
      let keys: [(UInt32, String)] = [
        (0x0008_0052, "IMAGE"), (0x0020_000D, study), (0x0020_000E, name), (0x0008_0018, ""), (0x0008_0016, ""), (0x0008_0020, ""),
        (0x0008_0060, ""), (0x0018_5101, ""),
      ]
      // What lies in another study or series was not asked for.
      objects += try search(keys, most: ArchiveLimits.objects - objects.count).filter {
        $0.study == study && $0.series == name && $0.instance != nil
      }
    }
    if objects.isEmpty { throw ArchiveProblem.noObject(host) }
    return objects
  }

  package func studies(modality: String, dates: String?, limit: Int) throws -> [ArchivedObject] {
    let keys: [(UInt32, String)] = [
      (0x0008_0052, "STUDY"), (0x0020_000D, ""), (0x0008_0020, dates ?? ""), (0x0008_0061, modality),
    ]
    return Array(try search(keys, most: limit).prefix(limit))
  }

  /// What the archive answers to a query (C-FIND).
  /// - Parameter most: Answers after which the query is cancelled.
  func search(_ keys: [(UInt32, String)], most: Int) throws -> [ArchivedObject] {
    guard most > 0 else { return [] }
    let folder = try scratch()
    let outcome = try run(
      .findscu, ["-v", "-S", "-X", "-Xlo", "\(most)", "--cancel", "\(most)", "-od", "."] + Self.keys(keys), service: "queries (C-FIND)",
      in: folder, most: Self.answerLimit, count: most + 1)
    if let state = outcome.rest(after: "Received Final Find Response"),
      state.contains("(Fail") || state.contains("(Refused") || state.contains("(Error")
    {
      throw ArchiveProblem.serviceFailed(host, "the query", "it may not be allowed for \(settings.callingTitle); ask its administrator")
    }
    return try folder.names.sorted().prefix(most).map { name in
      guard let object = ArchivedObject(response: try FileBytes.read("\(folder.path)/\(name)")) else {
        throw ArchiveProblem.badAnswer(host, "an item of the search has no valid UID")
      }
      return object
    }
  }

  private static let answerLimit = 16 << 20

  /// Options for the keys of a query; the values are UIDs, dates and names of levels, which were checked.
  static func keys(_ keys: [(UInt32, String)]) -> [String] {
    keys.flatMap { tag, value in
      let hex = String(tag, radix: 16)
      let digits = String(repeating: "0", count: 8 - hex.count) + hex
      return ["-k", "\(digits.prefix(4)),\(digits.suffix(4))" + (value.isEmpty ? "" : "=\(value)")]
    }
  }
}
