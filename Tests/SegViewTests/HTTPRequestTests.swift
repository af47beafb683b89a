import Testing

@testable import SegView

@Suite struct HTTPRequestTests {
  private func read(_ text: String) throws -> (request: HTTPRequest, length: Int)? { try HTTPRequest.read(Array(text.utf8)) }

  @Test func `a head is taken apart`() throws {
    let text = "POST /do HTTP/1.1\r\nHost: 127.0.0.1:80\r\nX-Thing:  two words \t\r\nContent-Length: 12\r\n\r\nrest"
    let (request, length) = try #require(try read(text))
    #expect(request.method == "POST")
    #expect(request.path == "/do")
    #expect(request.headers == ["host": "127.0.0.1:80", "x-thing": "two words", "content-length": "12"])
    #expect(request.contentLength == 12)
    #expect(length == text.utf8.count - 4)
  }

  @Test func `a head that has not come whole is waited for`() throws {
    let whole = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    for count in 0..<whole.utf8.count { #expect(try read(String(whole.prefix(count))) == nil || count >= whole.count) }
  }

  @Test(arguments: [
    "GET /\r\n\r\n", "GET / HTTP/2.0\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n", "GET http://a/ HTTP/1.1\r\n\r\n", "\r\n\r\n", " \r\n\r\n",
    "GET / HTTP/1.1\r\nHost\r\n\r\n", "GET / HTTP/1.1\r\n: a\r\n\r\n", "GET / HTTP/1.1\r\n folded: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "GET / HTTP/1.1\r\nA: b\nC: d\r\n\r\n",
    "GET / HTTP/1.1\r\nA: \u{1}\r\n\r\n", "GET /ä HTTP/1.1\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    "POST / HTTP/1.1\r\nContent-Length: 1e3\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
  ])
  func `anything odd is refused`(_ text: String) {
    #expect(throws: HTTPRequest.Problem.malformed) { try read(text) }
  }

  @Test func `a head is short, and a body says its length`() {
    let long = "GET / HTTP/1.1\r\nA: \(String(repeating: "b", count: HTTPRequest.headLimit))"
    #expect(throws: HTTPRequest.Problem.tooLong) { try read(long) }
    #expect(throws: HTTPRequest.Problem.tooLong) { try read(long + "\r\n\r\n") }
    #expect(throws: HTTPRequest.Problem.lengthMissing) { try read("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n") }
  }
}
