internal import Platform

/// Memory for images in pages of 2 MiB: filling fresh memory then costs one fault for 512 of them.
public enum LargePages {
  private static let page = 2 << 20

  /// Asks for large pages under memory that is about to be filled; what is smaller than a few of them is left as it is.
  public static func prefer(_ memory: UnsafeMutableRawPointer?, bytes: Int) {
    guard let memory, bytes >= 2 * page else { return }
    let start = (UInt(bitPattern: memory) + UInt(page) - 1) / UInt(page) * UInt(page)
    let end = (UInt(bitPattern: memory) + UInt(bytes)) / UInt(page) * UInt(page)
    // Advice: where the system has no large pages, all stays as it was.
    if end > start { _ = madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_HUGEPAGE) }
  }
}
