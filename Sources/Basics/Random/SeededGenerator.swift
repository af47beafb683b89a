/// A seeded random number generator with the same sequence on every machine: SplitMix64.
///
/// Source: G. Steele, D. Lea, C. Flood: Fast splittable pseudorandom number generators, OOPSLA 2014.
public struct SeededGenerator: RandomNumberGenerator, Sendable, Hashable {
  /// All there is to know of the generator: restoring it restores the sequence.
  @inlinable public var state: UInt64 { word }
  @usableFromInline var word: UInt64

  @inlinable
  /// Creates a generator; the same seed yields the same sequence.
  public init(seed: UInt64) { word = seed }

  @inlinable
  /// Returns the next 64 uniform random bits.
  public mutating func next() -> UInt64 {
    word &+= 0x9E37_79B9_7F4A_7C15
    return Self.mixed(word)
  }

  /// A bijection of 64-bit words whose output passes for random; hashes lattice points and derives seeds.
  @inlinable
  /// Mixes a 64-bit word by a bijection whose output passes for random; hashes lattice points and derives seeds.
  public static func mixed(_ word: UInt64) -> UInt64 {
    var z = word
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }

  /// An independent generator for one part of the work: it depends on this one's state and the stream's number alone, and this one is left as it is.
  @inlinable
  /// Returns an independent generator for one part of the work. It depends only on this generator's state and `stream`; this generator is unchanged.
  public func split(_ stream: UInt64) -> SeededGenerator {
    SeededGenerator(seed: Self.mixed(word ^ Self.mixed(stream &+ 0x9E37_79B9_7F4A_7C15)))
  }

  /// Uniform in 0..<1, 53 bits.
  @inlinable
  /// Returns a uniform number in 0..<1 with 53 random bits.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Uniform between the bounds.
  @inlinable
  /// Returns a uniform number between the bounds.
  public mutating func uniform(_ bounds: ClosedRange<Double>) -> Double {
    bounds.lowerBound + (bounds.upperBound - bounds.lowerBound) * uniform()
  }

  /// Roughly normal: mean 0, standard deviation 1, within ±6 (the sum of twelve uniform numbers, exact arithmetic on any machine).
  @inlinable
  /// Returns a roughly normal number: mean 0, standard deviation 1, within ±6 (the sum of twelve uniform numbers, the same on every machine).
  public mutating func normal() -> Double {
    var sum = -6.0
    for _ in 0..<12 { sum += uniform() }
    return sum
  }
}
