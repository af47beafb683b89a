import Glibc
import ImageOps
import SegLang
import SegModel

/// `diff`: how two results differ.
struct DiffCommand: Command {
  static let category = Category.measuring
  static let summary = "Says how two results of one kind differ, in figures and in a picture."
  static let discussion = """
    The first is what was, the second what is. Masks: pixels added and removed (and mm² where the spacing is known), Dice, Hausdorff distance. Labels: the same \
    for each label. Pictures: the largest and the mean difference, the peak signal-to-noise ratio in dB over the first's nominal range. Severities, records and \
    tables: each figure before and after. Numbers: the difference. A segmentation counts as its opacity beside a mask. The picture, in .picture and where it is \
    shown or saved, has what was added in blue and what was removed in orange.
    """
  static let examples = [
    Example("s = phantom | segment; a = s | threshold 0.5; b = a | morph-open radius=3px; diff a b", "Says what opening took away."),
    Example("p = phantom; q = p.image | smooth sigma=2px; diff (p.image) q", "Compares two pictures."),
    Example(
      "s = phantom | segment; a = s | threshold 0.4 | severity; b = s | threshold 0.6 | severity; diff a b",
      "Compares each figure of two severities."),
  ]
  static let seeAlso = ["compare", "severity", "fragility"]

  @Input("What was.") var before: AnyValue
  @Argument("What is.") var after: AnyValue

  func run(_ context: Context) throws -> Difference {
    let (old, new) = (before.value, after.value)
    switch (old, new) {
    case (let old as Segmentation, let new as Segmentation): return try segmentations(old, new, context)
    case (let old as LabelImage, let new as LabelImage): return try labels(old, new, context)
    case (let old as Phantom, let new as Phantom): return try images(old.image, new.image)
    case (let old as GrayImage, let new as GrayImage): return try images(old, new)
    case (let old as Phantom, let new as GrayImage): return try images(old.image, new)
    case (let old as GrayImage, let new as Phantom): return try images(old, new.image)
    case (let old as ProbabilityMap, let new as ProbabilityMap): return try images(GrayImage(old), GrayImage(new))
    case (let old as ColorImage, let new as ColorImage): return try pictures(old, new)
    case (let old as Table, let new as Table): return tables(old, new)
    default: break
    }
    if old is Mask || new is Mask, let old = try? Mask.bind(old), let new = try? Mask.bind(new) { return try masks(old, new, context) }
    if let old = old as? Double, let new = new as? Double { return Self.numbers(old, new) }
    let (oldRecord, newRecord) = (Self.record(old), Self.record(new))
    if let oldRecord, let newRecord { return Self.records(oldRecord, newRecord, of: type(of: old).typeName) }
    guard type(of: old).typeName == type(of: new).typeName else {
      throw CommandProblem.notOfOneKind(type(of: old).typeName, type(of: new).typeName)
    }
    if let old = old as? List, let new = new as? List { return Self.lists(old, new) }
    let isSame = old.json.text == new.json.text
    return Difference(
      isIdentical: isSame, oneLine: isSame ? "identical" : "\(old.oneLine) -> \(new.oneLine)", details: [],
      fields: [("before", old), ("after", new)], picture: nil)
  }

  private static func record(_ value: any Value) -> Record? { (value as? Record) ?? (value as? any Recordable)?.record }

  private func requireSameSize(_ old: Size, _ new: Size) throws {
    if old != new { throw CommandProblem.sizesDiffer("the first", old, "the second", new) }
  }

  // MARK: Regions

  private func masks(_ old: Mask, _ new: Mask, _ context: Context) throws -> Difference {
    try requireSameSize(old.size, new.size)
    let region = try RegionDifference(from: old, to: new, context)
    let layers = try [
      OverlayLayer(old.intersection(new), name: "kept", style: OverlayStyle(color: NamedColor.white.rgb, opacity: 0.2, outlineWidth: 0)),
      OverlayLayer(new.subtracting(old), name: "added", style: OverlayStyle(color: NamedColor.skyblue.rgb, opacity: 0.7, outlineWidth: 0)),
      OverlayLayer(old.subtracting(new), name: "removed", style: OverlayStyle(color: NamedColor.orange.rgb, opacity: 0.7, outlineWidth: 0)),
    ]
    return Difference(
      isIdentical: region.isIdentical, oneLine: region.oneLine, details: region.details, fields: region.fields,
      picture: try background(old.size, context).overlaid(with: layers, showing: window(old.size, context), hasLegend: true))
  }

