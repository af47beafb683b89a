import Basics
import Foundation
import Testing

struct Base64Tests {
  @Test(arguments: 0...10) func `bytes survive Base64, as Foundation writes it`(count: Int) {
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 91 &+ 200) }
    #expect(Base64.text(of: bytes) == Data(bytes).base64EncodedString())
    #expect(Base64.bytes(of: Base64.text(of: bytes)) == bytes)
    #expect(Base64.bytes(of: "AB=C") == nil && Base64.bytes(of: "A") == nil && Base64.bytes(of: "????") == nil)
  }
}
