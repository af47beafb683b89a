import Basics
import ImageOps
import SegLang

/// How two masks agree: what `compare` gives.
package struct Agreement: Recordable {
  package let overlap: Overlap
  package let distances: SurfaceDistances
  package let spacing: Spacing

  package init(overlap: Overlap, distances: SurfaceDistances, spacing: Spacing) {
    self.overlap = overlap
    self.distances = distances
    self.spacing = spacing
  }

  package static let typeName = "Agreement"
  package static let typeHelp = "Agreement of two masks."

  private var unit: String { distances.inMillimeters ? "mm" + spacing.mark : "px" }

  package var oneLine: String {
    let hausdorff =
      distances.hausdorff.isFinite ? "\(NumberFormat.significant(distances.hausdorff)) \(unit)" : "undefined (one mask is empty)"
    return "Dice \(NumberFormat.fixed(overlap.dice, 3)), IoU \(NumberFormat.fixed(overlap.iou, 3)), Hausdorff \(hausdorff)"
  }

  package var details: [String] {
    [
      "precision \(NumberFormat.fixed(overlap.precision, 3)), recall \(NumberFormat.fixed(overlap.recall, 3)); only in the first"
        + " \(NumberFormat.grouped(overlap.falsePositives)) px, only in the second \(NumberFormat.grouped(overlap.falseNegatives)) px",
      "specificity \(NumberFormat.fixed(overlap.specificity, 3)), kappa \(NumberFormat.fixed(overlap.kappa, 3)), volume similarity"
        + " \(NumberFormat.fixed(overlap.volumeSimilarity, 3)), boundary Dice \(NumberFormat.fixed(distances.boundaryDice, 3))",
      "surface distance: 95th percentile \(distance(distances.hausdorff95)), mean \(distance(distances.averageSymmetric))",
    ]
  }

  private func distance(_ value: Double) -> String { value.isFinite ? "\(NumberFormat.significant(value)) \(unit)" : "none" }

  package var record: Record {
    Record([
      ("dice", overlap.dice), ("iou", overlap.iou), ("precision", overlap.precision), ("recall", overlap.recall),
      ("hausdorff", distances.hausdorff), ("hausdorff95", distances.hausdorff95), ("surface", distances.averageSymmetric),
      ("boundary_dice", distances.boundaryDice), ("specificity", overlap.specificity), ("kappa", overlap.kappa),
      ("volume_similarity", overlap.volumeSimilarity),
      ("unit", distances.inMillimeters ? "mm" : "px"),
    ])
  }

  package var json: JSON { record.json }

  package static var conversions: [Conversion] { [Conversion { (agreement: Agreement) in agreement.record }] }
  package static var properties: [Property] {
    [
      Property("dice", "Dice coefficient, 0 to 1.") { (agreement: Agreement) in agreement.overlap.dice },
      Property("iou", "Intersection over union, 0 to 1.") { (agreement: Agreement) in agreement.overlap.iou },
      Property("precision", "Precision: fraction of the first mask that is inside the second.") { (agreement: Agreement) in
        agreement.overlap.precision
      },
      Property("recall", "Recall (sensitivity): fraction of the second mask that is inside the first.") { (agreement: Agreement) in
        agreement.overlap.recall
      },
      Property("hausdorff", "Hausdorff distance of the outlines.") { (agreement: Agreement) in agreement.distances.hausdorff },
      Property("hausdorff95", "95th percentile of the surface distances.") { (agreement: Agreement) in agreement.distances.hausdorff95 },
      Property("surface", "Average symmetric surface distance.") { (agreement: Agreement) in agreement.distances.averageSymmetric },
      Property("boundary_dice", "Boundary Dice: fraction of both outlines within the tolerance of the other.") { (agreement: Agreement) in
        agreement.distances.boundaryDice
      },
      Property("specificity", "Specificity: fraction of the pixels outside the second mask that are outside the first.") {
        (agreement: Agreement) in
        agreement.overlap.specificity
      },
      Property("kappa", "Cohen's kappa, agreement beyond chance.") { (agreement: Agreement) in agreement.overlap.kappa },
      Property("volume_similarity", "Volume similarity: similarity of the areas, regardless of position.") { (agreement: Agreement) in
        agreement.overlap.volumeSimilarity
      },
      Property("unit", "Unit of the distances: mm or px.") { (agreement: Agreement) in agreement.distances.inMillimeters ? "mm" : "px" },
    ]
  }
}
