/// What dilation needs to know of a row's elements: how two are joined, and how a whole row is joined with itself moved sideways.
///
/// Dilation joins with the maximum, erosion with the minimum, and on bit-packed masks these are OR and AND on 64 pixels at once: one algorithm
/// (``RowDilation``) serves them all. `bottom` leaves every element as it is when joined, so it stands for what lies outside the picture.
protocol RowLattice: SendableMetatype {
  associatedtype Element: BitwiseCopyable & Sendable
  static var bottom: Element { get }
  static var pixelsPerElement: Int { get }
  static func join(_ one: Element, _ other: Element) -> Element

  /// `target[i]` becomes the join of pixel i of the source and the pixels `shift` columns to its left and right, for `count` elements.
  ///
  /// The source is readable for `shift / pixelsPerElement + 1` elements before and after.
  static func widen(_ source: UnsafePointer<Element>, into target: UnsafeMutablePointer<Element>, count: Int, by shift: Int)

  /// `target[i]` becomes its join with pixel i + shift of the source, which is readable as far.
  static func joinShifted(_ source: UnsafePointer<Element>, by shift: Int, into target: UnsafeMutablePointer<Element>, count: Int)
}

extension RowLattice {
  static var pixelsPerElement: Int { 1 }

  @inline(never)
  static func widen(_ source: UnsafePointer<Element>, into target: UnsafeMutablePointer<Element>, count: Int, by shift: Int) {
    let left = source - shift
    let right = source + shift
    for index in 0..<count { target[index] = join(source[index], join(left[index], right[index])) }
  }

  static func joinShifted(_ source: UnsafePointer<Element>, by shift: Int, into target: UnsafeMutablePointer<Element>, count: Int) {
    accumulate(source + shift, into: target, count: count)
  }

  /// `target[i]` becomes its join with `source[i]`.
  ///
  /// Kept out of line: inlined into a loop over rows, the compiler no longer sees that it can work on vectors.
  @inline(never)
  static func accumulate(_ source: UnsafePointer<Element>, into target: UnsafeMutablePointer<Element>, count: Int) {
    for index in 0..<count { target[index] = join(target[index], source[index]) }
  }
}

/// A number with a least and a greatest value.
protocol BoundedScalar: Comparable, BitwiseCopyable, Sendable {
  static var least: Self { get }
  static var greatest: Self { get }
}
extension UInt8: BoundedScalar {
  static var least: UInt8 { .min }
  static var greatest: UInt8 { .max }
}
extension UInt16: BoundedScalar {
  static var least: UInt16 { .min }
  static var greatest: UInt16 { .max }
}
extension Int16: BoundedScalar {
  static var least: Int16 { .min }
  static var greatest: Int16 { .max }
}
extension Float: BoundedScalar {
  static var least: Float { -.infinity }
  static var greatest: Float { .infinity }
}

/// Dilation of gray rows.
enum Maximum<Element: BoundedScalar>: RowLattice {
  static var bottom: Element { .least }
  @inline(__always) static func join(_ one: Element, _ other: Element) -> Element { one > other ? one : other }
}

/// Erosion of gray rows.
enum Minimum<Element: BoundedScalar>: RowLattice {
  static var bottom: Element { .greatest }
  @inline(__always) static func join(_ one: Element, _ other: Element) -> Element { one < other ? one : other }
}

/// Rows of 64 pixels a word.
protocol BitLattice: RowLattice where Element == UInt64 {}

extension BitLattice {
  static var pixelsPerElement: Int { 64 }

  @inline(__always)
  static func widen(_ source: UnsafePointer<UInt64>, into target: UnsafeMutablePointer<UInt64>, count: Int, by shift: Int) {
    let left = source - shift / 64
    let right = source + shift / 64
    let bits = UInt64(shift & 63)
    if bits == 0 {
      for index in 0..<count { target[index] = join(source[index], join(left[index], right[index])) }
    } else {
      let rest = 64 - bits
      for index in 0..<count {
        let fromLeft = left[index] &<< bits | left[index - 1] &>> rest
        let fromRight = right[index] &>> bits | right[index + 1] &<< rest
        target[index] = join(source[index], join(fromLeft, fromRight))
      }
    }
  }
}

extension BitLattice {
  static func joinShifted(_ source: UnsafePointer<UInt64>, by shift: Int, into target: UnsafeMutablePointer<UInt64>, count: Int) {
    let first = source + (shift >> 6)
    let bits = UInt64(truncatingIfNeeded: shift & 63)
    if bits == 0 {
      for index in 0..<count { target[index] = join(target[index], first[index]) }
    } else {
      for index in 0..<count { target[index] = join(target[index], first[index] &>> bits | first[index + 1] &<< (64 - bits)) }
    }
  }
}

/// Dilation of masks.
enum Union: BitLattice {
  static var bottom: UInt64 { 0 }
  @inline(__always) static func join(_ one: UInt64, _ other: UInt64) -> UInt64 { one | other }
}

/// Erosion of masks.
enum Intersection: BitLattice {
  static var bottom: UInt64 { ~0 }
  @inline(__always) static func join(_ one: UInt64, _ other: UInt64) -> UInt64 { one & other }
}
