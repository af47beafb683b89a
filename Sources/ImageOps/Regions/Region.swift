/// Measurements of one region of a label image. Lengths and areas in pixels unless stated otherwise; rows and columns count from 0.
///
/// The definitions are scikit-image's (`measure.regionprops`).
public struct Region: Sendable, Hashable {
  /// The region's label.
  public var label: UInt32
  /// The label's name; nil if it has none.
  public var name: String?
  /// The number of pixels.
  public var area: Int
  /// The area in mm²; nil if the spacing is unknown.
  public var areaInSquareMillimeters: Double?
  /// The mean position of the pixels.
  public var centroid: Contour.Vertex
  /// The rows of the bounding box.
  public var rows: Range<Int>
  /// The columns of the bounding box.
  public var columns: Range<Int>
  /// Intensities of the image beneath; nil without an image, or where all of it is padding or not finite.
  public var intensity: Intensity?
  /// The length of the outline through the centers of the border pixels (scikit-image's `perimeter` with 4 neighbors).
  public var perimeter: Double
  /// The full length of the major axis of the ellipse with the region's second moments.
  public var majorAxis: Double
  /// The full length of the minor axis of that ellipse.
  public var minorAxis: Double
  /// The angle between the vertical and the major axis, in degrees, -90 to 90, counterclockwise.
  public var orientation: Double
  /// The number of pixels of the convex hull.
  public var convexArea: Int
  /// The number of components minus the number of holes, 8 neighbors.
  public var eulerNumber: Int

  /// Intensities of the pixels of a region, without padding and values that are not finite.
  public struct Intensity: Sendable, Hashable {
    /// The mean intensity.
    public var mean: Double
    /// The lowest intensity.
    public var minimum: Float
    /// The highest intensity.
    public var maximum: Float
  }

  /// The diameter of the disk of the same area.
  public var equivalentDiameter: Double { (4 * Double(area) / .pi).squareRoot() }

  /// The eccentricity of the ellipse: 0 for a circle or a single pixel, toward 1 for a line.
  public var eccentricity: Double {
    majorAxis > 0 ? max(0, 1 - minorAxis * minorAxis / (majorAxis * majorAxis)).squareRoot() : 0
  }

  /// The area divided by the convex area, above 0 up to 1.
  public var solidity: Double { convexArea > 0 ? Double(area) / Double(convexArea) : 0 }
}
