/// Where values came from: a graph that only grows, of commands, their canonical arguments, and the values they were given.
///
/// Payloads are immutable and shared; a copy of a lineage is a snapshot.
public struct Lineage: Sendable {
  public typealias ID = Int

  /// One step: a command or an expression, and its result.
  public struct Node: Sendable {
    public let id: ID
    /// Name of the command; nil for an expression.
    public let command: String?
    /// The step as it would be typed, with `_n` for values that have no literal: `morph-open radius=2px shape=disk`.
    public let canonical: String
    /// The values the step was given, the piped one first.
    public let parents: [ID]
    public let value: any Value
    /// The number after the underscore, for results the user saw; nil for steps inside a line.
    public internal(set) var number: Int?
  }

  public private(set) var nodes: [Node] = []

  public init() {}

  /// - Complexity: O(1).
  public subscript(id: ID) -> Node? { nodes.indices.contains(id) ? nodes[id] : nil }

  mutating func add(command: String?, canonical: String, parents: [ID], value: any Value) -> ID {
    nodes.append(Node(id: nodes.count, command: command, canonical: canonical, parents: parents, value: value, number: nil))
    return nodes.count - 1
  }

  mutating func number(_ id: ID, as number: Int) {
    if nodes.indices.contains(id) { nodes[id].number = number }
  }

  /// The nearest value that is, or converts to, a type: breadth first through the parents, exact types before conversions at each distance.
  public func nearest(_ type: ValueType, from starts: [ID], startingWith input: (any Value)? = nil) -> (value: any Value, id: ID?)? {
    if let input, Swift.type(of: input).valueType.fit(type) >= .converted { return (input, starts.first) }
    var seen = Set<ID>()
    var level = starts
    while !level.isEmpty {
      let found = level.compactMap { self[$0] }
      for wanted in [ValueType.Fit.exact, .converted] {
        if let node = found.first(where: { Swift.type(of: $0.value).valueType.fit(type) == wanted }) { return (node.value, node.id) }
      }
      seen.formUnion(level)
      var next: [ID] = []
      for parent in found.flatMap(\.parents) where !seen.contains(parent) && !next.contains(parent) { next.append(parent) }
      level = next
    }
    return nil
  }

  /// The step and everything it was made from, oldest first.
  public func ancestry(of id: ID) -> [Node] {
    var wanted = Set<ID>()
    var open = [id]
    while let next = open.popLast() {
      if wanted.insert(next).inserted, let node = self[next] { open += node.parents }
    }
    return wanted.sorted().compactMap { self[$0] }
  }
}
