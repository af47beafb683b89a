/// What is measured of one region of a label image. Lengths in pixels, areas in pixels unless said otherwise; rows and columns count from 0.
///
/// The definitions are scikit-image's (`measure.regionprops`).
public struct Region: Sendable, Hashable {
  public var label: UInt32
  /// Name of the label where it has one.
  public var name: String?
  /// Number of pixels.
  public var area: Int
  /// nil when the spacing is unknown.
  public var areaInSquareMillimeters: Double?
  /// Mean position of the pixels.
  public var centroid: Contour.Vertex
  /// First row and column up to, not including, the row and column after the last.
  public var rows: Range<Int>
  public var columns: Range<Int>
  /// Intensities of the image beneath; nil without one.
  public var intensity: Intensity?
  /// Length of the outline through the centers of the border pixels (scikit-image's `perimeter` with 4 neighbors).
  public var perimeter: Double
  /// Full lengths of the axes of the ellipse with the region's second moments.
  public var majorAxis: Double
  public var minorAxis: Double
  /// Angle between the rows' axis (down) and the major axis, in degrees, -90 to 90, counterclockwise.
  public var orientation: Double
  /// Pixels of the convex hull.
  public var convexArea: Int
  /// Number of pieces less number of holes, 8 neighbors.
  public var eulerNumber: Int

  public struct Intensity: Sendable, Hashable {
    public var mean: Double
    public var minimum: Float
    public var maximum: Float
  }

  /// Diameter of the disk of the same area.
  public var equivalentDiameter: Double { (4 * Double(area) / .pi).squareRoot() }

  /// Of the ellipse: 0 a circle, toward 1 a line; 0 for a single pixel.
  public var eccentricity: Double {
    majorAxis > 0 ? max(0, 1 - minorAxis * minorAxis / (majorAxis * majorAxis)).squareRoot() : 0
  }

  /// Area by convex area, above 0 up to 1.
  public var solidity: Double { convexArea > 0 ? Double(area) / Double(convexArea) : 0 }
}
