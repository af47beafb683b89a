import Foundation
import Platform
import TestSupport
import Testing

/// The program and a server with a certificate that only a test trusts: `openssl s_server`, which sends files as whole answers.
@Suite(.serialized, .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl"), "openssl is not installed"))
struct CertificateTranscripts {
  private let program = Program()
  private let folder: TemporaryFolder
  private let xray = ArchivedXRay(study: "1.2.826.1.27.4", side: 64)

  init() throws {
    folder = try TemporaryFolder()
    for (name, subject) in [("cert", "IP:127.0.0.1"), ("other", "DNS:pacs.example.org")] {
      let made = try Program(executable: "/usr/bin/openssl").run(
        [
          "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test", "-addext", "subjectAltName=\(subject)",
          "-keyout", "\(name).key", "-out", "\(name).pem",
        ], in: folder.url)
      #expect(made.status == 0, "\(made.errors)")
    }
    let file = try xray.bytes
    let head = "HTTP/1.0 200 OK\r\nContent-Type: application/dicom\r\nContent-Length: \(file.count)\r\n\r\n"
    try folder.write(Array(head.utf8) + file, to: "rs/\(xray.path)")
  }

  /// Loads the X-ray from a server with a certificate.
  private func load(_ certificate: String, _ environment: [String: String], tls: [String] = []) throws -> Program.Outcome {
    let port = Orthanc.freePort()
    let server = Process()
    server.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
    server.arguments =
      ["s_server", "-accept", "127.0.0.1:\(port)", "-cert", "\(certificate).pem", "-key", "\(certificate).key", "-HTTP", "-quiet"] + tls
    server.currentDirectoryURL = folder.url
    server.standardInput = FileHandle.nullDevice
    server.standardOutput = FileHandle.nullDevice
    server.standardError = FileHandle.nullDevice
    try server.run()
    defer {
      kill(server.processIdentifier, SIGKILL)
      server.waitUntilExit()
    }
    let end = Date().addingTimeInterval(30)
    while LoopbackClient(port: port) == nil, Date() < end { usleep(20_000) }
    return try program.run(
      ["-c", "(load dicomweb:https://127.0.0.1:\(port)/rs/\(xray.path)).width"], in: folder.url, environment: environment)
  }

  @Test func `only a certificate that is trusted and names the host is accepted`() throws {
    let unknown = try load("cert", [:])
    #expect(unknown.status == 1 && unknown.errors.contains("is not trusted"), "\(unknown.errors)")
    let named = try load("cert", ["SEGSH_DICOMWEB_CA": folder.file("cert.pem")])
    #expect(named.status == 0 && named.output == "64\n", "\(named.errors)")
    let otherHost = try load("other", ["SEGSH_DICOMWEB_CA": folder.file("other.pem")])
    #expect(otherHost.status == 1 && otherHost.errors.contains("is not trusted"), "\(otherHost.errors)")
    let missing = try load("cert", ["SEGSH_DICOMWEB_CA": folder.file("none.pem")])
    #expect(missing.status == 1 && missing.errors.contains("CA file"), "\(missing.errors)")
  }

  @Test func `versions of TLS before 1.2 are refused`() throws {
    let old = try load("cert", ["SEGSH_DICOMWEB_CA": folder.file("cert.pem")], tls: ["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"])
    #expect(old.status == 1 && !old.output.contains("64"), "\(old.errors)")
  }
}
