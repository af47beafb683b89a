/// The distance between the centers of neighboring pixels in mm, with its provenance.
///
/// Projection magnifies: what is nearer to the tube looks larger. `calibrated` (DICOM PixelSpacing) is corrected for that or measured on an object of
/// known size. `detectorPlane` (ImagerPixelSpacing) holds on the detector only and overstates the patient by the magnification.
public enum Spacing: Hashable, Sendable {
  /// No spacing is known; results can be in pixels only.
  case unknown
  /// The spacing on the detector, in mm.
  case detectorPlane(row: Double, column: Double)
  /// The spacing in the patient, in mm.
  case calibrated(row: Double, column: Double)

  /// The distance from one row to the next and from one column to the next in mm; nil if unknown.
  public var millimeters: (row: Double, column: Double)? {
    switch self {
    case .unknown: nil
    case .detectorPlane(let row, let column), .calibrated(let row, let column): (row, column)
    }
  }

  /// Returns the spacing after resampling by these factors: with twice as many rows, the row spacing halves.
  public func scaled(rows: Double, columns: Double) -> Spacing {
    switch self {
    case .unknown: .unknown
    case .detectorPlane(let row, let column): .detectorPlane(row: row / rows, column: column / columns)
    case .calibrated(let row, let column): .calibrated(row: row / rows, column: column / columns)
    }
  }

  /// The spacing after exchanging rows and columns (rotation by 90°).
  public var transposed: Spacing {
    switch self {
    case .unknown: .unknown
    case .detectorPlane(let row, let column): .detectorPlane(row: column, column: row)
    case .calibrated(let row, let column): .calibrated(row: column, column: row)
    }
  }
}
