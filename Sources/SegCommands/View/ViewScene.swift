import ImageOps
import SegLang
import SegModel

/// Everything that the page shows at one time: a text in JSON, and the planes of pixels that it names, which are made when they are asked for.
public struct ViewScene: Sendable {
  public let json: String
  public let planes: [String: @Sendable () -> [UInt8]]

  /// - Throws: what an operation on the pictures throws, `CancellationError` included.
  public init(_ subject: ViewSubject, memory: ViewMemory = ViewMemory()) throws {
    var builder = ViewSceneBuilder(subject, memory)
    json = try builder.build().text
    planes = builder.planes
  }
}

/// Puts a scene together.
struct ViewSceneBuilder {
  private let subject: ViewSubject
  private let memory: ViewMemory
  private(set) var planes: [String: @Sendable () -> [UInt8]] = [:]

  init(_ subject: ViewSubject, _ memory: ViewMemory) {
    self.subject = subject
    self.memory = memory
  }

  /// What is looked at, and where it came from, nearest first.
  private struct Focus {
    let step: Step
    let value: any Value
    let size: Size
    let origins: [Step]
  }

  mutating func build() throws -> JSONValue {
    var fields: [(String, JSONValue)] = [
      ("title", .string(subject.title)), ("steps", steps), ("shown", .number(Double(subject.shown.id))),
      ("latest", .number(Double(subject.latest.id))),
    ]
    guard let focus = focus else { return .object(fields) }
    fields += [("width", .number(Double(focus.size.width))), ("height", .number(Double(focus.size.height)))]
    let pictures = picturesBeneath(focus)
    let lungs = lungs(of: focus)
    let prior = try subject.prior.flatMap { step in
      step.id == focus.step.id ? nil : try ViewPrior(step, onto: focus.size, lungs: lungs?.labels).map { (laid: $0, step: step) }
    }
    if let picture = pictures.first {
      fields.append(("picture", try self.picture(picture)))
      fields.append(("spacing", picture.image.spacing.json))
      // A picture that was made from another of the same size is held against it.
      if let prior, prior.laid.image != nil {
        fields.append(("before", try self.picture(prior.laid, prior.step, beneath: lungs?.step ?? focus.step, focus.size)))
      } else if picture.step.id == focus.step.id, pictures.count > 1 {
        fields.append(("before", try self.picture(pictures[1])))
      }
    }
    var layers = try layers(focus)
    if let prior, prior.laid.opacity != nil {
      layers.append(self.layer(prior.laid, prior.step, beneath: lungs?.step ?? focus.step, focus.size))
    }
    fields.append(("layers", .array(layers)))
    if let lungs { fields.append(("zones", memory.recall("\(lungs.step.id) zones") { ViewZones(lungs.labels).json })) }
    if let severity = try severity(focus, lungs, prior?.laid.severity) { fields.append(("severity", severity)) }
    fields.append(("levels", .array(levels(focus, pictures.first))))
    if let correctable = correctable(focus) { fields.append(("correct", correctable)) }
    return .object(fields)
  }

  // MARK: Steps

  private var steps: JSONValue {
    let origins = Set(subject.shown.ancestry.map(\.id))
    return .array(
      subject.steps.compactMap { step in
        guard let value = step.value else { return nil }
        let names = subject.names[step.id] ?? []
        return .object([
          ("id", .number(Double(step.id))), ("names", .array(names.map { .string($0) })), ("line", .string(subject.line(of: step))),
          ("type", .string(type(of: value).typeName)), ("text", text(of: value, step)),
          ("picture", .bool(type(of: value).isPictureLike)), ("origin", .bool(origins.contains(step.id))),
        ])
      })
  }

  /// The one line of a value, short. That of a picture names no file; that of a list or of cases may.
  private func text(of value: any Value, _ step: Step) -> JSONValue {
    let isCovered = subject.hidesPatients && !type(of: value).isPictureLike
    return memory.recall("\(step.id) text\(isCovered ? " covered" : "")") {
      let line = isCovered ? ViewSubject.withoutPaths(value.oneLine) : value.oneLine
      return .string(line.count > 160 ? line.prefix(157) + "…" : line)
    }
  }

  // MARK: What is looked at

  private var focus: Focus? {
    let origins = Array(subject.shown.ancestry.reversed())
    for step in origins {
      guard let value = step.value, let size = Self.size(of: value) else { continue }
      return Focus(step: step, value: value, size: size, origins: origins.filter { $0.id < step.id })
    }
    return nil
  }

  private static func size(of value: any Value) -> Size? {
    switch value {
    case let image as GrayImage: image.size
    case let phantom as Phantom: phantom.image.size
    default: Drawable(value)?.size
    }
  }

  // MARK: The X-ray

