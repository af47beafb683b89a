import Basics
internal import Platform

/// The transformations allowed between two images of one chest.
public enum RegistrationModel: String, CaseIterable, Hashable, Sendable {
  /// Translation only.
  case translation
  /// Translation and rotation.
  case rigid
  /// Translation, rotation, anisotropic scaling and shear.
  case affine
}

/// The registration of a follow-up image to a prior.
public struct Registration: Sendable, Hashable {
  /// Maps pixels of the prior image to positions in the follow-up.
  public let map: AffineMap
  /// Normalized mutual information of both images, 1 (nothing in common) to 2; below 2 even for equal images, since intensities between two bins
  /// count in both.
  public let information: Double
  /// The counterclockwise rotation of the follow-up, in degrees.
  public var degrees: Double { atan2(map.across.row, map.across.column) * 180 / .pi }
}

extension GrayImage {
  /// Registers this image (a follow-up) to a prior by maximizing normalized mutual information, which tolerates another exposure or another window of
  /// intensities.
  ///
  /// Both are shrunk to sides of at most 64, 128, 256 and 512 px. At the coarsest level, shifts of up to a fifth of a side are tried one by one; from
  /// there a pattern search halves its steps to a sixteenth of a pixel. Images of different size are assumed to show the same field at first. The
  /// result has the same bits for any number of threads. For whole chests: half of the prior has to be covered. O(512² · steps).
  /// - Throws: `CancellationError`.
  /// - Source: Maes et al., Multimodality Image Registration by Maximization of Mutual Information, IEEE TMI 16, 1997; Hooke and Jeeves, Journal of
  ///   the ACM 8, 1961.
  public func registered(to prior: GrayImage, allowing model: RegistrationModel = .rigid) throws -> Registration {
    var parameters = [Double](repeating: 0, count: 6)
    var information = 0.0
    let longest = max(prior.size.width, prior.size.height)
    var sides = [64, 128, 256, 512].filter { $0 < longest }
    if sides.isEmpty || longest < 512 { sides.append(longest) }
    for (level, side) in sides.enumerated() {
      let fixed = try prior.shrunk(to: side, of: longest)
      let moving = try shrunk(to: side, of: max(size.width, size.height))
      let metric = NormalizedInformation(fixed: fixed, moving: moving)
      let frame = Frame(fixed: fixed.size, moving: moving.size)
      var search = PatternSearch(parameters: parameters, free: Self.freeParameters(of: model)) { parameters in
        try metric.value(under: frame.map(parameters))
      }
      if level == 0 { try search.tryShifts(upTo: 0.2, step: 2 / Double(side)) }
      let pixel = 1 / Double(side)
      let start = [pixel * 2, pixel * 2, pixel * 4, pixel * 4, pixel * 4, pixel * 4]
      try search.climb(steps: level == 0 ? start.map { $0 * 2 } : start, halvings: 6)
      (parameters, information) = (search.parameters, search.value)
    }
    return Registration(map: Frame(fixed: prior.size, moving: size).map(parameters), information: information)
  }

  private func shrunk(to side: Int, of longest: Int) throws -> GrayImage {
    guard longest > side else { return self }
    let factor = Double(side) / Double(longest)
    let target = Size(
      width: max(1, Int((Double(size.width) * factor).rounded())), height: max(1, Int((Double(size.height) * factor).rounded())))
    return try resampled(to: target, using: .area)
  }

  /// Shift down and across, turn, enlargement down and across, shear.
  private static func freeParameters(of model: RegistrationModel) -> [Int] {
    switch model {
    case .translation: [0, 1]
    case .rigid: [0, 1, 2]
    case .affine: [0, 1, 2, 3, 4, 5]
    }
  }
}

/// Parameters as shares of the longer side and in radians, so that they hold at every size.
private struct Frame {
  let fixed: Size
  let moving: Size

  func map(_ parameters: [Double]) -> AffineMap {
    let unit = Double(max(fixed.width, fixed.height))
    // Pixel areas of both images cover each other, whatever their numbers.
    let scale = (row: Double(moving.height) / Double(fixed.height), column: Double(moving.width) / Double(fixed.width))
    let (cosine, sine) = (cos(parameters[2]), sin(parameters[2]))
    let (tall, wide) = (1 + parameters[3], 1 + parameters[4])
    // A step of the prior, enlarged, sheared and turned.
    func turned(row: Double, column: Double) -> AffineMap.Step {
      let (y, x) = (row * tall, column * wide + row * parameters[5])
      return AffineMap.Step(row: (cosine * y + sine * x) * scale.row, column: (cosine * x - sine * y) * scale.column)
    }
    let (down, across) = (turned(row: 1, column: 0), turned(row: 0, column: 1))
    let center = (row: Double(fixed.height - 1) / 2, column: Double(fixed.width - 1) / 2)
    let start = turned(row: -center.row, column: -center.column)
    return AffineMap(
      down: down, across: across,
      origin: AffineMap.Step(
        row: start.row + Double(moving.height - 1) / 2 + parameters[0] * unit * scale.row,
        column: start.column + Double(moving.width - 1) / 2 + parameters[1] * unit * scale.column))
  }
}

/// Looks for the greatest value by steps along one parameter at a time, and along the way that did well.
private struct PatternSearch {
  private(set) var parameters: [Double]
  private(set) var value = -1.0
  private let free: [Int]
  private let judge: ([Double]) throws -> Double

  init(parameters: [Double], free: [Int], judge: @escaping ([Double]) throws -> Double) {
    (self.parameters, self.free, self.judge) = (parameters, free, judge)
  }

  /// Tries all shifts on a lattice.
  mutating func tryShifts(upTo reach: Double, step: Double) throws {
    let count = Int(reach / step)
    for down in -count...count {
      for across in -count...count {
        var candidate = parameters
        candidate[0] = Double(down) * step
        candidate[1] = Double(across) * step
        // Of equal ones the least shift.
        let found = try judge(candidate) - 1e-9 * Double(down * down + across * across)
        if found > value { (value, parameters) = (found, candidate) }
      }
    }
  }

  mutating func climb(steps: [Double], halvings: Int) throws {
    value = try judge(parameters)
    var steps = steps
    for _ in 0..<halvings {
      // Each round ends where no step helps; a bound keeps a flat measure from going on for ever.
      for _ in 0..<40 {
        let before = parameters
        for index in free {
          for direction in [1.0, -1] {
            var candidate = parameters
            candidate[index] += direction * steps[index]
            let found = try judge(candidate)
            if found > value + 1e-12 {
              (value, parameters) = (found, candidate)
              break
            }
          }
        }
        if parameters == before { break }
        let leap = zip(parameters, before).map { 2 * $0 - $1 }
        let found = try judge(leap)
        if found > value + 1e-12 { (value, parameters) = (found, leap) }
      }
      steps = steps.map { $0 / 2 }
    }
  }
}
