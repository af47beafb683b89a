import Foundation
import TestSupport
import Testing

@testable import ImageOps

/// The files that `Tools/fixtures/dicom_attributes.py` wrote, one attribute of the standard each, and what pydicom reads from them.
struct DICOMFixtures: Decodable {
  struct File: Decodable, Sendable {
    var width: Int
    var height: Int
    var pixels: [Float]
    var tolerance: Float
    var remarks: [String]
    /// Kind, row, column.
    var spacing: [Part]?
    /// Center, width, function, name.
    var windows: [[Part?]]?
    var tables: Int?
    /// What each of these shows, 0...255.
    var shown: [[Float]]?
    var padding: Int?
  }
  enum Part: Decodable, Sendable, Equatable {
    case number(Double)
    case text(String)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) { self = .number(number) } else { self = .text(try container.decode(String.self)) }
    }
  }

  static let folder = Bundle.module.bundleURL.appendingPathComponent("Fixtures/dicom")

  static let all: [String: File] = {
    do {
      return try JSONDecoder().decode([String: File].self, from: Data(contentsOf: folder.appendingPathComponent("expected.json")))
    } catch { fatalError("expected.json: \(error)") }
  }()

  static func image(_ name: String) throws -> GrayImage { try GrayImage.read(from: folder.appendingPathComponent("\(name).dcm").path) }
}

extension ReadingRemark {
  /// The name of the case.
  var kind: String {
    switch self {
    case .colorToGray: "colorToGray"
    case .transparencyLeftOut: "transparencyLeftOut"
    case .whiteIsZero: "whiteIsZero"
    case .brightOutside: "brightOutside"
    case .boxes: "boxes"
    case .noDelimiter: "noDelimiter"
    case .forProcessing: "forProcessing"
    case .burnedIn: "burnedIn"
    default: Mirror(reflecting: self).children.first?.label ?? ""
    }
  }
}

