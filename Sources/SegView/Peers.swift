internal import Platform

/// Who is at the other end of a connection on the loopback interface.
enum Peers {
  /// The user whose socket is connected to this one, by the kernel's table of IPv4 connections; nil where it is not listed.
  static func user(of file: Int32, port: UInt16) -> uid_t? {
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(file, $0, &length) }
    }
    guard status == 0, let table = fopen("/proc/net/tcp", "re") else { return nil }
    defer { fclose(table) }
    // `sl local_address rem_address st tx:rx tr:when retrnsmt uid …`, addresses in hexadecimal; theirs is the line whose local address is our remote one.
    let theirs = hexadecimal(UInt16(bigEndian: address.sin_port))
    let ours = hexadecimal(port)
    var line = [CChar](repeating: 0, count: 512)
    while fgets(&line, Int32(line.count), table) != nil {
      let fields = line.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }.split(separator: " ")
      if fields.count > 7, fields[1].hasSuffix(":" + theirs), fields[2].hasSuffix(":" + ours), let user = uid_t(fields[7]) { return user }
    }
    return nil
  }

  private static func hexadecimal(_ port: UInt16) -> String {
    let digits = String(port, radix: 16, uppercase: true)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }
}
