/// A gray image: row-major `Float` intensities in the units of its source, with what is known of its origin.
///
/// Pixel (row, column) is `pixels[row * size.width + column]`; row 0 is the top. Intensities are as stored (0...255 in an 8-bit file) after the
/// DICOM rescale. Bright means dense: reading inverts MONOCHROME1 (see `polarity`).
public struct GrayImage: Sendable, Equatable {
  /// Width and height in pixels.
  public let size: Size
  /// Row-major intensities, `size.count` of them; may contain NaN and infinity.
  public var pixels: [Float] {
    didSet { precondition(pixels.count == size.count, "a picture keeps its size") }
  }
  /// Nominal range of intensities: 0...2^bitDepth - 1 for a file, wider or narrower after arithmetic. `40%` means 40 % of this range.
  public var range: ClosedRange<Float>
  /// Significant bits per pixel in the source (1-16; 32 for floating-point sources).
  public var bitDepth: Int
  /// Distance between pixel centers in mm, with its provenance.
  public var spacing: Spacing
  /// How the source stored gray, and whether reading inverted it.
  public var polarity: Polarity
  /// The file that the image was read from; nil for a computed image.
  public var source: Source?
  /// The windows and lookup tables that the file proposes for display, in units of intensity, the first one first.
  public var voi: [VOI] = []
  /// Pixels that are not part of the image (DICOM PixelPaddingValue), as dark as its darkest pixel; nil if there are none. They are excluded from
  /// statistics and automatic thresholds.
  public var padding: Mask? {
    didSet { precondition(padding.map { $0.size == size } ?? true, "padding has the picture's size") }
  }
  /// What reading the file decided, changed or ignored.
  public var remarks: [ReadingRemark] = []

  /// The first window that the file proposes; nil if it proposes none.
  public var window: Window? {
    voi.lazy.compactMap { if case .window(let window) = $0 { window } else { nil } }.first
  }

  /// How the source stored gray, and whether reading inverted it.
  public enum Polarity: String, Hashable, Sendable, CaseIterable {
    /// Stored with high values bright; unchanged.
    case asStored
    /// Stored with high values dark (DICOM MONOCHROME1); inverted at reading, so that dense tissue is bright.
    case invertedFromMonochrome1
  }

  /// The file an image was read from.
  public struct Source: Hashable, Sendable {
    /// The file name without folders.
    public var name: String
    /// The SHA-256 of the file's bytes, 64 lowercase hexadecimal digits.
    public var sha256: String
    /// The file format; nil if unknown.
    public var format: ImageFormat?
    /// What a DICOM header states about the examination; nil for other formats.
    public var examination: Examination?
    /// Creates the description of a source file.
    public init(name: String, sha256: String, format: ImageFormat? = nil, examination: Examination? = nil) {
      self.name = name
      self.sha256 = sha256
      self.format = format
      self.examination = examination
    }
  }

  /// Creates an image from its pixels.
  /// - Precondition: `size.isValid` and `pixels.count == size.count`.
  public init(
    size: Size, pixels: [Float], range: ClosedRange<Float> = 0...255, bitDepth: Int = 8, spacing: Spacing = .unknown,
    polarity: Polarity = .asStored, source: Source? = nil, window: Window? = nil
  ) {
    precondition(size.isValid && pixels.count == size.count, "pixels fill the size")
    self.size = size
    self.pixels = pixels
    self.range = range
    self.bitDepth = bitDepth
    self.spacing = spacing
    self.polarity = polarity
    self.source = source
    voi = window.map { [.window($0)] } ?? []
  }

  /// Creates an image of one intensity.
  /// - Precondition: `size.isValid`.
  public init(size: Size, filledWith value: Float = 0, range: ClosedRange<Float> = 0...255, bitDepth: Int = 8) {
    self.init(size: size, pixels: [Float](repeating: value, count: size.count), range: range, bitDepth: bitDepth)
  }

  /// Returns an image with this image's metadata and other pixels of the same size; another range drops the windows.
  /// - Precondition: `pixels.count == size.count`.
  public func with(pixels: [Float], range: ClosedRange<Float>? = nil) -> GrayImage {
    var result = self
    result.pixels = pixels
    if let range {
      result.range = range
      result.voi = []
    }
    return result
  }

  /// Returns the pixels to measure: those of the mask without padding; nil for all pixels.
  /// - Throws: `ImageError.sizesDiffer`.
  public func measured(within mask: Mask? = nil) throws -> Mask? {
    if let mask { try ImageError.requireSameSize(size, mask.size) }
    guard let padding else { return mask }
    return try mask.map { try $0.subtracting(padding) } ?? padding.inverted()
  }

  /// The intensity of the pixel in a row and column, from 0.
  public subscript(row: Int, column: Int) -> Float {
    get { pixels[row * size.width + column] }
    set { pixels[row * size.width + column] = newValue }
  }
}