  /// The picture that one of the two was made from; black where there is none.
  private func background(_ size: Size, _ context: Context) -> GrayImage {
    context.ancestor(GrayImage.self).flatMap { $0.size == size ? $0 : nil } ?? GrayImage(size: size)
  }

  private func window(_ size: Size, _ context: Context) throws -> ClosedRange<Float> {
    try DisplayWindow(of: background(size, context)).range
  }

  private func segmentations(_ old: Segmentation, _ new: Segmentation, _ context: Context) throws -> Difference {
    try requireSameSize(old.size, new.size)
    let opacity = try masks(old.opacity, new.opacity, context)
    let lungs = try labels(old.lungs, new.lungs, context)
    return Difference(
      isIdentical: opacity.isIdentical && lungs.isIdentical, oneLine: "opacity: \(opacity.oneLine); lungs: \(lungs.oneLine)",
      details: opacity.details.map { "opacity: \($0)" } + lungs.details,
      fields: [("opacity", Record(opacity.fields)), ("lungs", Record(lungs.fields))], picture: opacity.picture)
  }

  private func labels(_ old: LabelImage, _ new: LabelImage, _ context: Context) throws -> Difference {
    try requireSameSize(old.size, new.size)
    let present = Set(old.counts.keys).union(new.counts.keys).sorted()
    guard present.count <= 1000 else {
      throw CommandProblem.tooMany(["labels, \(NumberFormat.grouped(present.count)) of them; 1,000 are compared"])
    }
    let changed = zip(old.labels, new.labels).count { $0 != $1 }
    var fields: [(String, any Value)] = [("changed", Double(changed))]
    var details: [String] = []
    var rows: [any Value] = []
    for label in present {
      let region = try RegionDifference(from: old.mask(of: label), to: new.mask(of: label), context)
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
        old.foreground.subtracting(new.foreground), name: "removed",
        style: OverlayStyle(color: NamedColor.orange.rgb, opacity: 0.8, outlineWidth: 0)),
    ]
    return Difference(
      isIdentical: changed == 0, oneLine: changed == 0 ? "identical" : "\(NumberFormat.grouped(changed)) px with another label",
      details: details,
      fields: fields,
      picture: try background(old.size, context).overlaid(with: layers, showing: window(old.size, context), hasLegend: false))
  }

  // MARK: Intensities

  private func images(_ old: GrayImage, _ new: GrayImage) throws -> Difference {
    try requireSameSize(old.size, new.size)
    let peak = Double(old.range.upperBound - old.range.lowerBound)
    let figures = PixelDifference(old.pixels.count) { Double(new.pixels[$0]) - Double(old.pixels[$0]) }
    let scale = figures.largest > 0 ? 255 / figures.largest : 0
    let gray = ColorImage(old, showing: try DisplayWindow(of: old).range)
    var picture = gray
    for pixel in 0..<old.size.count {
      let difference = Double(new.pixels[pixel]) - Double(old.pixels[pixel])
      guard difference != 0, difference.isFinite else { continue }
      let color = (difference > 0 ? NamedColor.skyblue : .orange).rgb
      let (row, column) = (pixel / old.size.width, pixel % old.size.width)
      picture[row, column] = gray[row, column].mixed(with: color, share: 0.25 + 0.75 * min(1, abs(difference) * scale / 255))
    }
    return figures.difference(of: old.size, peak: peak, picture: picture)
  }

  private func pictures(_ old: ColorImage, _ new: ColorImage) throws -> Difference {
    try requireSameSize(old.size, new.size)
    func level(_ image: ColorImage, _ pixel: Int) -> Double {
      (Double(image.pixels[3 * pixel]) + Double(image.pixels[3 * pixel + 1]) + Double(image.pixels[3 * pixel + 2])) / 3
    }
    // A pixel differs by its channel that differs most.
    let figures = PixelDifference(old.size.count) { pixel in
      (3 * pixel..<3 * pixel + 3).map { Double(new.pixels[$0]) - Double(old.pixels[$0]) }.max { abs($0) < abs($1) } ?? 0
    }
    var picture = ColorImage(size: old.size)
    for pixel in 0..<old.size.count {
      let isSame = (3 * pixel..<3 * pixel + 3).allSatisfy { old.pixels[$0] == new.pixels[$0] }
      let gray = RGB(gray: UInt8(level(old, pixel) / 2))
      picture[pixel / old.size.width, pixel % old.size.width] =
        isSame ? gray : gray.mixed(with: (level(new, pixel) >= level(old, pixel) ? NamedColor.skyblue : .orange).rgb, share: 0.8)
    }
    return figures.difference(of: old.size, peak: 255, picture: picture)
  }

  // MARK: Figures

  private static func numbers(_ old: Double, _ new: Double) -> Difference {
    let difference = new - old
    let share = old != 0 && difference.isFinite ? " (\(difference > 0 ? "+" : "")\(NumberFormat.percent(difference / abs(old))))" : ""
    var fields: [(String, any Value)] = [("before", old), ("after", new), ("difference", difference)]
    if old != 0 { fields.append(("ratio", new / old)) }
    return Difference(
      isIdentical: old == new,
      oneLine: old == new ? "identical: \(old.oneLine)" : "\(old.oneLine) -> \(new.oneLine), difference \(figure(difference))\(share)",
      details: [], fields: fields, picture: nil)
  }

  private static func figure(_ value: Double) -> String { (value > 0 ? "+" : "") + ValueRecord.text(value) }

  private static func records(_ old: Record, _ new: Record, of type: String) -> Difference {
    let changes = JSONValue.changes(from: old.json, to: new.json)
    let rows: [any Value] = changes.map { change in
      var fields: [(String, any Value)] = [("name", change.name), ("change", change.text)]
      if let difference = change.difference { fields.append(("difference", difference)) }
      return Record(fields)
    }
    return Difference(
      isIdentical: changes.isEmpty,
      oneLine: changes.isEmpty
        ? "identical" : "\(changes.count) figure\(changes.count == 1 ? "" : "s") of \(type) \(changes.count == 1 ? "differs" : "differ")",
      details: changes.map { $0.text + ($0.difference.map { " (\(figure($0)))" } ?? "") },
      fields: [("before", old), ("after", new), ("changes", List(rows))], picture: nil)
  }

  private static func lists(_ old: List, _ new: List) -> Difference {
    let changes = zip(old.items, new.items).enumerated().filter { $1.0.json.text != $1.1.json.text }
    let isSame = changes.isEmpty && old.items.count == new.items.count
    let count = old.items.count == new.items.count ? "" : ", \(old.items.count) items before, \(new.items.count) now"
    return Difference(
      isIdentical: isSame, oneLine: isSame ? "identical" : "\(changes.count) items differ\(count)",
      details: changes.prefix(20).map { "[\($0.offset)] \($0.element.0.oneLine) -> \($0.element.1.oneLine)" },
      fields: [("changed", Double(changes.count)), ("count_before", Double(old.items.count)), ("count_after", Double(new.items.count))],
      picture: nil)
  }

  private func tables(_ old: Table, _ new: Table) -> Difference {
    let columns = new.columns.filter(old.columns.contains)
    var details: [String] = []
    let gone = old.columns.filter { !new.columns.contains($0) }
    let added = new.columns.filter { !old.columns.contains($0) }
    if !gone.isEmpty { details.append("columns gone: \(gone.joined(separator: ", "))") }
    if !added.isEmpty { details.append("columns added: \(added.joined(separator: ", "))") }
    if old.rows.count != new.rows.count { details.append("\(old.rows.count) rows before, \(new.rows.count) now") }
    var changed = 0
    var largest = 0.0
    var rows: [any Value] = []
    let places = columns.map { name in (name, old.columns.firstIndex(of: name) ?? 0, new.columns.firstIndex(of: name) ?? 0) }
    for (row, (was, now)) in zip(old.rows, new.rows).enumerated() {
      for (name, from, to) in places {
        let (a, b) = (was[from], now[to])
        guard a?.json.text != b?.json.text else { continue }
        changed += 1
        if let a = a as? Double, let b = b as? Double { largest = max(largest, abs(b - a)) }
        guard rows.count < 1000 else { continue }
        rows.append(Record([("row", Double(row)), ("column", name), ("before", a?.oneLine ?? ""), ("after", b?.oneLine ?? "")]))
        if rows.count <= 20 { details.append("row \(row), \(name): \(a?.oneLine ?? "-") -> \(b?.oneLine ?? "-")") }
      }
    }
    let isSame = changed == 0 && details.isEmpty
    return Difference(
      isIdentical: isSame,
      oneLine: isSame ? "identical" : "\(NumberFormat.grouped(changed)) cells differ" + (details.isEmpty ? "" : "; rows count from 0"),
      details: details, fields: [("changed", Double(changed)), ("largest", largest), ("cells", List(rows))], picture: nil)
  }
}

