import Basics
internal import Platform

/// How conductance falls with the difference d between neighbors; kappa is the scale of d.
public enum DiffusionConductance: String, CaseIterable, Hashable, Sendable {
  /// exp(-(d / kappa)²), which favors edges of high contrast.
  case exponential
  /// 1 / (1 + (d / kappa)²), which favors wide regions.
  case quadratic
}

extension GrayImage {
  /// Smooths within regions by anisotropic diffusion, hardly across differences well above `kappa` (in units of intensity, above 0).
  ///
  /// `steps` 0...1000 of size `rate` (above 0, at most 0.25, where the scheme is stable), 4 neighbors, no flow across the border. Each step keeps
  /// the mean except for rounding. O(pixels · steps), two planes.
  /// - Throws: `ImageError.invalidParameter`, `CancellationError`.
  /// - Source: Perona and Malik, Scale-Space and Edge Detection Using Anisotropic Diffusion, IEEE PAMI 12, 1990.
  public func diffused(kappa: Double, steps: Int = 10, rate: Double = 0.2, conductance: DiffusionConductance = .exponential) throws
    -> GrayImage
  {
    try ImageError.requirePositive("kappa", kappa)
    try ImageError.require("steps", Double(steps), in: 0...1000)
    try ImageError.requirePositive("rate", rate)
    try ImageError.require("rate", rate, in: 0...0.25)
    let (scale, rate, width) = (Float(1 / kappa), Float(rate), size.width)
    var result = self
    for _ in 0..<steps {
      result = try result.mapRows(reach: .init(1), beyond: .edge) { row, rows, line in
        let (above, here, below) = (rows.row(row - 1), rows.row(row), rows.row(row + 1))
        @inline(__always) func spread(_ weight: (Float) -> Float) {
          for column in 0..<width {
            let center = here[column]
            @inline(__always) func flow(_ neighbor: Float) -> Float {
              let difference = neighbor - center
              let relative = difference * scale
              return weight(relative * relative) * difference
            }
            line[column] = center + rate * ((flow(above[column]) + flow(below[column])) + (flow(here[column - 1]) + flow(here[column + 1])))
          }
        }
        switch conductance {
        case .exponential: spread { expf(-$0) }
        case .quadratic: spread { 1 / (1 + $0) }
        }
      }
    }
    return result
  }
}
