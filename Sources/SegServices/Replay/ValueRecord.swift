import Basics
import ImageOps
import SegLang
import SegModel
import SegValues

/// What a lock keeps of a value: its digest, a few statistics, and enough to say by how much another differs.
public struct ValueRecord: Sendable {
  public let typeName: String
  /// Digest of all that the value holds.
  public let sha256: String
  public let statistics: [(name: String, value: Double)]
  /// The value itself, where it is figures and short.
  package let figures: JSON?
  /// See `ImageSummary`; not kept of large and ragged masks.
  package let sketch: String?

  /// Longer figures are kept as a digest alone.
  private static let limit = 4096

  /// - Parameter names: Stand-ins for the names of files; the digest of a text is that of the text with these, so that it reveals none either.
  package init(_ value: any Value, _ names: FileNames? = nil) {
    typeName = type(of: value).typeName
    var sketch: ImageSummary?
    var statistics: [(name: String, value: Double)] = []
    var figures: JSON?
    switch value {
    case let pixels as any PixelValue: (statistics, sketch) = pixels.summary
    // Their names are in the lock as inputs.
    case let cases as Cases: statistics = [("count", Double(cases.paths.count))]
    case is Path: break
    case let list as List where list.items.contains { $0 is Path }: statistics = [("count", Double(list.items.count))]
    default:
      let json = value.json.replacingTexts { names?.hidden($0) ?? $0 }
      if json.text.utf8.count <= Self.limit { figures = json }
    }
    sha256 =
      value.contentHash ?? SHA256.hexDigest(of: Array("\(typeName) \(value.json.replacingTexts { names?.hidden($0) ?? $0 }.text)".utf8))
    self.statistics = statistics
    self.figures = figures
    self.sketch = sketch?.text
  }

  /// What `print` wrote.
  package init(printed text: String) {
    typeName = "Text"
    sha256 = SHA256.hexDigest(of: Array("print \(text)".utf8))
    statistics = []
    figures = text.utf8.count <= Self.limit ? .string(text) : nil
    sketch = nil
  }

  // MARK: As JSON

  /// Adds the record's fields to an object.
  package func write(to json: inout JSON) {
    json["type"] = .string(typeName)
    json["sha256"] = .string(sha256)
    if !statistics.isEmpty { json["statistics"] = .object(statistics.map { JSON.Member($0.name, .number($0.value)) }) }
    json["value"] = figures
    json["sketch"] = sketch.map { .string($0) }
  }

  /// Nil for what is no record of a value.
  package init?(_ json: JSON) {
    guard let type = json["type"]?.stringValue, let digest = json["sha256"]?.stringValue, RecordedFile.isDigest(digest) else { return nil }
    typeName = type
    sha256 = digest
    if case .object(let members)? = json["statistics"] {
      statistics = members.compactMap { member in member.value.numberValue.map { (name: member.key, value: $0) } }
    } else {
      statistics = []
    }
    figures = json["value"]
    sketch = json["sketch"]?.stringValue
  }

  // MARK: Differences

  /// By how much another value differs, for people and for programs; empty when the digests agree.
  package func differences(from old: ValueRecord) -> (texts: [String], figures: [(name: String, value: Double)]) {
    guard sha256 != old.sha256 else { return ([], []) }
    if typeName != old.typeName { return (["\(old.typeName) before, \(typeName) now"], []) }
    var texts: [String] = []
    var found: [(name: String, value: Double)] = []
    if let old = old.sketch.flatMap({ ImageSummary($0) }), let new = sketch.flatMap({ ImageSummary($0) }),
      let difference = SummaryDifference(from: old, to: new)
    {
      texts.append(difference.text)
      found += difference.figures
    }
    let before = Dictionary(old.statistics.map { ($0.name, $0.value) }) { first, _ in first }
    for (name, value) in statistics {
      guard let was = before[name], was != value else { continue }
      texts.append("\(name) \(NumberFormat.statistic(was)) -> \(NumberFormat.statistic(value))")
      found.append((name, value - was))
    }
    if let old = old.figures, let new = figures {
      let changes = JSON.changes(from: old, to: new)
      texts += changes.prefix(6).map(\.text)
      if changes.count > 6 { texts.append("and \(changes.count - 6) more") }
      found += changes.compactMap { change in change.difference.map { (change.name, $0) } }
    }
    if texts.isEmpty { texts.append("the difference does not show in the recorded statistics") }
    return (texts, found)
  }
}
