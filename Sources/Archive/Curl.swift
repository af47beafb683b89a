import Basics
internal import CCurl
internal import Platform

/// One HTTP request.
struct HTTPRequest {
  var url: String
  /// Whole lines.
  var headers: [String] = []
  /// What is posted; nil: the request is a GET.
  var body: [UInt8]?
  var netrc: String?
  var certificates: String?
  /// Whether no proxy is asked, whatever the environment says.
  var isDirect = false
  /// Longest time in which nothing is sent or received, in seconds.
  var idleSeconds = 60
  /// Most bytes of the answer.
  var limit: Int
}

struct HTTPAnswer {
  let status: Int
  let contentType: String
  /// The address that the answer sends the client to; empty: none.
  let redirect: String
  /// Seconds to wait before the next request; 0: not stated.
  let retryAfter: Int
  let body: [UInt8]
}

/// Why there is no answer.
enum HTTPFailure: Error {
  /// libcurl is not installed.
  case noLibrary
  case cannotResolve(String)
  case cannotConnect(String)
  case timedOut
  /// The certificate was refused, or no encrypted connection came about.
  case notTrusted(String)
  case badCertificates
  case interrupted(String)
  case tooLarge(limit: Int)
  case noMemory(MemoryShortage)
  case cancelled
  case failed(String)
}

/// A connection through libcurl, which is loaded when the first is opened.
final class HTTPConnection {
  /// Whether libcurl is installed.
  static var isAvailable: Bool { ccurl_is_available() != 0 }

  private let handle: OpaquePointer

  /// - Throws: `HTTPFailure.noLibrary`.
  init() throws(HTTPFailure) {
    guard let handle = ccurl_open() else { throw .noLibrary }
    self.handle = handle
  }

  deinit { ccurl_close(handle) }

  /// What libcurl's callbacks work on.
  private final class Reception {
    let limit: Int
    let cancellation = Cancellation.current
    var bytes: [UInt8] = []
    var failure: HTTPFailure?

    init(limit: Int) { self.limit = limit }

    /// - Returns: Whether more is wanted.
    func take(_ more: UnsafeBufferPointer<UInt8>) -> Bool {
      guard more.count <= limit - bytes.count else {
        failure = .tooLarge(limit: limit)
        return false
      }
      // An array that grows holds its bytes twice for a moment.
      if bytes.count + more.count > bytes.capacity, let shortage = MemoryBudget.shortage(of: 3 * bytes.count) {
        failure = .noMemory(shortage)
        return false
      }
      bytes.append(contentsOf: more)
      return true
    }
  }

  /// Sends a request and reads the whole answer. Redirects are not followed.
  func answer(to request: HTTPRequest) throws(HTTPFailure) -> HTTPAnswer {
    let reception = Reception(limit: request.limit)
    var answer = ccurl_answer()
    let result = withExtendedLifetime(reception) { perform(request, reception, &answer) }
    if let failure = reception.failure { throw failure }
    let message = Self.text(&answer.message, MemoryLayout.size(ofValue: answer.message))
    switch result {
    case CCURL_ANSWERED:
      return HTTPAnswer(
        status: answer.status, contentType: Self.text(&answer.content_type, MemoryLayout.size(ofValue: answer.content_type)),
        redirect: Self.text(&answer.redirect, MemoryLayout.size(ofValue: answer.redirect)), retryAfter: answer.retry_after,
        body: reception.bytes)
    case CCURL_CANNOT_RESOLVE: throw .cannotResolve(message)
    case CCURL_CANNOT_CONNECT: throw .cannotConnect(message)
    case CCURL_TIMED_OUT: throw .timedOut
    case CCURL_NOT_TRUSTED: throw .notTrusted(message)
    case CCURL_BAD_CA_FILE: throw .badCertificates
    case CCURL_INTERRUPTED: throw .interrupted(message)
    case CCURL_STOPPED: throw .cancelled
    default: throw .failed(message)
    }
  }

  private func perform(_ request: HTTPRequest, _ reception: Reception, _ answer: inout ccurl_answer) -> ccurl_result {
    let lines = request.headers.map { strdup($0) }
    defer { for line in lines { free(line) } }
    let pointers = lines.map { UnsafePointer<CChar>($0) }
    return pointers.withUnsafeBufferPointer { headers in
      request.url.withCString { url in
        Self.withText(request.netrc) { netrc in
          Self.withText(request.certificates) { certificates in
            (request.body ?? []).withUnsafeBufferPointer { body in
              var wanted = ccurl_request()
              wanted.url = url
              wanted.headers = headers.baseAddress
              wanted.header_count = headers.count
              wanted.body = request.body == nil ? nil : body.baseAddress
              wanted.body_size = body.count
              wanted.netrc_file = netrc
              wanted.ca_file = certificates
              wanted.is_direct = request.isDirect ? 1 : 0
              wanted.connect_milliseconds = min(15, request.idleSeconds) * 1000
              wanted.idle_seconds = request.idleSeconds
              wanted.total_seconds = 3600
              wanted.context = Unmanaged.passUnretained(reception).toOpaque()
              wanted.receive = { bytes, count, context in
                guard let context else { return 0 }
                let reception = Unmanaged<Reception>.fromOpaque(context).takeUnretainedValue()
                return reception.take(UnsafeBufferPointer(start: bytes, count: count)) ? 1 : 0
              }
              wanted.is_stopped = { context in
                guard let context else { return 1 }
                let reception = Unmanaged<Reception>.fromOpaque(context).takeUnretainedValue()
                return (try? reception.cancellation.check()) == nil ? 1 : 0
              }
              return ccurl_perform(handle, &wanted, &answer)
            }
          }
        }
      }
    }
  }

  private static func withText<Result>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
    guard let text else { return body(nil) }
    return text.withCString(body)
  }

  /// The text of an array of characters, which Swift sees as a tuple.
  private static func text<Characters>(_ characters: inout Characters, _ count: Int) -> String {
    withUnsafeBytes(of: &characters) { String(decoding: $0.prefix(count).prefix { $0 != 0 }, as: UTF8.self) }
  }
}
