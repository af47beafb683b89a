import Basics
import ImageOps
import SegLang
import SegModel
import SegValues

/// Everything that the page shows at one time: a text in JSON, and the planes of pixels that it names, which are made when they are asked for.
public struct ViewScene: Sendable {
  public let json: String
  public let planes: [String: @Sendable () -> [UInt8]]

  /// - Throws: what an operation on the images throws, `CancellationError` included.
  public init(_ subject: ViewSubject, memory: ViewMemory = ViewMemory()) throws {
    var builder = ViewSceneBuilder(subject, memory)
    json = try builder.build().text
    planes = builder.planes
  }
}

/// Puts a scene together.
package struct ViewSceneBuilder {
  package let subject: ViewSubject
  package let memory: ViewMemory
  package private(set) var planes: [String: @Sendable () -> [UInt8]] = [:]

  package init(_ subject: ViewSubject, _ memory: ViewMemory) {
    self.subject = subject
    self.memory = memory
  }

  /// What is looked at, and where it came from, what was worked on first.
  package struct Focus {
    package let step: Step
    package let value: any Value
    package let size: Size
    package let origins: [Step]
  }

  package mutating func build() throws -> JSON {
    var scene: JSON = [
      "title": .string(subject.title), "steps": steps, "shown": .number(Double(subject.shown.id)),
      "latest": .number(Double(subject.latest.id)),
    ]
    guard let focus = focus else { return scene }
    scene["width"] = .number(Double(focus.size.width))
    scene["height"] = .number(Double(focus.size.height))
    let pictures = picturesBeneath(focus)
    let lungs = lungs(of: focus)
    let prior = try subject.prior.flatMap { step -> (laid: ViewPrior, step: Step)? in
      let ground = ViewPrior.Ground(size: focus.size, picture: focus.step.xray(of: focus.size), lungs: lungs?.labels)
      return step.id == focus.step.id ? nil : try ViewPrior(step, onto: ground, memory: memory).map { (laid: $0, step: step) }
    }
    if let picture = pictures.first {
      scene["picture"] = try self.picture(picture)
      scene["spacing"] = picture.image.spacing.json
      // An image that was made from another of the same size is held against it.
      if let prior, prior.laid.image != nil {
        scene["before"] = try self.picture(prior.laid, prior.step)
      } else if picture.step.id == focus.step.id, pictures.count > 1 {
        scene["before"] = try self.picture(pictures[1])
      }
    }
    // An earlier X-ray is what was before; otherwise it is one mask, for the layer, the figures and the divided image alike.
    let baseline = prior == nil ? try baseline(focus) : nil
    var layers = try layers(focus, baseline)
    if let prior, prior.laid.opacity != nil {
      layers.append(self.layer(prior.laid, prior.step))
    }
    scene["layers"] = .array(layers)
    scene["words"] = try memory.recall("\(focus.step.id) words") {
      .string(try AltText.lines(of: focus.value, lungs: { _ in lungs?.labels }).joined(separator: "; "))
    }
    if let lungs { scene["zones"] = memory.recall("\(lungs.step.id) zones") { ViewZones(lungs.labels).json } }
    scene["severity"] = try severity(focus, lungs, baseline, prior?.laid.severity)
    scene["levels"] = .array(levels(focus, pictures.first))
    scene["correct"] = correctable(focus)
    return scene
  }

  // MARK: Steps

  private var steps: JSON {
    let origins = Set(subject.shown.ancestry.map(\.id))
    return .array(
      subject.steps.compactMap { step in
        guard let value = step.value else { return nil }
        let names = subject.names[step.id] ?? []
        return [
          "id": .number(Double(step.id)), "names": .array(names.map { .string($0) }), "line": .string(subject.line(of: step)),
          "type": .string(type(of: value).typeName), "text": text(of: value, step),
          "picture": .bool(type(of: value).isImageLike), "origin": .bool(origins.contains(step.id)),
        ]
      })
  }

  /// The one line of a value, short. That of an image names no file; that of a list or of cases may.
  private func text(of value: any Value, _ step: Step) -> JSON {
    let isCovered = subject.hidesPatients && !type(of: value).isImageLike
    return memory.recall("\(step.id) text\(isCovered ? " covered" : "")") {
      let line = isCovered ? WrittenWords.withoutPaths(value.oneLine) : value.oneLine
      return .string(line.count > 160 ? line.prefix(157) + "…" : line)
    }
  }

  // MARK: What is looked at

  private var focus: Focus? {
    for step in subject.shown.originsInOrder {
      guard let value = step.value, let size = Self.size(of: value) else { continue }
      return Focus(step: step, value: value, size: size, origins: Array(step.originsInOrder.dropFirst()))
    }
    return nil
  }

  package static func size(of value: any Value) -> Size? {
    (value as? any PixelValue).flatMap { $0.grayImage == nil && $0.drawable == nil ? nil : $0.size }
  }

  // MARK: The X-ray

  package struct Picture {
    package let image: GrayImage
    package let step: Step
  }

  /// The gray images of the focus's size, nearest first.
  private func picturesBeneath(_ focus: Focus) -> [Picture] {
    ([focus.step] + focus.origins).compactMap { step in
      step.grayImage.flatMap { $0.size == focus.size ? Picture(image: $0, step: step) : nil }
    }
  }

  private mutating func picture(_ picture: Picture) throws -> JSON {
    let id = plane(picture.step, "gray") { ViewPlanes.gray(picture.image).bytes() }
    return try memory.recall("\(id) \(name(of: picture.step))") { try Self.facts(picture, id, name(of: picture.step)) }
  }

  /// An earlier image on the grid of the one that is looked at.
  private mutating func picture(_ prior: ViewPrior, _ step: Step) throws -> JSON {
    let id = plane(step, "prior \(prior.key)") { prior.laidImage().map { ViewPlanes.gray($0).bytes() } ?? [] }
    let name = ["prior", subject.names[step.id]?.first].compactMap { $0 }.joined(separator: " ")
    return try memory.recall("\(id) \(name)") {
      guard let image = prior.laidImage() else { return .null }
      return try Self.facts(Picture(image: image, step: step), id, name, place: prior.placement.words)
    }
  }

  private static func facts(_ picture: Picture, _ id: String, _ name: String, place: String? = nil) throws -> JSON {
    let gray = ViewPlanes.gray(picture.image)
    let window = try DisplayWindow(of: picture.image)
    return [
      "plane": .string(id), "bits": .number(Double(gray.bits)), "low": .number(gray.low), "step": .number(gray.step),
      "window": .array([.number(Double(window.range.lowerBound)), .number(Double(window.range.upperBound))]),
      "range": .array([.number(Double(picture.image.range.lowerBound)), .number(Double(picture.image.range.upperBound))]),
      "name": .string(name), "text": .string(picture.image.oneLine), "place": place.map { .string($0) } ?? .null,
    ]
  }

  // MARK: Planes and names

  /// Puts up pixels under a name that says whose they are, so that a page reads each only once.
  package mutating func plane(_ step: Step, _ key: String, _ bytes: @escaping @Sendable () -> [UInt8]) -> String {
    let id = "\(step.id)-" + key.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? String($0) : "-" }.joined()
    planes[id] = bytes
    return id
  }

  package func name(of step: Step) -> String { subject.names[step.id]?.last ?? "" }
}
