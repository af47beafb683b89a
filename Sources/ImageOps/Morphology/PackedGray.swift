import Synchronization

/// A small integer that holds whole intensities from 0 on, with order kept.
protocol PackedGray: BoundedScalar, FixedWidthInteger {
  /// Greatest intensity that fits.
  static var greatestIntensity: Float { get }
  init(intensity: UInt32)
  var intensity: Float { get }
}

extension UInt8: PackedGray {
  static var greatestIntensity: Float { 255 }
  @inline(__always) init(intensity: UInt32) { self = UInt8(truncatingIfNeeded: intensity) }
  @inline(__always) var intensity: Float { Float(self) }
}

extension UInt16: PackedGray {
  static var greatestIntensity: Float { 65535 }
  @inline(__always) init(intensity: UInt32) { self = UInt16(truncatingIfNeeded: intensity) }
  @inline(__always) var intensity: Float { Float(self) }
}

/// Signed, since x86-64's base instructions compare 16-bit lanes as signed numbers only.
extension Int16: PackedGray {
  static var greatestIntensity: Float { 65535 }
  @inline(__always) init(intensity: UInt32) { self = Int16(truncatingIfNeeded: Int32(truncatingIfNeeded: intensity) &- 32768) }
  @inline(__always) var intensity: Float { Float(Int32(self) &+ 32768) }
}

private let packingGrain = 1 << 18

extension GrayImage {
  /// The pixels as small integers, or nil when one is not whole or does not fit.
  func packed<Element: PackedGray>(as type: Element.Type, polling cancellation: Cancellation) throws -> [Element]? {
    let misfits = Atomic<Bool>(false)
    let packed = try pixels.withUnsafeBufferPointer { source in
      try [Element](unsafeUninitializedCapacity: source.count) { target, count in
        nonisolated(unsafe) let source = source
        nonisolated(unsafe) let target = UnsafeMutableBufferPointer(rebasing: target[..<source.count])
        try Parallel.forEachBand(of: source.count, grain: packingGrain, polling: cancellation) { band in
          guard !misfits.load(ordering: .relaxed) else { return }
          if !pack(source, into: target, band) { misfits.store(true, ordering: .relaxed) }
        }
        count = source.count
      }
    }
    return misfits.load(ordering: .relaxed) ? nil : packed
  }
}

/// Adding 1.5 · 2²³ leaves a whole number of up to 22 bits in the low bits of the sum; what does not come back the same was not whole.
private func pack<Element: PackedGray>(
  _ source: UnsafeBufferPointer<Float>, into target: UnsafeMutableBufferPointer<Element>, _ band: Range<Int>
) -> Bool {
  let anchor: Float = 12_582_912
  var misfits: UInt32 = 0
  for index in band {
    let value = source[index]
    let sum = value + anchor
    let fits = sum - anchor == value && value >= 0 && value <= Element.greatestIntensity
    misfits |= fits ? 0 : 1
    target[index] = Element(intensity: sum.bitPattern &- anchor.bitPattern)
  }
  return misfits == 0
}

extension Array where Element: PackedGray {
  /// The picture's metadata with these pixels.
  func unpacked(into image: GrayImage, polling cancellation: Cancellation) throws -> GrayImage {
    let pixels = try withUnsafeBufferPointer { source in
      try [Float](unsafeUninitializedCapacity: source.count) { target, count in
        nonisolated(unsafe) let source = source
        nonisolated(unsafe) let target = UnsafeMutableBufferPointer(rebasing: target[..<source.count])
        try Parallel.forEachBand(of: source.count, grain: packingGrain, polling: cancellation) { band in
          for index in band { target[index] = source[index].intensity }
        }
        count = source.count
      }
    }
    return image.with(pixels: pixels)
  }
}
