import Basics

/// The measurements and evaluations of a DICOM structured report, as TID 1500 and similar templates write them.
public struct DICOMStructuredReport: Sendable {
  /// A number, or an evaluation by a code or a text.
  public struct Entry: Sendable {
    /// The tracking identifier of the measurement group; nil if it has none.
    public var group: String?
    /// The finding of the group, such as "Opacity".
    public var finding: String?
    /// The finding site, such as "Lung".
    public var site: String?
    /// The side of the finding site, such as "Right".
    public var side: String?
    /// What was measured or evaluated.
    public var name: DICOMCode
    /// The measured value; nil for an evaluation or a value that is missing.
    public var value: Double?
    /// The UCUM code of the unit.
    public var unit: String?
    /// The code meaning or text of an evaluation.
    public var text: String?
    /// The lower limit of the interval; nil if the value has none.
    public var low: Double?
    /// The upper limit of the interval; nil if the value has none.
    public var high: Double?
  }

  /// The entries in the order of the report.
  public let entries: [Entry]
  /// The numbers below other numbers that are neither limit of an interval; they are ignored.
  public let ignored: Int

  /// Basic Text, Enhanced, Comprehensive and Comprehensive 3D SR.
  public static let storageClasses: Set<String> = [
    "1.2.840.10008.5.1.4.1.1.88.11", "1.2.840.10008.5.1.4.1.1.88.22", "1.2.840.10008.5.1.4.1.1.88.33", "1.2.840.10008.5.1.4.1.1.88.34",
  ]
  private static let lows: Set<String> = ["PI90LOW", "OUTLINELOW"]
  private static let highs: Set<String> = ["PI90HIGH", "OUTLINEHIGH"]

  private typealias Item = [DICOMDataSet.Tag: DICOMTree.Node]
  private static let content: DICOMDataSet.Tag = 0x0040_A730
  private static let conceptName: DICOMDataSet.Tag = 0x0040_A043
  private static let conceptCode: DICOMDataSet.Tag = 0x0040_A168
  private static let measuredValue: DICOMDataSet.Tag = 0x0040_A300
  private static let unit: DICOMDataSet.Tag = 0x0040_08EA

  /// Reads a structured report.
  /// - Parameter name: The file's name in errors.
  /// - Throws: `CodecError.unreadable`, also for big-endian files and other objects.
  public static func decode(_ file: [UInt8], name: String) throws(CodecError) -> DICOMStructuredReport {
    do throws(CodecProblem) {
      return try file.pixels { bytes throws(CodecProblem) in
        try DICOMInflation.inflating(bytes) { bytes throws(CodecProblem) in try report(bytes) }
      }
    } catch { throw .unreadable(name: name, error) }
  }

  private static func report(_ bytes: UnsafeRawBufferPointer) throws(CodecProblem) -> DICOMStructuredReport {
    let tree = try DICOMTree(bytes, sequences: [content, conceptName, conceptCode, measuredValue, unit])
    guard storageClasses.contains(tree.root.text(0x0008_0016, bytes) ?? "") else {
      throw .unsupported(.dicom, feature: "another object instead of a structured report")
    }
    guard !tree.isBigEndian else { throw .unsupported(.dicom, feature: "big-endian structured reports") }
    var walk = Walk(bytes: bytes)
    walk.visit(tree.root, Entry(name: DICOMCode("", "", "")))
    return DICOMStructuredReport(entries: walk.entries, ignored: walk.ignored)
  }

  private struct Walk {
    let bytes: UnsafeRawBufferPointer
    var entries: [Entry] = []
    var ignored = 0

    /// The reader of the tree bounds its depth.
    mutating func visit(_ container: Item, _ outer: Entry) {
      var context = outer
      let items = container.items(DICOMStructuredReport.content)
      for item in items {
        let name = code(item, DICOMStructuredReport.conceptName)
        switch name.value {
        case "112039": context.group = item.text(0x0040_A160, bytes)
        case "121071": context.finding = code(item, DICOMStructuredReport.conceptCode).meaning
        case "363698007", "G-C0E3":
          context.site = code(item, DICOMStructuredReport.conceptCode).meaning
          let modifiers = item.items(DICOMStructuredReport.content)
          context.side = modifiers.first { ["272741003", "G-C171"].contains(code($0, DICOMStructuredReport.conceptName).value) }.map {
            code($0, DICOMStructuredReport.conceptCode).meaning
          }
        default: break
        }
      }
      for item in items where item.text(0x0040_A010, bytes) == "CONTAINS" {
        var entry = context
        entry.name = code(item, DICOMStructuredReport.conceptName)
        switch item.text(0x0040_A040, bytes) {
        case "CONTAINER": visit(item, context)
        case "NUM":
          (entry.value, entry.unit) = number(item)
          addLimits(item, to: &entry)
          entries.append(entry)
        // What says where a group belongs was taken already.
        case "CODE" where entry.name.value != "121071":
          entry.text = code(item, DICOMStructuredReport.conceptCode).meaning
          entries.append(entry)
        case "TEXT":
          entry.text = item.text(0x0040_A160, bytes)
          entries.append(entry)
        default: break
        }
      }
    }

    private mutating func addLimits(_ item: Item, to entry: inout Entry) {
      for inner in item.items(DICOMStructuredReport.content) where inner.text(0x0040_A040, bytes) == "NUM" {
        let name = code(inner, DICOMStructuredReport.conceptName)
        if name.scheme == "99SEGSH", DICOMStructuredReport.lows.contains(name.value) {
          entry.low = number(inner).value
        } else if name.scheme == "99SEGSH", DICOMStructuredReport.highs.contains(name.value) {
          entry.high = number(inner).value
        } else {
          ignored += 1
        }
      }
    }

    private func number(_ item: Item) -> (value: Double?, unit: String?) {
      guard let measured = item.items(DICOMStructuredReport.measuredValue).first else { return (nil, nil) }
      let value = measured.text(0x0040_A30A, bytes).flatMap { Double($0) }
      return (value.flatMap { $0.isFinite ? $0 : nil }, measured.items(DICOMStructuredReport.unit).first?.text(0x0008_0100, bytes))
    }

    private func code(_ item: Item, _ tag: DICOMDataSet.Tag) -> DICOMCode {
      let code = item.items(tag).first ?? [:]
      return DICOMCode(code.text(0x0008_0100, bytes) ?? "", code.text(0x0008_0102, bytes) ?? "", code.text(0x0008_0104, bytes) ?? "")
    }
  }
}
