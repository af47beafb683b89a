import Basics

/// The shapes of one made-up person, standing with the chest to the detector. Millimeters: x to the image's right (the patient's left), y down,
/// depth along the rays. Sizes are those of adults, varied by the seed.
struct PhantomAnatomy: Sendable {
  /// Multiplies all widths about the midline.
  let breadth: Double
  /// Half-widths of trunk and thoracic cavity, and half-depths, by height.
  let trunkWidth: Profile
  let trunkDepth: Profile
  let cavityWidth: Profile
  let cavityDepth: Profile
  /// Thickness of the fat under the skin.
  let fat: Double
  /// Top of the lungs.
  let apex: Double
  /// Tops of the domes of the diaphragm.
  let domeTop: (right: Double, left: Double)
  /// Distance of the mediastinum's edges from the midline, to the image's left and right.
  let rightEdge: Profile
  let leftEdge: Profile
  /// What displaces lung beside the mediastinum: atrium, ventricles, great vessels.
  let chambers: [Ellipsoid]
  /// How many of the chambers, from the first, are the heart; the others are aortic arch and pulmonary trunk.
  static let heartChambers = 4
  let breasts: [Ellipsoid]
  /// Sideways bend of the spine by height.
  let spine: Profile
  let stomach: Ellipsoid
  /// Millimeters that the arm stands further out for each millimeter down.
  let armSlope: Double

  struct Ellipsoid: Sendable {
    var x: Double
    var y: Double
    var width: Double
    var height: Double
    /// Half of the longest ray inside.
    var depth: Double
    var cosine = 1.0
    var sine = 0.0

    /// Square of the distance from the center, 1 on the surface.
    func square(_ px: Double, _ py: Double) -> Double {
      let (dx, dy) = (px - x, py - y)
      let u = (dx * cosine + dy * sine) / width
      let v = (dy * cosine - dx * sine) / height
      return u * u + v * v
    }
  }

  init(using generator: inout SeededGenerator) {
    let breadth = generator.uniform(0.92...1.05)
    let stoutness = generator.uniform()
    let inspiration = generator.uniform(-12...10)
    let heart = generator.uniform(0.92...1.1)
    self.breadth = breadth
    let fat = 7 + 14 * stoutness
    self.fat = fat
    apex = generator.uniform(52...62)
    armSlope = generator.uniform(0.12...0.5)
    let shape = generator.uniform(-4...4)
    let cavity: [(Double, Double)] = [
      (50, 82), (70, 92 + shape), (90, 103 + shape), (120, 116 + shape), (160, 127), (210, 136), (260, 141), (310, 144), (360, 144),
      (420, 140),
    ]
    cavityWidth = Profile(cavity.map { ($0.0, $0.1 * breadth) })
    cavityDepth = Profile([(50, 40), (90, 62), (130, 76), (200, 88), (280, 94), (400, 94)])
    let shoulder: [(Double, Double)] = [(-10, 54), (14, 56), (30, 68), (44, 104), (60, 146), (78, 174), (104, 184), (134, 178), (160, 160)]
    let chest: [(Double, Double)] = [(190, 142), (220, 140), (270, 143), (320, 146), (420, 148)]
    trunkWidth = Profile(
      shoulder.map { ($0.0, $0.1 * breadth + 0.4 * fat) } + chest.map { ($0.0, $0.1 * breadth + 13 + fat) })
    trunkDepth = Profile(
      [(-10, 58), (30, 60), (70, 74), (110, 90), (160, 102), (240, 110), (320, 114), (420, 116)].map { ($0.0, $0.1 + 0.5 * fat) })
    let right = 300 + inspiration
    domeTop = (right, right + generator.uniform(6...16))
    rightEdge = Profile([
      (50, 30), (75, 25), (100, 22), (130, 24), (155, 28), (175, 32), (200, 31), (230, 27), (280, 24), (330, 22), (400, 22),
    ])
    leftEdge = Profile([
      (50, 32), (75, 27), (100, 24), (125, 24), (150, 26), (175, 27), (205, 29), (240, 26), (300, 24), (330, 22), (400, 22),
    ])
    let turn = generator.uniform(0.80...0.92)
    let knob = generator.uniform(15...21)
    let drop = inspiration * 0.9
    chambers = [
      Ellipsoid(x: -9, y: 252 + drop, width: 36 * heart, height: 48, depth: 78),
      Ellipsoid(
        x: 20, y: domeTop.left - 46, width: 73 * heart, height: 48 * heart, depth: 88, cosine: turn, sine: (1 - turn * turn).squareRoot()),
      Ellipsoid(x: 16, y: domeTop.left - 32, width: 46 * heart, height: 44, depth: 82),
      Ellipsoid(x: 14, y: 218 + 0.5 * drop, width: 36, height: 42, depth: 74),
      Ellipsoid(x: 17, y: 142, width: knob, height: knob * 1.15, depth: 40),
      Ellipsoid(x: 14, y: 181, width: 28, height: 26, depth: 40),
    ]
    let hasBreasts = generator.uniform() < 0.5
    let size = generator.uniform(0.85...1.2)
    let (hang, aside) = (generator.uniform(270...290), generator.uniform(78...90) * breadth)
    breasts =
      hasBreasts ? [-1.0, 1.0].map { Ellipsoid(x: $0 * aside, y: hang, width: 66 * size, height: 58 * size, depth: 24 * size) } : []
    let bend = generator.uniform(-5...5)
    spine = Profile([(0, 0), (120, bend * 0.6), (240, -bend * 0.5), (400, 0)])
    stomach = Ellipsoid(
      x: generator.uniform(56...84) * breadth, y: domeTop.left + generator.uniform(17...26), width: generator.uniform(18...34),
      height: generator.uniform(9...15), depth: generator.uniform(18...36))
  }

