import Basics
import ImageOps
import SegLang
import SegModel

/// What a network found in an X-ray, or a reader drew: `Segmentation`. Counts as its opacity where a mask is wanted, as its lungs where labels are.
extension Segmentation: Value {
  public static var typeName: String { "Segmentation" }
  public static var typeHelp: String {
    "Lung and opacity masks of an X-ray, and structures such as seg.heart, segmented by a network or drawn or corrected by a reader."
  }
  public static var isImageLike: Bool { true }

  public var oneLine: String {
    let area = lungs.counts.values.reduce(0, +)
    let doubted = doubt.map { "; WARNING: \($0.finding)" } ?? ""
    let corrected = corrections > 0 ? ", \(corrections) correction\(corrections == 1 ? "" : "s")" : ""
    guard area > 0 else {
      let found = opacity.isEmpty ? "" : ", opacity \(NumberFormat.grouped(opacity.count)) px"
      return "no lungs \(source == nil ? "drawn" : "found")\(found)\(structureText), \(size)\(corrected)\(doubted)"
    }
    let share = Double(opacity.count) / Double(area)
    return "lungs \(NumberFormat.grouped(area)) px (\(NumberFormat.percent(Double(area) / Double(size.count))) of \(size)), opacity"
      + " \(NumberFormat.grouped(opacity.count)) px (\(NumberFormat.percent(share)) of the lungs)\(structureText)\(corrected)\(doubted)"
  }

  /// ", heart 41,210 px"; empty without structures.
  private var structureText: String {
    structures.sorted { $0.key < $1.key }.map { ", \($0.words) \(NumberFormat.grouped($1.count)) px" }.joined()
  }

  /// The names of the structures in alphabetical order.
  package var structureNames: [String] { structures.keys.sorted().map(\.description) }

  /// What a person should know of an output that keeps lungs and opacity alone; nil for a segmentation without structures.
  /// - Parameter output: Such as "a label image does not keep".
  package func structuresRemark(_ output: String) -> String? {
    guard let first = structureNames.first else { return nil }
    return "\(output) the structure\(structureNames.count == 1 ? "" : "s") \(structureNames.joined(separator: ", "));"
      + " save the segmentation as .json, or a structure by itself (SEGMENTATION.\(first))"
  }

  public static var partType: ValueType? { .of(Mask.self) }

  public var partNames: [String] { structureNames }

  public func part(named name: String) -> (any Value)? {
    (try? StructureName(name)).flatMap { $0.description == name ? structures[$0] : nil }
  }

  public var json: JSON {
    var json: JSON = [
      "width": .number(Double(size.width)), "height": .number(Double(size.height)), "lungs": lungs.json, "opacity": opacity.json,
      "doubt": doubt.map { .string($0.rawValue) } ?? .null,
    ]
    if !structures.isEmpty {
      json["structures"] = .object(structures.sorted { $0.key < $1.key }.map { JSON.Member($0.description, $1.json) })
    }
    if corrections > 0 { json["corrections"] = .number(Double(corrections)) }
    return json
  }

  public var contentHash: String? {
    guard let lungs = lungs.contentHash, let opacity = opacity.contentHash else { return nil }
    let probabilities = prediction?.planes.withUnsafeBytes { SHA256.hexDigest(of: $0) } ?? "drawn"
    let before = corrections > 0 ? " \(corrections) \(uncorrected.contentHash ?? "")" : ""
    let others = structures.sorted { $0.key < $1.key }.map { " \($0) \($1.contentHash ?? "")" }.joined()
    return SHA256.hexDigest(of: Array("\(lungs) \(opacity) \(probabilities)\(before)\(others)".utf8))
  }

  public static var conversions: [Conversion] {
    [
      Conversion { (segmentation: Segmentation) in segmentation.opacity },
      Conversion { (segmentation: Segmentation) in segmentation.lungs },
      Conversion { (segmentation: Segmentation) in try segmentation.probability() },
    ]
  }

  /// As its probability in comparisons, as its opacity with masks.
  public static var operations: [Operation] { ProbabilityMap.operations + Mask.operations }

  public static var properties: [Property] {
    [
      Property("width", "Number of columns.") { (segmentation: Segmentation) in segmentation.size.width },
      Property("height", "Number of rows.") { (segmentation: Segmentation) in segmentation.size.height },
      Property("lungs", "Lung labels: 1 is the patient's right lung, 2 the left.") { (segmentation: Segmentation) in segmentation.lungs },
      Property("right", "The patient's right lung, on the left of the image.") { (segmentation: Segmentation) in
        segmentation.lungs.mask(of: LabelImage.rightLung)
      },
      Property("left", "The patient's left lung.") { (segmentation: Segmentation) in segmentation.lungs.mask(of: LabelImage.leftLung) },
      Property("opacity", "Opacity (ground glass and consolidation) inside the lungs.") { (segmentation: Segmentation) in
        segmentation.opacity
      },
      Property("structures", "Names of the structures, each of which is a property of the segmentation, such as heart.") {
        (segmentation: Segmentation) in List(segmentation.structureNames)
      },
      Property("probability", "Opacity probability, inside and outside the lungs.") { (segmentation: Segmentation) in
        try segmentation.probability()
      },
      Property("doubt", "Failed image check, such as \"mirrored\"; nothing if the image passed.") {
        (segmentation: Segmentation) in segmentation.doubt?.rawValue
      },
      Property("corrections", "Number of corrections.") { (segmentation: Segmentation) in segmentation.corrections },
      Property("uncorrected", "The segmentation before the first correction.") { (segmentation: Segmentation) in segmentation.uncorrected },
    ]
  }
}
