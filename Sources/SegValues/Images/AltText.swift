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
    var lines = ["\(type(of: value).typeName) \(value.oneLine)"]
    lines += try (value as? any PixelValue)?.description(lungs: context.lungs) ?? value.details
    return lines
  }
}

extension Mask {
  /// The region in words: how much of each lung and third it covers, and where its largest part lies.
  package func description(in lungs: LabelImage?) throws -> [String] {
    guard !isEmpty else { return [] }
    var lines: [String] = []
    if let lungs {
      let zones = try LungZones(lungs: lungs, opacity: self)
      func share(_ zone: LungZones.Zone) -> String { zone.share.map { NumberFormat.percent($0) } ?? "-" }
      func thirds(_ first: Int) -> String {
        zip(["upper", "middle", "lower"], 0..<3).map { "\($0) \(share(zones.zones[first + $1]))" }.joined(separator: ", ")
      }
      lines.append("right lung \(share(zones.right)) (\(thirds(0))); left lung \(share(zones.left)) (\(thirds(3)))")
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
      let inside = [LabelImage.rightLung, LabelImage.leftLung].map { lung in
        (lung, (try? region.intersectionCount(lungs.mask(of: lung))) ?? 0)
      }
      if let (lung, count) = inside.max(by: { $0.1 < $1.1 }), count > 0, let box = lungs.mask(of: lung).bounds {
        let third = min(2, max(0, Int(3 * (centroid.row - Double(box.rows.lowerBound)) / Double(box.rows.count))))
        return "mostly in the \(["upper", "middle", "lower"][third]) third of the \(lung == LabelImage.rightLung ? "right" : "left") lung"
      }
    }
    return "centered at row \(NumberFormat.fixed(centroid.row, 0)), column \(NumberFormat.fixed(centroid.column, 0))"
  }
}