  private struct Picture {
    let image: GrayImage
    let step: Step
  }

  /// The gray pictures of the focus's size, nearest first.
  private func picturesBeneath(_ focus: Focus) -> [Picture] {
    ([focus.step] + focus.origins).compactMap { step in
      let image = (step.value as? GrayImage) ?? (step.value as? Phantom)?.image
      return image.flatMap { $0.size == focus.size ? Picture(image: $0, step: step) : nil }
    }
  }

  private mutating func picture(_ picture: Picture) throws -> JSONValue {
    let id = plane(picture.step, "gray") { ViewPlanes.gray(picture.image).bytes() }
    return try memory.recall("\(id) \(name(of: picture.step))") { try Self.facts(picture, id, name(of: picture.step)) }
  }

  /// An earlier picture on the grid of the one that is looked at.
  private mutating func picture(_ prior: ViewPrior, _ step: Step, beneath: Step, _ size: Size) throws -> JSONValue {
    let id = plane(step, "prior \(beneath.id) \(size)") { prior.laidImage().map { ViewPlanes.gray($0).bytes() } ?? [] }
    let name = ["prior", subject.names[step.id]?.first].compactMap { $0 }.joined(separator: " ")
    return try memory.recall("\(id) \(name)") {
      guard let image = prior.laidImage() else { return .null }
      return try Self.facts(Picture(image: image, step: step), id, name)
    }
  }

  private mutating func layer(_ prior: ViewPrior, _ step: Step, beneath: Step, _ size: Size) -> JSONValue {
    layer(
      "mask", step, "prior-opacity", "prior opacity", detail: .string(prior.place), Look(color: .purple, isOutline: true),
      planeKey: "prior opacity \(beneath.id) \(size)"
    ) { prior.laidOpacity().map { ViewPlanes.bits($0) } ?? [] }
  }

  private static func facts(_ picture: Picture, _ id: String, _ name: String) throws -> JSONValue {
    let gray = ViewPlanes.gray(picture.image)
    let window = try DisplayWindow(of: picture.image)
    return .object([
      ("plane", .string(id)), ("bits", .number(Double(gray.bits))), ("low", .number(gray.low)), ("step", .number(gray.step)),
      ("window", .array([.number(Double(window.range.lowerBound)), .number(Double(window.range.upperBound))])),
      ("range", .array([.number(Double(picture.image.range.lowerBound)), .number(Double(picture.image.range.upperBound))])),
      ("name", .string(name)), ("text", .string(picture.image.oneLine)),
    ])
  }

  // MARK: Layers

  private func lungs(of focus: Focus) -> (labels: LabelImage, step: Step)? {
    for step in [focus.step] + focus.origins {
      let labels: LabelImage? =
        switch step.value {
        case let segmentation as Segmentation: segmentation.lungs
        case let labels as LabelImage where labels.names == LabelImage.lungNames: labels
        case let phantom as Phantom where focus.step.id != step.id: phantom.lungs
        default: nil
        }
      if let labels, labels.size == focus.size { return (labels, step) }
    }
    return nil
  }

  /// How a layer is drawn before anyone changes that.
  private struct Look {
    let color: NamedColor
    var isOutline = false
    var isShown = true
    var side = "both"
  }

  private mutating func layers(_ focus: Focus) throws -> [JSONValue] {
    var layers: [JSONValue] = []
    var seen: Set<Int> = [focus.step.id]
    switch focus.value {
    case let mask as Mask:
      layers.append(self.mask(mask, focus.step, "mask", "mask", Look(color: .orange, side: "after")))
    case let labels as LabelImage where labels.names == LabelImage.lungNames: layers += lungLayers(labels, focus.step, truth: false)
    case let labels as LabelImage: layers.append(self.labels(labels, focus.step))
    case let map as ProbabilityMap: layers.append(probability(map, focus.step, isShown: true))
    case let segmentation as Segmentation:
      layers.append(mask(segmentation.opacity, focus.step, "opacity", "opacity", Look(color: .orange, side: "after")))
      layers += lungLayers(segmentation.lungs, focus.step, truth: false)
      layers += probability(segmentation, focus.step)
    case let phantom as Phantom: layers += truth(phantom, focus.step)
    default: break
    }
    // What it was made from, the nearest of each kind: to be held against it.
    var isCompared = false
    if let segmentation = focus.value as? Segmentation, segmentation.corrections > 0 {
      let look = Look(color: .blue, isShown: false, side: "before")
      layers.append(mask(segmentation.uncorrected.opacity, focus.step, "before", "before", look))
      isCompared = true
    }
    var hasSegmentation = focus.value is Segmentation
    for step in focus.origins where !seen.contains(step.id) {
      guard let value = step.value, Self.size(of: value) == focus.size else { continue }
      seen.insert(step.id)
      let isMaskLike = focus.value is Mask || focus.value is Segmentation
      switch value {
      case let before as Mask where isMaskLike && !isCompared:
        layers.append(mask(before, step, "before", "before", Look(color: .blue, isShown: false, side: "before")))
        isCompared = true
      case let segmentation as Segmentation:
        if isMaskLike, !isCompared {
          layers.append(mask(segmentation.opacity, step, "before", "before", Look(color: .blue, isShown: false, side: "before")))
          isCompared = true
        }
        guard !hasSegmentation else { continue }
        hasSegmentation = true
        layers += lungLayers(segmentation.lungs, step, truth: false)
        layers += probability(segmentation, step)
      case let phantom as Phantom: layers += truth(phantom, step)
      default: continue
      }
    }
    layers += otherMasks(focus, seen)
    return layers
  }

