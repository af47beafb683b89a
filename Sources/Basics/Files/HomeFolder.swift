internal import Platform

/// The user's folder, which `~` stands for.
public enum HomeFolder {
  /// `HOME`; nil where that is no path from the root, which would lie in whatever folder the program runs in.
  public static var path: String? {
    guard let home = getenv("HOME"), home.pointee == CChar(bitPattern: UInt8(ascii: "/")) else { return nil }
    return String(cString: home)
  }

  /// The path with a leading `~` replaced by the home folder.
  public static func expanding(_ path: String) -> String {
    guard path == "~" || path.hasPrefix("~/"), let home = Self.path else { return path }
    return home + path.dropFirst()
  }
}
