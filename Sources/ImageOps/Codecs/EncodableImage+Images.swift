extension GrayImage: EncodableImage {
  /// Gray samples for the format.
  ///
  /// NPY holds the intensities themselves, and so do other formats with `keepsValues`, as far as they can (see ``SampleMapping``). Otherwise
  /// intensities are rounded to nearest and clipped if the nominal range fits into the samples (0...255 at 8 bits), or `range` is spread over the
  /// full depth. A range that ends at or below 1 counts as fractions and is spread. JPEG always has 8 bits. NaN becomes 0.
  /// - Throws: As ``EncodableImage/samples(for:options:)``.
  public func samples(for format: ImageFormat, options: EncodingOptions) throws(CodecProblem) -> ImageSamples {
    switch try mapping(for: format, options: options) {
    case .exact(bits: 32): ImageSamples(size: size, values: .floats(pixels))
    case .exact(bits: 8), .rounded(bits: 8): ImageSamples(size: size, values: .bytes(levels8(of: 0...255)))
    case .exact, .rounded: ImageSamples(size: size, values: .words(levels16(of: 0...65535)))
    case .spread(let range, bits: 8, _, _): ImageSamples(size: size, values: .bytes(levels8(of: range)))
    case .spread(let range, _, _, _): ImageSamples(size: size, values: .words(levels16(of: range)))
    }
  }

  /// See ``EncodableImage/mapping(for:options:)``.
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
  /// Returns the pixels as 8-bit RGB samples, whatever the options.
  public func samples(for format: ImageFormat, options: EncodingOptions) -> ImageSamples {
    ImageSamples(size: size, channels: 3, values: .bytes(pixels))
  }

  /// Always `exact` with 8 bits.
  public func mapping(for format: ImageFormat, options: EncodingOptions) -> SampleMapping { .exact(bits: 8) }
}

extension Mask: EncodableImage {
  /// Returns 0 outside and 255 inside, or 1 in volume formats, where masks are labels. JPEG is refused, since it would blur the border.
  public func samples(for format: ImageFormat, options: EncodingOptions) throws(CodecProblem) -> ImageSamples {
    guard format != .jpeg else { throw .cannotHold(.jpeg, what: "a mask without changing it") }
    let inside: UInt8 = format == .nifti || format == .nrrd ? 1 : 255
    let bytes = try [UInt8].filled(count: size.count) { bytes throws(CodecProblem) in
      for row in 0..<size.height {
        for column in 0..<size.width {
          let word = words[row * wordsPerRow + column >> 6]
          bytes[row * size.width + column] = word >> UInt64(column & 63) & 1 == 1 ? inside : 0
        }
      }
    }
    return ImageSamples(size: size, values: .bytes(bytes))
  }

  /// Always `exact` with 8 bits.
  public func mapping(for format: ImageFormat, options: EncodingOptions) -> SampleMapping { .exact(bits: 8) }
}

extension LabelImage: EncodableImage {
  /// Returns the labels as gray levels: 8 bits up to 255, 16 up to 65535, more in NPY, NIfTI and NRRD only. JPEG is
  /// refused, since it would create new labels.
  public func samples(for format: ImageFormat, options: EncodingOptions) throws(CodecProblem) -> ImageSamples {
    guard format != .jpeg else { throw .cannotHold(.jpeg, what: "labels without changing them") }
    let top = labels.max() ?? 0
    if top <= 255 { return ImageSamples(size: size, values: .bytes(labels.map { UInt8(truncatingIfNeeded: $0) })) }
    if top <= 65535 { return ImageSamples(size: size, values: .words(labels.map { UInt16(truncatingIfNeeded: $0) })) }
    guard format.holdsLargeLabels else { throw .cannotHold(format, what: "label \(top), only up to 65535; NPY can") }
    return ImageSamples(size: size, values: .integers(labels))
  }

  /// Always `exact`, with as many bits (8, 16 or 32) as the largest label needs.
  public func mapping(for format: ImageFormat, options: EncodingOptions) -> SampleMapping {
    let top = labels.max() ?? 0
    return .exact(bits: top <= 255 ? 8 : top <= 65535 ? 16 : 32)
  }
}

extension ProbabilityMap: EncodableImage {
  /// Returns 0...1 spread over the full depth of the samples, 16 bits unless the options say otherwise.
  ///
  /// NPY, and TIFF, NIfTI and NRRD with `keepsValues` and automatic depth, hold the probabilities themselves.
  public func samples(for format: ImageFormat, options: EncodingOptions) throws(CodecProblem) -> ImageSamples {
    try intensities.samples(for: format, options: fixedScale(format, options))
  }

  /// See ``EncodableImage/mapping(for:options:)``.
  public func mapping(for format: ImageFormat, options: EncodingOptions) throws(CodecProblem) -> SampleMapping {
    try intensities.mapping(for: format, options: fixedScale(format, options))
  }

  private var intensities: GrayImage { GrayImage(size: size, pixels: pixels, range: 0...1, bitDepth: 32) }

  /// The scale of probabilities is always 0...1, so that a PNG holds them spread, even where each is 0 or 1.
  private func fixedScale(_ format: ImageFormat, _ options: EncodingOptions) -> EncodingOptions {
    var options = options
    if !format.holdsFractions || options.depth != .automatic { options.keepsValues = false }
    return options
  }
}