/// Two regions held against each other.
private struct RegionDifference {
  let isIdentical: Bool
  let oneLine: String
  let details: [String]
  let fields: [(String, any Value)]

  init(from old: Mask, to new: Mask, _ context: Context) throws {
    let overlap = try Overlap(of: new, against: old)
    let (added, removed) = (overlap.falsePositives, overlap.falseNegatives)
    let spacing = old.spacing == .unknown ? new.spacing : old.spacing
    isIdentical = added == 0 && removed == 0
    let distances = try surfaceDistances(of: new, against: old, inMillimetres: spacing != .unknown, polling: context.cancellation)
    let unit = distances.inMillimetres ? "mm" + spacing.mark : "px"
    func area(_ count: Int) -> String {
      "\(NumberFormat.grouped(count)) px" + (spacing.areaText(pixels: Double(count)).map { " (\($0))" } ?? "")
    }
    let hausdorff = distances.hausdorff.isFinite ? "\(NumberFormat.significant(distances.hausdorff)) \(unit)" : "none (one is empty)"
    oneLine =
      isIdentical
      ? "identical: \(area(old.count))"
      : "added \(area(added)), removed \(area(removed)); Dice \(NumberFormat.fixed(overlap.dice, 4)), Hausdorff \(hausdorff)"
    details = isIdentical ? [] : ["before \(area(old.count)), after \(area(new.count))"]
    var fields: [(String, any Value)] = [
      ("before", Double(old.count)), ("after", Double(new.count)), ("added", Double(added)), ("removed", Double(removed)),
    ]
    if let (row, column) = spacing.millimetres {
      fields += [("added_mm2", Double(added) * row * column), ("removed_mm2", Double(removed) * row * column), ("spacing", spacing.word)]
    }
    fields += [("dice", overlap.dice), ("iou", overlap.iou)]
    if distances.hausdorff.isFinite {
      fields += [
        ("hausdorff", distances.hausdorff), ("hausdorff95", distances.hausdorff95), ("unit", distances.inMillimetres ? "mm" : "px"),
      ]
    }
    self.fields = fields
  }
}

