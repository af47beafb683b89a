import Basics
import Synchronization

/// Gray morphology with flat footprints, exact for any radius.
///
/// The outside of the image is ignored (as by default in scikit-image and OpenCV). Images of 8- or 16-bit whole numbers are processed as integers,
/// others as `Float`; the image must not contain NaN. The same bits for any number of threads.
extension GrayImage {
  /// Erodes: each pixel becomes the minimum under the footprint.
  /// - Throws: `CancellationError`.
  public func eroded(by footprint: Footprint) throws -> GrayImage {
    try transformed([.erosion], by: footprint)
  }

  /// Dilates: each pixel becomes the maximum under the footprint.
  /// - Throws: `CancellationError`.
  public func dilated(by footprint: Footprint) throws -> GrayImage {
    try transformed([.dilation], by: footprint)
  }

  /// Opens (erosion, then dilation): flattens bright details that the footprint does not fit into. Idempotent; never brightens.
  /// - Throws: `CancellationError`.
  public func opened(by footprint: Footprint) throws -> GrayImage {
    try transformed([.erosion, .dilation], by: footprint)
  }

  /// Closes (dilation, then erosion): flattens dark details that the footprint does not fit into. Idempotent; never darkens.
  /// - Throws: `CancellationError`.
  public func closed(by footprint: Footprint) throws -> GrayImage {
    try transformed([.dilation, .erosion], by: footprint)
  }

  /// Computes the morphological gradient, dilation minus erosion: high at edges.
  /// - Throws: `CancellationError`.
  public func morphologicalGradient(by footprint: Footprint) throws -> GrayImage {
    try difference(of: dilated(by: footprint), eroded(by: footprint))
  }

  /// Computes the top-hat, the image minus its opening: bright details that the footprint does not fit into, on an even background.
  /// - Throws: `CancellationError`.
  public func topHat(by footprint: Footprint) throws -> GrayImage {
    try difference(of: self, opened(by: footprint))
  }

  /// Computes the black-hat, the closing minus the image: dark details that the footprint does not fit into.
  /// - Throws: `CancellationError`.
  public func blackHat(by footprint: Footprint) throws -> GrayImage {
    try difference(of: closed(by: footprint), self)
  }

  private func difference(of one: GrayImage, _ other: GrayImage) throws -> GrayImage {
    let span = max(range.upperBound - range.lowerBound, 0)
    return try one.mapPixels(with: other) { $0 - $1 }.with(range: 0...span)
  }

  private enum Step { case erosion, dilation }

  private func transformed(_ steps: [Step], by footprint: Footprint) throws -> GrayImage {
    if let result = try transformed(steps, as: UInt8.self, by: footprint) { return with(pixels: result) }
    if let result = try transformed(steps, as: Int16.self, by: footprint) { return with(pixels: result) }
    return with(pixels: try transform(pixels, steps, by: footprint))
  }

  /// The steps on small integers, or nil when the image does not hold such. Bands take all steps at once, with as many rows around them as all steps
  /// reach, so that the image is read once and written once.
  private func transformed<Element: PackedGray & BoundedScalar>(_ steps: [Step], as type: Element.Type, by footprint: Footprint) throws
    -> [Float]?
  {
    let (width, height) = (size.width, size.height)
    let margin = steps.count * min(footprint.rowReach, height)
    guard margin <= Self.greatestMargin else {
      return try packed(as: type).map {
        try transform($0, steps, by: footprint).unpacked()
      }
    }
    let misfits = Atomic<Bool>(false)
    let result: [Float] = try pixels.withUnsafeBufferPointer { source in
      nonisolated(unsafe) let source = source
      let grain = max(4 * margin, 65_536 / width, 16)
      return try Parallel.filled(rows: height, of: width, grain: grain) { band, output in
        let rows = max(0, band.lowerBound - margin)..<min(height, band.upperBound + margin)
        let part = Size(width: width, height: rows.count)
        guard !misfits.load(ordering: .relaxed) else { return }
        try withUnsafeTemporaryAllocation(of: Element.self, capacity: 2 * part.count) { memory in
          guard var current = memory.baseAddress, let source = source.baseAddress, let output = output.baseAddress else { return }
          var spare = current + part.count
          guard Element.pack(source + rows.lowerBound * width, into: current, count: part.count) else {
            return misfits.store(true, ordering: .relaxed)
          }
          for step in steps {
            try Self.perform(step, current, into: spare, part, by: footprint)
            swap(&current, &spare)
          }
          Element.unpack(current + (band.lowerBound - rows.lowerBound) * width, into: output, count: band.count * width)
        }
      }
    }
    return misfits.load(ordering: .relaxed) ? nil : result
  }

  /// Rows around a band beyond which it costs less to take one step after the other.
  private static let greatestMargin = 64

  private static func perform<Element: BoundedScalar>(
    _ step: Step, _ source: UnsafePointer<Element>, into target: UnsafeMutablePointer<Element>, _ size: Size, by footprint: Footprint
  ) throws {
    switch step {
    case .erosion:
      try RowDilation<Minimum<Element>>.run(source, into: target, stride: size.width, size: size, by: footprint)
    case .dilation:
      try RowDilation<Maximum<Element>>.run(source, into: target, stride: size.width, size: size, by: footprint.reflected)
    }
  }

  private func transform<Element: BoundedScalar>(_ input: [Element], _ steps: [Step], by footprint: Footprint) throws -> [Element] {
    let size = size
    var current = input
    var spare: [Element] = []
    for step in steps {
      if spare.isEmpty { spare = [Element](repeating: .least, count: size.count) }
      try current.withUnsafeBufferPointer { source in
        try spare.withUnsafeMutableBufferPointer { target in
          guard let from = source.baseAddress, let into = target.baseAddress else { return }
          try Self.perform(step, from, into: into, size, by: footprint)
        }
      }
      swap(&current, &spare)
    }
    return current
  }
}
