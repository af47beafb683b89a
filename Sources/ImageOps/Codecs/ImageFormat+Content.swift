import Basics
internal import Platform

extension ImageFormat {
  /// The number of bytes from the start of a file that suffices to recognize every format.
  public static let headCount = 512

  /// The format of a file by its content, whatever its name. Reads ``headCount`` bytes.
  ///
  /// Nil for a folder, a file that cannot be read and any other kind of file.
  public init?(contentOf path: String) {
    let file = open(SystemPath.bytes(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    let head = [UInt8](unsafeUninitializedCapacity: Self.headCount) { buffer, count in
      while count < buffer.count {
        let got = Platform.read(file, buffer.baseAddress.map { $0 + count }, buffer.count - count)
        if got < 0 && errno == EINTR { continue }
        guard got > 0 else { return }
        count += got
      }
    }
    guard let format = head.withUnsafeBytes({ ImageFormat(signatureOf: $0) }) else { return nil }
    self = format
  }
}
