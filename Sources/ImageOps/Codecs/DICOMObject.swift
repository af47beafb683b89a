import Basics
internal import CDICOM

/// A DICOM object that `segsh-dicom-write` makes with DCMTK of a description: lines of a key and fields, which name attributes of an X-ray and content.
///
/// Texts are ASCII, since the character set of the object is that of the X-ray's file; other characters become question marks.
public struct DICOMObject: Sendable {
  /// What is made.
  public enum Kind: String, Sendable, CaseIterable {
    /// A measurement report (Comprehensive SR, TID 1500).
    case report
    /// A grayscale softcopy presentation state.
    case presentation
    /// A secondary capture.
    case capture
    /// An encapsulated PDF.
    case document
  }

  /// What the helper program objects to.
  public enum Problem: Error, Hashable, CustomStringConvertible {
    /// The description is at fault, or what it was made of.
    case refused(String)
    /// The helper program is missing or could not run.
    case failed(String)

    /// What went wrong, as an English clause.
    public var description: String {
      switch self {
      case .refused(let reason): "DCMTK cannot write the DICOM object: \(reason)"
      case .failed(let reason): "the DICOM object could not be written: \(reason)"
      }
    }
  }

  /// What is made.
  public let kind: Kind
  /// The SOP Instance UID, derived from everything that the object holds.
  public private(set) var instance = ""
  /// The Series Instance UID, derived like `instance`.
  public private(set) var series = ""
  private let xray: DICOMXRay
  private var lines = ""

  /// Begins an object in the study of an X-ray.
  /// - Parameters:
  ///   - description: The series description, up to 64 characters.
  ///   - number: The series number.
  ///   - version: The version of the program.
  public init(_ kind: Kind, of xray: DICOMXRay, description: String, number: Int, version: String) {
    (self.kind, self.xray) = (kind, xray)
    add("kind", kind.rawValue)
    add("description", description)
    add("series-number", "\(number)")
    add("version", version)
    let (date, time) = xray.contentDate
    add("date", date, time)
    if let method = xray.deidentification { add("deidentified", method) }
    for (tag, value) in xray.attributes { addAttribute(tag, value) }
  }

  /// Adds a line.
  public mutating func add(_ key: String, _ fields: String...) { add(key, fields) }

  /// Adds a line.
  public mutating func add(_ key: String, _ fields: [String]) {
    lines += ([key] + fields.map { Self.printable($0) }).joined(separator: "\t") + "\n"
  }

  private mutating func addAttribute(_ tag: DICOMDataSet.Tag, _ value: [UInt8]) {
    lines += "attribute\t\(Self.hexadecimal(tag))\t\(value.map { Self.hexadecimal($0) }.joined())\n"
  }