  /// Masks that were given a name and have the size of what is looked at.
  private mutating func otherMasks(_ focus: Focus, _ seen: Set<Int>) -> [JSONValue] {
    let colors: [NamedColor] = [.purple, .yellow, .vermillion, .skyblue]
    var layers: [JSONValue] = []
    for step in subject.steps.reversed() where layers.count < colors.count && !seen.contains(step.id) {
      guard let mask = step.value as? Mask, mask.size == focus.size, let name = subject.names[step.id]?.first, !name.hasPrefix("_") else {
        continue
      }
      layers.append(self.mask(mask, step, "mask \(name)", name, Look(color: colors[layers.count], isOutline: true, isShown: false)))
    }
    return layers
  }

  private mutating func lungLayers(_ lungs: LabelImage, _ step: Step, truth: Bool) -> [JSONValue] {
    let prefix = truth ? "true " : ""
    var layers: [JSONValue] = []
    for (side, label, color) in [("right", LabelImage.rightLung, NamedColor.skyblue), ("left", LabelImage.leftLung, .green)] {
      layers.append(
        mask(
          lungs.mask(of: label), step, "\(prefix)\(side)-lung", "\(prefix)\(side) lung",
          Look(color: color, isOutline: true, isShown: !truth)))
    }
    return layers
  }

  private mutating func truth(_ phantom: Phantom, _ step: Step) -> [JSONValue] {
    lungLayers(phantom.lungs, step, truth: true)
      + [mask(phantom.opacity, step, "true opacity", "true opacity", Look(color: .yellow, isOutline: true, isShown: false))]
  }

  /// - Parameter mask: worked out only where it is needed.
  private mutating func mask(
    _ mask: @escaping @autoclosure @Sendable () -> Mask, _ step: Step, _ key: String, _ name: String, _ look: Look
  ) -> JSONValue {
    let area = memory.recall("\(step.id) \(key) area") {
      let mask = mask()
      return .string(mask.spacing.areaText(pixels: Double(mask.count)) ?? "\(NumberFormat.grouped(mask.count)) px")
    }
    return layer("mask", step, key, name, detail: area, look) { ViewPlanes.bits(mask()) }
  }

  private mutating func labels(_ labels: LabelImage, _ step: Step) -> JSONValue {
    let count = memory.recall("\(step.id) labels") { .string("\(NumberFormat.grouped(labels.counts.count)) regions") }
    return layer("labels", step, "labels", "labels", detail: count, Look(color: .skyblue)) { ViewPlanes.labels(labels) }
  }

  private mutating func probability(_ map: ProbabilityMap, _ step: Step, isShown: Bool) -> JSONValue {
    layer("probability", step, "probability", "probability", detail: .string("of opacity"), Look(color: .orange, isShown: isShown)) {
      ViewPlanes.probability(map)
    }
  }

  /// None where masks were drawn.
  private mutating func probability(_ segmentation: Segmentation, _ step: Step) -> [JSONValue] {
    guard segmentation.prediction != nil else { return [] }
    return [
      layer("probability", step, "probability", "probability", detail: .string("of opacity"), Look(color: .orange, isShown: false)) {
        (try? segmentation.probability()).map { ViewPlanes.probability($0) } ?? []
      }
    ]
  }

  private mutating func layer(
    _ kind: String, _ step: Step, _ key: String, _ name: String, detail: JSONValue, _ look: Look, planeKey: String? = nil,
    _ bytes: @escaping @Sendable () -> [UInt8]
  ) -> JSONValue {
    .object([
      ("plane", .string(plane(step, planeKey ?? key, bytes))), ("kind", .string(kind)), ("key", .string(key)), ("name", .string(name)),
      ("of", .string(self.name(of: step))), ("detail", detail), ("color", .string(Self.hex(look.color.rgb))),
      ("outline", .bool(look.isOutline)), ("shown", .bool(look.isShown)), ("side", .string(look.side)),
    ])
  }

