import TestSupport
import Testing

@Suite struct ScreenTests {
  @Test(arguments: [
    ("ab\rc", "cb"), ("abc\u{8}\u{8}x", "axc"), ("one\r\ntwo", "one\ntwo"), ("abc\r\u{1B}[K", ""), ("abc\u{1B}[2D\u{1B}[Px", "ax"),
    ("abc\r\u{1B}[1@x", "xabc"), ("\u{1B}[1;31mred\u{1B}[0m", "red"), ("\u{1B}[?2004hx", "x"), ("a\r\nb\u{1B}[A\u{1B}[Jc", "ac"),
    ("é", "é"),
  ])
  func `bytes become what a person sees`(bytes: String, text: String) {
    var screen = Screen()
    for byte in bytes.utf8 { screen.feed([byte]) }
    #expect(screen.text == text)
  }

  @Test func `a line wider than the screen goes on below`() {
    var screen = Screen(columns: 4)
    screen.feed("abcdef".utf8)
    #expect(screen.text == "abcd\nef")
  }
}
