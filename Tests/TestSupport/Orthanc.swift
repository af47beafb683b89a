import Foundation
import Platform

/// A DICOM archive with DICOMweb, started on this machine with a configuration and a storage of its own.
public final class Orthanc {
  private static let program = "/usr/sbin/Orthanc"
  private static let plugin = "/usr/share/orthanc/plugins/libOrthancDicomWeb.so"

  /// Why it cannot be started; nil: it can. Debian's packages are orthanc and orthanc-dicomweb.
  public static let missing: String? =
    FileManager.default.isExecutableFile(atPath: program) && FileManager.default.fileExists(atPath: plugin)
    ? nil : "Orthanc is not installed (apt-get install orthanc orthanc-dicomweb)"

  public let port: UInt16
  public let dicomPort: UInt16
  private let process = Process()
  private let folder: TemporaryFolder

  public struct NotStarted: Error, CustomStringConvertible {
    public let description: String
  }

  /// - Parameters:
  ///   - password: of the user `reader`; nil: everyone is let in.
  ///   - checksTitle: whether only `ORTHANC` is its AE title.
  ///   - peer: the port of a DICOM server on this machine, known as `SEGSH`, that may ask and be sent to.
  public init(password: String? = nil, peer: UInt16? = nil, checksTitle: Bool = false) throws {
    folder = try TemporaryFolder()
    (port, dicomPort) = (Self.freePort(), Self.freePort())
    var configuration: [String: Any] = [
      "Name": "segsh test", "StorageDirectory": folder.file("storage"), "IndexDirectory": folder.file("storage"), "HttpPort": Int(port),
      "DicomPort": Int(dicomPort), "DicomAet": "ORTHANC", "RemoteAccessAllowed": false, "AuthenticationEnabled": password != nil,
      "RegisteredUsers": ["reader": password ?? "none"], "Plugins": [Self.plugin], "DicomWeb": ["Enable": true, "Root": "/dicom-web/"],
      "StableAge": 1, "DicomCheckCalledAet": checksTitle, "DicomAlwaysAllowStore": true, "DicomAlwaysAllowFind": true,
      "DicomAlwaysAllowGet": true,
      "DicomAlwaysAllowMove": true,
      "OverwriteInstances": false,
    ]
    if let peer { configuration["DicomModalities"] = ["segsh": ["SEGSH", "127.0.0.1", Int(peer)]] }
    let file = folder.url.appendingPathComponent("orthanc.json")
    try JSONSerialization.data(withJSONObject: configuration).write(to: file)
    let log = folder.url.appendingPathComponent("log")
    try Data().write(to: log)
    process.executableURL = URL(fileURLWithPath: Self.program)
    process.arguments = [file.path]
    process.environment = ["PATH": "/usr/bin:/bin", "HOME": folder.path, "LANG": "C.UTF-8"]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: log)
    try process.run()
    let end = Date().addingTimeInterval(60)
    while !String(decoding: try Data(contentsOf: log), as: UTF8.self).contains("Orthanc has started") {
      guard process.isRunning, Date() < end else {
        throw NotStarted(description: "Orthanc did not start: \(String(decoding: try Data(contentsOf: log), as: UTF8.self).suffix(600))")
      }
      usleep(50_000)
    }
  }

  deinit { stop() }

  /// Ends it; nobody answers from then on.
  public func stop() {
    guard process.isRunning else { return }
    // Foundation starts it with most signals blocked.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// Its address for DIMSE.
  public var dimse: String { "dimse:ORTHANC@127.0.0.1:\(dicomPort)" }

  /// The base of its DICOMweb addresses.
  public var url: String { "http://127.0.0.1:\(port)/dicom-web" }

  /// How many instances it holds, by its own interface.
  public func instanceCount(password: String? = nil) -> Int? {
    var headers: [String: String] = [:]
    if let password { headers["Authorization"] = "Basic " + Data("reader:\(password)".utf8).base64EncodedString() }
    headers["Connection"] = "close"
    guard let answer = LoopbackClient.ask(port, path: "/instances", headers: headers), answer.status == 200 else { return nil }
    return (try? JSONSerialization.jsonObject(with: Data(answer.body)) as? [Any])?.count
  }

  /// A port of this machine that nobody listens on.
  public static func freePort() -> UInt16 {
    let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    defer { close(file) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr = in_addr(s_addr: INADDR_LOOPBACK.bigEndian)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        _ = bind(file, pointer, length)
        getsockname(file, pointer, &length)
      }
    }
    return UInt16(bigEndian: address.sin_port)
  }
}
