/// A bent rod in projection, such as a rib or a vessel: what a ray through it adds to the attenuation.
struct Tube: Sendable {
  /// A place on the axis: millimeters on the detector, radius there, and how much longer than a straight cut the ray's path is.
  struct Node: Sendable {
    var x: Double
    var y: Double
    var radius: Double
    var obliquity = 1.0
  }

  var nodes: [Node]
  /// Attenuation a millimeter of the wall and of what the wall surrounds, beyond that of the tissue which the rod displaces.
  var wall: Double
  var core: Double
  /// Share of the radius that the core takes; 0 for a solid rod.
  var coreShare = 0.0
  /// Depth of the cross-section over its height.
  var flatness = 1.0
  /// Whether the rod ends square, not round: no half-disks at its ends.
  var isCut = false
  /// Whether only what lies in the lungs counts.
  var isInLung = false

  /// Rows that the rod may touch, in millimeters.
  var extent: ClosedRange<Double> {
    var (low, high) = (Double.infinity, -Double.infinity)
    for node in nodes { (low, high) = (min(low, node.y - node.radius - 2), max(high, node.y + node.radius + 2)) }
    return low <= high ? low...high : 0...0
  }

  /// Adds the rod's attenuation along one row of pixels; `nearest` is scratch memory of the row's length.
  func add(to line: UnsafeMutableBufferPointer<Double>, y: Double, grid: PhantomGrid, nearest: inout [(square: Double, node: Double)]) {
    var (first, last) = (Int.max, -1)
    let finest = 0.7 * grid.pixel
    for index in 0..<max(0, nodes.count - 1) {
      let (a, b) = (nodes[index], nodes[index + 1])
      let reach = max(a.radius, b.radius, finest)
      guard min(a.y, b.y) - reach <= y, max(a.y, b.y) + reach >= y else { continue }
      let low = max(0, grid.column(ofX: min(a.x, b.x) - reach))
      let high = min(line.count - 1, grid.column(ofX: max(a.x, b.x) + reach) + 1)
      guard low <= high else { continue }
      if last < 0 {
        for column in low...high { nearest[column].square = .infinity }
        (first, last) = (low, high)
      }
      if low < first {
        for column in low..<first { nearest[column].square = .infinity }
        first = low
      }
      if high > last {
        for column in last + 1...high { nearest[column].square = .infinity }
        last = high
      }
      let (dx, dy) = (b.x - a.x, b.y - a.y)
      let length = max(dx * dx + dy * dy, 1e-9)
      for column in low...high {
        let (px, py) = (grid.x(ofColumn: column) - a.x, y - a.y)
        let along = min(max((px * dx + py * dy) / length, 0), 1)
        let (ox, oy) = (px - along * dx, py - along * dy)
        let square = ox * ox + oy * oy
        if square < nearest[column].square { nearest[column] = (square, Double(index) + along) }
      }
    }
    guard last >= 0 else { return }
    for column in first...last where nearest[column].square < .infinity {
      if isCut, nearest[column].node <= 0 || nearest[column].node >= Double(nodes.count - 1) { continue }
      let index = min(Int(nearest[column].node), nodes.count - 2)
      let (a, b, t) = (nodes[index], nodes[index + 1], nearest[column].node - Double(index))
      let exact = a.radius + (b.radius - a.radius) * t
      // A rod finer than a pixel is spread over it with the same mass.
      let radius = max(exact, finest)
      let outer = radius * radius - nearest[column].square
      guard outer > 0 else { continue }
      let inner = max(0, coreShare * coreShare * radius * radius - nearest[column].square).squareRoot()
      let path = (outer.squareRoot() - inner) * wall + inner * core
      let thinning = (exact / radius) * (exact / radius)
      line[column] += 2 * path * flatness * thinning * (a.obliquity + (b.obliquity - a.obliquity) * t)
    }
  }
}

/// Where the pixels of an image lie on the detector: millimeters, x to the image's right, y down.
struct PhantomGrid: Sendable {
  let size: Size
  /// Millimeters a pixel.
  let pixel: Double
  /// What lies in the middle of the image.
  let center: (x: Double, y: Double)

  static let span = 372.0

  /// The shorter side spans ``span``.
  init(size: Size, center: (x: Double, y: Double) = (0, 206)) {
    self.size = size
    self.center = center
    pixel = Self.span / Double(min(size.width, size.height))
  }

  func x(ofColumn column: Int) -> Double { center.x + (Double(column) + 0.5 - Double(size.width) / 2) * pixel }
  func y(ofRow row: Int) -> Double { center.y + (Double(row) + 0.5 - Double(size.height) / 2) * pixel }
  func column(ofX x: Double) -> Int { Int(((x - center.x) / pixel + Double(size.width) / 2 - 0.5).rounded(.down)) }
}
