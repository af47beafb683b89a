/// Which neighbors of a pixel are connected to it.
public enum Connectivity: String, CaseIterable, Hashable, Sendable {
  /// Those that share an edge.
  case four
  /// Those that share an edge or a corner.
  case eight
}
