import Foundation

@testable import ImageOps

/// A phantom as a DX image of a made-up patient, as an archive holds it.
struct ArchivedXRay {
  static let patient = "Doe^Jane"
  var study: String
  var number = 1
  var modality = "DX"
  var storageClass = "1.2.840.10008.5.1.4.1.1.1.1"
  var view = "AP"
  var date = "20260102"
  var seed: UInt64 = 1
  var side = 256

  var series: String { "\(study).10" }
  var instance: String { "\(study).10.\(number)" }
  /// What follows the archive in an address.
  var path: String { "studies/\(study)/series/\(series)/instances/\(instance)" }

  var bytes: [UInt8] {
    get throws {
      let image = try Phantom.make(seed: seed, size: Size(width: side, height: side)).image
      let (low, high) = (image.pixels.min() ?? 0, image.pixels.max() ?? 1)
      var meta = DICOMWriter()
      meta.add(0x0002_0002, "UI", storageClass)
      meta.add(0x0002_0003, "UI", instance)
      meta.add(0x0002_0010, "UI", "1.2.840.10008.1.2.1")
      var head = DICOMWriter()
      let length = UInt32(meta.bytes.count)
      head.add(0x0002_0000, "UL", (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) })
      var body = DICOMWriter()
      body.add(0x0008_0016, "UI", storageClass)
      body.add(0x0008_0018, "UI", instance)
      body.add(0x0008_0020, "DA", date)
      body.add(0x0008_0060, "CS", modality)
      body.add(0x0010_0010, "PN", Self.patient)
      body.add(0x0010_0020, "LO", "4711")
      body.add(0x0018_5101, "CS", view)
      body.add(0x0020_000D, "UI", study)
      body.add(0x0020_000E, "UI", series)
      body.add(0x0020_0013, "IS", "\(number)")
      body.add(0x0028_0002, number: 1)
      body.add(0x0028_0004, "CS", "MONOCHROME2")
      let sizes: [(UInt32, UInt16)] = [(0x10, UInt16(side)), (0x11, UInt16(side)), (0x100, 16), (0x101, 12), (0x102, 11), (0x103, 0)]
      for (tag, value) in sizes { body.add(0x0028_0000 + tag, number: value) }
      let pixels = image.pixels.flatMap { value -> [UInt8] in
        let stored = UInt16(((value - low) / max(1e-6, high - low) * 4095).rounded())
        return [UInt8(stored & 255), UInt8(stored >> 8)]
      }
      body.add(0x7FE0_0010, "OW", pixels)
      return [UInt8](repeating: 0, count: 128) + Array("DICM".utf8) + head.bytes + meta.bytes + body.bytes
    }
  }
}
