import Basics
import ImageOps
import SegLang
import SegModel

/// Two regions held against each other.
package struct RegionDifference {
  package let isIdentical: Bool
  package let oneLine: String
  package let details: [String]
  package let fields: [(String, any Value)]

  /// - Parameter lungs: Those that both belong to; the changes are then described by lung and third.
  package init(from old: Mask, to new: Mask, in lungs: LabelImage? = nil) throws {
    let overlap = try Overlap(of: new, against: old)
    let (added, removed) = (overlap.falsePositives, overlap.falseNegatives)
    let spacing = old.spacing == .unknown ? new.spacing : old.spacing
    isIdentical = added == 0 && removed == 0
    let distances = try surfaceDistances(of: new, against: old, inMillimeters: spacing != .unknown)
    let unit = distances.inMillimeters ? "mm" + spacing.mark : "px"
    func area(_ count: Int) -> String {
      "\(NumberFormat.grouped(count)) px" + (spacing.areaText(pixels: Double(count)).map { " (\($0))" } ?? "")
    }
    let hausdorff =
      distances.hausdorff.isFinite ? "\(NumberFormat.significant(distances.hausdorff)) \(unit)" : "undefined (one mask is empty)"
    oneLine =
      isIdentical
      ? "identical: \(area(old.count))"
      : "added \(area(added)), removed \(area(removed)); Dice \(NumberFormat.fixed(overlap.dice, 4)), Hausdorff \(hausdorff)"
    var details = isIdentical ? [] : ["before \(area(old.count)), after \(area(new.count))"]
    for (name, change) in [("added", try new.subtracting(old)), ("removed", try old.subtracting(new))] where !change.isEmpty {
      details.append("\(name): " + (try change.description(in: lungs).joined(separator: "; ")))
    }
    self.details = details
    var fields: [(String, any Value)] = [
      ("before", Double(old.count)), ("after", Double(new.count)), ("added", Double(added)), ("removed", Double(removed)),
    ]
    if let (row, column) = spacing.millimeters {
      fields += [("added_mm2", Double(added) * row * column), ("removed_mm2", Double(removed) * row * column), ("spacing", spacing.word)]
    }
    fields += [("dice", overlap.dice), ("iou", overlap.iou)]
    if distances.hausdorff.isFinite {
      fields += [
        ("hausdorff", distances.hausdorff), ("hausdorff95", distances.hausdorff95), ("unit", distances.inMillimeters ? "mm" : "px"),
      ]
    }
    self.fields = fields
  }
}
