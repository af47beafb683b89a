/// Distance between the centers of neighboring pixels, in millimeters, and where that number comes from.
///
/// A projection magnifies: what lies nearer to the tube looks larger. `calibrated` (DICOM PixelSpacing) has been corrected for that or measured
/// on an object of known size, `detectorPlane` (ImagerPixelSpacing) holds on the detector only and overstates the patient by the magnification.
public enum Spacing: Hashable, Sendable {
  case unknown
  case detectorPlane(row: Double, column: Double)
  case calibrated(row: Double, column: Double)

  /// Millimeters from one row to the next and from one column to the next; nil when unknown.
  public var millimeters: (row: Double, column: Double)? {
    switch self {
    case .unknown: nil
    case .detectorPlane(let row, let column), .calibrated(let row, let column): (row, column)
    }
  }

  /// The spacing of the image after its rows and columns were multiplied in number by the given factors.
  public func scaled(rows: Double, columns: Double) -> Spacing {
    switch self {
    case .unknown: .unknown
    case .detectorPlane(let row, let column): .detectorPlane(row: row / rows, column: column / columns)
    case .calibrated(let row, let column): .calibrated(row: row / rows, column: column / columns)
    }
  }

  /// The spacing after rows and columns changed places (a turn by 90°).
  public var transposed: Spacing {
    switch self {
    case .unknown: .unknown
    case .detectorPlane(let row, let column): .detectorPlane(row: column, column: row)
    case .calibrated(let row, let column): .calibrated(row: column, column: row)
    }
  }
}
