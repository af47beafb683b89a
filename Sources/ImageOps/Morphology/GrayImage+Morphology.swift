/// Gray morphology with flat footprints, exact for any radius.
///
/// What lies outside the picture is ignored (scikit-image's default, OpenCV's too). Pictures that hold whole numbers of 8 or 16 bits are worked
/// on as such, others as `Float`; NaN is not allowed for. The same bits for any number of threads.
extension GrayImage {
  /// The least intensity under the footprint.
  /// - Throws: `CancellationError`.
  public func eroded(by footprint: Footprint, polling cancellation: Cancellation = .never) throws -> GrayImage {
    try transformed([.erosion], by: footprint, polling: cancellation)
  }

  /// The greatest intensity under the footprint.
  /// - Throws: `CancellationError`.
  public func dilated(by footprint: Footprint, polling cancellation: Cancellation = .never) throws -> GrayImage {
    try transformed([.dilation], by: footprint, polling: cancellation)
  }

  /// Erosion, then dilation: flattens bright details that the footprint does not fit into. Idempotent; never brightens.
  /// - Throws: `CancellationError`.
  public func opened(by footprint: Footprint, polling cancellation: Cancellation = .never) throws -> GrayImage {
    try transformed([.erosion, .dilation], by: footprint, polling: cancellation)
  }

  /// Dilation, then erosion: flattens dark details that the footprint does not fit into. Idempotent; never darkens.
  /// - Throws: `CancellationError`.
  public func closed(by footprint: Footprint, polling cancellation: Cancellation = .never) throws -> GrayImage {
    try transformed([.dilation, .erosion], by: footprint, polling: cancellation)
  }

  /// Dilation less erosion: high at edges.
  /// - Throws: `CancellationError`.
  public func morphologicalGradient(by footprint: Footprint, polling cancellation: Cancellation = .never) throws -> GrayImage {
    try difference(of: dilated(by: footprint, polling: cancellation), eroded(by: footprint, polling: cancellation), polling: cancellation)
  }

  /// The picture less its opening: bright details that the footprint does not fit into, on an even background.
  /// - Throws: `CancellationError`.
  public func topHat(by footprint: Footprint, polling cancellation: Cancellation = .never) throws -> GrayImage {
    try difference(of: self, opened(by: footprint, polling: cancellation), polling: cancellation)
  }

  /// The closing less the picture: dark details that the footprint does not fit into.
  /// - Throws: `CancellationError`.
  public func blackHat(by footprint: Footprint, polling cancellation: Cancellation = .never) throws -> GrayImage {
    try difference(of: closed(by: footprint, polling: cancellation), self, polling: cancellation)
  }

  private func difference(of one: GrayImage, _ other: GrayImage, polling cancellation: Cancellation) throws -> GrayImage {
    let span = max(range.upperBound - range.lowerBound, 0)
    return try one.mapPixels(with: other, polling: cancellation) { $0 - $1 }.with(range: 0...span)
  }

  private enum Step { case erosion, dilation }

  private func transformed(_ steps: [Step], by footprint: Footprint, polling cancellation: Cancellation) throws -> GrayImage {
    if let bytes = try packed(as: UInt8.self, polling: cancellation) {
      return try transform(bytes, steps, by: footprint, polling: cancellation).unpacked(into: self, polling: cancellation)
    }
    if let shorts = try packed(as: Int16.self, polling: cancellation) {
      return try transform(shorts, steps, by: footprint, polling: cancellation).unpacked(into: self, polling: cancellation)
    }
    return with(pixels: try transform(pixels, steps, by: footprint, polling: cancellation))
  }

  private func transform<Element: BoundedScalar>(
    _ input: [Element], _ steps: [Step], by footprint: Footprint, polling cancellation: Cancellation
  ) throws -> [Element] {
    let size = size
    var current = input
    var spare: [Element] = []
    for step in steps {
      if spare.isEmpty { spare = [Element](repeating: .least, count: size.count) }
      try current.withUnsafeBufferPointer { source in
        try spare.withUnsafeMutableBufferPointer { target in
          guard let from = source.baseAddress, let into = target.baseAddress else { return }
          switch step {
          case .erosion:
            try RowDilation<Minimum<Element>>.run(from, into: into, stride: size.width, size: size, by: footprint, polling: cancellation)
          case .dilation:
            try RowDilation<Maximum<Element>>.run(
              from, into: into, stride: size.width, size: size, by: footprint.reflected, polling: cancellation)
          }
        }
      }
      swap(&current, &spare)
    }
    return current
  }
}
