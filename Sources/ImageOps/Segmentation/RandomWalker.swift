import Basics

/// Segmentation by random walks with prior models (Grady 2005 and 2006) on a grid of nodes with 4-connected edges.
///
/// The result x minimizes Σ w(i, j) (x(i) - x(j))² over the edges plus Σ f(i) (1 - x(i))² + b(i) x(i)² over the nodes, with x = 1 at seeds inside and
/// x = 0 at seeds outside. Without priors, x(i) is the probability that a walker from i reaches a seed inside first.
public struct RandomWalker: Sendable {
  /// A node's role.
  public enum Node: UInt8, Sendable {
    /// Its value is computed.
    case free
    /// Its value is 1.
    case inside
    /// Its value is 0.
    case outside
  }

  /// Width and height of the grid.
  public let size: Size
  /// Row-major roles.
  public var nodes: [Node]
  /// Row-major weights, 0 or more, of the edge to the right neighbor; those of the last column are not used.
  public var right: [Double]
  /// Row-major weights, 0 or more, of the edge to the neighbor below; those of the last row are not used.
  public var below: [Double]
  /// Row-major weights f, 0 or more, that pull a node to 1.
  public var inside: [Double]
  /// Row-major weights b, 0 or more, that pull a node to 0.
  public var outside: [Double]

  /// The largest number of iterations.
  public static let iterationLimit = 1000

  /// Creates a grid of free nodes without edges and priors.
  public init(size: Size) {
    self.size = size
    nodes = [Node](repeating: .free, count: size.count)
    right = [Double](repeating: 0, count: size.count)
    (below, inside, outside) = (right, right, right)
  }

  /// Computes x by the method of conjugate gradients, preconditioned by the diagonal, until the residual is at most `tolerance` times the norm of the
  /// right-hand side, or for ``iterationLimit`` iterations.
  ///
  /// Sums are in a fixed order on one thread, so the bits do not depend on the machine. A free node that no edge and no prior pulls is 0.
  /// O(nodes · iterations).
  /// - Returns: Row-major values, 0...1 up to the tolerance.
  /// - Throws: `CancellationError`.
  public func probabilities(tolerance: Double = 1e-6) throws -> [Double] {
    precondition(
      [nodes.count, right.count, below.count, inside.count, outside.count].allSatisfy { $0 == size.count }, "weights fill the grid")
    let cancellation = Cancellation.current
    var system = WalkSystem(self)
    var (residual, target) = system.start()
    let goal = tolerance * tolerance * target
    for _ in 0..<Self.iterationLimit {
      guard residual > goal, residual > 0 else { break }
      try cancellation.check()
      residual = system.step()
    }
    return system.values
  }
}

/// The linear equations of the free nodes, and the state of their solution.
private struct WalkSystem {
  private let width: Int
  private let height: Int
  /// Weights with 0 where no edge is: to the right of the last column, below the last row.
  private let right: [Double]
  private let below: [Double]
  private let pull: [Double]
  private let diagonal: [Double]
  /// One over the diagonal; 0 at nodes whose value is fixed.
  private let scale: [Double]
  private(set) var values: [Double]
  private var residual: [Double]
  private var direction: [Double]
  private var image: [Double]
  /// residual · scale · residual.
  private var norm = 0.0

  init(_ walker: RandomWalker) {
    (width, height) = (walker.size.width, walker.size.height)
    var (right, below) = (walker.right, walker.below)
    for row in 0..<height { right[row * width + width - 1] = 0 }
    for column in 0..<width { below[(height - 1) * width + column] = 0 }
    var diagonal = zip(walker.inside, walker.outside).map { $0 + $1 }
    for index in 0..<width * height {
      diagonal[index] += right[index] + below[index]
      if right[index] != 0 { diagonal[index + 1] += right[index] }
      if below[index] != 0 { diagonal[index + width] += below[index] }
    }
    scale = diagonal.indices.map { walker.nodes[$0] == .free && diagonal[$0] > 0 ? 1 / diagonal[$0] : 0 }
    values = walker.nodes.map { $0 == .inside ? 1 : 0 }
    pull = walker.inside
    (self.right, self.below, self.diagonal) = (right, below, diagonal)
    residual = [Double](repeating: 0, count: width * height)
    (direction, image) = (residual, residual)
  }

  /// Sets up the first direction from the values at the seeds.
  /// - Returns: the squared norms, scaled, of the residual and of the right-hand side.
  mutating func start() -> (residual: Double, target: Double) {
    apply(values)
    norm = 0
    for index in residual.indices where scale[index] != 0 {
      // The seeds' share of the equations is the right-hand side, since all other values are 0 here.
      residual[index] = pull[index] - image[index]
      direction[index] = scale[index] * residual[index]
      norm += residual[index] * direction[index]
    }
    return (norm, norm)
  }

  /// One iteration.
  /// - Returns: the squared norm, scaled, of the residual.
  mutating func step() -> Double {
    apply(direction)
    var curvature = 0.0
    for index in direction.indices { curvature += direction[index] * image[index] }
    guard curvature > 0 else { return 0 }
    let length = norm / curvature
    var next = 0.0
    for index in direction.indices {
      values[index] += length * direction[index]
      residual[index] -= length * image[index]
      next += residual[index] * residual[index] * scale[index]
    }
    let share = next / norm
    for index in direction.indices { direction[index] = scale[index] * residual[index] + share * direction[index] }
    norm = next
    return norm
  }

  /// Multiplies by the matrix: `image` = diagonal · v - Σ weights · neighbors.
  private mutating func apply(_ vector: [Double]) {
    let (width, count) = (width, width * height)
    vector.withUnsafeBufferPointer { v in
      right.withUnsafeBufferPointer { right in
        below.withUnsafeBufferPointer { below in
          diagonal.withUnsafeBufferPointer { diagonal in
            image.withUnsafeMutableBufferPointer { image in
              for index in 0..<count {
                var sum = diagonal[index] * v[index]
                if index + 1 < count { sum -= right[index] * v[index + 1] }
                if index > 0 { sum -= right[index - 1] * v[index - 1] }
                if index + width < count { sum -= below[index] * v[index + width] }
                if index >= width { sum -= below[index - width] * v[index - width] }
                image[index] = sum
              }
            }
          }
        }
      }
    }
  }
}
