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
    case let image as GrayImage: (statistics, sketch) = Self.facts(of: image)
    case let phantom as Phantom: (statistics, sketch) = Self.facts(of: phantom.image)
    case let map as ProbabilityMap: (statistics, sketch) = Self.facts(of: GrayImage(map))
    case let picture as ColorImage:
      let pixels = picture.pixels
      sketch = ImageSummary(meansOf: picture.size) {
        Float(Int(pixels[3 * $0]) + Int(pixels[3 * $0 + 1]) + Int(pixels[3 * $0 + 2])) / 3
      }
      statistics = [("mean", Double(pixels.reduce(0) { $0 + Int($1) }) / Double(pixels.count))]
    case let mask as Mask:
      statistics = [("area", Double(mask.count))]
      sketch = ImageSummary(mask)
    case let labels as LabelImage:
      statistics = Self.areas(of: labels)
      sketch = ImageSummary(labels)
    case let segmentation as Segmentation:
      statistics = Self.areas(of: segmentation.lungs) + [("opacity", Double(segmentation.opacity.count))]
      let (labels, opacity, width) = (segmentation.lungs.labels, segmentation.opacity, segmentation.size.width)
      sketch = ImageSummary(size: segmentation.size) { labels[$0] + (opacity[$0 / width, $0 % width] ? 4 : 0) }
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

  private static func facts(of image: GrayImage) -> ([(name: String, value: Double)], ImageSummary) {
    let pixels = image.pixels
    let sketch = ImageSummary(meansOf: image.size) { pixels[$0] }
    guard let statistics = try? image.statistics() else { return ([], sketch) }
    return (
      [
        ("mean", statistics.mean), ("deviation", statistics.standardDeviation), ("min", Double(statistics.minimum)),
        ("max", Double(statistics.maximum)),
      ], sketch
    )
  }

  private static func areas(of labels: LabelImage) -> [(name: String, value: Double)] {
    labels.counts.sorted { $0.key < $1.key }.prefix(8).map { label, count in (labels.names[label] ?? "label \(label)", Double(count)) }
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