  private static func hexadecimal<Number: FixedWidthInteger>(_ number: Number) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: Number.bitWidth / 4 - digits.count) + digits
  }

  /// A backslash would separate values.
  static func printable(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\\" ? "/" : (32...126).contains($0.value) ? $0 : "?" }))
  }

  /// Encodes the object with its pixels or its document; the same content yields the same UIDs and the same bytes.
  /// - Throws: ``Problem``.
  public mutating func encoded(_ payload: [UInt8] = []) throws(Problem) -> [UInt8] {
    let digest = SHA256.hexDigest(of: Array(lines.utf8)) + SHA256.hexDigest(of: payload)
    (instance, series) = (DICOMXRay.identifier(of: "instance \(digest)"), DICOMXRay.identifier(of: "series \(digest)"))
    return try Self.run("instance\t\(instance)\nseries\t\(series)\n" + lines, payload)
  }

  /// De-identifies an X-ray after the Basic Application Level Confidentiality Profile (PS3.15, annex E): only attributes of a list are kept, UIDs are
  /// replaced by ones derived from them, so that what belongs together stays together; name and ID become a pseudonym.
  ///
  /// Pixels are kept as they are, text in them too.
  /// - Throws: `CodecError.unreadable` if the file has no UIDs; ``Problem`` if DCMTK cannot read it.
  public static func deidentified(_ file: [UInt8], named name: String, method: String) throws -> [UInt8] {
    let xray = try DICOMXRay(file, named: name, namesPatient: false)
    func replacement(_ identifier: String) -> String { DICOMXRay.identifier(of: "deidentified \(identifier)") }
    let study = replacement(xray.study)
    let pseudonym = "ANON-" + SHA256.hexDigest(of: Array(study.utf8)).prefix(10).uppercased()
    var lines = [
      "kind\txray", "title\tAnonymous^Patient", "label\t\(pseudonym)", "deidentified\t\(printable(method))", "identifier\tstudy\t\(study)",
    ]
    lines.append("identifier\tseries\t\(replacement(xray.series.isEmpty ? xray.study : xray.series))")
    lines.append("identifier\tinstance\t\(replacement(xray.instance))")
    if let frame = xray.frameOfReference { lines.append("identifier\tframe\t\(replacement(frame))") }
    return try run(lines.joined(separator: "\n") + "\n", file)
  }

  /// Encodes a gray image as a secondary capture in a new study, without a patient; the same pixels yield the same UIDs.
  /// - Parameters:
  ///   - isSynthetic: Whether the image was computed, such as a phantom (conversion type SYN rather than WSD).
  ///   - title: How the image was made.
  /// - Throws: ``Problem``; `CodecError.unwritable` for values that 16 bits without a sign cannot hold.
  public static func image(_ image: GrayImage, isSynthetic: Bool, title: String, version: String) throws -> [UInt8] {
    let samples: ImageSamples
    do throws(CodecProblem) {
      let exact = EncodingOptions(keepsValues: true)
      guard case .exact = try image.mapping(for: .png, options: exact) else { throw .cannotHold(.dicom, what: "fractions") }
      samples = try image.samples(for: .png, options: exact)
    } catch { throw CodecError.unwritable(name: "the image", error) }
    let (bits, payload): (Int, [UInt8]) =
      switch samples.values {
      case .words(let words): (16, words.withUnsafeBytes { Array($0) })
      case .bytes(let bytes): (8, bytes)
      default: (8, [])
      }
    let digest = SHA256.hexDigest(of: payload) + " \(image.size) \(image.spacing)"
    var lines = [
      "kind\timage", "description\t\(printable(title))", "series-number\t1", "version\t\(version)", "date\t19700101\t000000",
      "label\t\(isSynthetic ? "SYN" : "WSD")", "title\t\(printable(title))", "pixels\t\(image.size.width)\t\(image.size.height)\t\(bits)",
    ]
    for role in ["instance", "series"] { lines.append("\(role)\t\(DICOMXRay.identifier(of: "image \(role) \(digest)"))") }
    let study = Array(DICOMXRay.identifier(of: "image study \(digest)").utf8)
    lines.append("attribute\t0020000d\t\(study.map { hexadecimal($0) }.joined())")
    switch image.spacing {
    case .calibrated(let row, let column): lines.append("spacing\t\(NumberFormat.short(row, 6))\t\(NumberFormat.short(column, 6))")
    case .detectorPlane(let row, let column): lines.append("detector\t\(NumberFormat.short(row, 6))\t\(NumberFormat.short(column, 6))")
    case .unknown: break
    }
    return try run(lines.joined(separator: "\n") + "\n", payload)
  }

  private static func run(_ description: String, _ payload: [UInt8]) throws(Problem) -> [UInt8] {
    var object = cdicom_object()
    var message = [CChar](repeating: 0, count: 256)
    let text = Array(description.utf8).map { CChar(bitPattern: $0) }
    let result = cdicom_write(text, text.count, payload, payload.count, &object, &message)
    if result == 2 { throw .failed(String(characters: message)) }
    guard result == 0, let start = object.bytes else { throw .refused(String(characters: message)) }
    defer { cdicom_object_free(&object) }
    return Array(UnsafeBufferPointer(start: start, count: object.count))
  }
}
