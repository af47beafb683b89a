import Basics

/// A synthetic frontal chest X-ray with known ground truth, for demonstrations, lessons and tests without patient data.
///
/// Rays are traced through a synthetic person (Beer-Lambert projection of trunk, lungs, heart and great vessels, airways, pulmonary vessels, bones
/// and stomach); a detector adds noise, and processing gives the look of film. The same seed and parameters yield the same bits.
public struct Phantom: Sendable, Equatable {
  /// The image; its spacing is calibrated (the shorter side spans 372 mm).
  public let image: GrayImage
  /// The lung fields: 1 the patient's right lung, on the image's left; 2 the left lung.
  ///
  /// The visible lung field as radiologists outline it: rays with more than 12 mm of lung that meet neither heart, great vessels nor diaphragm.
  public let lungs: LabelImage
  /// The opacity within ``lungs``.
  public let opacity: Mask
  /// The heart's silhouette as radiologists outline it: the projection of atria, ventricles and outflow tract, behind the dome of the diaphragm too,
  /// without aortic arch and pulmonary trunk.
  public let heart: Mask
  /// The seed of anatomy, opacity and noise.
  public let seed: UInt64

  /// Millimeters of lung from which a ray counts as lung field.
  static let visiblePath = 12.0

  /// Generates the phantom.
  ///
  /// - Parameters:
  ///   - seed: Random seed of anatomy, opacity and noise.
  ///   - size: Sides 32...4096 px. The anatomy does not depend on it.
  ///   - opacity: Share of the lung field that is opaque, 0...1; nil draws it from the seed (none in one of six phantoms).
  ///   - bitDepth: 8...16; intensities are whole numbers in 0...2^bitDepth − 1.
  ///   - noise: Noise relative to the usual, 0...10.
  ///   - hasMarker: Whether a lead marker R or L is in the image.
  /// - Throws: `ImageError` for a parameter out of range, `CancellationError`.
  public static func make(
    seed: UInt64 = 1, size: Size = Size(width: 512, height: 512), opacity share: Double? = nil, bitDepth: Int = 8, noise: Double = 1,
    hasMarker: Bool = true
  ) throws -> Phantom {
    for (name, value, bounds) in [
      ("width", Double(size.width), 32.0...4096), ("height", Double(size.height), 32...4096), ("opacity", share ?? 0, 0...1),
      ("bit depth", Double(bitDepth), 8...16), ("noise", noise, 0...10),
    ] where !bounds.contains(value) {
      throw ImageError.invalidParameter(name: name, value: value, allowed: "\(Int(bounds.lowerBound)) to \(Int(bounds.upperBound))")
    }
    // Each part draws from a stream of its own, so that changing one leaves the others as they were.
    let root = SeededGenerator(seed: seed)
    var (shape, bones, vessels, clouds) = (root.split(1), root.split(2), root.split(3), root.split(4))
    let anatomy = PhantomAnatomy(using: &shape)
    let chosen = clouds.uniform()
    let opacityShare = share ?? (chosen < 1.0 / 6 ? 0 : 0.04 + 0.6 * (chosen - 1.0 / 6))
    let cloud = PhantomOpacity(share: opacityShare, anatomy, using: &clouds)
    let skeleton = PhantomSkeleton(anatomy, hasMarker: hasMarker, using: &bones)
    let tree = PhantomVessels(anatomy, using: &vessels)
    var pose = root.split(7)
    let grid = PhantomGrid(size: size, center: (pose.uniform(-8...8), pose.uniform(198...212)))
    let exposure = PhantomFilm.Exposure(black: pose.uniform(0.45...0.75), latitude: pose.uniform(3.2...4.0))
    let projection = try PhantomProjection(
      anatomy, rods: skeleton.tubes + tree.tubes, opacity: cloud, texture: FractalNoise(seed: root.split(5).state), grid: grid)
    let white = Float((1 << bitDepth) - 1)
    let pixels = try PhantomFilm.developed(
      projection.attenuation, grid: grid, exposure: exposure, noise: noise, seed: root.split(6).state, white: white)
    let spacing = Spacing.calibrated(row: grid.pixel, column: grid.pixel)
    let truth = projection.truth
    return Phantom(
      image: GrayImage(size: size, pixels: pixels, range: 0...white, bitDepth: bitDepth, spacing: spacing),
      lungs: LabelImage(size: size, labels: truth.map { UInt32($0 & 3) }, names: [1: "right lung", 2: "left lung"], spacing: spacing),
      opacity: Mask(size: size, spacing: spacing) { truth[$0] & 4 != 0 },
      heart: Mask(size: size, spacing: spacing) { truth[$0] & 8 != 0 }, seed: seed)
  }
}
