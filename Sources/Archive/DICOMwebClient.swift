import Basics

/// Reads from and writes to a DICOM archive by DICOMweb (PS3.18).
///
/// A request is sent again after 429, a failure of the server (500 and above) or of the connection, with growing pauses. That is safe for storing
/// too, since an instance has a UID and is stored once, however often it comes.
package final class DICOMwebClient: ArchiveClient {
  /// Whether libcurl, which carries all requests, is installed.
  package static var isAvailable: Bool { HTTPConnection.isAvailable }

  /// The URL up to `/studies`.
  package let archive: String
  /// Host and port, for messages.
  package let host: String
  let settings: ArchiveSettings
  package let root: ArchiveAddress
  private let origin: ArchiveOrigin
  private let connection: HTTPConnection

  /// - Throws: `ArchiveProblem`.
  package init(_ address: ArchiveAddress, settings: ArchiveSettings) throws(ArchiveProblem) {
    guard let archive = address.archive ?? settings.archive else { throw .noArchive(.dicomweb) }
    guard let origin = ArchiveOrigin(archive) else { throw .badAddress("\(address)", "the host is missing or invalid") }
    self.archive = archive
    root = address.root
    (self.settings, self.origin) = (settings, origin)
    host = String(archive.dropFirst(origin.scheme.count + 3).prefix { $0 != "/" })
    do throws(HTTPFailure) { connection = try HTTPConnection() } catch { throw .noLibrary }
  }

  /// What has to be said about the connection; nil: it is encrypted, or stays on this machine.
  package var warning: String? {
    origin.scheme == "https" || origin.isLoopback
      ? nil : "the connection to \(host) is not encrypted: images and passwords can be read on the way; use https if the archive offers it"
  }

  // MARK: Requests

  /// The answer to a request, whatever its status; redirects are followed if that is safe.
  /// - Throws: `ArchiveProblem`, `CancellationError`.
  func answer(path: String, query: String = "", accept: String, body: (type: String, bytes: [UInt8])? = nil, limit: Int) throws
    -> HTTPAnswer
  {
    var url = archive + path + query
    var sendsCredentials = true
    for _ in 0...Self.redirectLimit {
      let answer = try answer(url, accept: accept, body: body, limit: limit, sendsCredentials: sendsCredentials)
      guard (300...399).contains(answer.status) else { return answer }
      (url, sendsCredentials) = try next(after: answer, isStoring: body != nil, sendsCredentials)
    }
    throw ArchiveProblem.badAnswer(host, "more than \(Self.redirectLimit) redirects")
  }

  private static let redirectLimit = 3

  /// Where a redirect leads, if it may be followed: to the same host unless that gives up encryption, or to any host by https. A token or password
  /// goes to no other host or port; an upgrade to https is still the same.
  private func next(after answer: HTTPAnswer, isStoring: Bool, _ sent: Bool) throws(ArchiveProblem) -> (url: String, sendsCredentials: Bool)
  {
    guard let target = ArchiveOrigin(answer.redirect) else { throw .failed(host, status: answer.status) }
    let place = "\(target.scheme)://\(target.host)" + (target.port == (target.scheme == "https" ? 443 : 80) ? "" : ":\(target.port)")
    let isUpgrade = origin.scheme == "http" && target.scheme == "https" && origin.port == 80 && target.port == 443
    let isSame = target.host == origin.host && (target == origin || isUpgrade)
    let mayFollow = isSame || target.host == origin.host && target.scheme == origin.scheme || target.scheme == "https"
    // A page that is moved (301 to 303) turns into a GET, which stores nothing; and patients' images go nowhere that was not named.
    guard mayFollow, !isStoring || isSame && [307, 308].contains(answer.status) else { throw .redirected(host, to: place) }
    return (answer.redirect, sent && isSame)
  }

  /// One request, sent again as long as that may help.
  private func answer(_ url: String, accept: String, body: (type: String, bytes: [UInt8])?, limit: Int, sendsCredentials: Bool) throws
    -> HTTPAnswer
  {
    var request = HTTPRequest(url: url, headers: ["Accept: \(accept)"], limit: limit)
    if let body {
      // Without an Expect, which servers answer late or not at all.
      request.headers += ["Content-Type: \(body.type)", "Expect:"]
      request.body = body.bytes
    }
    if sendsCredentials {
      if let token = settings.token, settings.archive.flatMap(ArchiveOrigin.init) == origin {
        request.headers.append("Authorization: Bearer \(token)")
      } else {
        request.netrc = settings.netrc
      }
    }
    request.certificates = settings.certificates
    request.idleSeconds = settings.idleSeconds
    request.isDirect = ArchiveOrigin(url)?.isLoopback ?? false
    var pauses = settings.pauses[...]
    while true {
      try Cancellation.current.check()
      let outcome = result(request)
      let wait: Int
      switch outcome {
      case .success(let answer) where answer.status == 429 || answer.status >= 500: wait = answer.retryAfter
      case .failure(.cannotConnect), .failure(.interrupted): wait = 0
      case .success(let answer): return answer
      case .failure(let failure): throw problem(failure)
      }
      // A server that asks for more than this is better asked by a person, later.
      guard wait <= 30, let pause = pauses.popFirst() else {
        switch outcome {
        case .success(let answer): return answer
        case .failure(let failure): throw problem(failure)
        }
      }
      try Cancellation.current.sleep(max(pause, Double(wait)))
    }
  }

  private func result(_ request: HTTPRequest) -> Result<HTTPAnswer, HTTPFailure> {
    do throws(HTTPFailure) { return .success(try connection.answer(to: request)) } catch { return .failure(error) }
  }

  private func problem(_ failure: HTTPFailure) -> any Error {
    switch failure {
    case .noLibrary: ArchiveProblem.noLibrary
    case .cannotResolve: ArchiveProblem.unreachable(host, "there is no host of this name, or no network")
    case .cannotConnect: ArchiveProblem.unreachable(host, "nothing answers at this address; check that the archive runs, and the port")
    case .timedOut: ArchiveProblem.timedOut(host, seconds: settings.idleSeconds)
    case .notTrusted(let reason): ArchiveProblem.notTrusted(host, reason)
    case .badCertificates: ArchiveProblem.badCertificates(settings.certificates ?? "")
    case .interrupted: ArchiveProblem.unreachable(host, "the connection ended before the answer was complete")
    case .tooLarge(let limit): ArchiveProblem.tooLarge(host, limit: limit)
    case .noMemory(let shortage): ArchiveProblem.noMemory(shortage)
    case .cancelled: CancellationError()
    case .failed(let reason): ArchiveProblem.unreachable(host, reason)
    }
  }

  /// - Throws: `ArchiveProblem` for a status that is no success.
  func checkStatus(_ answer: HTTPAnswer) throws(ArchiveProblem) {
    switch answer.status {
    case 200...299: return
    case 401, 403: throw .refused(host, status: answer.status)
    case 404, 410: throw .notFound(host)
    default: throw .failed(host, status: answer.status)
    }
  }
}
