import Basics
import ImageOps
import SegLang

extension Size {
  /// Row and column of an index pair.
  /// - Throws: `ImageError.outside`.
  package func place(_ indices: [Int]) throws -> (row: Int, column: Int) {
    guard indices.count == 2, contains(row: indices[0], column: indices[1]) else {
      throw ImageError.outside(row: indices.first ?? 0, column: indices.last ?? 0, size: Size(width: 1, height: 1), image: self)
    }
    return (indices[0], indices[1])
  }
}

extension PixelGrid {
  /// The rectangle of a pair of ranges of rows and columns.
  /// - Throws: `ImageError.outside`, `CancellationError`.
  func part(_ ranges: [ClosedRange<Int>]) throws -> Self {
    let (rows, columns) = (ranges[0], ranges[1])
    return try cropped(row: rows.lowerBound, column: columns.lowerBound, size: Size(width: columns.count, height: rows.count))
  }
}

extension Spacing {
  /// Short mark behind a figure in mm: calibrated or at the detector.
  package var mark: String {
    switch self {
    case .unknown: ""
    case .calibrated: " cal"
    case .detectorPlane: " det"
    }
  }

  /// For notes: "2mm -> 14 px (detector plane)".
  package var kind: String {
    switch self {
    case .unknown: "unknown"
    case .calibrated: "calibrated"
    case .detectorPlane: "detector plane"
    }
  }

  /// Side of a square of a pixel's area, in mm; nil when unknown.
  package var millimetersPerPixel: Double? { millimeters.map { ($0.row * $0.column).squareRoot() } }

  /// For result lines: "spacing 0.14 mm at detector (not calibrated)".
  package var oneLine: String {
    guard let (row, column) = millimeters else { return "spacing unknown" }
    let size = row == column ? NumberFormat.significant(row) : "\(NumberFormat.significant(row)) x \(NumberFormat.significant(column))"
    return "spacing \(size) mm" + (self.isCalibrated ? " (calibrated)" : " at detector (not calibrated)")
  }

  package var isCalibrated: Bool { if case .calibrated = self { true } else { false } }

  /// An area in mm² or cm² with its kind: "170 cm² det"; nil when the spacing is unknown.
  package func areaText(pixels: Double) -> String? {
    guard let (row, column) = millimeters else { return nil }
    let area = pixels * row * column
    return (area >= 100 ? NumberFormat.significant(area / 100) + " cm²" : NumberFormat.significant(area) + " mm²") + mark
  }

  /// For JSON and `info`.
  package var json: JSON {
    guard let (row, column) = millimeters else { return .null }
    return ["row_mm": .number(row), "column_mm": .number(column), "kind": .string(isCalibrated ? "calibrated" : "detector")]
  }
}

extension Length {
  /// The length as the side of a square pixel.
  /// - Throws: `CommandProblem.outOfRange` unless it is in mm or cm, above 0 and at most 1 m.
  package func pixelSpacing(atDetector: Bool) throws -> Spacing {
    guard unit != .px, let side = pixels(millimetersPerPixel: 1), side > 0, side <= 1000 else {
      throw CommandProblem.outOfRange("spacing", oneLine, "a length in mm above 0, such as 0.14mm")
    }
    return atDetector ? .detectorPlane(row: side, column: side) : .calibrated(row: side, column: side)
  }
}
