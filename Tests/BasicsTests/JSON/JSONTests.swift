import Basics
import Testing

@Suite struct JSONTests {
  @Test(arguments: [
    "null", "true", "false", "0", "-1.5", "1e+30", "\"\"", "[]", "{}", #"{"b":[1,2,{"a":null}],"a":"x\"\\\n\t"}"#, #""ä→𝄞""#,
  ])
  func `prints what it read`(text: String) throws { #expect(try JSON(parsing: text).description == text) }

  @Test func `reads escapes and blanks`() throws {
    #expect(try JSON(parsing: " [ 1 , \"\\u00e4\\ud834\\udd1e\\/\\b\" ] \n") == [1, "ä𝄞/\u{8}"])
    #expect(try JSON(parsing: "-0.25E-2").numberValue == -0.0025)
  }

  @Test func `writes what JSON cannot hold as null`() {
    #expect(
      JSON.array([.number(.nan), .number(.infinity), .number(0.1), .number(3), .string("\u{1}")]).description
        == #"[null,null,0.1,3,"\u0001"]"#)
  }

  @Test(arguments: [
    ("", JSONError.unexpectedEnd), ("[1,]", .unexpectedByte(0x5D, offset: 3)), ("{\"a\" 1}", .unexpectedByte(0x31, offset: 5)),
    ("01", .invalidNumber(offset: 0)), ("-", .invalidNumber(offset: 0)), ("1.", .invalidNumber(offset: 0)),
    ("1e", .invalidNumber(offset: 0)),
    ("1e999", .invalidNumber(offset: 0)), ("nul", .unexpectedEnd), ("NaN", .unexpectedByte(0x4E, offset: 0)),
    ("\"\\x\"", .invalidString(offset: 0)), ("\"\\ud800\"", .invalidString(offset: 0)), ("\"\n\"", .invalidString(offset: 0)),
    ("\"a", .unexpectedEnd), ("1 2", .unexpectedByte(0x32, offset: 2)), ("{\"a\":1,\"a\":2}", .duplicateKey("a")),
    (String(repeating: "[", count: 100_000), .nestedTooDeeply(limit: 32)),
  ])
  func `refuses`(text: String, error: JSONError) { #expect(throws: error) { try JSON(parsing: text) } }

  @Test func `refuses invalid UTF-8`() {
    #expect(throws: JSONError.invalidString(offset: 0)) { try JSON(parsing: [0x22, 0xFF, 0x22]) }
  }

  @Test func `both texts of one value`() throws {
    let value: JSON = ["a": [1, -0.5, 1e15, .number(.nan)], "b\u{7F}": ["c": "\u{1B}\u{202E}\u{E0041}\n"]]
    #expect(value.description == "{\"a\":[1,-0.5,1000000000000000.0,null],\"b\u{7F}\":{\"c\":\"\\u001b\u{202E}\u{E0041}\\n\"}}")
    #expect(
      value.text
        == "{\"a\": [1, -0.5, 1000000000000000, null], \"b\\u007f\": {\"c\": \"\\u001b\\u202e\\udb40\\udc41\\n\"}}")
    #expect(value.notFiniteCount == 1)
    let finite: JSON = ["b\u{7F}": value["b\u{7F}"] ?? .null]
    #expect(try JSON(parsing: finite.text) == finite && JSON(parsing: finite.description) == finite)
  }

  @Test func `members are set added and removed`() {
    var value: JSON = ["a": 1, "b": 2]
    value["c"] = 3
    value["a"] = "x"
    value["b"] = nil
    value["d"] = nil
    #expect(value == ["a": "x", "c": 3])
    value = 5
    value["a"] = 1
    #expect(value == 5)
  }
}
