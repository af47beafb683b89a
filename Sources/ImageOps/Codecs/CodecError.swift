/// An image file that cannot be read or written: which one, and why.
public enum CodecError: Error, Hashable, Sendable {
  case unreadable(name: String, CodecProblem)
  case unwritable(name: String, CodecProblem)
}

/// What stands in the way of reading or writing an image.
public enum CodecProblem: Error, Hashable, Sendable {
  /// The operating system refused: its reason.
  case system(String)
  case isFolder
  case isNotAFile
  case tooManyBytes(Int, limit: Int)
  case empty
  /// No image format starts with these bytes (at most 8 are kept).
  case unknownFormat(firstBytes: [UInt8])
  /// The file ends before its image does.
  case truncated(ImageFormat, reason: String)
  case damaged(ImageFormat, reason: String)
  /// Legal, but not read here.
  case unsupported(ImageFormat, feature: String)
  /// An image may not have this many columns and rows.
  case invalidSize(ImageFormat, width: Int, height: Int)
  /// The ending of the path names no format that images are written in.
  case unknownEnding
  case cannotHold(ImageFormat, what: String)
  case library(ImageFormat, reason: String)
  /// There is not enough memory for what the file declares.
  case tooLarge(MemoryShortage)
}

extension CodecError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let name, let problem): "cannot read `\(name)`: \(problem)"
    case .unwritable(let name, let problem): "cannot write `\(name)`: \(problem)"
    }
  }

  public var problem: CodecProblem {
    switch self {
    case .unreadable(_, let problem), .unwritable(_, let problem): problem
    }
  }
}

extension CodecProblem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .system(let reason): reason
    case .isFolder: "it is a folder"
    case .isNotAFile: "it is not a regular file"
    case .tooManyBytes(let count, let limit): "the file has \(count) bytes; an image file can have at most \(limit)"
    case .empty: "the file is empty"
    case .unknownFormat(let bytes):
      "it is not a PNG, JPEG, TIFF, NPY or DICOM file: it starts with \(Self.spelled(bytes))"
    case .truncated(let format, let reason): "the \(format) file is truncated: \(reason)"
    case .damaged(let format, let reason): "the \(format) file is damaged: \(reason)"
    case .unsupported(let format, let feature): "\(format) with \(feature) is not supported"
    case .invalidSize(let format, let width, let height):
      "the \(format) file claims \(width)x\(height) pixels; an image can have 1 to \(Size.maximumSide) per side"
        + " and at most \(Size.maximumCount) in total"
    case .unknownEnding: "the file name must end in .png, .jpg, .tif or .npy"
    case .cannotHold(let format, let what): "\(format) cannot hold \(what)"
    case .library(let format, let reason): "\(format): \(reason)"
    case .tooLarge(let shortage): "\(shortage)"
    }
  }

  private static func spelled(_ bytes: [UInt8]) -> String {
    if bytes.allSatisfy({ (0x20...0x7E).contains($0) }) { return "\"\(String(decoding: bytes, as: UTF8.self))\"" }
    return bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
  }
}

extension CodecProblem {
  /// Holds what a file declares against the memory that is left, before any of it is taken.
  /// - Throws: `tooLarge`.
  static func admit(_ bytes: Int, of size: Size? = nil) throws(CodecProblem) {
    if let shortage = MemoryBudget.shortage(of: bytes, size: size) { throw .tooLarge(shortage) }
  }

  /// The same problem, told of the file that has the damaged image inside.
  func inside(_ format: ImageFormat) -> CodecProblem {
    switch self {
    case .truncated(let part, let reason): .truncated(format, reason: "\(part) inside: \(reason)")
    case .damaged(let part, let reason): .damaged(format, reason: "\(part) inside: \(reason)")
    case .unsupported(let part, let feature): .unsupported(format, feature: "\(part) with \(feature)")
    case .invalidSize(_, let width, let height): .invalidSize(format, width: width, height: height)
    default: self
    }
  }
}
