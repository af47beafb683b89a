import Basics
import Testing

@Suite("Digests")
struct DigestTests {
  @Test func `SHA-256 of FIPS 180-4's examples`() {
    #expect(SHA256.hexDigest(of: []) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(SHA256.hexDigest(of: Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }

  @Test func `HMAC with SHA-256 of RFC 4231's examples`() {
    let key = [UInt8](repeating: 0xAA, count: 131)
    let text = Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8)
    let code = "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    #expect(HMAC.hexCode(of: [text], key: key) == code)
    #expect(HMAC.hexCode(of: [Array(text[..<7]), [], Array(text[7...])], key: key) == code)
    let short = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    #expect(HMAC.hexCode(of: [Array("what do ya want for nothing?".utf8)], key: Array("Jefe".utf8)) == short)
    #expect(HMAC.accepts(code, of: [text], key: key))
    for wrong in ["", short, String(code.dropLast()), code + "0", code.uppercased()] { #expect(!HMAC.accepts(wrong, of: [text], key: key)) }
  }

  @Test(
    arguments: [
      ("", 0xEF46_DB37_51D8_E999), ("a", 0xD24E_C4F1_A98C_6E5B), ("abc", 0x44BC_2CF5_AD77_0999),
      ("Nobody inspects the spammish repetition", 0xFBCE_A83C_8A37_8BF1),
    ] as [(String, UInt64)])
  func `XXH64 as the reference implementation computes it`(text: String, hash: UInt64) {
    var text = text
    text.withUTF8 { #expect(XXHash64.hash(UnsafeRawBufferPointer($0)) == hash) }
  }
}
