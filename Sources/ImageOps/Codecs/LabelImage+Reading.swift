extension LabelImage {
  /// Reads a label image, exactly as stored: gray levels or palette indices of a PNG, gray levels of a TIFF, whole numbers of an NPY array.
  /// - Throws: `CodecError.unreadable`, also for JPEG, whose losses make new labels, for colour and for numbers that are no labels.
  public static func read(from path: String) throws(CodecError) -> LabelImage {
    do throws(CodecError) {
      return try decode(try FileBytes.read(path), name: path)
    } catch { throw .unreadable(name: path, error.problem) }
  }

  /// Reads a label image from a file's bytes; as ``read(from:)``.
  /// - Parameter name: what errors call it.
  public static func decode(_ bytes: [UInt8], name: String) throws(CodecError) -> LabelImage {
    do throws(CodecProblem) {
      return try bytes.decoded { bytes, format throws(CodecProblem) in
        switch format {
        case .png: try PNGCodec.labelImage(from: bytes)
        case .jpeg: throw .unsupported(.jpeg, feature: "labels")
        case .tiff: try exactLabels(of: TIFFCodec.grayImage(from: bytes, expandingLowDepths: false), format)
        case .npy: try exactLabels(of: NPYCodec.grayImage(from: bytes), format)
        case .dicom: try exactLabels(of: DICOMCodec.grayImage(from: bytes), format)
        }
      }
    } catch { throw .unreadable(name: name, error) }
  }

  private static func exactLabels(of image: GrayImage, _ format: PictureFormat) throws(CodecProblem) -> LabelImage {
    let labels = try [UInt32].filled(count: image.size.count) { labels throws(CodecProblem) in
      for (index, value) in image.pixels.enumerated() {
        // Beyond 2^24 a Float no longer holds every whole number.
        guard value >= 0, value <= 16_777_216, value == value.rounded(.down) else { throw .damaged(format, reason: "\(value) is no label") }
        labels[index] = UInt32(value)
      }
    }
    return LabelImage(size: image.size, labels: labels, spacing: image.spacing)
  }
}

extension Mask {
  /// Reads a mask: every pixel of a label image that is not 0; as ``LabelImage/read(from:)``.
  public static func read(from path: String) throws(CodecError) -> Mask { try LabelImage.read(from: path).foreground }

  /// Reads a mask from a file's bytes; as ``LabelImage/decode(_:name:)``.
  public static func decode(_ bytes: [UInt8], name: String) throws(CodecError) -> Mask {
    try LabelImage.decode(bytes, name: name).foreground
  }
}
