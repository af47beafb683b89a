import ImageOps
import SegServices
import Testing

@testable import segsh

/// What a page may ask for becomes a line made here; anything else becomes nothing.
@Suite struct ViewPostTests {
  private func line(_ json: String) -> String? { ViewPost(Array(json.utf8))?.line(of: "_7") }

  @Test func `numbers and choices become a line`() {
    #expect(line(#"{"do":"threshold","step":1,"level":0.37}"#) == "_7 | threshold 0.37")
    #expect(line(#"{"do":"threshold","step":1,"level":0.123456}"#) == "_7 | threshold 0.1235")
    #expect(line(#"{"do":"threshold","step":1,"level":-3}"#) == "_7 | threshold -3")
    #expect(line(#"{"do":"severity","step":1}"#) == "_7 | severity")
    #expect(line(#"{"do":"segment","step":1}"#) == "_7 | segment")
    #expect(
      line(#"{"do":"include","step":1,"shape":"polygon","points":[120,88.5,140,92,139,92]}"#)
        == #"_7 | include polygon "120,88.5 +20+3.5 -1+0""#)
    #expect(
      line(#"{"do":"exclude","step":1,"shape":"fill","points":[1.006,2],"layer":"right-lung"}"#)
        == #"_7 | exclude fill "1.01,2" layer=right-lung"#)
    #expect(line(#"{"do":"include","step":1,"at":[190,110.5],"layer":"opacity"}"#) == #"_7 | include at="190,110.5" layer=opacity"#)
    #expect(line(#"{"do":"exclude","step":1,"at":[1,2,3,4]}"#) == #"_7 | exclude at="1,2 +2+2""#)
    #expect(
      line(#"{"do":"paint","step":1,"points":[1,2,3,4],"radius":8,"erase":true,"edges":true,"layer":"opacity"}"#)
        == #"_7 | paint "1,2 +2+2" radius=8px erase=true edges=true layer=opacity"#)
  }

  @Test func `what is measured ahead is the request that it is of`() {
    func change(_ json: String) -> ViewChange? {
      guard case .preview(let number, let post) = ViewPost(Array(#"{"do":"preview","number":3,"of":\#(json)}"#.utf8)) else { return nil }
      #expect(number == 3)
      return post.change
    }
    #expect(change(#"{"do":"threshold","step":1,"level":0.123456}"#) == .threshold(level: 0.1235))
    #expect(
      change(#"{"do":"paint","step":1,"points":[1,2.004],"radius":8.126,"erase":true}"#)
        == .stroke([FinePoint(hundredths: 100, 200)], radius: 8.13, removes: true))
    #expect(
      change(#"{"do":"exclude","step":1,"shape":"ellipse","points":[1,2,3,4],"layer":"opacity"}"#)
        == .shape(.ellipse, [FinePoint(hundredths: 100, 200), FinePoint(hundredths: 300, 400)], removes: true))
    // Lungs and edges have no short way.
    #expect(change(#"{"do":"paint","step":1,"points":[1,2],"radius":8,"edges":true}"#) == nil)
    #expect(change(#"{"do":"paint","step":1,"points":[1,2],"radius":8,"layer":"left-lung"}"#) == nil)
    #expect(line(#"{"do":"preview","number":3,"of":{"do":"threshold","step":1,"level":0.3}}"#) == nil)
  }

  @Test func `what is asked of a worklist becomes a line, and a comment is quoted`() {
    func line(_ fields: String) -> String? {
      guard case .worklist(let post)? = ViewPost(Array("{\"do\":\"worklist\",\(fields)}".utf8)) else { return nil }
      return post.line
    }
    #expect(line(#""word":"next""#) == "worklist next")
    #expect(line(#""word":"previous""#) == "worklist previous")
    #expect(line(#""word":"open","case":12"#) == "worklist from=12")
    #expect(line(#""word":"accept""#) == "worklist accept")
    #expect(line(#""word":"accept","reader":"A.B-2""#) == #"worklist accept "A.B-2""#)
    #expect(line(#""word":"comment","text":"a \"b\" {c} \\ | save x; d\n""#) == #"worklist comment "a \"b\" \{c\} \\ | save x; d\n""#)
    for fields in [
      #""word":"stop""#, #""word":"correct""#, #""word":"open","case":0"#, #""word":"open","case":1e9"#, #""word":"open","case":"1; x""#,
      #""word":"accept","reader":"A; save x""#, #""word":"accept","reader":"""#, #""word":"comment""#, #""word":7"#, #""x":1"#,
      "\"word\":\"comment\",\"text\":\"\(String(repeating: "x", count: 9000))\"",
    ] {
      #expect(line(fields) == nil, "\(fields)")
    }
  }

  @Test func `looking and taking back are no lines`() {
    #expect(ViewPost(Array(#"{"do":"look"}"#.utf8)) == .look(step: nil))
    #expect(ViewPost(Array(#"{"do":"look","step":4}"#.utf8)) == .look(step: 4))
    #expect(ViewPost(Array(#"{"do":"undo"}"#.utf8)) == .undo)
    #expect(line(#"{"do":"redo"}"#) == nil)
    #expect(line(#"{"do":"include","step":1,"at":[1,2],"preview":true}"#) == nil)
  }

  @Test(arguments: [
    "", "{}", "[]", "7", #"{"do":"save","step":1,"path":"/tmp/x"}"#, #"{"do":"load","path":"/etc/passwd"}"#, #"{"do":"use"}"#,
    #"{"do":"threshold","step":1}"#, #"{"do":"threshold","step":1,"level":"0.3 | save x.png"}"#, #"{"do":"threshold","level":0.3}"#,
    #"{"do":"threshold","step":1,"level":1e300}"#, #"{"do":"threshold","step":"1; save x.png","level":0.3}"#,
    #"{"do":"include","step":1,"shape":"x; save y","points":[1,2]}"#, #"{"do":"include","step":1,"shape":"fill","points":[1]}"#,
    #"{"do":"include","step":1,"shape":"fill","points":[]}"#, #"{"do":"include","step":1,"shape":"fill","points":["1",2]}"#,
    #"{"do":"include","step":1,"shape":"fill","points":[1,1e9]}"#,
    #"{"do":"include","step":1,"shape":"fill","points":[1,2],"layer":"heart; stop"}"#, #"{"do":"paint","step":1,"points":[1,2]}"#,
    #"{"do":"include","step":1,"at":[1]}"#, #"{"do":"exclude","step":1,"at":"1,2; quit"}"#,
    #"{"do":"paint","step":1,"points":[1,2],"radius":9000}"#, #"{"do":"look","do":"undo"}"#,
    #"{"do":"preview","of":{"do":"threshold","step":1,"level":0.3}}"#,
    #"{"do":"preview","number":1,"of":{"do":"segment","step":1}}"#, #"{"do":"preview","number":1,"of":{"do":"look"}}"#,
    #"{"do":"preview","number":1,"of":{"do":"preview","number":2,"of":{"do":"threshold","step":1,"level":0.3}}}"#,
  ])
  func `nothing else is taken`(_ json: String) {
    #expect(ViewPost(Array(json.utf8)) == nil)
  }

  @Test func `there is an end to the points`() {
    let points = [String](repeating: "1", count: 2 * ViewPost.pointLimit + 2).joined(separator: ",")
    #expect(ViewPost(Array(#"{"do":"include","step":1,"shape":"polygon","points":[\#(points)]}"#.utf8)) == nil)
  }
}
