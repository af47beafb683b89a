import CDICOM
import CSandbox
import Foundation
import TestSupport
import Testing

@testable import ImageOps

/// The helper program that decodes frames: what it can still do once it runs.
@Suite("Sandbox of decoders") struct SandboxTests {
  /// Helpers lie beside the test program, as they lie beside segsh.
  private static func helper(_ name: String) -> URL {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().appendingPathComponent(name)
  }

  private static func limits(parent: Int32 = getpid(), memory: UInt64 = 1 << 30) -> Data {
    var limits = csandbox_limits(parent: parent, seconds: 60, memory: memory, answer: 1 << 20)
    return Data(bytes: &limits, count: MemoryLayout<csandbox_limits>.size)
  }

  private static func status(of process: Int32) -> [String: String] {
    let text = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
    return text.split(separator: "\n").reduce(into: [:]) { lines, line in
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 { lines[String(parts[0])] = parts[1].trimmingCharacters(in: .whitespaces) }
    }
  }

  /// Whether the condition holds before the time is up, which is generous: a helper that waits for its request never ends by itself.
  private static func comesTrue(within seconds: Double = 30, _ condition: () -> Bool) -> Bool {
    let end = Date().addingTimeInterval(seconds)
    while Date() < end {
      if condition() { return true }
      usleep(5_000)
    }
    return condition()
  }

  private static func isGone(_ process: Int32) -> Bool {
    let state = status(of: process)["State"] ?? "X"
    return state.hasPrefix("Z") || state.hasPrefix("X")
  }

  /// Whether this kernel can filter system calls at all.
  private static let hasFilters = access("/proc/sys/kernel/seccomp/actions_avail", F_OK) == 0

  @Test(arguments: ["segsh-dicom", "segsh-dicom-write"]) func `files, sockets, processes, code and memory are refused`(name: String) throws
  {
    let process = Process()
    let output = Pipe()
    (process.executableURL, process.arguments, process.standardOutput) = (Self.helper(name), ["--check"], output)
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(text.split(separator: "\n").count == 7)
    if Self.hasFilters {
      #expect(process.terminationStatus == 0)
      #expect(text.split(separator: "\n").allSatisfy { $0.hasSuffix(": refused") }, "\(text)")
    }
  }

  @Test(arguments: ["segsh-dicom", "segsh-dicom-write"])
  func `a running helper has a filter, no new privileges, three files and the root as its folder`(name: String) throws {
    let process = Process()
    let input = Pipe()
    (process.executableURL, process.standardInput, process.standardOutput) = (Self.helper(name), input, Pipe())
    // A descriptor that is inherited, as one of a careless library would be.
    let stray = open("/dev/null", O_RDONLY)
    defer { close(stray) }
    try process.run()
    defer {
      try? input.fileHandleForWriting.close()
      process.waitUntilExit()
    }
    try input.fileHandleForWriting.write(contentsOf: Self.limits())
    let number = process.processIdentifier
    #expect(Self.comesTrue { Self.status(of: number)["NoNewPrivs"] == "1" })
    if Self.hasFilters { #expect(Self.comesTrue { Self.status(of: number)["Seccomp"] == "2" }) }
    #expect(Self.comesTrue { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(number)/fd").count) == 3 })
    #expect((try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(number)/cwd")) == "/")
    let limits = (try? String(contentsOfFile: "/proc/\(number)/limits", encoding: .utf8)) ?? ""
    func limit(_ name: String) -> String? {
      limits.split(separator: "\n").first { $0.hasPrefix(name) }?.dropFirst(name.count).split(separator: " ").first.map(String.init)
    }
    #expect(Self.comesTrue { limit("Max address space") != nil })
    #expect(limit("Max address space") == "\(1 << 30)")
    #expect(limit("Max open files") == "0")
    #expect(limit("Max core file size") == "0")
  }

  @Test func `a helper ends with the process that started it`() throws {
    let folder = try TemporaryFolder()
    let pipe = folder.file("request")
    try #require(mkfifo(pipe, 0o600) == 0)
    let shell = Process()
    let output = Pipe()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    shell.arguments = ["-c", #""$0" < "$1" >/dev/null & echo $!; wait"#, Self.helper("segsh-dicom").path, pipe]
    shell.standardOutput = output
    try shell.run()
    // Open for both, so that the helper never sees an end of the request.
    let request = try #require(FileHandle(forUpdatingAtPath: pipe))
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    let helper = try #require(Int32(line.trimmingCharacters(in: .whitespacesAndNewlines)))
    try request.write(contentsOf: Self.limits(parent: shell.processIdentifier))
    #expect(Self.comesTrue { Self.status(of: helper)["NoNewPrivs"] == "1" })
    #expect(!Self.isGone(helper))
    kill(shell.processIdentifier, SIGKILL)
    shell.waitUntilExit()
    #expect(Self.comesTrue { Self.isGone(helper) })
  }

  /// What `segsh-dicom` answers to a request.
  private static func answer(to request: Data) throws -> (status: Int32, text: String) {
    // A file rather than a pipe: a helper that ends early must not end the test with SIGPIPE.
    let folder = try TemporaryFolder()
    let file = try folder.write(Array(request), to: "request")
    let process = Process()
    let output = Pipe()
    process.executableURL = helper("segsh-dicom")
    process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }

  private static func frame(columns: UInt16, rows: UInt16, out: UInt64, code: UInt64 = 0, bits: UInt16 = 8) -> Data {
    var frame = cdicom_frame()
    (frame.columns, frame.rows, frame.samples, frame.bits_allocated, frame.bits_stored) = (columns, rows, 1, bits, bits)
    (frame.out_count, frame.code_count) = (out, code)
    withUnsafeMutableBytes(of: &frame.transfer_syntax) { $0.copyBytes(from: "1.2.840.10008.1.2.4.90".utf8) }
    withUnsafeMutableBytes(of: &frame.photometric) { $0.copyBytes(from: "MONOCHROME2".utf8) }
    return Data(bytes: &frame, count: MemoryLayout<cdicom_frame>.size)
  }

  @Test func `a helper whose parent is another process ends without an answer`() throws {
    let answer = try Self.answer(to: Self.limits(parent: 1) + Self.frame(columns: 8, rows: 8, out: 64))
    #expect(answer.status == csandbox_failed)
    #expect(answer.text == "")
  }

  @Test func `frames that are too large, or larger than they say, are refused before memory is taken`() throws {
    func text(_ frame: Data) throws -> String {
      let answer = try Self.answer(to: Self.limits() + frame)
      #expect(answer.status == csandbox_refused)
      return answer.text
    }
    #expect(try text(Self.frame(columns: 65535, rows: 65535, out: 64)) == "the frame has another size than its samples")
    #expect(try text(Self.frame(columns: 65535, rows: 65535, out: 65535 * 65535)) == "the frame is too large")
    #expect(try text(Self.frame(columns: 8, rows: 8, out: 64, code: 1 << 40)) == "the code stream is too large")
    #expect(try text(Self.frame(columns: 8, rows: 8, out: 64, code: 1 << 20)) == "the frame is cut short")
    // 256 MiB of samples do not fit into the limit of 128 MiB.
    let answer = try Self.answer(
      to: Self.limits(memory: 128 << 20) + Self.frame(columns: 16384, rows: 16384, out: 1 << 28, code: 8) + Data(count: 8))
    #expect(answer.status == csandbox_refused)
    #expect(answer.text == "decoding takes more memory than a frame of this size may")
  }
}