/// Pixels held against each other.
private struct PixelDifference {
  private(set) var changed = 0
  private(set) var largest = 0.0
  /// Of absolute differences, over all pixels.
  let mean: Double
  let squares: Double
  let count: Int

  /// - Parameter difference: of a pixel's intensities, the second's less the first's.
  init(_ count: Int, _ difference: (Int) -> Double) {
    var (sum, squares) = (0.0, 0.0)
    for pixel in 0..<count {
      let value = difference(pixel)
      guard value != 0 else { continue }
      changed += 1
      largest = max(largest, abs(value))
      sum += abs(value)
      squares += value * value
    }
    self.count = count
    mean = sum / Double(count)
    self.squares = squares / Double(count)
  }

  func difference(of size: Size, peak: Double, picture: ColorImage) -> Difference {
    let noise = squares > 0 && peak > 0 ? 10 * log10(peak * peak / squares) : nil
    var fields: [(String, any Value)] = [
      ("changed", Double(changed)), ("pixels", Double(count)), ("largest", largest), ("mean", mean), ("rms", squares.squareRoot()),
    ]
    if let noise { fields.append(("psnr", noise)) }
    let share = NumberFormat.percent(Double(changed) / Double(count))
    return Difference(
      isIdentical: changed == 0,
      oneLine: changed == 0
        ? "identical, \(size)"
        : "\(NumberFormat.grouped(changed)) px differ (\(share)), by \(NumberFormat.significant(largest)) at most and \(NumberFormat.significant(mean)) on average"
          + (noise.map { "; PSNR \(NumberFormat.fixed($0, 1)) dB" } ?? ""),
      details: [], fields: fields, picture: picture)
  }
}
