import Basics

/// A volume file (NIfTI-1, NRRD) of one slice: its numbers, their scale, the pixel spacing and how the slice lies in the patient.
///
/// segsh writes a slice as ITK and 3D Slicer place an image without an orientation: columns run to the patient's left, rows to the back, and the
/// center of the first pixel is the origin. In NIfTI (RAS) the affine is therefore diag(-column, -row, 1), in NRRD (LPS) diag(column, row, 1). An
/// X-ray has no position in the patient; the placement makes image and labels coincide in those programs.
///
/// A slice of another program is mirrored, if its header says so, until columns run to the left and rows to the back (axial) or to the feet
/// (coronal). A spacing counts as that of the detector plane unless segsh wrote the file and states another provenance; a spacing of exactly
/// 1 x 1 is what programs write without one, and counts as unknown.
struct VolumeSlice {
  /// A direction in the patient: to the left, to the back, to the head.
  struct Direction {
    var left: Double
    var back: Double
    var head: Double

    var dominant: KeyPath<Direction, Double> {
      let (left, back, head) = (abs(left), abs(back), abs(head))
      return left >= back && left >= head ? \.left : back >= head ? \.back : \.head
    }
  }

  let layout: ArrayLayout
  /// An intensity is `slope` · number + `intercept`.
  var slope = 1.0
  var intercept = 0.0
  var spacing = Spacing.unknown
  /// Where columns and rows run; nil if the file does not state it.
  var axes: (column: Direction, row: Direction)?

  /// What is to be done for an upright image.
  private var turn: (columns: Bool, rows: Bool, remark: ReadingRemark?) {
    guard let (column, row) = axes else { return (false, false, nil) }
    guard column.dominant == \.left, row.dominant != \.left else { return (false, false, .otherPlane) }
    let columns = column.left < 0
    let rows = row.dominant == \.back ? row.back < 0 : row.head > 0
    return (columns, rows, columns || rows ? .mirrored(columns: columns, rows: rows) : nil)
  }

  func grayImage(from bytes: UnsafeRawBufferPointer) throws(CodecProblem) -> GrayImage {
    let stored = try layout.grayImage(from: bytes)
    let (columns, rows, remark) = turn
    var pixels = Self.mirrored(stored.pixels, width: stored.size.width, columns: columns, rows: rows)
    var range = stored.range
    let isScaled = slope != 1 || intercept != 0
    if isScaled {
      for index in pixels.indices { pixels[index] = Float(slope * Double(pixels[index]) + intercept) }
      range = pixels.finiteExtremes
    }
    var image = GrayImage(size: stored.size, pixels: pixels, range: range, bitDepth: isScaled ? 32 : stored.bitDepth, spacing: spacing)
    image.remarks = stored.remarks + (remark.map { [$0] } ?? [])
    return image
  }

  func labelImage(from bytes: UnsafeRawBufferPointer, _ remarks: inout [ReadingRemark]) throws(CodecProblem) -> LabelImage {
    guard slope == 1, intercept == 0 else { throw .unsupported(layout.format, feature: "labels that are scaled") }
    var image = try layout.labelImage(from: bytes)
    let (columns, rows, remark) = turn
    image.labels = Self.mirrored(image.labels, width: image.size.width, columns: columns, rows: rows)
    image.spacing = spacing
    if let remark { remarks.append(remark) }
    return image
  }

  /// Row-major pixels with reversed columns or rows.
  private static func mirrored<Pixel>(_ pixels: [Pixel], width: Int, columns: Bool, rows: Bool) -> [Pixel] {
    if columns && rows { return pixels.reversed() }
    guard columns || rows else { return pixels }
    let height = pixels.count / width
    return pixels.indices.map { index in
      let (row, column) = (index / width, index % width)
      return pixels[(rows ? height - 1 - row : row) * width + (columns ? width - 1 - column : column)]
    }
  }

  // MARK: Provenance of the spacing

  /// What segsh writes of a spacing.
  static func provenance(of spacing: Spacing) -> String {
    switch spacing {
    case .unknown: "unknown"
    case .detectorPlane: "detector plane"
    case .calibrated: "calibrated"
    }
  }

  /// The spacing that a file states in mm, with the provenance that segsh wrote, if any.
  static func spacing(row: Double, column: Double, provenance: String?) -> Spacing {
    guard row.isFinite, column.isFinite, row > 0, column > 0 else { return .unknown }
    switch provenance {
    case "calibrated": return .calibrated(row: row, column: column)
    case "detector plane": return .detectorPlane(row: row, column: column)
    case "unknown": return .unknown
    default: return row == 1 && column == 1 ? .unknown : .detectorPlane(row: row, column: column)
    }
  }
}

extension ImageSamples {
  /// The samples as little-endian bytes.
  var littleEndianBytes: [UInt8] {
    func bytes<Number: FixedWidthInteger>(_ values: [Number]) -> [UInt8] { values.map(\.littleEndian).withUnsafeBytes { Array($0) } }
    return switch values {
    case .bytes(let values): values
    case .words(let values): bytes(values)
    case .integers(let values): bytes(values)
    case .floats(let values): bytes(values.map(\.bitPattern))
    }
  }
}
