import Basics
import Synchronization

/// A small integer that holds whole intensities from 0 on, with order kept.
protocol PackedGray: FixedWidthInteger, BitwiseCopyable, Sendable {
  /// False where an intensity is not whole or does not fit.
  static func pack(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Self>, count: Int) -> Bool
  static func unpack(_ source: UnsafePointer<Self>, into target: UnsafeMutablePointer<Float>, count: Int)
}

extension UInt8: PackedGray {
  static func pack(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<UInt8>, count: Int) -> Bool {
    PixelKernels.pack(source, into: target, count: count)
  }
  static func unpack(_ source: UnsafePointer<UInt8>, into target: UnsafeMutablePointer<Float>, count: Int) {
    PixelKernels.unpack(source, into: target, count: count)
  }
}

extension UInt16: PackedGray {
  static func pack(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<UInt16>, count: Int) -> Bool {
    PixelKernels.pack(source, into: target, count: count)
  }
  static func unpack(_ source: UnsafePointer<UInt16>, into target: UnsafeMutablePointer<Float>, count: Int) {
    PixelKernels.unpack(source, into: target, count: count)
  }
}

/// Signed, since x86-64's base instructions compare 16-bit lanes as signed numbers only.
extension Int16: PackedGray {
  static func pack(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Int16>, count: Int) -> Bool {
    PixelKernels.pack(source, into: target, count: count)
  }
  static func unpack(_ source: UnsafePointer<Int16>, into target: UnsafeMutablePointer<Float>, count: Int) {
    PixelKernels.unpack(source, into: target, count: count)
  }
}

private let packingGrain = 1 << 18

extension GrayImage {
  /// The pixels as small integers, or nil when one is not whole or does not fit.
  func packed<Element: PackedGray>(as type: Element.Type) throws -> [Element]? {
    try pixels.packed(as: type)
  }
}

extension [Float] {
  /// The numbers as small integers, or nil when one is not whole or does not fit.
  func packed<Small: PackedGray>(as type: Small.Type) throws -> [Small]? {
    let misfits = Atomic<Bool>(false)
    let packed = try withUnsafeBufferPointer { source in
      try [Small](unsafeUninitializedCapacity: source.count) { target, count in
        LargePages.prefer(target.baseAddress, bytes: target.count * MemoryLayout<Small>.stride)
        nonisolated(unsafe) let source = source
        nonisolated(unsafe) let target = UnsafeMutableBufferPointer(rebasing: target[..<source.count])
        try Parallel.forEachBand(of: source.count, grain: packingGrain) { band in
          guard !misfits.load(ordering: .relaxed) else { return }
          guard let source = source.baseAddress, let target = target.baseAddress else { return }
          if !Small.pack(source + band.lowerBound, into: target + band.lowerBound, count: band.count) {
            misfits.store(true, ordering: .relaxed)
          }
        }
        count = source.count
      }
    }
    return misfits.load(ordering: .relaxed) ? nil : packed
  }
}

extension Array where Element: PackedGray {
  /// The image's metadata with these pixels.
  func unpacked(into image: GrayImage) throws -> GrayImage {
    image.with(pixels: try unpacked())
  }

  /// The intensities as numbers.
  func unpacked() throws -> [Float] {
    try withUnsafeBufferPointer { source in
      try [Float](unsafeUninitializedCapacity: source.count) { target, count in
        LargePages.prefer(target.baseAddress, bytes: target.count * MemoryLayout<Float>.stride)
        nonisolated(unsafe) let source = source
        nonisolated(unsafe) let target = UnsafeMutableBufferPointer(rebasing: target[..<source.count])
        try Parallel.forEachBand(of: source.count, grain: packingGrain) { band in
          guard let source = source.baseAddress, let target = target.baseAddress else { return }
          Element.unpack(source + band.lowerBound, into: target + band.lowerBound, count: band.count)
        }
        count = source.count
      }
    }
  }
}
