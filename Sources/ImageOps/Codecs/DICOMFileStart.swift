import Basics

/// What precedes the data set in a DICOM file (PS3.10, 7.1): preamble, prefix and file meta information, as segsh writes them.
public enum DICOMFileStart {
  static func bytes(storageClass: String, instance: String, transferSyntax: String) -> [UInt8] {
    var meta = DICOMWriter()
    meta.add(0x0002_0001, "OB", [0, 1])
    meta.add(0x0002_0002, "UI", storageClass)
    meta.add(0x0002_0003, "UI", instance)
    meta.add(0x0002_0010, "UI", transferSyntax)
    meta.add(0x0002_0012, "UI", "2.25.171803398874989484820458683436563811772")
    meta.add(0x0002_0013, "SH", "SEGSH")
    var head = DICOMWriter()
    head.add(0x0002_0000, "UL", withUnsafeBytes(of: UInt32(meta.bytes.count).littleEndian) { Array($0) })
    return [UInt8](repeating: 0, count: 128) + Array("DICM".utf8) + head.bytes + meta.bytes
  }

  /// The file with its start as segsh writes it, and the same data set. Which program received the file, and under which name, no longer changes its
  /// digest.
  /// - Returns: Nil if the file has no SOP Instance UID, or no file meta information with a group length.
  public static func replaced(in file: [UInt8]) -> [UInt8]? {
    // (0002,0000) UL, 4 bytes.
    let mark: [UInt8] = Array("DICM".utf8) + [2, 0, 0, 0] + Array("UL".utf8) + [4, 0]
    guard file.count >= 144, file[128..<140].elementsEqual(mark), let identity = DICOMIdentity(of: file) else { return nil }
    let length = file[140..<144].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= file.count - 144 else { return nil }
    return bytes(storageClass: identity.storageClass, instance: identity.instance, transferSyntax: identity.transferSyntax)
      + file[(144 + length)...]
  }
}
