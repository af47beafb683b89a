import Basics
import CDICOM
import ImageOps
import Network
import Platform
import SegLang
import SegModel

@testable import SegCommands
@testable import SegServices
@testable import SegValues

/// What is fuzzed. Each takes any bytes and may throw, but not trap, hang or take memory without bound.
enum FuzzTarget: String, CaseIterable {
  case png, jpeg, tiff, npy, dicom
  case dicomHelper = "dicom-helper"
  case dicomSegmentation = "dicom-segmentation"
  /// Presentation states, structured reports, and what objects that refer to an X-ray take over from it.
  case dicomObjects = "dicom-objects"
  case annotations, safetensors, json, csv, lock, recipe, sketch
  /// The language with the test suite's small commands: parsed, checked, formatted and run.
  case language
  /// Text parsed and checked against segsh's own commands; nothing runs.
  case commands

  /// - Returns: whether the bytes were for this target.
  func run(_ bytes: [UInt8]) -> Bool {
    switch self {
    case .png: return image(bytes, .png)
    case .jpeg: return image(bytes, .jpeg)
    case .tiff: return image(bytes, .tiff)
    case .npy: return image(bytes, .npy)
    case .dicom: return image(bytes, .dicom)
    case .dicomHelper: return dicomFrame(bytes)
    case .dicomSegmentation: _ = try? DICOMSegmentation.decode(bytes, name: "x.dcm")
    case .dicomObjects:
      _ = try? DICOMGraphics.decode(bytes, name: "x.dcm")
      _ = try? DICOMStructuredReport.decode(bytes, name: "x.dcm")
      _ = try? DICOMXRay(bytes, named: "x.dcm", namesPatient: true)
      _ = try? GrayImage.decode(bytes, name: "x.dcm", frame: 2)
    case .annotations: annotations(bytes)
    case .safetensors: safetensors(bytes)
    case .json:
      guard let json = try? JSON(parsing: bytes) else { return true }
      // What was read can be written and read again.
      guard let again = try? JSON(parsing: Array(json.description.utf8)), again == json else { fatalError("JSON changes on its way") }
    case .csv: _ = try? CSVTable(parsing: bytes, path: "x.csv")
    case .lock: _ = try? RunLock(parsing: bytes, path: "x.lock")
    case .recipe: recipe(bytes)
    case .sketch: sketches(bytes)
    case .language: return language(bytes)
    case .commands:
      let text = String(decoding: bytes, as: UTF8.self)
      for mode in [Mode.prompt, .script] { _ = SyntaxTree.check(SourceText(text), against: .segsh, mode: mode).report }
    }
    return true
  }

  private func image(_ bytes: [UInt8], _ format: ImageFormat) -> Bool {
    guard bytes.withUnsafeBytes({ ImageFormat(signatureOf: $0) }) == format else { return false }
    if let image = try? GrayImage.decode(bytes, name: "x"), image.pixels.count != image.size.count {
      fatalError("\(image.pixels.count) pixels in an image of \(image.size)")
    }
    _ = try? LabelImage.decode(bytes, name: "x")
    if format == .png { _ = try? ImageText.decode(bytes, name: "x") }
    if format == .npy { _ = try? NPYArray.decode(bytes, name: "x") }
    return true
  }

  /// The first bytes choose the frame, the others are its code stream.
  private func dicomFrame(_ bytes: [UInt8]) -> Bool {
    guard bytes.count > 8 else { return false }
    let syntaxes = [
      "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.90",
    ]
    var frame = cdicom_frame()
    withUnsafeMutableBytes(of: &frame.transfer_syntax) { $0.copyBytes(from: syntaxes[Int(bytes[0]) % syntaxes.count].utf8) }
    withUnsafeMutableBytes(of: &frame.photometric) { $0.copyBytes(from: "MONOCHROME2".utf8) }
    (frame.columns, frame.rows, frame.samples) = (UInt16(bytes[1]) + 1, UInt16(bytes[2]) + 1, 1)
    frame.bits_stored = UInt16(bytes[3] % 15) + 2
    frame.bits_allocated = frame.bits_stored > 8 ? 16 : 8
    frame.is_signed = UInt16(bytes[4] & 1)
    let count = Int(frame.columns) * Int(frame.rows) * Int(frame.bits_allocated / 8)
    (frame.code_count, frame.out_count) = (UInt64(bytes.count - 8), UInt64(count))
    var samples = [UInt8](repeating: 0, count: count)
    var message = [CChar](repeating: 0, count: 256)
    let result = bytes.withUnsafeBufferPointer { cdicom_decode(&frame, $0.baseAddress.map { $0 + 8 }, &samples, &message) }
    if result == 2 { fatalError(String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)) }
    return true
  }

  private func annotations(_ bytes: [UInt8]) {
    for size in [nil, Size(width: 64, height: 48)] {
      _ = try? AnnotationFile.decode(bytes, name: "x.json", image: "x.png", size: size)
    }
  }

  /// Weights are read from files, so the bytes become one in memory.
  private func safetensors(_ bytes: [UInt8]) {
    let path = "/dev/shm/segsh-fuzz-\(getpid()).safetensors"
    guard (try? FileBytes.write(bytes, to: path)) != nil else { fatalError("\(path) cannot be written") }
    defer { unlink(path) }
    guard let file = try? Safetensors(path: path) else { return }
    for name in file.names { _ = try? file.tensor(name) }
  }

  private func recipe(_ bytes: [UInt8]) {
    for name in ["x.png", "x.csv", "x.svg"] { _ = try? Recipe.read(from: bytes, name: name) }
    _ = try? Recipe(parsing: String(decoding: bytes, as: UTF8.self))
    _ = try? Recipe(sidecar: bytes)
  }

  private func sketches(_ bytes: [UInt8]) {
    let texts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1).map { ImageSummary(String(decoding: $0, as: UTF8.self)) }
    if texts.count == 2, let old = texts[0], let new = texts[1] { _ = SummaryDifference(from: old, to: new) }
  }

  private func language(_ bytes: [UInt8]) -> Bool {
    guard let first = bytes.first else { return false }
    let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
    for mode in [Mode.prompt, .script] {
      if let fault = FuzzCheck(text: text, mode: mode, salt: UInt64(first)).run() { fatalError(fault) }
    }
    return true
  }
}
