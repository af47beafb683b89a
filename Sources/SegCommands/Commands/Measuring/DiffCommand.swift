import Basics
import ImageOps
import SegLang
import SegModel
import SegValues

/// `diff`: how two results differ.
struct DiffCommand: Command {
  static let category = Category.measuring
  static let summary = "Compares two results of the same type and shows what changed."
  static let discussion = """
    The first value is the earlier, the second the later one. Masks: pixels added and removed (also in mm² if the pixel spacing is known), Dice \
    coefficient, Hausdorff distance. Labels: the same per label. Images: largest and mean difference, PSNR in dB over the nominal range of the \
    first. Severities, records and tables: each value before and after. Numbers: the difference. A segmentation compared with a mask counts as \
    its opacity. The image of the changes, in .image and in show and save, has added pixels in blue and removed pixels in orange.
    """
  static let examples = [
    Example("s = phantom | segment; a = s | threshold 0.5; b = a | morph-open radius=3px; diff a b", "Shows what the opening removed."),
    Example("p = phantom; q = p.image | gaussian-filter sigma=2px; diff (p.image) q", "Compares two images."),
    Example(
      "s = phantom | segment; a = s | threshold 0.4 | severity; b = s | threshold 0.6 | severity; diff a b",
      "Compares two severities value by value."),
  ]
  static let seeAlso = ["compare", "severity", "sensitivity"]
  static let keywords = ["difference", "change", "followup", "follow-up", "prior"]

  @Input("Earlier value.") var before: AnyValue
  @Argument("Later value.") var after: AnyValue

  func run(_ context: Context) throws -> Difference {
    let (old, new) = (before.value, after.value)
    switch (old, new) {
    case (let old as Segmentation, let new as Segmentation): return try segmentations(old, new, context)
    case (let old as LabelImage, let new as LabelImage): return try labels(old, new, context)
    case (let old as ProbabilityMap, let new as ProbabilityMap): return try Difference.images(GrayImage(old), GrayImage(new))
    case (let old as ColorImage, let new as ColorImage): return try Difference.pictures(old, new)
    case (let old as Table, let new as Table): return Difference.tables(old, new)
    default: break
    }
    if let old = (old as? any PixelValue)?.grayImage, let new = (new as? any PixelValue)?.grayImage {
      return try Difference.images(old, new)
    }
    if old is Mask || new is Mask, let old = try? Mask.bind(old), let new = try? Mask.bind(new) { return try masks(old, new, context) }
    if let old = old as? Double, let new = new as? Double { return Difference.numbers(old, new) }
    let (oldRecord, newRecord) = (Self.record(old), Self.record(new))
    if let oldRecord, let newRecord { return Difference.records(oldRecord, newRecord, of: type(of: old).typeName) }
    guard type(of: old).typeName == type(of: new).typeName else {
      throw CommandProblem.notOfOneKind(type(of: old).typeName, type(of: new).typeName)
    }
    if let old = old as? List, let new = new as? List { return Difference.lists(old, new) }
    let isSame = old.json.text == new.json.text
    return Difference(
      isIdentical: isSame, oneLine: isSame ? "identical" : "\(old.oneLine) -> \(new.oneLine)", details: [],
      fields: [("before", old), ("after", new)], picture: nil)
  }

  private static func record(_ value: any Value) -> Record? { (value as? Record) ?? (value as? any Recordable)?.record }

  // MARK: Regions

  private func masks(_ old: Mask, _ new: Mask, _ context: Context) throws -> Difference {
    try Difference.requireSameSize(old.size, new.size)
    let region = try RegionDifference(from: old, to: new, in: context.lungs(of: old.size))
    // In gray, blue and orange are one: what was added is filled, what was removed has a dashed outline.
    let layers = try [
      OverlayLayer(old.intersection(new), name: "kept", style: OverlayStyle(color: NamedColor.white.rgb, opacity: 0.2, outlineWidth: 0)),
      OverlayLayer(new.subtracting(old), name: "added", style: OverlayStyle(color: NamedColor.skyblue.rgb, opacity: 0.7, outlineWidth: 0)),
      OverlayLayer(old.subtracting(new), name: "removed", style: Self.removed),
    ]
    return Difference(
      isIdentical: region.isIdentical, oneLine: region.oneLine, details: region.details, fields: region.fields,
      picture: try background(old.size, context).overlaid(with: layers, showing: window(old.size, context), hasLegend: true))
  }

  private static let removed = OverlayStyle(color: NamedColor.orange.rgb, opacity: 0.25, line: .dashed)

  /// The image that one of the two was computed from; a black image if neither was.
  private func background(_ size: Size, _ context: Context) -> GrayImage {
    context.ancestor(GrayImage.self).flatMap { $0.size == size ? $0 : nil } ?? GrayImage(size: size)
  }

  private func window(_ size: Size, _ context: Context) throws -> ClosedRange<Float> {
    try DisplayWindow(of: background(size, context)).range
  }

  private func segmentations(_ old: Segmentation, _ new: Segmentation, _ context: Context) throws -> Difference {
    try Difference.requireSameSize(old.size, new.size)
    let opacity = try masks(old.opacity, new.opacity, context)
    let lungs = try labels(old.lungs, new.lungs, context)
    return Difference(
      isIdentical: opacity.isIdentical && lungs.isIdentical, oneLine: "opacity: \(opacity.oneLine); lungs: \(lungs.oneLine)",
      details: opacity.details.map { "opacity: \($0)" } + lungs.details,
      fields: [("opacity", Record(opacity.fields)), ("lungs", Record(lungs.fields))], picture: opacity.picture)
  }

  private func labels(_ old: LabelImage, _ new: LabelImage, _ context: Context) throws -> Difference {
    try Difference.requireSameSize(old.size, new.size)
    let present = Set(old.counts.keys).union(new.counts.keys).sorted()
    guard present.count <= 1000 else {
      throw CommandProblem.tooMany(["labels, \(NumberFormat.grouped(present.count)) of them; 1,000 are compared"])
    }
    let changed = zip(old.labels, new.labels).count { $0 != $1 }
    var fields: [(String, any Value)] = [("changed", Double(changed))]
    var details: [String] = []
    var rows: [any Value] = []
    for label in present {
      let region = try RegionDifference(from: old.mask(of: label), to: new.mask(of: label))
      let name = old.names[label] ?? new.names[label] ?? "label \(label)"
      rows.append(Record([("label", Double(label)), ("name", name)] + region.fields))
      if !region.isIdentical, details.count < 20 { details.append("\(name): \(region.oneLine)") }
    }
    fields.append(("labels", List(rows)))
    let layers = try [
      OverlayLayer(new, style: OverlayStyle(opacity: 0.2, outlineWidth: 0)),
      OverlayLayer(
        Mask(size: old.size) { old.labels[$0] != new.labels[$0] && new.labels[$0] != 0 }, name: "added, or another label",
        style: OverlayStyle(color: NamedColor.skyblue.rgb, opacity: 0.8, outlineWidth: 0)),
      OverlayLayer(
        old.foreground.subtracting(new.foreground), name: "removed", style: Self.removed),
    ]
    return Difference(
      isIdentical: changed == 0, oneLine: changed == 0 ? "identical" : "\(NumberFormat.grouped(changed)) px with another label",
      details: details,
      fields: fields,
      picture: try background(old.size, context).overlaid(with: layers, showing: window(old.size, context), hasLegend: false))
  }
}