@Suite("DICOM attributes") struct DICOMAttributeTests {
  @Test(arguments: DICOMFixtures.all.keys.sorted()) func `values, spacing, windows, padding and remarks are those of pydicom`(name: String)
    throws
  {
    let expected = try #require(DICOMFixtures.all[name])
    let image = try DICOMFixtures.image(name)
    try #require(image.size == Size(width: expected.width, height: expected.height))
    let wrong = zip(image.pixels, expected.pixels).enumerated().filter { abs($1.0 - $1.1) > expected.tolerance + 1e-6 * abs($1.1) }
    #expect(wrong.isEmpty, "\(wrong.count) pixels, the first: \(wrong.prefix(3))")
    #expect(image.remarks.map(\.kind) == expected.remarks, "\(image.remarks)")
    #expect(image.padding?.count == expected.padding)
    if let spacing = expected.spacing, case .number(let row) = spacing[1], case .number(let column) = spacing[2] {
      #expect(
        image.spacing
          == (spacing[0] == .text("calibrated") ? .calibrated(row: row, column: column) : .detectorPlane(row: row, column: column)))
    } else {
      #expect(image.spacing == .unknown)
    }
    try expectVOI(image, expected)
  }

  private func expectVOI(_ image: GrayImage, _ expected: DICOMFixtures.File) throws {
    let windows = image.voi.compactMap { if case .window(let window) = $0 { window } else { nil } }
    #expect(windows.count == (expected.windows?.count ?? 0))
    for (window, parts) in zip(windows, expected.windows ?? []) {
      #expect(parts[0] == .number(Double(window.center)))
      #expect(parts[1] == .number(Double(window.width)))
      #expect(parts[2] == .text(window.function.rawValue))
      #expect(parts[3] == window.name.map { .text($0) })
    }
    #expect(image.voi.count - windows.count == (expected.tables ?? 0))
    for (voi, levels) in zip(image.voi, expected.shown ?? []) {
      let shown = try image.shown(by: voi).pixels
      let wrong = zip(shown, levels).enumerated().filter { abs($1.0 - $1.1) > 2e-3 }
      #expect(wrong.isEmpty, "\(wrong.count) pixels, the first: \(wrong.prefix(3))")
    }
  }

  @Test func `LINEAR as the note of C.11.2.1.2.1 has it`() {
    let voi = VOI.window(GrayImage.Window(center: 2048, width: 4096))
    #expect(voi.level(of: 0) == 0)
    #expect(voi.level(of: 4095) == 1)
    #expect(VOI.window(GrayImage.Window(center: 2048, width: 1)).level(of: 2047) == 0)
    #expect(VOI.window(GrayImage.Window(center: 2048, width: 1)).level(of: 2048) == 1)
    #expect(VOI.window(GrayImage.Window(center: 0, width: 100, function: .linearExact)).level(of: -50) == 0)
    #expect(VOI.window(GrayImage.Window(center: 0, width: 100, function: .linearExact)).level(of: 50) == 1)
    #expect(VOI.window(GrayImage.Window(center: 0, width: 100, function: .sigmoid)).level(of: 0) == 0.5)
  }

  @Test func `padding is left out of statistics, percentiles and every automatic threshold, also after a change of geometry`()
    throws
  {
    let image = try DICOMFixtures.image("padding")
    let padding = try #require(image.padding)
    let inside = padding.inverted()
    var unpadded = image
    unpadded.padding = nil
    #expect(try image.statistics() == unpadded.statistics(within: inside))
    #expect(try image.percentiles([1, 50, 99]) == unpadded.percentiles([1, 50, 99], within: inside))
    for method in ThresholdMethod.Automatic.allCases {
      let found = try image.thresholded(by: .automatic(method))
      #expect(try found == unpadded.thresholded(by: .automatic(method), within: inside), "\(method)")
      #expect(try found.mask.intersectionCount(padding) == 0)
    }
    #expect(try image.equalized().pixels == unpadded.equalized(within: inside).pixels)
    let flipped = try image.flipped(.horizontal)
    #expect(flipped.padding == (try padding.flipped(.horizontal)))
    #expect(try flipped.statistics() == image.statistics())
    let large = try image.resampled(to: Size(width: 16, height: 12), using: .nearest)
    #expect(large.padding?.count == 4 * padding.count)
    #expect(try large.statistics().mean == image.statistics().mean)
    #expect(try image.histogramMatched(to: image).statistics().mean == image.statistics().mean)
  }

  @Test func `a number with a decimal comma is refused where it would change every pixel`() throws {
    var bytes = try FileBytes.read(DICOMFixtures.folder.appendingPathComponent("rescale.dcm").path)
    let place = try #require(bytes.indices.first { bytes[$0...].starts(with: Array("2.5 ".utf8)) })
    bytes[place + 1] = UInt8(ascii: ",")
    do {
      _ = try GrayImage.decode(bytes, name: "comma.dcm")
      Issue.record("it was read")
    } catch {
      #expect(
        "\(error)"
          == "cannot read `comma.dcm`: the DICOM file is damaged: RescaleSlope is `2,5`, which is not a number with a decimal point (PS3.5, 6.2)"
      )
    }
  }

  @Test func `a file is recognized by its content, whatever its name`() throws {
    let folder = try TemporaryFolder()
    for name in ["tiff-preamble", "png-preamble", "bare-implicit", "bare-explicit", "bare-big", "no-preamble", "deflated"] {
      let path = folder.file("IM0001")
      try FileBytes.write(try FileBytes.read(DICOMFixtures.folder.appendingPathComponent("\(name).dcm").path), to: path)
      #expect(ImageFormat(contentOf: path) == .dicom, "\(name)")
    }
    #expect(ImageFormat(contentOf: CodecFixtures.path("gray8-little.tif")) == .tiff)
    #expect(ImageFormat(contentOf: CodecFixtures.path("gray-8.png")) == .png)
    #expect(ImageFormat(contentOf: folder.path) == nil)
    #expect(ImageFormat(contentOf: folder.file("none")) == nil)
    for bytes in [[], [8, 0], [8, 0, 5, 0, 67, 83, 10, 0], [UInt8](repeating: 0, count: 600), [UInt8](repeating: 8, count: 600)]
      as [[UInt8]]
    {
      #expect(bytes.withUnsafeBytes { ImageFormat(signatureOf: $0) } == nil)
    }
  }

  @Test func `every cut of a file ends in an error or in an image`() throws {
    for name in ["deflated", "rescale-shared-groups", "voi-table-8", "j2k-three-fragments", "bare-big", "palette-8-packed"] {
      let bytes = try FileBytes.read(DICOMFixtures.folder.appendingPathComponent("\(name).dcm").path)
      for count in stride(from: 0, to: bytes.count, by: 7) { _ = try? GrayImage.decode(Array(bytes[..<count]), name: name) }
    }
  }
}

extension DICOMAttributeTests {
  @Test func `the table of attributes names files that are compared, and leaves out few`() throws {
    let page = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../Docs/reference/DICOM.md").standardized
    let rows = try String(contentsOf: page, encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix("| ") }
    let known = Set(DICOMFixtures.all.keys)
    var named = Set<String>()
    for row in rows {
      let cell = row.split(separator: "|", omittingEmptySubsequences: false).dropLast().last ?? ""
      for name in cell.split(separator: "`").map(String.init) where name.contains(where: \.isLetter) && !name.contains(" ") {
        if name == "---" { continue }
        #expect(known.contains(name), "\(name)")
        named.insert(name)
      }
    }
    #expect(rows.count > 40 && named.count * 4 > known.count * 3, "\(named.count) of \(known.count) named")
  }
}
