import Basics

/// A quantity that a value depends on: a literal in its lineage, or the resolved value of a parameter that the line does not state.
public struct UpstreamQuantity: Sendable {
  /// Step that the quantity belongs to.
  public let step: Step
  /// Name of the parameter; nil in an expression.
  public let parameter: String?
  /// The quantity as a literal: `3px`, `0.5`.
  public let literal: String
  /// Whether the line does not state it: the command computed it, or the model supplied it.
  public let isOpen: Bool
  /// Which of the step's literals it is; see ``StepPrinter/change``.
  let site: Int?

  /// The literal changed by a fraction of itself, within the range of its parameter. A whole number changes by at least one; a percentile
  /// stays within 0 to 100.
  /// - Parameter share: Relative change: 0.1 for 10 % more, -0.1 for 10 % less.
  /// - Returns: Nil when the quantity cannot change: it is 0, or at the end of its range.
  public func moved(by share: Double, in registry: Registry) -> String? {
    guard let quantity = QuantityText(literal) else { return nil }
    let declaration = parameter.flatMap { name in step.command.flatMap { registry[$0]?[name]?.declaration } }
    var value = quantity.value * (1 + share)
    if declaration?.wrapped is any WholeNumber.Type {
      value = value.rounded(.toNearestOrAwayFromZero)
      if value == quantity.value, quantity.value != 0 { value += share * quantity.value < 0 ? -1 : 1 }
    }
    if quantity.isPercentile { value = min(100, max(0, value)) }
    // A range is in px, degrees or shares; a length in mm is checked when the line runs.
    if let range = declaration?.range, ["", "px", "deg", "%"].contains(quantity.unit), !quantity.isPercentile {
      let scale = quantity.unit == "%" ? 100.0 : 1
      value = min(range.upperBound * scale, max(range.lowerBound * scale, value))
    }
    guard value != quantity.value else { return nil }
    return quantity.with(value)
  }
}

/// A number with its unit, as it stands in a line: `3px`, `40%`, `p99`.
struct QuantityText {
  let value: Double
  let unit: String
  let isPercentile: Bool

  /// Nil for what is no quantity.
  init?(_ text: String) {
    isPercentile = text.first == "p"
    guard let (value, unit) = Literal(isPercentile ? String(text.dropFirst()) : text).number,
      isPercentile ? unit.isEmpty : Self.units.contains(unit)
    else { return nil }
    (self.value, self.unit) = (value, unit)
  }

  private static let units: Set = ["", "px", "mm", "cm", "deg", "%", "px2", "mm2", "cm2"]

  /// Nine digits are kept, so that a tenth more than 0.5 is 0.55.
  func with(_ value: Double) -> String {
    var scale = 1.0
    while abs(value) * scale < 1e8, scale < 1e15 { scale *= 10 }
    return (isPercentile ? "p" : "") + NumberFormat.exact((value * scale).rounded() / scale) + unit
  }
}

/// `Int` and optional `Int` parameters.
private protocol WholeNumber {}
extension Int: WholeNumber {}
extension Optional: WholeNumber where Wrapped: WholeNumber {}

extension Step {
  /// The literals of the step's line that are quantities, and what open parameters came to.
  var quantities: [UpstreamQuantity] {
    var found: [UpstreamQuantity] = []
    func add(_ literal: String?, _ site: Int, _ parameter: String? = nil) {
      guard let literal, QuantityText(literal) != nil else { return }
      found.append(UpstreamQuantity(step: self, parameter: parameter, literal: literal, isOpen: false, site: site))
    }
    switch action {
    case .call(let call):
      for (index, argument) in call.arguments.enumerated() { add(call.literal(argument), index, call.parameter(argument).name) }
    case .expression(let expression): for (index, literal) in expression.literals.enumerated() { add(literal, index) }
    case .print: break
    }
    for (parameter, literal) in resolved where QuantityText(literal) != nil && !found.contains(where: { $0.parameter == parameter }) {
      let site = call.flatMap { call in call.arguments.firstIndex { call.parameter($0).name == parameter && call.literal($0) != nil } }
      found.append(UpstreamQuantity(step: self, parameter: parameter, literal: literal, isOpen: true, site: site))
    }
    return found
  }

  /// Every quantity that the step's value depends on, oldest step first.
  public var upstreamQuantities: [UpstreamQuantity] { ancestry.flatMap(\.quantities) }

  /// The value that this step would have with another value of a quantity. Only the steps that depend on the quantity run again.
  ///
  /// - Parameters:
  ///   - quantity: One of the step's `upstreamQuantities`.
  ///   - literal: New value as a literal.
  /// - Throws: `Diagnostic` when a step fails with the new value, as for one that is out of range; `VariationProblem`.
  public func value(changing quantity: UpstreamQuantity, to literal: String, registry: Registry, host: Host) throws -> any Value {
    var host = host
    host.note = { _ in }
    host.write = { _ in }
    host.stepped = { _, _ in }
    let session = Session(registry: registry, host: host)
    var affected = Set<Int>()
    for step in ancestry where step === quantity.step || step.parents.contains(where: { affected.contains($0.id) }) {
      for parent in step.parents where !affected.contains(parent.id) {
        guard let value = parent.value else { throw VariationProblem.notKept }
        session.give(Item(value: value, step: parent), to: Self.variable(parent))
      }
      affected.insert(step.id)
      var printer = StepPrinter(
        step: step, name: { parent, place in place == .argument ? "(\(Self.variable(parent)))" : Self.variable(parent) })
      if step === quantity.step { printer.change = quantity.site.map { ($0, literal) } }
      var line = printer.print()
      if step === quantity.step, quantity.site == nil, let parameter = quantity.parameter { line += " \(parameter)=\(literal)" }
      let outcome = session.execute("\(Self.variable(step)) = \(line)")
      if let error = outcome.diagnostics.first(where: { $0.severity == .error }) { throw error }
    }
    guard let value = session[Self.variable(self)] else { throw VariationProblem.independent }
    return value
  }

  private static func variable(_ step: Step) -> String { "step_\(step.id)" }
}

/// Error thrown when a value cannot be recomputed with another quantity.
public enum VariationProblem: Error, Hashable, CustomStringConvertible {
  /// An intermediate value is no longer in memory.
  case notKept
  /// The value does not depend on the quantity.
  case independent

  /// The error message.
  public var description: String {
    switch self {
    case .notKept: "an intermediate value was not kept, so the commands cannot run again from there"
    case .independent: "the value does not depend on it"
    }
  }
}