  /// The dome's edge as seen from the front; the lungs reach further down behind it.
  private func domeEdge(_ x: Double) -> Double {
    let side = abs(x) / breadth
    let steepness = (side - 66) / 76
    return (x < 0 ? domeTop.right : domeTop.left) + (side > 66 ? 44 : 30) * steepness * steepness
  }

  /// What all rays of one height have in common.
  struct Level: Sendable {
    let anatomy: PhantomAnatomy
    let y: Double
    let spine: Double
    private let trunk: (width: Double, depth: Double)
    private let arm: (axis: Double, above: Double, radius: Double)
    private let lateral: Double
    private let medial: (right: Double, left: Double)
    private let middle: Double
    private let depth: Double

    init(_ anatomy: PhantomAnatomy, y: Double) {
      self.anatomy = anatomy
      self.y = y
      spine = anatomy.spine(y)
      trunk = (anatomy.trunkWidth(y), anatomy.trunkDepth(y))
      arm = (
        188 * anatomy.breadth + 0.5 * anatomy.fat + max(0, y - 95) * anatomy.armSlope, max(0, 95 - y), 38 + 0.4 * anatomy.fat
      )
      // Towards the apex the lungs close to a dome.
      let height = min(1, max(0, (anatomy.apex + 46 - y) / 46))
      let scale = (1 - height * height * (0.3 + 0.7 * height)).squareRoot()
      middle = 52 * anatomy.breadth
      lateral = middle + (anatomy.cavityWidth(y) - middle) * scale
      medial = (middle - (middle - anatomy.rightEdge(y)) * scale, middle - (middle - anatomy.leftEdge(y)) * scale)
      depth = anatomy.cavityDepth(y) * scale.squareRoot()
    }

    /// Millimeters of lung on a ray, and whether it also meets what hides the lung on a film: heart, great vessels, diaphragm.
    func lung(_ x: Double) -> (path: Double, isHidden: Bool) {
      let side = abs(x)
      guard y > anatomy.apex, side < lateral else { return (0, false) }
      let outward = side > middle ? (side - middle) / (lateral - middle) : 0
      let q = outward * outward
      let whole = 2 * depth * (1 - q * (0.45 + 0.55 * q)).squareRoot()
      // What displaces lung overlaps; the root of the sum of squares joins its parts without seams.
      var displaced = 0.0
      let edge = x < 0 ? medial.right : medial.left
      if side < edge { displaced += 190 * 190 * (1 - side * side / (edge * edge)) }
      for chamber in anatomy.chambers {
        let square = chamber.square(x, y)
        if square < 1 { displaced += 4 * chamber.depth * chamber.depth * (1 - square) }
      }
      let below = y - anatomy.domeEdge(x)
      if below > 0 { displaced += 170 * 170 * below / 50 }
      return (max(0, whole - displaced.squareRoot()), displaced > 0)
    }

    /// Whether a ray meets the heart: atria, ventricles and outflow tract, without the great vessels.
    func meetsHeart(_ x: Double) -> Bool {
      anatomy.chambers.prefix(PhantomAnatomy.heartChambers).contains { $0.square(x, y) < 1 }
    }

    /// Millimeters of muscle and organs, and of fat, on a ray if there were no lungs; arms included.
    func tissue(_ x: Double) -> (soft: Double, fat: Double) {
      func chord(_ width: Double, _ depth: Double) -> Double {
        let u = x / max(width, 1)
        let q = u * u
        return 2 * depth * (max(0, 1 - q * (0.35 + 0.65 * q))).squareRoot()
      }
      let fat = anatomy.fat
      var whole = chord(trunk.width, trunk.depth)
      var inner = chord(trunk.width - fat, trunk.depth - 0.6 * fat)
      let across = abs(x) - arm.axis
      let distance = (across * across + arm.above * arm.above).squareRoot()
      whole = max(whole, 2 * arm.radius * halfChord(distance / arm.radius))
      let muscle = arm.radius - 0.5 * fat
      inner = max(inner, 2 * muscle * halfChord(distance / muscle))
      for breast in anatomy.breasts {
        let square = breast.square(x, y)
        // Hanging, so that the lower edge alone is sharp.
        if square < 1 { whole += 2 * breast.depth * (1 - square) * smoothStep(-1, 0.6, (y - breast.y) / breast.height) }
      }
      return (inner, max(0, whole - inner))
    }

    /// Millimeters of gas in the stomach, with a level below.
    func gas(_ x: Double) -> Double {
      let stomach = anatomy.stomach
      let square = stomach.square(x, y)
      guard square < 1 else { return 0 }
      return 2 * stomach.depth * (1 - square).squareRoot() * (1 - smoothStep(0.50, 0.58, (y - stomach.y) / stomach.height))
    }
  }
}
