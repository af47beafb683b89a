import Basics

/// Options for writing an image file.
public struct EncodingOptions: Hashable, Sendable {
  /// Bits per sample of a gray PNG or TIFF.
  public enum Depth: Hashable, Sendable {
    /// 8 for sources of up to 8 bits, otherwise 16.
    case automatic
    /// 8 or 16 bits, whatever the source.
    case eight, sixteen
  }
  /// Bits per sample of a gray PNG or TIFF.
  public var depth: Depth = .automatic
  /// Whether samples are the values themselves, as far as the format holds them (see ``SampleMapping``); otherwise they are scaled for display.
  public var keepsValues = false
  /// JPEG quality, 1 (smallest file) to 100 (best image).
  public var jpegQuality: Int = 92
  /// PNG compression level, 0 (none) to 9 (smallest); 1 is many times as fast as 9 and nearly as small on X-rays.
  public var compressionLevel: Int = 1
  /// Text chunks of a PNG; other formats ignore them.
  public var text: [ImageText] = []
  /// Resolution of a PNG in pixels per inch, 1 to 100,000; nil, or a value outside this range: not stated. Other formats ignore it.
  public var dotsPerInch: Double?

  /// Whether a NIfTI file is compressed by gzip (`.nii.gz`); other formats ignore it.
  public var isCompressed = false

  /// Creates options; the defaults suit the display of X-rays.
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

/// A value that can be written as an image file.
public protocol EncodableImage {
  /// Returns the samples of a file in this format.
  /// - Throws: `CodecProblem.cannotHold` if the format cannot hold them without changing their meaning.
  func samples(for format: ImageFormat, options: EncodingOptions) throws(CodecProblem) -> ImageSamples
  /// Returns how values become samples in this format.
  /// - Throws: `CodecProblem.cannotHold` if the format cannot hold the values.
  func mapping(for format: ImageFormat, options: EncodingOptions) throws(CodecProblem) -> SampleMapping
}

extension EncodableImage {
  /// Encodes this image as the bytes of a file.
  /// - Throws: `CodecError.unwritable` if the format cannot hold it.
  public func encoded(as format: ImageFormat, options: EncodingOptions = EncodingOptions()) throws(CodecError) -> [UInt8] {
    do throws(CodecProblem) {
      return try encodedBytes(format, options)
    } catch { throw .unwritable(name: "image", error) }
  }

  /// Writes this image in one step (see ``FileBytes/write(_:to:)``), in the format of the path's extension unless `format` is given.
  /// - Throws: `CodecError.unwritable`; an existing file is then unchanged.
  public func write(
    to path: String, as format: ImageFormat? = nil, options: EncodingOptions = EncodingOptions()
  ) throws(CodecError) {
    var bytes: [UInt8] = []
    do throws(CodecProblem) {
      guard let format = format ?? ImageFormat(path: path), format.canBeWritten else { throw .unknownEnding }
      var options = options
      options.isCompressed = options.isCompressed || ImageFormat.isCompressed(path)
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
    case .nifti, .nrrd:
      guard samples.channels == 1 else { throw .cannotHold(format, what: "a color image") }
      guard format == .nrrd || max(samples.size.width, samples.size.height) <= Int16.max else {
        throw .cannotHold(format, what: "more than 32,767 pixels per side")
      }
      let spacing = (self as? any PixelGrid)?.spacing ?? .unknown
      let bytes: [UInt8]
      do throws(Deflate.Problem) {
        if format == .nrrd {
          bytes = try NRRDCodec.encoded(samples, spacing: spacing)
        } else {
          let volume = NIfTICodec.encoded(samples, spacing: spacing, isLabels: self is LabelImage || self is Mask)
          bytes = options.isCompressed ? try Deflate.deflated(volume, .gzip) : volume
        }
      } catch { throw .library(format, reason: "not enough memory") }
      return bytes
    case .dicom: throw .unsupported(.dicom, feature: "writing")
    }
  }
}