  /// Puts up pixels under a name that says whose they are, so that a page reads each only once.
  private mutating func plane(_ step: Step, _ key: String, _ bytes: @escaping @Sendable () -> [UInt8]) -> String {
    let id = "\(step.id)-" + key.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? String($0) : "-" }.joined()
    planes[id] = bytes
    return id
  }

  private func name(of step: Step) -> String { subject.names[step.id]?.last ?? "" }

  private static func hex(_ color: RGB) -> String {
    "#" + [color.red, color.green, color.blue].map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  // MARK: Figures

  /// - Parameter prior: the severity of an earlier X-ray, which then is what was before.
  private func severity(_ focus: Focus, _ lungs: (labels: LabelImage, step: Step)?, _ prior: Severity?) throws -> JSONValue? {
    guard let lungs, !(lungs.step.value is Phantom) else { return nil }
    let segmentation = ([focus.step] + focus.origins).lazy.compactMap { $0.value as? Segmentation }.first
    func figures(_ severity: Severity) -> JSONValue { SeverityReport(severity: severity).json }
    switch focus.value {
    case let segmentation as Segmentation:
      let after = try memory.recall("\(focus.step.id) severity") { figures(try Severity(segmentation)) }
      let before = try memory.recall("\(focus.step.id) severity before") {
        segmentation.corrections > 0 ? figures(try Severity(segmentation.uncorrected)) : .null
      }
      return .object([("of", .string(name(of: focus.step))), ("after", after), ("before", prior.map(figures) ?? before)])
    case let mask as Mask:
      let after = try memory.recall("\(focus.step.id) severity") {
        let inside = try mask.intersection(lungs.labels.foreground)
        return figures(try Severity(lungs: lungs.labels, opacity: inside, segmentation: segmentation))
      }
      let before = try memory.recall("\(lungs.step.id) severity") {
        try segmentation.flatMap { $0.size == focus.size ? figures(try Severity($0)) : nil } ?? .null
      }
      return .object([("of", .string(name(of: focus.step))), ("after", after), ("before", prior.map(figures) ?? before)])
    default: return nil
    }
  }

  /// What a threshold can be put on, the first being the one that made what is looked at.
  private mutating func levels(_ focus: Focus, _ picture: Picture?) -> [JSONValue] {
    var levels: [JSONValue] = []
    let cut = focus.step.command == "threshold" ? focus.step : nil
    let source = cut?.parents.first
    let line = cut.map { $0.written { _, _ in "" } } ?? ""
    let level = line.split(separator: " ").drop { $0 != "threshold" }.dropFirst().first.flatMap { Double($0) }
    func option(_ step: Step, _ kind: String, _ plane: String, within: [String]) -> JSONValue {
      .object([
        ("step", .number(Double(step.id))), ("of", .string(name(of: step))), ("kind", .string(kind)), ("plane", .string(plane)),
        ("within", .array(within.map { .string($0) })),
        ("level", step.id == source?.id ? level.map { .number($0) } ?? .null : .null),
      ])
    }
    for step in [focus.step] + focus.origins {
      guard let value = step.value, Self.size(of: value) == focus.size else { continue }
      switch value {
      case let segmentation as Segmentation where segmentation.prediction != nil && !levels.contains(where: { $0.kind == "probability" }):
        levels.append(
          option(step, "probability", "\(step.id)-probability", within: ["\(step.id)-right-lung", "\(step.id)-left-lung"]))
      case is ProbabilityMap where !levels.contains(where: { $0.kind == "probability" }):
        levels.append(option(step, "probability", "\(step.id)-probability", within: []))
      default: continue
      }
    }
    if let picture { levels.append(option(picture.step, "gray", "\(picture.step.id)-gray", within: [])) }
    if let source, let index = levels.firstIndex(where: { $0.step == source.id }), index > 0 { levels.swapAt(0, index) }
    return levels
  }

  /// What can be corrected, and in which of its layers.
  private func correctable(_ focus: Focus) -> JSONValue? {
    guard subject.canCorrect else { return nil }
    let layers: [String]
    switch focus.value {
    case is Segmentation: layers = ["opacity", "right-lung", "left-lung"]
    case is Mask: layers = ["opacity"]
    default: return nil
    }
    return .object([("step", .number(Double(focus.step.id))), ("layers", .array(layers.map { .string($0) }))])
  }
}

extension JSONValue {
  fileprivate subscript(name: String) -> JSONValue? {
    guard case .object(let fields) = self else { return nil }
    return fields.first { $0.0 == name }?.1
  }
  fileprivate var kind: String? { if case .string(let text)? = self["kind"] { text } else { nil } }
  fileprivate var step: Int? { if case .number(let number)? = self["step"] { Int(number) } else { nil } }
}
