import Basics
internal import Platform

/// Bones, airways and marker of the phantom as rods.
struct PhantomSkeleton: Sendable {
  private(set) var tubes: [Tube] = []

  init(_ anatomy: PhantomAnatomy, hasMarker: Bool, using generator: inout SeededGenerator) {
    let tilt = generator.uniform(0.9...1.15)
    for side in [-1.0, 1.0] {
      for rib in 1...11 { addRib(rib, side: side, tilt: tilt, anatomy) }
      addShoulder(side: side, anatomy, lift: generator.uniform(-6...6))
    }
    addSpine(anatomy)
    addAirways(anatomy)
    if hasMarker { addMarker(isLeft: generator.uniform() < 0.5) }
  }

  /// Height of the rib's head.
  private static func head(_ rib: Int) -> Double { 66 + 23 * Double(rib) - (rib == 1 ? 2 : 0) }

  private mutating func addRib(_ rib: Int, side: Double, tilt: Double, _ anatomy: PhantomAnatomy) {
    let drops: [Double] = [52, 82, 108, 126, 140, 150, 156, 156, 150, 138, 110]
    let ends: [Double] = [0.80, 0.82, 0.82, 0.81, 0.80, 0.79, 0.77, 0.74, 0.70, 0.66, 0.56]
    let (drop, end) = (drops[rib - 1] * tilt, ends[rib - 1])
    let head = Self.head(rib)
    var path: [(x: Double, y: Double, z: Double)] = []
    let count = 72
    for index in 0...count {
      let s = 0.012 + (end - 0.012) * Double(index) / Double(count)
      let y = head - 5 * sin(min(1, s / 0.24) * .pi) + drop * pow(s, rib < 3 ? 1.25 : 1.55)
      let wall =
        (y < anatomy.apex + 40 ? anatomy.cavityWidth(anatomy.apex + 40) * 0.86 + 0.14 * anatomy.cavityWidth(y) : anatomy.cavityWidth(y)) + 2
      let reach = rib == 1 ? 0.74 : rib == 2 ? 0.93 : 1
      let across = pow(sin(.pi * s), 0.78)
      path.append((side * (8 + (wall * reach - 8) * across), y, -anatomy.cavityDepth(y) * cos(.pi * s)))
    }
    let radius = [7.6, 7.0, 6.6, 6.6, 6.6, 6.6, 6.5, 6.3, 6.0, 5.6, 4.6][rib - 1]
    var nodes: [Tube.Node] = []
    for (index, place) in path.enumerated() {
      let (a, b) = (path[max(0, index - 1)], path[min(count, index + 1)])
      let flat = ((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y)).squareRoot()
      let length = (flat * flat + (b.z - a.z) * (b.z - a.z)).squareRoot()
      let ending = smoothStep(0, 0.07, 1 - Double(index) / Double(count))
      nodes.append(
        Tube.Node(x: place.x, y: place.y, radius: radius * (0.75 + 0.25 * ending), obliquity: min(2.6, length / max(flat, 0.2)) * ending))
    }
    // The part behind and the part in front overlap in projection, so each is a rod of its own; at the turn one fades into the other.
    let turn = path.indices.max { abs(path[$0].x) < abs(path[$1].x) } ?? count
    for (isFront, strength) in [(false, 1.0), (true, 0.72)] {
      let faded = nodes.indices.map { index in
        var node = nodes[index]
        let passed = smoothStep(-4, 4, Double(index - turn))
        node.obliquity *= strength * (isFront ? passed : 1 - passed)
        return node
      }
      let part = isFront ? faded[max(0, turn - 4)...] : faded[...min(count, turn + 4)]
      tubes.append(Tube(nodes: Array(part), wall: 0.040, core: 0.0075, coreShare: 0.80, flatness: 0.52, isCut: true))
    }
  }

