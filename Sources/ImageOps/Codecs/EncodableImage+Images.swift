extension GrayImage: EncodableImage {
  /// Gray samples. NPY holds the intensities themselves. With `keepsValues` other formats do so too, as far as they can (see ``SampleMapping``). Otherwise
  /// intensities are rounded to nearest and clipped, as they are when the nominal range fits into the samples (0...255 and narrower from 0 up at 8 bits), or
  /// else spread so that `range` becomes the full depth. A range that ends at or below 1 counts as fractions and is spread. JPEG always has 8 bits. NaN becomes 0.
  public func samples(for format: ImageFormat, options: EncodingOptions) throws(CodecProblem) -> ImageSamples {
    switch try mapping(for: format, options: options) {
    case .exact(bits: 32): ImageSamples(size: size, values: .floats(pixels))
    case .exact(bits: 8), .rounded(bits: 8): ImageSamples(size: size, values: .bytes(levels8(of: 0...255)))
    case .exact, .rounded: ImageSamples(size: size, values: .words(levels16(of: 0...65535)))
    case .spread(let range, bits: 8, _, _): ImageSamples(size: size, values: .bytes(levels8(of: range)))
    case .spread(let range, _, _, _): ImageSamples(size: size, values: .words(levels16(of: range)))
    }
  }

  public func mapping(for format: ImageFormat, options: EncodingOptions) throws(CodecProblem) -> SampleMapping {
    if options.keepsValues { return try keepingMapping(for: format, options: options) }
    if format == .npy { return .exact(bits: 32) }
    let isWide =
      switch options.depth {
      case .automatic: format != .jpeg && bitDepth > 8
      case .eight: false
      case .sixteen: format != .jpeg
      }
    return .spread(displayRange(top: isWide ? 65535 : 255), bits: isWide ? 16 : 8, clipped: 0, notNumbers: 0)
  }

  private func levels16(of range: ClosedRange<Float>) -> [UInt16] {
    let span = range.upperBound - range.lowerBound
    let scale: Float = span > 0 ? 65535 / span : .greatestFiniteMagnitude
    return pixels.map { value in
      let level = (value - range.lowerBound) * scale
      // In this order of comparison NaN becomes 0.
      return UInt16((level > 0 ? (level < 65535 ? level : 65535) : 0).rounded())
    }
  }
}

extension ColorImage: EncodableImage {
  public func samples(for format: ImageFormat, options: EncodingOptions) -> ImageSamples {
    ImageSamples(size: size, channels: 3, values: .bytes(pixels))
  }

  public func mapping(for format: ImageFormat, options: EncodingOptions) -> SampleMapping { .exact(bits: 8) }
}

extension Mask: EncodableImage {
  /// 0 outside and 255 inside; JPEG would blur the border and is refused.
  public func samples(for format: ImageFormat, options: EncodingOptions) throws(CodecProblem) -> ImageSamples {
    guard format != .jpeg else { throw .cannotHold(.jpeg, what: "a mask without changing it") }
    let bytes = try [UInt8].filled(count: size.count) { bytes throws(CodecProblem) in
      for row in 0..<size.height {
        for column in 0..<size.width {
          let word = words[row * wordsPerRow + column >> 6]
          bytes[row * size.width + column] = word >> UInt64(column & 63) & 1 == 1 ? 255 : 0
        }
      }
    }
    return ImageSamples(size: size, values: .bytes(bytes))
  }

  public func mapping(for format: ImageFormat, options: EncodingOptions) -> SampleMapping { .exact(bits: 8) }
}

extension LabelImage: EncodableImage {
  /// The label numbers as gray levels: 8 bits up to 255, 16 up to 65535, more in NPY only; JPEG would make new labels and is refused.
  public func samples(for format: ImageFormat, options: EncodingOptions) throws(CodecProblem) -> ImageSamples {
    guard format != .jpeg else { throw .cannotHold(.jpeg, what: "labels without changing them") }
    let top = labels.max() ?? 0
    if top <= 255 { return ImageSamples(size: size, values: .bytes(labels.map { UInt8(truncatingIfNeeded: $0) })) }
    if top <= 65535 { return ImageSamples(size: size, values: .words(labels.map { UInt16(truncatingIfNeeded: $0) })) }
    guard format == .npy else { throw .cannotHold(format, what: "label \(top), only up to 65535; NPY can") }
    return ImageSamples(size: size, values: .integers(labels))
  }

  public func mapping(for format: ImageFormat, options: EncodingOptions) -> SampleMapping {
    let top = labels.max() ?? 0
    return .exact(bits: top <= 255 ? 8 : top <= 65535 ? 16 : 32)
  }
}

extension ProbabilityMap: EncodableImage {
  /// 0...1 over the full depth of the samples, 16 bits unless asked otherwise; NPY, and TIFF with `keepsValues`, hold the probabilities themselves.
  public func samples(for format: ImageFormat, options: EncodingOptions) throws(CodecProblem) -> ImageSamples {
    try intensities.samples(for: format, options: fixedScale(format, options))
  }

  public func mapping(for format: ImageFormat, options: EncodingOptions) throws(CodecProblem) -> SampleMapping {
    try intensities.mapping(for: format, options: fixedScale(format, options))
  }

  private var intensities: GrayImage { GrayImage(size: size, pixels: pixels, range: 0...1, bitDepth: 32) }

  /// The scale of probabilities is always 0...1, so that a PNG holds them spread, even where each is 0 or 1.
  private func fixedScale(_ format: ImageFormat, _ options: EncodingOptions) -> EncodingOptions {
    var options = options
    if format != .tiff || options.depth != .automatic { options.keepsValues = false }
    return options
  }
}
