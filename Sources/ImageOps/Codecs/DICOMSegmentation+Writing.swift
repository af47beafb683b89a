import Basics

extension DICOMSegmentation {
  /// What the segments come from (Algorithm Identification Macro, PS3.3, 10.16).
  public struct Algorithm: Hashable, Sendable {
    /// Algorithm Name, such as the name of a model.
    public let name: String
    /// Algorithm Version.
    public let version: String
    /// Algorithm Parameters, such as the digest of a model: `name=value,name=value`, as highdicom reads them.
    public let parameters: String

    /// Creates an identification. Texts become ASCII, since the character set of the file is that of the X-ray's.
    public init(name: String, version: String, parameters: [(name: String, value: String)]) {
      let list = parameters.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
      let texts = [(name, 64), (version, 64), (list, 1024)].map { String(DICOMObject.printable($0).prefix($1)) }
      (self.name, self.version, self.parameters) = (texts[0], texts[1], texts[2])
    }
  }

  /// Encodes the segmentation as a DICOM file that refers to an X-ray.
  ///
  /// The study's UID is the X-ray's; the UIDs of series and instance are derived from the content, so that the same masks over the same X-ray yield
  /// the same bytes. If the X-ray has no frame of reference, neither has the segmentation: every frame then names the source image.
  /// - Parameters:
  ///   - xray: The bytes of the X-ray's DICOM file.
  ///   - namesPatient: Whether to copy what identifies the patient or the study: name, ID, birth date, sex, study date and time, study ID and
  ///     accession number. Otherwise these are empty and the file is marked as de-identified (PS3.15, Basic Profile with the Retain UIDs Option: a
  ///     segmentation refers to its X-ray by UIDs).
  ///   - algorithm: What the segments come from; nil: not stated.
  /// - Throws: `CodecError.unreadable` if the X-ray is not a DICOM file or has no study UID.
  public func encoded(over xray: [UInt8], named name: String, namesPatient: Bool, algorithm: Algorithm? = nil) throws(CodecError) -> [UInt8]
  {
    let reference = try DICOMXRay(xray, named: name, namesPatient: namesPatient)
    let pixels = packed()
    let source = algorithm.map { " \($0.name) \($0.version) \($0.parameters)" } ?? ""
    let digest = SHA256.hexDigest(
      of: reference[0x0008_0018] + Array(" \(segments.map(\.label)) \(SHA256.hexDigest(of: pixels))\(source)".utf8))
    func identifier(_ role: String) -> String { DICOMXRay.identifier(of: "\(role) \(digest)") }
    let instance = identifier("instance")
    var body = DICOMWriter()
    addIdentity(to: &body, reference, instance: instance, series: identifier("series"))
    addImage(to: &body, dimension: identifier("dimension"), reference, algorithm)
    body.add(0x7FE0_0010, "OB", pixels)
    return DICOMFileStart.bytes(storageClass: Self.storageClass, instance: instance, transferSyntax: DICOMHead.explicitLittleEndian)
      + body.bytes
  }

  private func addIdentity(
    to body: inout DICOMWriter, _ reference: DICOMXRay, instance: String, series: String
  ) {
    let date = reference[0x0008_0020].isEmpty ? Array("19700101".utf8) : reference[0x0008_0020]
    let time = reference[0x0008_0030].isEmpty ? Array("000000".utf8) : reference[0x0008_0030]
    let characters = reference[0x0008_0005]
    body.add(0x0008_0005, "CS", characters.isEmpty ? Array("ISO_IR 192".utf8) : characters)
    body.add(0x0008_0008, "CS", "DERIVED\\PRIMARY")
    body.add(0x0008_0016, "UI", Self.storageClass)
    body.add(0x0008_0018, "UI", instance)
    body.add(0x0008_0020, "DA", reference[0x0008_0020])
    body.add(0x0008_0023, "DA", date)
    body.add(0x0008_0030, "TM", reference[0x0008_0030])
    body.add(0x0008_0033, "TM", time)
    body.add(0x0008_0050, "SH", reference[0x0008_0050])
    body.add(0x0008_0060, "CS", "SEG")
    body.add(0x0008_0070, "LO", "segsh")
    body.add(0x0008_0090, "PN", "")
    let scheme = DICOMCodingScheme.segsh
    if segments.contains(where: { [$0.type.scheme, $0.category.scheme].contains(scheme.designator) }) {
      body.add(
        0x0008_0110,
        items: [
          { item in
            item.add(0x0008_0102, "SH", scheme.designator)
            item.add(0x0008_010C, "UI", scheme.identifier)
            item.add(0x0008_0115, "ST", scheme.name)
            item.add(0x0008_0116, "ST", "segsh")
          }
        ])
    }
    body.add(0x0008_103E, "LO", "Lungs and opacity, research use")
    body.add(0x0008_1090, "LO", "segsh")
    body.add(
      0x0008_1115,
      items: [
        { item in
          item.add(0x0008_114A, items: [{ Self.addReferencedImage(to: &$0, reference) }])
          item.add(0x0020_000E, "UI", reference[0x0020_000E])
        }
      ])
    body.add(0x0010_0010, "PN", reference[0x0010_0010])
    body.add(0x0010_0020, "LO", reference[0x0010_0020])
    body.add(0x0010_0030, "DA", reference[0x0010_0030])
    body.add(0x0010_0040, "CS", reference[0x0010_0040])
    if let method = reference.deidentification {
      body.add(0x0012_0062, "CS", "YES")
      body.add(0x0012_0063, "LO", method)
    }
    body.add(0x0018_1000, "LO", "0")
    body.add(0x0018_1020, "LO", "segsh")
    body.add(0x0020_000D, "UI", reference[0x0020_000D])
    body.add(0x0020_000E, "UI", series)
    body.add(0x0020_0010, "SH", reference[0x0020_0010])
    body.add(0x0020_0011, "IS", "1")
    body.add(0x0020_0013, "IS", "1")
    // Asked for where no place in space says how the image lies; empty where the X-ray does not say it.
    body.add(0x0020_0020, "CS", reference[0x0020_0020])
    if !reference[0x0020_0052].isEmpty {
      body.add(0x0020_0052, "UI", reference[0x0020_0052])
      body.add(0x0020_1040, "LO", reference[0x0020_1040])
    }
  }

