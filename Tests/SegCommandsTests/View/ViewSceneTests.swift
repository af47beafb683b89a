import Foundation
import ImageOps
import SegLang
import SegModel
import Testing

@testable import SegCommands
@testable import SegServices

/// What the page is told of a session.
@Suite struct ViewSceneTests {
  private func scene(_ lines: [String], lookingAt name: String? = nil, hidesPatients: Bool = true, prior: String? = nil) throws -> (
    json: [String: Any], planes: [String: @Sendable () -> [UInt8]]
  ) {
    let shell = try Shell()
    for line in lines { try shell.run(line) }
    let scene = try ViewScene(try shell.subject(lookingAt: name, hidesPatients: hidesPatients, prior: prior))
    let json = try JSONSerialization.jsonObject(with: Data(scene.json.utf8)) as? [String: Any]
    return (try #require(json), scene.planes)
  }

  private func layers(_ json: [String: Any]) -> [String: [String: Any]] {
    Dictionary((json["layers"] as? [[String: Any]] ?? []).map { ($0["key"] as? String ?? "", $0) }) { first, _ in first }
  }

  @Test func `a segmentation comes with lungs, opacity, probability, zones and severity`() throws {
    let (json, planes) = try scene(["p = phantom seed=7 size=128", "seg = p | segment"])
    let layers = layers(json)
    #expect(Set(layers.keys).isSuperset(of: ["opacity", "right-lung", "left-lung", "probability", "true opacity"]))
    for layer in layers.values {
      let make = try #require(planes[layer["plane"] as? String ?? ""])
      let bytes = make()
      #expect(bytes.count == (layer["kind"] as? String == "probability" ? 2 * 128 * 128 : 128 * 2 * 8))
    }
    let severity = try #require(json["severity"] as? [String: Any])
    #expect(severity["of"] as? String == "_2")
    let zones = try #require(json["zones"] as? [String: Any])
    #expect((zones["zones"] as? [[String: Any]])?.compactMap { $0["name"] as? String } == ["A", "B", "C", "D", "E", "F"])
    #expect((zones["cuts"] as? [[Any]])?.count == 4)
    let layersToCorrect = Registry.segsh["include"] == nil ? nil : ["opacity", "right-lung", "left-lung"]
    #expect((json["correct"] as? [String: Any])?["layers"] as? [String] == layersToCorrect)
  }

  @Test func `a mask is held against what it was made from, and its threshold is known`() throws {
    let (json, _) = try scene(["phantom seed=7 size=128 | segment", "m = _1 | threshold 0.3"])
    let layers = layers(json)
    #expect(layers["mask"]?["side"] as? String == "after")
    #expect(layers["before"]?["of"] as? String == "_1")
    let levels = try #require(json["levels"] as? [[String: Any]])
    #expect(levels.map { $0["kind"] as? String } == ["probability", "gray"])
    #expect(levels[0]["level"] as? Double == 0.3)
    #expect(levels[1]["level"] is NSNull)
    let severity = try #require(json["severity"] as? [String: Any])
    let percent = { (side: String) in (severity[side] as? [String: Any])?["percent"] as? Double }
    #expect(try #require(percent("after")) > (try #require(percent("before"))))
  }

  @Test func `an earlier X-ray is registered onto the later one`() throws {
    // The same chest, half as large: it has to come to lie where it was.
    let lines = [
      "p = phantom seed=7 size=128", "small = p.image | resize width=64px height=64px", "seg = p.image | segment", "old = small | segment",
    ]
    let (json, planes) = try scene(lines, lookingAt: "seg", prior: "old")
    let layers = layers(json)
    let layer = try #require(layers["prior-opacity"])
    let detail = try #require(layer["detail"] as? String)
    #expect(detail.hasPrefix("registered (") && detail.contains("lungs overlap 9") && layer["name"] as? String == "prior opacity")
    let bits = try #require(planes[layer["plane"] as? String ?? ""])
    #expect(bits().count == 128 * 2 * 8)
    let before = try #require(json["before"] as? [String: Any])
    #expect((before["name"] as? String)?.hasPrefix("prior old") == true && before["place"] as? String == layer["detail"] as? String)
    let present = try #require(json["picture"] as? [String: Any])
    let makeBefore = try #require(planes[before["plane"] as? String ?? ""])
    let makeNow = try #require(planes[present["plane"] as? String ?? ""])
    let (then, now) = (makeBefore(), makeNow())
    #expect(then.count == now.count)
    let difference = zip(then, now).map { abs(Int($0) - Int($1)) }.reduce(0, +) / now.count
    #expect(difference < 6, "\(difference)")
    let severity = try #require(json["severity"] as? [String: Any])
    #expect(severity["before"] is [String: Any])
    let (alone, _) = try scene(lines, lookingAt: "seg")
    #expect(alone["before"] == nil && !self.layers(alone).keys.contains { $0.hasPrefix("prior") })
    let (itself, _) = try scene(lines, lookingAt: "seg", prior: "seg")
    #expect(itself["before"] == nil)
    let (framed, _) = try scene(lines, lookingAt: "p", prior: "small")
    #expect((framed["before"] as? [String: Any])?["name"] as? String == "prior small")
  }

  @Test func `zones are cut where severity cuts them`() throws {
    // Two lungs of 7 and 10 rows, drawn as rectangles.
    let size = Size(width: 20, height: 24)
    let labels = LabelImage(
      size: size,
      labels: (0..<size.count).map { index in
        let (row, column) = (index / 20, index % 20)
        if (3..<10).contains(row), (2..<8).contains(column) { return LabelImage.rightLung }
        return (5..<15).contains(row) && (11..<19).contains(column) ? LabelImage.leftLung : 0
      })
    let json = try JSONSerialization.jsonObject(with: Data(ViewZones(labels).json.text.utf8)) as? [String: Any]
    let zones = try #require(json?["zones"] as? [[String: Any]])
    for (index, zone) in zones.enumerated() {
      let rows = try #require(zone["rows"] as? [Int])
      // All opaque in these rows, and nowhere else: the one zone is full, and the others are clear.
      let opacity = Mask(size: size) { (pixel: Int) -> Bool in
        let (row, column) = (pixel / 20, pixel % 20)
        return row >= rows[0] && row < rows[1] && (index < 3) == (column < 10)
      }
      let shares = try LungZones(lungs: labels, opacity: opacity).zones.map { $0.share ?? -1 }
      #expect(shares == (0..<6).map { $0 == index ? 1 : 0 }, "\(zone["name"] ?? "")")
    }
  }

  @Test func `gray samples give their intensities back`() throws {
    let size = Size(width: 3, height: 2)
    struct Samples: Equatable {
      let bits: Int
      let values: [Double]
    }
    func intensities(_ pixels: [Float]) -> Samples {
      let gray = ViewPlanes.gray(GrayImage(size: size, pixels: pixels))
      let bytes: [Int] = gray.bytes().map { Int($0) }
      var samples: [Int] = bytes
      if gray.bits == 16 { samples = (0..<6).map { (index: Int) -> Int in bytes[2 * index] + 256 * bytes[2 * index + 1] } }
      return Samples(bits: gray.bits, values: samples.map { gray.low + gray.step * Double($0) })
    }
    #expect(intensities([0, 1, 2, 3, 254, 255]) == Samples(bits: 8, values: [0, 1, 2, 3, 254, 255]))
    #expect(intensities([0, 1, 256, 4095, 65535, 7]) == Samples(bits: 16, values: [0, 1, 256, 4095, 65535, 7]))
    #expect(intensities([-1024, 0, 3071, 1, 2, 3]) == Samples(bits: 16, values: [-1024, 0, 3071, 1, 2, 3]))
    let spread = intensities([0.25, 0.5, 0.75, 1, 0, 0.125])
    #expect(spread.bits == 16)
    for (value, wanted) in zip(spread.values, [0.25, 0.5, 0.75, 1, 0, 0.125]) { #expect(abs(value - wanted) < 1e-5) }
    #expect(intensities([.nan, 0, 1, 2, 3, 4]) == Samples(bits: 8, values: [0, 0, 1, 2, 3, 4]))
  }

  @Test func `bits lie where the page looks for them`() {
    let mask = Mask(size: Size(width: 70, height: 2)) { [0, 9, 69, 70, 139].contains($0) }
    let bytes = ViewPlanes.bits(mask)
    #expect(bytes.count == 2 * 16)
    let inside = (0..<140).filter { bytes[$0 / 70 * 16 + $0 % 70 / 8] >> UInt8($0 % 70 & 7) & 1 == 1 }
    #expect(inside == [0, 9, 69, 70, 139])
  }

  @Test func `words that may be paths are left out, others stay`() {
    #expect(WrittenWords.withoutPaths("_1 | segment model=/ward/doe.safetensors mirror=false") == "_1 | segment model=… mirror=false")
    #expect(WrittenWords.withoutPaths(#"each "Jane's {it}" x"#) == "each … x")
    #expect(WrittenWords.withoutPaths("overlay ward/doe.png 0.4") == "overlay … 0.4")
    #expect(WrittenWords.withoutPaths("_1 / 2 + (_2.percent)") == "_1 / 2 + (_2.percent)")
    #expect(WrittenWords.withoutPaths("(it | threshold 0.4) minus m") == "(it | threshold 0.4) minus m")
  }

  @Test func `an unnamed source is written out, so that its threshold can be moved`() throws {
    let shell = try Shell()
    try shell.run("phantom seed=7 size=64 | gaussian-filter sigma=1px | threshold 90")
    let subject = try shell.subject()
    let source = try #require(subject.latest.parents.first)
    #expect(subject.text(of: source).hasPrefix("phantom seed=7 size=64"))
    let again = try shell.run("\(subject.text(of: source)) | threshold 90")
    #expect((again as? Mask) == (subject.latest.value as? Mask))
  }
}
