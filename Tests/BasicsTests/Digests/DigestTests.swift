import Basics
import Testing

@Suite("Digests")
struct DigestTests {
  @Test func `SHA-256 of FIPS 180-4's examples`() {
    #expect(SHA256.hexDigest(of: []) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(SHA256.hexDigest(of: Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
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