  private static func add(_ algorithm: Algorithm, to item: inout DICOMWriter) {
    item.add(0x0024_0202, "LO", "segsh")
    item.add(0x0066_002F, code: DICOMCode("123110", "DCM", "Artificial Intelligence"))
    item.add(0x0066_0031, "LO", algorithm.version)
    item.add(0x0066_0032, "LT", algorithm.parameters)
    item.add(0x0066_0036, "LO", algorithm.name)
  }

  private static func addReferencedImage(to item: inout DICOMWriter, _ reference: DICOMXRay) {
    item.add(0x0008_1150, "UI", reference[0x0008_0016])
    item.add(0x0008_1155, "UI", reference[0x0008_0018])
  }

  private func addImage(to body: inout DICOMWriter, dimension: String, _ reference: DICOMXRay, _ algorithm: Algorithm?) {
    body.add(0x0020_9221, items: [{ $0.add(0x0020_9164, "UI", dimension) }])
    body.add(
      0x0020_9222,
      items: [
        { item in
          item.add(0x0020_9164, "UI", dimension)
          item.add(0x0020_9165, pointingTo: 0x0062_000B)
          item.add(0x0020_9167, pointingTo: 0x0062_000A)
        }
      ])
    body.add(0x0028_0002, number: 1)
    body.add(0x0028_0004, "CS", "MONOCHROME2")
    body.add(0x0028_0008, "IS", "\(segments.count)")
    body.add(0x0028_0010, number: UInt16(clamping: size.height))
    body.add(0x0028_0011, number: UInt16(clamping: size.width))
    for (tag, number) in [(0x0028_0100, 1), (0x0028_0101, 1), (0x0028_0102, 0), (0x0028_0103, 0)] as [(DICOMDataSet.Tag, UInt16)] {
      body.add(tag, number: number)
    }
    if reference.deidentification != nil { body.add(0x0028_0303, "CS", "REMOVED") }
    body.add(0x0028_2110, "CS", "00")
    body.add(0x0062_0001, "CS", "BINARY")
    body.add(
      0x0062_0002,
      items: segments.enumerated().map { index, segment in
        { item in
          item.add(0x0062_0003, code: segment.category)
          item.add(0x0062_0004, number: UInt16(clamping: index + 1))
          item.add(0x0062_0005, "LO", segment.label)
          if let algorithm { item.add(0x0062_0007, items: [{ Self.add(algorithm, to: &$0) }]) }
          item.add(0x0062_0008, "CS", "SEMIAUTOMATIC")
          item.add(0x0062_0009, "LO", "segsh")
          item.add(0x0062_000F, code: segment.type)
        }
      })
    body.add(0x0070_0080, "CS", "LUNGS")
    body.add(0x0070_0081, "LO", "Lungs and opacity; research use, not a diagnosis")
    body.add(0x0070_0084, "PN", "")
    let spacing = [reference[0x0028_0030], reference[0x0018_1164]].first { !$0.isEmpty }
    body.add(
      0x5200_9229,
      items: [
        { item in
          guard let spacing else { return }
          item.add(
            0x0028_9110,
            items: [
              { measures in
                // A radiograph has no slices; readers that want a thickness get one.
                measures.add(0x0018_0050, "DS", "1")
                measures.add(0x0028_0030, "DS", spacing)
              }
            ])
        }
      ])
    body.add(
      0x5200_9230,
      items: segments.indices.map { index in
        { item in
          item.add(
            0x0008_9124,
            items: [
              { derivation in
                derivation.add(
                  0x0008_2112,
                  items: [
                    { picture in
                      Self.addReferencedImage(to: &picture, reference)
                      picture.add(0x0028_135A, "CS", "YES")
                      picture.add(0x0040_A170, code: DICOMCode("121322", "DCM", "Source image for image processing operation"))
                    }
                  ])
                derivation.add(0x0008_9215, code: DICOMCode("113076", "DCM", "Segmentation"))
              }
            ])
          item.add(0x0020_9111, items: [{ $0.add(0x0020_9157, "UL", withUnsafeBytes(of: UInt32(index + 1).littleEndian) { Array($0) }) }])
          item.add(0x0062_000A, items: [{ $0.add(0x0062_000B, number: UInt16(clamping: index + 1)) }])
        }
      })
  }

  /// The frames bit by bit, the first pixel in the lowest bit, without gaps between rows or frames; padded to an even number of bytes.
  private func packed() -> [UInt8] {
    let count = (size.count * segments.count + 7) / 8
    var bytes = [UInt8](repeating: 0, count: count + count % 2)
    for (index, segment) in segments.enumerated() {
      for row in 0..<size.height {
        for column in 0..<size.width where segment.mask[row, column] {
          let place = index * size.count + row * size.width + column
          bytes[place >> 3] |= 1 << UInt8(place & 7)
        }
      }
    }
    return bytes
  }
}
