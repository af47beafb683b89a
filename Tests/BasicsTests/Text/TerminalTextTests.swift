import Basics
import Testing

@Suite struct TerminalTextTests {
  @Test func `plain text and text of any script stays`() {
    for text in ["", "load x.png", "a\n\tb", "Größe 3 × 2 µm", "肺炎", "é", "👍🏽", "−"] { #expect(TerminalText.cleaned(text) == text) }
  }

  @Test func `what a terminal obeys or what hides a text becomes a dot`() {
    let unsafe =
      (0..<32).filter { $0 != 9 && $0 != 10 } + Array(127..<160) + Array(0x200B...0x200F) + Array(0x202A...0x202E) + Array(0x2060...0x2064)
      + Array(0x2066...0x2069) + [0xAD, 0x061C, 0x180E, 0x2028, 0x2029, 0xFEFF, 0xE0001, 0xE0041]
    for value in unsafe {
      guard let scalar = Unicode.Scalar(UInt32(value)) else { continue }
      #expect(TerminalText.cleaned("a\(scalar)b") == "a·b", "U+\(String(value, radix: 16))")
    }
    #expect(TerminalText.cleaned("a\r\nb") == "a·\nb")
  }

  @Test func `JSON escapes them, also beyond the first plane`() {
    #expect(JSON.string("a\u{1B}\u{7F}\u{9B}\u{202E}\u{E0041}é\n").text == "\"a\\u001b\\u007f\\u009b\\u202e\\udb40\\udc41é\\n\"")
  }
}
