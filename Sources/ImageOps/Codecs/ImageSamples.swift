import Basics

/// The samples of an image file: row-major, interleaved, without padding.
public struct ImageSamples: Sendable, Equatable {
  /// Sample values by type.
  public enum Values: Sendable, Equatable {
    /// 8-bit integers.
    case bytes([UInt8])
    /// 16-bit integers.
    case words([UInt16])
    /// 32-bit integers; NPY only.
    case integers([UInt32])
    /// 32-bit floating-point numbers; NPY and TIFF only.
    case floats([Float])
  }
  /// Width and height in pixels.
  public let size: Size
  /// Samples per pixel: 1 (gray) or 3 (RGB).
  public let channels: Int
  /// The samples, `size.count * channels` of them.
  public let values: Values

  /// Creates samples.
  /// - Precondition: The size is valid, `channels` is 1 or 3, and there are `size.count * channels` values.
  public init(size: Size, channels: Int = 1, values: Values) {
    let count =
      switch values {
      case .bytes(let bytes): bytes.count
      case .words(let words): words.count
      case .integers(let integers): integers.count
      case .floats(let floats): floats.count
      }
    precondition(size.isValid && (channels == 1 || channels == 3) && count == size.count * channels, "samples fill the size")
    self.size = size
    self.channels = channels
    self.values = values
  }

  /// Reads the samples of a PNG file as stored.
  /// - Throws: `CodecError.unreadable`, also for other formats, palettes, alpha and fewer than 8 bits.
  public static func decode(png bytes: [UInt8], name: String) throws(CodecError) -> ImageSamples {
    do throws(CodecProblem) {
      return try bytes.decoded { bytes, format throws(CodecProblem) in
        guard format == .png else { throw .unsupported(format, feature: "stored samples") }
        return try PNGCodec.samples(from: bytes)
      }
    } catch { throw .unreadable(name: name, error) }
  }

  /// Runs `body` on samples of 8 or 16 bits, for TIFF also on floating-point ones of 32, native-endian.
  func withSamples<Result>(
    for format: ImageFormat, _ body: (_ samples: UnsafeRawBufferPointer, _ bitDepth: Int) throws(CodecProblem) -> Result
  ) throws(CodecProblem) -> Result {
    func run(_ bytes: UnsafeRawBufferPointer, _ depth: Int) -> Swift.Result<Result, CodecProblem> {
      do throws(CodecProblem) { return .success(try body(bytes, depth)) } catch { return .failure(error) }
    }
    switch values {
    case .bytes(let bytes): return try bytes.withUnsafeBytes { run($0, 8) }.get()
    case .words(let words): return try words.withUnsafeBytes { run($0, 16) }.get()
    case .floats(let floats) where format == .tiff: return try floats.withUnsafeBytes { run($0, 32) }.get()
    case .integers, .floats: throw .cannotHold(format, what: "samples of 32 bits")
    }
  }
}

extension Array {
  /// An array whose elements are written in place, without being zeroed first: pages that a failing decoder never reaches are never taken.
  /// - Throws: What `fill` throws, `CodecProblem.tooLarge` where the memory is not left.
  static func filled(
    count: Int, by fill: (UnsafeMutablePointer<Element>) throws(CodecProblem) -> Void
  ) throws(CodecProblem) -> [Element] {
    try CodecProblem.admit(count * MemoryLayout<Element>.stride)
    var problem: CodecProblem?
    let elements = [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      guard let start = buffer.baseAddress else { return }
      LargePages.prefer(start, bytes: count * MemoryLayout<Element>.stride)
      do throws(CodecProblem) {
        try fill(start)
        initialized = count
      } catch { problem = error }
    }
    if let problem { throw problem }
    return elements
  }
}
