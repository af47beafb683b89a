import Testing

@testable import Archive

@Suite struct ArchiveAddressTests {
  @Test(arguments: [
    ("dicomweb:https://pacs.example.org/dicom-web", "https://pacs.example.org/dicom-web", ""),
    ("dicomweb:https://PACS.example.org:8443/a/b/", "https://pacs.example.org:8443/a/b", ""),
    ("dicomweb:http://127.0.0.1:8042/dicom-web/studies/1.2.3", "http://127.0.0.1:8042/dicom-web", "/studies/1.2.3"),
    ("dicomweb:https://[::1]:80/rs/studies/1.2/series/3.4/", "https://[::1]:80/rs", "/studies/1.2/series/3.4"),
    ("dicomweb:https://h/studies/1/series/2/instances/3", "https://h", "/studies/1/series/2/instances/3"),
    ("dicomweb:https://h/dcm4chee-arc/aets/DCM4CHEE/rs/studies/", "https://h/dcm4chee-arc/aets/DCM4CHEE/rs", ""),
    ("dimse:ORTHANC@127.0.0.1:4242", "ORTHANC@127.0.0.1:4242", ""),
    ("dimse:Main_PACS-1@PACS.example.org:11112/studies/1.2", "Main_PACS-1@pacs.example.org:11112", "/studies/1.2"),
    ("dimse:P@h:104/studies/1/series/2/instances/3", "P@h:104", "/studies/1/series/2/instances/3"),
  ])
  func `an address is taken apart, and its text reads as the same address`(_ text: String, _ archive: String, _ path: String) throws {
    let address = try ArchiveAddress(text)
    #expect(address.archive == archive && address.path == path)
    #expect(try ArchiveAddress("\(address)") == address)
  }

  @Test func `an address without an archive means the one of the settings`() throws {
    let address = try ArchiveAddress("dicomweb:studies/1.2/series/3")
    #expect(address.archive == nil && address.path == "/studies/1.2/series/3" && "\(address)" == "dicomweb:studies/1.2/series/3")
    #expect(try ArchiveAddress("dicomweb:").archive == nil)
    let other = try ArchiveAddress("dimse:studies/1.2/series/3")
    #expect(other.kind == .dimse && other.archive == nil && "\(other)" == "dimse:studies/1.2/series/3" && "\(other.root)" == "dimse:")
  }

  @Test(arguments: [
    "dicomweb:https://u:secret@h/studies/1", "dicomweb:https://u@h", "dicomweb:ftp://h/studies/1", "dicomweb:file:///etc/passwd",
    "dicomweb:https:///studies/1", "dicomweb:https://h:0/x", "dicomweb:https://h:70000/x", "dicomweb:https://h/../x",
    "dicomweb:https://h/a?b=c",
    "dicomweb:https://h/a#b", "dicomweb:https://h/a\\b", "dicomweb:https://h/studies/1.2.x", "dicomweb:https://h/studies/1/instances/2",
    "dicomweb:https://h/studies/1/series/2/frames/3", "dicomweb:https://h/studies/1/series/2/instances/3/frames/1", "dicomweb:h/studies/1x",
    "dicomweb:https://h /x", "dicomweb:https://h/ä", "dicomweb:https://h\r\nX: y/", "dicomweb:here", "https://h/studies/1",
    "dicomweb:https://h/studies/" + String(repeating: "1", count: 65), "dicomweb:https://h/" + String(repeating: "a/", count: 2000),
    "dimse:h:104/studies/1", "dimse:@h:104", "dimse:P@h", "dimse:P@:104", "dimse:P@h:0", "dimse:P@h:x", "dimse:P@[::1]:104",
    "dimse:P@-h:104",
    "dimse:-P@h:104", "dimse:TITLE_OF_17_LETTR@h:104", "dimse:u:secret@h:104", "dimse:P@h:104/dicom-web/studies/1", "dimse:P@h:104/../x",
    "dimse:P Q@h:104", "dimse:here", "dimse:P@h:104/studies/1/instances/2", "dimse:https://u:secret@h/studies/1", "dimse:secret@x@h:1",
    "dicomweb:https://evil.org\\@h/", "dicomweb:https://h:80:90/", "dicomweb:https://[::1/", "dicomweb:https://h/studies/.1",
  ])
  func `anything else is refused, and the error repeats no password`(_ text: String) {
    let problem = #expect(throws: ArchiveProblem.self) { _ = try ArchiveAddress(text) }
    #expect(problem.map { !"\($0)".contains("secret") } ?? false)
  }

  @Test func `an origin has the standard port of its scheme, and only this machine is loopback`() {
    #expect(ArchiveOrigin("https://a.org/x") == ArchiveOrigin("https://A.org:443"))
    #expect(ArchiveOrigin("http://a.org") != ArchiveOrigin("https://a.org"))
    #expect(ArchiveOrigin("http://u@a.org") == nil && ArchiveOrigin("gopher://a.org") == nil && ArchiveOrigin("http://a.org:x") == nil)
    for url in ["http://localhost", "http://127.0.0.1:80", "http://127.8.9.1", "http://[::1]:80"] {
      #expect(ArchiveOrigin(url)?.isLoopback == true)
    }
    for url in ["http://127.0.0.1.evil.org", "http://128.0.0.1", "http://localhost.org", "http://127.0.0"] {
      #expect(ArchiveOrigin(url)?.isLoopback == false)
    }
  }
}
