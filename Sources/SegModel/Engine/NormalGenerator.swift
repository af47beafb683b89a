import Glibc

/// Standard normal numbers from a seed: SplitMix64 (Steele, Lea, Flood 2014) through the Box-Muller transform.
struct NormalGenerator {
  private var state: UInt64
  private var spare: Double?

  init(seed: UInt64) { state = seed }

  private mutating func nextUnit() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    z ^= z >> 31
    return (Double(z >> 11) + 0.5) * 0x1p-53
  }

  mutating func next() -> Double {
    if let value = spare {
      spare = nil
      return value
    }
    let radius = (-2 * log(nextUnit())).squareRoot()
    let angle = 2 * Double.pi * nextUnit()
    spare = radius * sin(angle)
    return radius * cos(angle)
  }
}
