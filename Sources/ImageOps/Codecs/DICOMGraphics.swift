import Basics

/// The closed lines of a DICOM softcopy presentation state (PS3.3, C.10.5), which some readers draw regions with.
public struct DICOMGraphics: Sendable {
  /// A closed line.
  public struct Region: Sendable {
    /// The name of the graphic layer.
    public let layer: String
    /// The description of the layer; nil if it has none.
    public let description: String?
    /// Column and row of each point in turn, in pixels from the upper left corner of the image.
    public let points: [Double]
  }

  /// The closed lines in the order of the file.
  public let regions: [Region]
  /// The number of texts, points, open lines, circles, ellipses and objects that are not placed in pixels of the image.
  public let notRegions: Int
  /// The layers without a closed line.
  public let emptyLayers: [String]
  /// The SOP Instance UIDs of the images that the presentation state refers to, each once.
  public let references: [String]

  /// Grayscale Softcopy Presentation State Storage.
  public static let storageClass = "1.2.840.10008.5.1.4.1.1.11.1"

  private static let sequences: Set<DICOMDataSet.Tag> = [0x0008_1115, 0x0008_1140, 0x0070_0001, 0x0070_0008, 0x0070_0009, 0x0070_0060]

  /// Reads a presentation state.
  /// - Parameter name: The file's name in errors.
  /// - Throws: `CodecError.unreadable`, also for big-endian files.
  public static func decode(_ file: [UInt8], name: String) throws(CodecError) -> DICOMGraphics {
    do throws(CodecProblem) {
      return try file.pixels { bytes throws(CodecProblem) in
        try DICOMInflation.inflating(bytes) { bytes throws(CodecProblem) in try graphics(bytes) }
      }
    } catch { throw .unreadable(name: name, error) }
  }

  private static func graphics(_ bytes: UnsafeRawBufferPointer) throws(CodecProblem) -> DICOMGraphics {
    let tree = try DICOMTree(bytes, sequences: sequences)
    guard !tree.isBigEndian else { throw .unsupported(.dicom, feature: "big-endian presentation states") }
    let layers = tree.root.items(0x0070_0060)
    let descriptions = Dictionary(
      layers.compactMap { item in item.text(0x0070_0002, bytes).map { ($0, item.text(0x0070_0068, bytes)) } },
      uniquingKeysWith: { first, _ in first })
    var regions: [Region] = []
    var others = 0
    for annotation in tree.root.items(0x0070_0001) {
      let layer = annotation.text(0x0070_0002, bytes) ?? ""
      others += annotation.items(0x0070_0008).count
      for object in annotation.items(0x0070_0009) {
        guard object.text(0x0070_0005, bytes) == "PIXEL", object.text(0x0070_0023, bytes) == "POLYLINE",
          object.word(0x0070_0020, bytes) ?? 2 == 2,
          case .value(let range)? = object[0x0070_0022], let points = closed(range, bytes)
        else {
          others += 1
          continue
        }
        regions.append(Region(layer: layer, description: descriptions[layer] ?? nil, points: points))
      }
    }
    let drawn = Set(regions.map(\.layer))
    return DICOMGraphics(
      regions: regions, notRegions: others,
      emptyLayers: layers.compactMap { $0.text(0x0070_0002, bytes) }.filter { !drawn.contains($0) },
      references: tree.root.items(0x0008_1115).flatMap { $0.items(0x0008_1140) }.compactMap { $0.text(0x0008_1155, bytes) })
  }

  /// The points of a line whose last is its first, which is left out; nil for another one, or fewer than three points.
  private static func closed(_ range: Range<Int>, _ bytes: UnsafeRawBufferPointer) -> [Double]? {
    let numbers = stride(from: range.lowerBound, to: range.upperBound - 3, by: 4).map {
      Double(Float(bitPattern: bytes.littleEndian(UInt32.self, at: $0)))
    }
    guard numbers.count % 2 == 0, numbers.count >= 8, numbers.allSatisfy(\.isFinite), numbers.prefix(2) == numbers.suffix(2) else {
      return nil
    }
    return Array(numbers.dropLast(2))
  }
}
