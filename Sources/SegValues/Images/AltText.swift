import Basics
import ImageOps
import SegLang
import SegModel

/// An image in words: area by side and zone, the largest region, the window. For screen readers, dumb terminals, logs and tests.
package enum AltText {
  /// The words for a value: one line for an image, so that a log, a test or a screen reader has it whole; more for what has rows.
  package static func text(of value: any Value, _ context: Context) throws -> String {
    if let table = value as? Table, table.isCurve { return "\(Table.typeName) \(try table.curveInWords())" }
    let lines = try lines(of: value, context)
    return lines.joined(separator: type(of: value).isImageLike && value.details.isEmpty ? "; " : "\n")
  }

  /// The parts of the words for a value; what it was made from says where the lungs are.
  package static func lines(of value: any Value, _ context: Context) throws -> [String] {
    var lines = try lines(of: value, lungs: context.lungs)
    if let image = value as? ColorImage { lines += try overlaid(on: image, context) }
    return lines
  }

  /// The parts of the words for a value by itself.
  /// - Parameter lungs: Those that a region of this size belongs to.
  package static func lines(of value: any Value, lungs: (Size) -> LabelImage?) throws -> [String] {
    ["\(type(of: value).typeName) \(value.oneLine)"] + (try (value as? any PixelValue)?.description(lungs: lungs) ?? value.details)
  }

  /// What an overlay shows: the segmentation or mask that it was drawn from, if none of its pixels have moved.
  private static func overlaid(on image: ColorImage, _ context: Context) throws -> [String] {
    if let difference = context.ancestor(Difference.self) {
      guard difference.picture?.size == image.size else { return [] }
      return ["difference, additions in blue and removals in orange: \(difference.oneLine)"] + difference.details
    }
    guard let drawn = context.ancestor(SegmentationOrMask.self), drawn.size == image.size else {
      return []
    }
    switch drawn {
    case .segmentation(let segmentation): return try Self.lines(of: segmentation, context)
    case .mask(let mask): return try Self.lines(of: mask, context)
    }
  }
}

extension Mask {
  /// The region in words: how much of each lung and third it covers, and where its largest part lies.
  package func description(in lungs: LabelImage?) throws -> [String] {
    guard !isEmpty else { return [] }
    var lines: [String] = []
    if let lungs {
      let zones = try LungZones(lungs: lungs, opacity: self)
      func share(_ zone: LungZones.Counts) -> String { zone.share.map { NumberFormat.percent($0) } ?? "-" }
      lines.append(
        Lung.allCases.map { lung in
          let thirds = LungZone.zones(of: lung).map { "\($0.third.name) \(share(zones[$0]))" }.joined(separator: ", ")
          return "\(lung.name) \(share(zones[lung])) (\(thirds))"
        }.joined(separator: "; "))
    }
    let largest = try keepingLargest()
    let count = largest.count
    if let centroid = largest.centroid {
      let area = spacing.areaText(pixels: Double(count)).map { " (\($0))" } ?? ""
      lines.append("largest region \(NumberFormat.grouped(count)) px\(area), \(Self.place(centroid, of: largest, lungs))")
    }
    return lines
  }

  /// Where a region lies: by lung and third where the lungs are known, or else in the image.
  private static func place(_ centroid: (row: Double, column: Double), of region: Mask, _ lungs: LabelImage?) -> String {
    if let lungs {
      let inside = Lung.allCases.map { lung in
        (lung, (try? region.intersectionCount(lungs.mask(of: lung.label))) ?? 0)
      }
      if let (lung, count) = inside.max(by: { $0.1 < $1.1 }), count > 0, let box = lungs.mask(of: lung.label).bounds {
        return "mostly in the \(LungThirds(rows: box.rows).third(at: centroid.row).name) third of the \(lung.name)"
      }
    }
    return "centered at row \(NumberFormat.fixed(centroid.row, 0)), column \(NumberFormat.fixed(centroid.column, 0))"
  }
}
