/// What dilation needs to know of a row's elements: how two are joined, and how a whole row is joined with itself moved sideways.
///
/// Dilation joins with the maximum, erosion with the minimum, and on bit-packed masks these are OR and AND on 64 pixels at once: one algorithm
/// (``RowDilation``) serves them all. `bottom` leaves every element as it is when joined, so it stands for what lies outside the image.
protocol RowLattice: SendableMetatype {
  associatedtype Element: BitwiseCopyable & Sendable
  static var bottom: Element { get }
  static var pixelsPerElement: Int { get }

  /// `target[i]` becomes the join of pixel i of the source and the pixels `shift` columns to its left and right, for `count` elements.
  ///
  /// The source is readable for `shift / pixelsPerElement + 1` elements before and after.
  static func widen(_ source: UnsafePointer<Element>, into target: UnsafeMutablePointer<Element>, count: Int, by shift: Int)

  /// `target[i]` becomes its join with `source[i]`.
  static func accumulate(_ source: UnsafePointer<Element>, into target: UnsafeMutablePointer<Element>, count: Int)

  /// `target[i]` becomes the join of `a[i]` and `b[i]`; the target overlaps neither.
  static func join(
    _ a: UnsafePointer<Element>, _ b: UnsafePointer<Element>, into target: UnsafeMutablePointer<Element>, count: Int)

  /// `target[i]` becomes its join with pixel i + shift of the source, which is readable as far.
  static func joinShifted(_ source: UnsafePointer<Element>, by shift: Int, into target: UnsafeMutablePointer<Element>, count: Int)
}

extension RowLattice {
  static var pixelsPerElement: Int { 1 }

  static func joinShifted(_ source: UnsafePointer<Element>, by shift: Int, into target: UnsafeMutablePointer<Element>, count: Int) {
    accumulate(source + shift, into: target, count: count)
  }
}

/// A number with a least and a greatest value, of which rows can be joined on the processor's full width.
protocol BoundedScalar: Comparable, BitwiseCopyable, Sendable {
  static var least: Self { get }
  static var greatest: Self { get }
  /// The output becomes the greater (or the lesser) of itself and the row.
  static func join(_ a: UnsafePointer<Self>, greatest: Bool, into output: UnsafeMutablePointer<Self>, count: Int)
  /// The output becomes the greater (or the lesser) of two rows, and overlaps neither.
  static func join(_ a: UnsafePointer<Self>, _ b: UnsafePointer<Self>, greatest: Bool, into output: UnsafeMutablePointer<Self>, count: Int)
  /// The output becomes the greatest (or the least) of the row and of it moved to both sides.
  static func widen(_ a: UnsafePointer<Self>, by shift: Int, greatest: Bool, into output: UnsafeMutablePointer<Self>, count: Int)
}
extension UInt8: BoundedScalar {
  static var least: UInt8 { .min }
  static var greatest: UInt8 { .max }
  static func join(_ a: UnsafePointer<UInt8>, greatest: Bool, into output: UnsafeMutablePointer<UInt8>, count: Int) {
    PixelKernels.join(a, greatest: greatest, into: output, count: count)
  }
  static func join(
    _ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, greatest: Bool, into output: UnsafeMutablePointer<UInt8>, count: Int
  ) { PixelKernels.join(a, b, greatest: greatest, into: output, count: count) }
  static func widen(_ a: UnsafePointer<UInt8>, by shift: Int, greatest: Bool, into output: UnsafeMutablePointer<UInt8>, count: Int) {
    PixelKernels.widen(a, by: shift, greatest: greatest, into: output, count: count)
  }
}
extension Int16: BoundedScalar {
  static var least: Int16 { .min }
  static var greatest: Int16 { .max }
  static func join(_ a: UnsafePointer<Int16>, greatest: Bool, into output: UnsafeMutablePointer<Int16>, count: Int) {
    PixelKernels.join(a, greatest: greatest, into: output, count: count)
  }
  static func join(
    _ a: UnsafePointer<Int16>, _ b: UnsafePointer<Int16>, greatest: Bool, into output: UnsafeMutablePointer<Int16>, count: Int
  ) { PixelKernels.join(a, b, greatest: greatest, into: output, count: count) }
  static func widen(_ a: UnsafePointer<Int16>, by shift: Int, greatest: Bool, into output: UnsafeMutablePointer<Int16>, count: Int) {
    PixelKernels.widen(a, by: shift, greatest: greatest, into: output, count: count)
  }
}
extension Float: BoundedScalar {
  static var least: Float { -.infinity }
  static var greatest: Float { .infinity }
  static func join(_ a: UnsafePointer<Float>, greatest: Bool, into output: UnsafeMutablePointer<Float>, count: Int) {
    PixelKernels.join(a, greatest: greatest, into: output, count: count)
  }
  static func join(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, greatest: Bool, into output: UnsafeMutablePointer<Float>, count: Int
  ) { PixelKernels.join(a, b, greatest: greatest, into: output, count: count) }
  static func widen(_ a: UnsafePointer<Float>, by shift: Int, greatest: Bool, into output: UnsafeMutablePointer<Float>, count: Int) {
    PixelKernels.widen(a, by: shift, greatest: greatest, into: output, count: count)
  }
}

/// Dilation of gray rows.
enum Maximum<Element: BoundedScalar>: RowLattice {
  static var bottom: Element { .least }
  static func widen(_ source: UnsafePointer<Element>, into target: UnsafeMutablePointer<Element>, count: Int, by shift: Int) {
    Element.widen(source, by: shift, greatest: true, into: target, count: count)
  }
  static func accumulate(_ source: UnsafePointer<Element>, into target: UnsafeMutablePointer<Element>, count: Int) {
    Element.join(source, greatest: true, into: target, count: count)
  }
  static func join(
    _ a: UnsafePointer<Element>, _ b: UnsafePointer<Element>, into target: UnsafeMutablePointer<Element>, count: Int
  ) { Element.join(a, b, greatest: true, into: target, count: count) }
}

/// Erosion of gray rows.
enum Minimum<Element: BoundedScalar>: RowLattice {
  static var bottom: Element { .greatest }
  static func widen(_ source: UnsafePointer<Element>, into target: UnsafeMutablePointer<Element>, count: Int, by shift: Int) {
    Element.widen(source, by: shift, greatest: false, into: target, count: count)
  }
  static func accumulate(_ source: UnsafePointer<Element>, into target: UnsafeMutablePointer<Element>, count: Int) {
    Element.join(source, greatest: false, into: target, count: count)
  }
  static func join(
    _ a: UnsafePointer<Element>, _ b: UnsafePointer<Element>, into target: UnsafeMutablePointer<Element>, count: Int
  ) { Element.join(a, b, greatest: false, into: target, count: count) }
}

/// Rows of 64 pixels a word.
protocol BitLattice: RowLattice where Element == UInt64 {
  static func join(_ one: UInt64, _ other: UInt64) -> UInt64
}

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
  /// Kept out of line: inlined into a loop over rows, the compiler no longer sees that it can work on vectors.
  @inline(never)
  static func accumulate(_ source: UnsafePointer<UInt64>, into target: UnsafeMutablePointer<UInt64>, count: Int) {
    for index in 0..<count { target[index] = join(target[index], source[index]) }
  }

  @inline(never)
  static func join(_ a: UnsafePointer<UInt64>, _ b: UnsafePointer<UInt64>, into target: UnsafeMutablePointer<UInt64>, count: Int) {
    for index in 0..<count { target[index] = join(a[index], b[index]) }
  }

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
