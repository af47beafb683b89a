import Basics

/// Smooth seeded noise over the plane: values on an integer lattice, blended by a quintic, summed over octaves. Exact arithmetic only.
struct FractalNoise: Sendable {
  private let key: UInt64

  init(seed: UInt64) { key = SeededGenerator.mixed(seed) }

  /// One octave in −1...1, of period about 1.
  func value(_ x: Double, _ y: Double) -> Double {
    let (column, row) = (x.rounded(.down), y.rounded(.down))
    let (u, v) = (Self.fade(x - column), Self.fade(y - row))
    let (i, j) = (Int32(truncatingIfNeeded: Int(column)), Int32(truncatingIfNeeded: Int(row)))
    let top = corner(i, j) * (1 - u) + corner(i &+ 1, j) * u
    let bottom = corner(i, j &+ 1) * (1 - u) + corner(i &+ 1, j &+ 1) * u
    return top * (1 - v) + bottom * v
  }

  /// `octaves` of noise, each twice as fine and half as strong; roughly −1...1.
  func sum(_ x: Double, _ y: Double, octaves: Int) -> Double {
    var (result, strength, scale) = (0.0, 0.5, 1.0)
    for octave in 0..<octaves {
      // The shift keeps the lattices of the octaves apart.
      let shift = Double(octave) * 17.37
      result += strength * value(x * scale + shift, y * scale - shift)
      strength *= 0.5
      scale *= 2
    }
    return 1.6 * result
  }

  private static func fade(_ t: Double) -> Double { t * t * t * (t * (t * 6 - 15) + 10) }

  private func corner(_ i: Int32, _ j: Int32) -> Double {
    let place = UInt64(UInt32(bitPattern: i)) << 32 | UInt64(UInt32(bitPattern: j))
    return Double(Int64(bitPattern: SeededGenerator.mixed(place ^ key)) >> 11) * 0x1p-52
  }
}
