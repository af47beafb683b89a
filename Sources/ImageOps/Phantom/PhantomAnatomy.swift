/// The shapes of one made-up person, standing with the chest to the detector. Millimetres: x to the picture's right (the patient's left), y down,
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
  let apex: Double
  /// Tops of the domes of the diaphragm: the patient's right, then left.
  let domeTop: (right: Double, left: Double)
  /// Edges of the mediastinum: distance from the midline to the picture's left and right.
  let rightEdge: Profile
  let leftEdge: Profile
  /// Solid ellipsoids that displace lung: right atrium, ventricles, aortic knob, pulmonary trunk.
  let chambers: [Ellipsoid]
  let breasts: [Ellipsoid]
  /// Sideways bend of the spine by height.
  let spine: Profile
  let gastricBubble: (x: Double, y: Double, width: Double, height: Double)
  let armAngle: Double

  struct Ellipsoid: Sendable {
    var x: Double
    var y: Double
    var width: Double
    var height: Double
    var depth: Double
    var cosine = 1.0
    var sine = 0.0

    /// Length of a ray inside.
    func path(_ px: Double, _ py: Double) -> Double {
      let (dx, dy) = (px - x, py - y)
      let u = (dx * cosine + dy * sine) / width
      let v = (dy * cosine - dx * sine) / height
      return 2 * depth * halfChord((u * u + v * v).squareRoot())
    }
  }

  init(using generator: inout SeededGenerator) {
    let breadth = generator.uniform(0.92...1.06)
    let stoutness = generator.uniform(0...1)
    let inspiration = generator.uniform(-10...10)
    let heart = generator.uniform(0.9...1.1)
    self.breadth = breadth
    let fat = 8 + 14 * stoutness
    self.fat = fat
    apex = generator.uniform(54...66)
    armAngle = generator.uniform(0.05...0.32)
    let cavity: [(Double, Double)] = [
      (60, 60), (80, 74), (100, 88), (130, 108), (170, 124), (220, 135), (270, 141), (320, 144), (360, 143), (420, 138),
    ]
    cavityWidth = Profile(cavity.map { ($0.0, $0.1 * breadth) })
    cavityDepth = Profile([(50, 34), (90, 58), (130, 74), (200, 86), (280, 92), (400, 92)])
    let wall = 15 + fat
    trunkWidth = Profile(
      [(-10, 56), (15, 58), (34, 74), (50, 112), (66, 152), (84, 176), (110, 182), (140, 174)].map { ($0.0, $0.1 * breadth + 0.4 * fat) }
        + [(180, 130), (220, 136), (270, 141), (320, 144), (420, 145)].map { ($0.0, $0.1 * breadth + wall) })
    trunkDepth = Profile(
      [(-10, 58), (30, 60), (70, 72), (110, 88), (160, 100), (240, 108), (320, 112), (420, 112)].map { ($0.0, $0.1 + 0.5 * fat) })
    let right = 302 + inspiration
    domeTop = (right, right + generator.uniform(6...16))
    rightEdge = Profile([
      (50, 30), (75, 24), (100, 21), (130, 23), (155, 27), (175, 31), (200, 31), (230, 28), (280, 24), (330, 22), (400, 22),
    ])
    leftEdge = Profile([
      (50, 32), (75, 26), (100, 23), (125, 22), (150, 25), (175, 27), (205, 30), (240, 26), (300, 24), (330, 22), (400, 22),
    ])
    let tilt = generator.uniform(0.62...0.80)
    let knob = generator.uniform(15...21)
    let top = right - 302
    chambers = [
      Ellipsoid(x: -10, y: 246 + top, width: 37 * heart, height: 52, depth: 46),
      Ellipsoid(
        x: 26, y: 258 + top, width: 74 * heart, height: 47 * heart, depth: 52, cosine: tilt, sine: (1 - tilt * tilt).squareRoot()),
      Ellipsoid(x: 12, y: 216 + top * 0.5, width: 38, height: 40, depth: 42),
      Ellipsoid(x: 17, y: 146, width: knob, height: knob, depth: 34),
      Ellipsoid(x: 14, y: 184, width: 27, height: 24, depth: 30),
    ]
    let hasBreasts = generator.uniform() < 0.5
    let breastSize = generator.uniform(0.8...1.15)
    breasts =
      hasBreasts
      ? [-1.0, 1.0].map { Ellipsoid(x: $0 * 84 * breadth, y: 285, width: 62 * breastSize, height: 56 * breastSize, depth: 17 * breastSize) }
      : []
    let bend = generator.uniform(-5...5)
    spine = Profile([(0, 0), (120, bend * 0.6), (240, -bend * 0.5), (400, 0)])
    gastricBubble = (
      generator.uniform(58...86) * breadth, domeTop.left + generator.uniform(16...24), generator.uniform(20...34), generator.uniform(9...17)
    )
  }

  /// The dome's edge as seen from the front; the lungs reach further down behind it.
  func domeEdge(_ x: Double) -> Double {
    let side = abs(x) / breadth
    let steepness = side > 70 ? (side - 70) / 72 : (70 - side) / 72
    return (x < 0 ? domeTop.right : domeTop.left) + (side > 70 ? 44 : 36) * steepness * steepness
  }

  /// Shrinks widths to nothing at the apex of the lungs.
  private func taper(_ y: Double) -> Double { halfChord(min(1, max(0, (apex + 44 - y) / 44))) }

  /// What a ray meets in the chest.
  struct Ray {
    /// Millimetres of lung, and whether the ray also meets what hides the lung on a film: heart, great vessels, diaphragm.
    var lung = 0.0
    var isLungHidden = false
  }

  func ray(_ x: Double, _ y: Double) -> Ray {
    guard y > apex else { return Ray() }
    let side = abs(x)
    let scale = taper(y)
    let middle = 50 * breadth
    let lateral = middle + (cavityWidth(y) - middle) * scale
    let medial = middle - (middle - (x < 0 ? rightEdge(y) : leftEdge(y))) * scale
    guard side < lateral else { return Ray() }
    let outward = side > middle ? (side - middle) / (lateral - middle) : 0
    let q = outward * outward
    var ray = Ray(lung: 2 * cavityDepth(y) * scale.squareRoot() * (max(0, 1 - q * (0.45 + 0.55 * q))).squareRoot())
    if side < medial {
      ray.lung -= 240 * halfChord(side / medial)
      ray.isLungHidden = true
    }
    for chamber in chambers {
      let path = chamber.path(x, y)
      if path > 0 {
        ray.lung -= path
        ray.isLungHidden = true
      }
    }
    let below = y - domeEdge(x)
    if below > 0 {
      ray.lung -= 168 * (below / 62).squareRoot()
      ray.isLungHidden = true
    }
    ray.lung = max(0, ray.lung)
    return ray
  }

  /// Millimetres of muscle and organs, and of fat, that a ray would cross if there were no lungs, arms included.
  func tissue(_ x: Double, _ y: Double) -> (soft: Double, fat: Double) {
    let (width, depth) = (trunkWidth(y), trunkDepth(y))
    func chord(_ width: Double, _ depth: Double) -> Double {
      let u = x / max(width, 1)
      let q = u * u
      return 2 * depth * (max(0, 1 - q * (0.35 + 0.65 * q))).squareRoot()
    }
    var whole = chord(width, depth)
    var inner = chord(width - fat, depth - 0.6 * fat)
    // The upper arm hangs from the shoulder.
    let side = abs(x)
    let axis = 186 * breadth + 0.5 * fat + (y - 95) * armAngle
    let radius = 40 + 0.4 * fat
    let along = max(0, 95 - y)
    let distance = ((side - axis) * (side - axis) + along * along).squareRoot()
    whole = max(whole, 2 * radius * halfChord(distance / radius))
    inner = max(inner, 2 * (radius - 0.5 * fat) * halfChord(distance / (radius - 0.5 * fat)))
    for breast in breasts { whole += breast.path(x, y) }
    return (inner, max(0, whole - inner))
  }

  /// Millimetres of gas in the stomach, with a level below.
  func gas(_ x: Double, _ y: Double) -> Double {
    guard y < gastricBubble.y + 0.55 * gastricBubble.height else { return 0 }
    let (u, v) = ((x - gastricBubble.x) / gastricBubble.width, (y - gastricBubble.y) / gastricBubble.height)
    return 62 * halfChord((u * u + v * v).squareRoot())
  }
}
