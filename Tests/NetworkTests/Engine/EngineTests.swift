import Basics
import Testing

@testable import Network

@Suite struct TensorTests {
  @Test func `is a value`() {
    let a = Tensor(shape: [1, 2, 1, 2], values: [1, 2, 3, 4])
    var b = a
    b[0, 1, 0, 1] = 9
    #expect(a.values == [1, 2, 3, 4])
    #expect(b.values == [1, 2, 3, 9])
    #expect(a != b)
  }

  @Test func `bounds its shape`() {
    #expect(Tensor.count(of: [2, 3, 4]) == 24)
    #expect(Tensor.count(of: []) == 1)
    #expect(Tensor.count(of: [0, 5]) == 0)
    #expect(Tensor.count(of: [-1, 5]) == nil)
    #expect(Tensor.count(of: [.max, 2]) == nil)
    #expect(Tensor.count(of: [1 << 16, 1 << 16]) == nil)
  }
}

@Suite struct FeatureMapTests {
  @Test(arguments: InstructionSet.available) func `keeps a tensor`(_ set: InstructionSet) {
    let workspace = Workspace(set)
    let tensor = Tensor(shape: [2, 19, 5, 7], values: noise(2 * 19 * 35, seed: 1))
    let map = FeatureMap.unwritten(FeatureMap.Shape(images: 2, channels: 19, height: 5, width: 7))
    map.load(tensor, workspace)
    #expect(map.tensor(workspace) == tensor)
    #expect(map.arePaddingLanesZero)
    let corner = map.tensor(workspace, height: 3, width: 4)
    #expect(corner.shape == [2, 19, 3, 4])
    #expect(corner[1, 18, 2, 3] == tensor[1, 18, 2, 3])
  }

  @Test func `a pool reuses memory`() {
    let pool = FeatureMapPool()
    let shape = FeatureMap.Shape(images: 1, channels: 16, height: 4, width: 4)
    let first = pool.take(shape)
    pool.give(first)
    #expect(pool.take(shape).buffer === first.buffer)
    #expect(pool.take(shape).buffer !== first.buffer)
  }
}

@Suite(.serialized) struct WorkspaceTests {
  @Test func `every task runs once`() {
    let before = Parallel.threadCount
    defer { Parallel.threadCount = before }
    let workspace = Workspace()
    for threads in [1, 2, 3, 8, 2] {
      Parallel.threadCount = threads
      for tasks in [0, 1, 2, 7, 1000] {
        let counts = FloatBuffer(count: tasks)
        workspace.run(tasks) { task, worker in
          counts.base[task] += 1
          if worker < 0 || worker >= threads { counts.base[task] += 100 }
        }
        #expect(counts.values.allSatisfy { $0 == 1 }, "\(threads) threads, \(tasks) tasks")
      }
    }
  }

  @Test func `a task may run tasks`() {
    let workspace = Workspace()
    let counts = FloatBuffer(count: 20)
    workspace.run(4) { outer, _ in
      workspace.run(5) { inner, _ in counts.base[outer * 5 + inner] += 1 }
    }
    #expect(counts.values.allSatisfy { $0 == 1 })
  }
}
