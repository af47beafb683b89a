/// An answer: a status, a type and bytes. Every answer ends its connection, but a stream of events.
struct HTTPResponse: Equatable {
  enum Status: Int {
    case ok = 200
    case accepted = 202
    case noContent = 204
    case badRequest = 400
    case unauthorized = 401
    case forbidden = 403
    case notFound = 404
    case methodNotAllowed = 405
    case lengthRequired = 411
    case contentTooLarge = 413
    case unsupportedMediaType = 415
    case misdirected = 421
    case tooManyRequests = 429
    case headTooLarge = 431
    case unavailable = 503

    var reason: String {
      switch self {
      case .ok: "OK"
      case .accepted: "Accepted"
      case .noContent: "No Content"
      case .badRequest: "Bad Request"
      case .unauthorized: "Unauthorized"
      case .forbidden: "Forbidden"
      case .notFound: "Not Found"
      case .methodNotAllowed: "Method Not Allowed"
      case .lengthRequired: "Length Required"
      case .contentTooLarge: "Content Too Large"
      case .unsupportedMediaType: "Unsupported Media Type"
      case .misdirected: "Misdirected Request"
      case .tooManyRequests: "Too Many Requests"
      case .headTooLarge: "Request Header Fields Too Large"
      case .unavailable: "Service Unavailable"
      }
    }
  }

  var status: Status
  var type = "text/plain; charset=utf-8"
  var body: [UInt8] = []

  /// A refusal in words, or no content.
  init(_ status: Status) {
    self.status = status
    body = status == .noContent ? [] : Array("\(status.reason)\n".utf8)
  }

  init(_ body: [UInt8], type: String) {
    status = .ok
    self.type = type
    self.body = body
  }

  /// The head of a stream of events.
  static var events: [UInt8] { head(.ok, type: "text/event-stream", length: nil) }

  var head: [UInt8] { Self.head(status, type: type, length: status == .noContent ? nil : body.count) }

  /// Nothing comes from elsewhere, runs from elsewhere, or is shown inside another page; and nothing stays behind.
  private static func head(_ status: Status, type: String, length: Int?) -> [UInt8] {
    Array(
      """
      HTTP/1.1 \(status.rawValue) \(status.reason)\r
      Content-Type: \(type)\r
      \(length.map { "Content-Length: \($0)\r\n" } ?? "")Connection: close\r
      Cache-Control: no-store\r
      Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; \
      base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r
      Cross-Origin-Opener-Policy: same-origin\r
      Cross-Origin-Resource-Policy: same-origin\r
      Referrer-Policy: no-referrer\r
      X-Content-Type-Options: nosniff\r
      \r

      """.utf8)
  }
}