  private mutating func addShoulder(side: Double, _ anatomy: PhantomAnatomy, lift: Double) {
    let breadth = anatomy.breadth
    func nodes(_ places: [(Double, Double, Double)]) -> [Tube.Node] {
      let across = Profile(places.enumerated().map { (Double($0.offset), $0.element.0) })
      let down = Profile(places.enumerated().map { (Double($0.offset), $0.element.1) })
      let radius = Profile(places.enumerated().map { (Double($0.offset), $0.element.2) })
      let last = Double(places.count - 1)
      return stride(from: 0, through: last, by: 0.125).map {
        Tube.Node(
          x: side * across($0) * breadth, y: down($0) + lift, radius: radius($0), obliquity: smoothStep(0, 0.4, min($0, last - $0)))
      }
    }
    let clavicle = nodes([(16, 108, 6.5), (32, 101, 7), (62, 92, 6), (96, 80, 5.5), (128, 70, 5.5), (152, 68, 7)])
    tubes.append(Tube(nodes: clavicle, wall: 0.030, core: 0.009, coreShare: 0.74, flatness: 0.8, isCut: true))
    let acromion = nodes([(120, 104, 3), (140, 90, 4.5), (162, 77, 6), (176, 76, 6)])
    tubes.append(Tube(nodes: acromion, wall: 0.024, core: 0.006, coreShare: 0.7))
    let coracoid = nodes([(146, 104, 5), (144, 94, 6), (150, 88, 5)])
    tubes.append(Tube(nodes: coracoid, wall: 0.022, core: 0.008, coreShare: 0.7))
    let lateralBorder = nodes([(166, 108, 7), (160, 128, 5), (153, 154, 4.5), (146, 184, 5), (142, 200, 3)])
    tubes.append(Tube(nodes: lateralBorder, wall: 0.024, core: 0.008, coreShare: 0.6))
    let medialBorder = nodes([(142, 200, 3), (134, 176, 2), (129, 140, 1.8), (126, 104, 2), (132, 88, 1.6)])
    tubes.append(Tube(nodes: medialBorder, wall: 0.026, core: 0, coreShare: 0))
    let humerus = [(174.0, 90.0, 17.0), (176, 98, 22.5), (180, 112, 19), (186, 132, 13.5), (188, 165, 11), (188, 290, 11), (188, 440, 12)]
      .map {
        ($0.0 + (0.5 * anatomy.fat + max(0, $0.1 - 95) * anatomy.armSlope) / breadth, $0.1, $0.2)
      }
    tubes.append(Tube(nodes: nodes(humerus), wall: 0.022, core: 0.005, coreShare: 0.72))
  }

  private mutating func addSpine(_ anatomy: PhantomAnatomy) {
    for vertebra in -2...14 {
      let y = 66 + 23 * Double(vertebra) + 1
      let x = anatomy.spine(y)
      let half = 14 + 0.55 * Double(vertebra + 2)
      func rod(_ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double, _ radius: Double, _ wall: Double, _ core: Double, _ share: Double) {
        tubes.append(
          Tube(
            nodes: [.init(x: x + x0, y: y + y0, radius: radius), .init(x: x + x1, y: y + y1, radius: radius)], wall: wall, core: core,
            coreShare: share))
      }
      for side in [-1.0, 1.0] {
        // Pedicle seen end-on, transverse process, side of the body.
        rod(side * (half - 5), -3.5, side * (half - 5), 1.5, 4.0, 0.015, 0.004, 0.62)
        rod(side * (half - 2), -5, side * (half + 12), -8, 3.6, 0.010, 0.003, 0.6)
        rod(side * (half - 0.5), -8, side * (half - 0.5), 8, 1.5, 0.016, 0, 0)
      }
      // End plates, spinous process.
      rod(-half + 1, -9.5, half - 1, -9.5, 1.2, 0.018, 0, 0)
      rod(-half + 1, 9.5, half - 1, 9.5, 1.2, 0.018, 0, 0)
      rod(0, 4, 0, 13, 2.8, 0.014, 0.005, 0.5)
    }
  }

  private mutating func addAirways(_ anatomy: PhantomAnatomy) {
    func airway(_ nodes: [Tube.Node]) { tubes.append(Tube(nodes: nodes, wall: -0.022, core: 0, isCut: true)) }
    let fork = (x: -2 + anatomy.spine(168), y: 168.0)
    var right: [Tube.Node] = []
    for index in 0...20 {
      let y = -10 + (fork.y + 6) * Double(index) / 20
      right.append(Tube.Node(x: anatomy.spine(y) + fork.x * Double(index) / 20, y: y, radius: 8.4))
    }
    right.append(Tube.Node(x: fork.x - 10, y: fork.y + 11, radius: 7, obliquity: 0.9))
    right.append(Tube.Node(x: fork.x - 22, y: fork.y + 28, radius: 6, obliquity: 0.6))
    right.append(Tube.Node(x: fork.x - 32, y: fork.y + 42, radius: 5, obliquity: 0))
    airway(right)
    airway([
      Tube.Node(x: fork.x + 2, y: fork.y - 6, radius: 5, obliquity: 0),
      Tube.Node(x: fork.x + 11, y: fork.y + 7, radius: 6.2, obliquity: 0.9),
      Tube.Node(x: fork.x + 26, y: fork.y + 18, radius: 6, obliquity: 0.7),
      Tube.Node(x: fork.x + 44, y: fork.y + 29, radius: 5, obliquity: 0),
    ])
  }

  /// A lead letter beside the shoulder: R on the image's left or L on its right.
  private mutating func addMarker(isLeft: Bool) {
    let (x, y) = (isLeft ? 158.0 : -168.0, 30.0)
    func stroke(_ places: [(Double, Double)]) {
      tubes.append(Tube(nodes: places.map { Tube.Node(x: x + $0.0, y: y + $0.1, radius: 1.25) }, wall: 2.2, core: 0))
    }
    stroke([(0, 0), (0, 16)])
    if isLeft {
      stroke([(0, 16), (9, 16)])
    } else {
      stroke([(0, 0), (6, 0), (9, 2), (9, 6), (6, 8), (0, 8)])
      stroke([(4, 8), (10, 16)])
    }
  }
}
