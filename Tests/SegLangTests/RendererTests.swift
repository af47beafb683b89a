import Testing

@testable import SegLang

@Suite("Rendering")
struct RendererTests {
  @Test func `what a terminal obeys or what hides a text becomes a dot, a tab two blanks`() {
    for value in Array(0..<32).filter({ $0 != 9 }) + Array(127..<160) + [0xAD, 0x200B, 0x202E, 0x2028, 0xFEFF, 0xE0041] {
      guard let scalar = Unicode.Scalar(UInt32(value)) else { continue }
      #expect(Renderer.safe("a\(scalar)b") == "a·b", "U+\(String(value, radix: 16))")
    }
    #expect(Renderer.safe("a\tb") == "a  b")
  }
}
