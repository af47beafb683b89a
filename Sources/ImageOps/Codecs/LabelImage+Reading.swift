extension LabelImage {
  /// Reads a label image, exactly as stored: gray levels or palette indices of a PNG, gray levels of a TIFF, whole numbers of an NPY array
  /// or of a NIfTI-1 or NRRD volume of one slice.
  /// - Throws: `CodecError.unreadable`, also for JPEG, whose compression creates new labels, for color and for values that are not labels.
  public static func read(from path: String) throws(CodecError) -> LabelImage {
    do throws(CodecError) {
      return try decode(try FileBytes.read(path), name: path)
    } catch { throw .unreadable(name: path, error.problem) }
  }

  /// Reads a label image from a file's bytes; see ``read(from:)``.
  /// - Parameter name: The file's name in errors.
  public static func decode(_ bytes: [UInt8], name: String) throws(CodecError) -> LabelImage {
    var remarks: [ReadingRemark] = []
    return try decode(bytes, name: name, remarks: &remarks)
  }

  /// Reads a label image from a file's bytes; see ``read(from:)``.
  /// - Parameter remarks: Receives what reading decided or ignored.
  public static func decode(_ bytes: [UInt8], name: String, remarks: inout [ReadingRemark]) throws(CodecError) -> LabelImage {
    do throws(CodecProblem) {
      let (labels, found) = try bytes.decoded { bytes, format throws(CodecProblem) in
        var found: [ReadingRemark] = []
        let labels =
          switch format {
          case .png: try PNGCodec.labelImage(from: bytes, remarks: &found)
          case .jpeg: throw .unsupported(.jpeg, feature: "labels")
          case .tiff: try exactLabels(of: TIFFCodec.grayImage(from: bytes, expandingLowDepths: false), format, &found)
          case .npy: try ArrayLayout(npy: bytes).labelImage(from: bytes)
          case .nifti: try NIfTICodec.slice(of: bytes) { bytes, slice throws(CodecProblem) in try slice.labelImage(from: bytes, &found) }
          case .nrrd: try NRRDCodec.slice(of: bytes) { bytes, slice throws(CodecProblem) in try slice.labelImage(from: bytes, &found) }
          case .dicom: try exactLabels(of: DICOMCodec.grayImage(from: bytes, forLabels: true), format, &found)
          }
        return (labels, found)
      }
      remarks += found
      return labels
    } catch { throw .unreadable(name: name, error) }
  }

  private static func exactLabels(
    of image: GrayImage, _ format: ImageFormat, _ remarks: inout [ReadingRemark]
  ) throws(CodecProblem) -> LabelImage {
    remarks += image.remarks
    // From 2^24 on a Float may stand for another whole number.
    if let large = image.pixels.first(where: { $0 >= 16_777_216 }) { throw .damaged(format, reason: "\(large) is not a valid label") }
    var labels = try LabelImage(exactly: image.pixels.lazy.map(Double.init), size: image.size, format)
    labels.spacing = image.spacing
    return labels
  }

  /// Labels from numbers that have to be whole and from 0 to 2^32 - 1.
  init(exactly values: some Sequence<Double>, size: Size, _ format: ImageFormat) throws(CodecProblem) {
    let labels = try [UInt32].filled(count: size.count) { labels throws(CodecProblem) in
      for (index, value) in values.enumerated() {
        guard let label = UInt32(exactly: value) else { throw .damaged(format, reason: "\(value) is not a valid label") }
        labels[index] = label
      }
    }
    self.init(size: size, labels: labels)
  }
}

extension Mask {
  /// Reads a mask: every pixel of a label image that is not 0; see ``LabelImage/read(from:)``.
  public static func read(from path: String) throws(CodecError) -> Mask { try LabelImage.read(from: path).foreground }

  /// Reads a mask from a file's bytes; see ``LabelImage/decode(_:name:)``.
  public static func decode(_ bytes: [UInt8], name: String) throws(CodecError) -> Mask {
    var remarks: [ReadingRemark] = []
    return try decode(bytes, name: name, remarks: &remarks)
  }

  /// Reads a mask from a file's bytes; see ``LabelImage/decode(_:name:)``.
  /// - Parameter remarks: Receives what reading decided or ignored, also more than one nonzero value.
  public static func decode(_ bytes: [UInt8], name: String, remarks: inout [ReadingRemark]) throws(CodecError) -> Mask {
    let labels = try LabelImage.decode(bytes, name: name, remarks: &remarks)
    // A set of all pixels would make room for as many levels.
    var levels: Set<UInt32> = []
    var last: UInt32?
    for label in labels.labels where label != last {
      levels.insert(label)
      last = label
    }
    if levels.subtracting([0]).count > 1 { remarks.append(.notTwoValued(levels: levels.count)) }
    return labels.foreground
  }
}
