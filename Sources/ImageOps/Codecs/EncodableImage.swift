/// How an image is written.
public struct EncodingOptions: Hashable, Sendable {
  /// Bits a sample of a gray PNG or TIFF.
  public enum Depth: Hashable, Sendable {
    /// 8 for sources of up to 8 bits, otherwise 16.
    case automatic
    case eight, sixteen
  }
  public var depth: Depth = .automatic
  /// Whether samples are the values themselves, as far as the format holds them (see ``SampleMapping``); otherwise they are spread for display.
  public var keepsValues = false
  /// 1 (smallest file) to 100 (best image).
  public var jpegQuality: Int = 92
  /// Effort of a PNG, 0 (none) to 9 (smallest); 1 is many times as fast as 9 and nearly as small on X-rays.
  public var compressionLevel: Int = 1
  /// Notes for a PNG; the other formats have no place for them and leave them out.
  public var text: [ImageText] = []
  /// How large a PNG is meant to be on paper, 1 to 100,000; nil, or anything else: the file does not say. Other formats have no place for it here.
  public var dotsPerInch: Double?

  public init(
    depth: Depth = .automatic, keepsValues: Bool = false, jpegQuality: Int = 92, compressionLevel: Int = 1, text: [ImageText] = [],
    dotsPerInch: Double? = nil
  ) {
    self.depth = depth
    self.keepsValues = keepsValues
    self.jpegQuality = jpegQuality
    self.compressionLevel = compressionLevel
    self.text = text
    self.dotsPerInch = dotsPerInch
  }
}

/// What can be written as an image file.
public protocol EncodableImage {
  /// The samples that a file of this format is to hold.
  /// - Throws: when the format cannot hold them without changing what they mean.
  func samples(for format: ImageFormat, options: EncodingOptions) throws(CodecProblem) -> ImageSamples
  /// What becomes of the values in these samples.
  /// - Throws: when the format cannot hold them.
  func mapping(for format: ImageFormat, options: EncodingOptions) throws(CodecProblem) -> SampleMapping
}

extension EncodableImage {
  /// The bytes of a file that holds this image.
  /// - Throws: `CodecError.unwritable` when the format cannot hold it.
  public func encoded(as format: ImageFormat, options: EncodingOptions = EncodingOptions()) throws(CodecError) -> [UInt8] {
    do throws(CodecProblem) {
      return try encodedBytes(format, options)
    } catch { throw .unwritable(name: "picture", error) }
  }

  /// Writes this image in one step (see ``FileBytes/write(_:to:)``), in the format that the ending of `path` names unless `format` is given.
  /// - Throws: `CodecError.unwritable`; an existing file is then as it was.
  public func write(
    to path: String, as format: ImageFormat? = nil, options: EncodingOptions = EncodingOptions()
  ) throws(CodecError) {
    var bytes: [UInt8] = []
    do throws(CodecProblem) {
      guard let format = format ?? ImageFormat(path: path), format.canBeWritten else { throw .unknownEnding }
      bytes = try encodedBytes(format, options)
    } catch { throw .unwritable(name: path, error) }
    try FileBytes.write(bytes, to: path)
  }

  private func encodedBytes(_ format: ImageFormat, _ options: EncodingOptions) throws(CodecProblem) -> [UInt8] {
    let samples = try samples(for: format, options: options)
    switch format {
    case .png: return try PNGCodec.encoded(samples, options: options)
    case .jpeg: return try JPEGCodec.encoded(samples, options: options)
    case .tiff: return try TIFFCodec.encoded(samples)
    case .npy: return NPYCodec.encoded(samples)
    case .dicom: throw .unsupported(.dicom, feature: "writing")
    }
  }
}
