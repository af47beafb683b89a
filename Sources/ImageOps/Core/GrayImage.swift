/// A gray image: row-major `Float` intensities in the units of its source, with what is known of where it came from.
///
/// Pixel (row, column) is `pixels[row * size.width + column]`; row 0 is the top. Intensities are as stored (an 8-bit file gives 0...255) after the
/// DICOM rescale, and bright means dense once `polarity` has been dealt with at reading.
public struct GrayImage: Sendable, Equatable {
  public let size: Size
  public var pixels: [Float] {
    didSet { precondition(pixels.count == size.count, "a picture keeps its size") }
  }
  /// Nominal range of intensities: 0...2^bitDepth - 1 for a file, wider or narrower after arithmetic. `40%` means 40 % of this range.
  public var range: ClosedRange<Float>
  /// Significant bits per pixel in the source (1-16; 32 for floating-point sources).
  public var bitDepth: Int
  public var spacing: Spacing
  public var polarity: Polarity
  public var source: Source?
  /// The windows and tables that the file proposes for showing the image, in units of intensity, the first one first.
  public var voi: [VOI] = []
  /// Pixels that are no part of the image (DICOM PixelPaddingValue), as dark as its darkest pixel; nil where there are none. They are left out of
  /// statistics and automatic thresholds.
  public var padding: Mask? {
    didSet { precondition(padding.map { $0.size == size } ?? true, "padding has the picture's size") }
  }
  /// What reading the file decided, changed or left out.
  public var remarks: [ReadingRemark] = []

  /// The first window that the file proposes; nil when it proposes none.
  public var window: Window? {
    voi.lazy.compactMap { if case .window(let window) = $0 { window } else { nil } }.first
  }

  /// How the source stored gray, and what reading made of it.
  public enum Polarity: String, Hashable, Sendable, CaseIterable {
    /// Stored with high values bright; left as it was.
    case asStored
    /// Stored with high values dark (DICOM MONOCHROME1); inverted once at reading, so that dense tissue is bright.
    case invertedFromMonochrome1
  }

  /// The file an image was read from.
  public struct Source: Hashable, Sendable {
    /// File name without folders.
    public var name: String
    /// SHA-256 of the file's bytes, 64 lowercase hexadecimal digits.
    public var sha256: String
    /// What kind of file it was; nil when that is not known.
    public var format: ImageFormat?
    /// What a DICOM header says about the examination; nil for other files.
    public var examination: Examination?
    public init(name: String, sha256: String, format: ImageFormat? = nil, examination: Examination? = nil) {
      self.name = name
      self.sha256 = sha256
      self.format = format
      self.examination = examination
    }
  }

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

  /// An image of one intensity.
  public init(size: Size, filledWith value: Float = 0, range: ClosedRange<Float> = 0...255, bitDepth: Int = 8) {
    self.init(size: size, pixels: [Float](repeating: value, count: size.count), range: range, bitDepth: bitDepth)
  }

  /// This image's metadata with other pixels of the same size; another range drops the windows.
  public func with(pixels: [Float], range: ClosedRange<Float>? = nil) -> GrayImage {
    var result = self
    result.pixels = pixels
    if let range {
      result.range = range
      result.voi = []
    }
    return result
  }

  /// The pixels that measurements are made on: those of a mask, without padding; nil: all.
  /// - Throws: `ImageError.sizesDiffer`.
  public func measured(within mask: Mask? = nil) throws -> Mask? {
    if let mask { try ImageError.requireSameSize(size, mask.size) }
    guard let padding else { return mask }
    return try mask.map { try $0.subtracting(padding) } ?? padding.inverted()
  }

  public subscript(row: Int, column: Int) -> Float {
    get { pixels[row * size.width + column] }
    set { pixels[row * size.width + column] = newValue }
  }
}
