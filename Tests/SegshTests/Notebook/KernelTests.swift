import Foundation
import TestSupport
import Testing

/// `segsh kernel`, driven by the Python libraries that notebooks use.
@Suite(.serialized) struct KernelTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..").standardized
  private let folder: TemporaryFolder
  private let environment: [String: String]

  init() throws {
    folder = try TemporaryFolder()
    environment = [
      "SEGSH_MODELS": Self.root.appendingPathComponent("Models").path, "SEGSH_LESSONS": Self.root.appendingPathComponent("Lessons").path,
      "JUPYTER_PATH": folder.file("jupyter/share/jupyter"), "JUPYTER_RUNTIME_DIR": folder.file("runtime"), "PYTHONDONTWRITEBYTECODE": "1",
    ]
  }

  private func segsh(_ arguments: String...) throws -> Program.Outcome {
    try Program().run(arguments, in: folder.url, environment: environment)
  }

  /// Runs a script of `Tools/kernel-tests` with the kernel installed; nil where its packages are missing.
  private func python(_ script: String, _ arguments: [String] = [], importing packages: String) throws -> Program.Outcome? {
    guard let python = TestPython.path(importing: packages) else { return nil }
    let library = try Program(executable: python).run(["-c", "import ctypes; ctypes.CDLL('libzmq.so.5')"], in: folder.url)
    guard library.status == 0 else {
      print("skipped: libzmq.so.5 is not installed")
      return nil
    }
    #expect(try segsh("kernel", "install", "--prefix", folder.file("jupyter")).status == 0)
    let path = Self.root.appendingPathComponent("Tools/kernel-tests/\(script)").path
    return try Program(executable: python).run([path] + arguments, in: folder.url, environment: environment)
  }

  @Test func `results, errors, interrupts, completion and help arrive as the protocol has them, and what is not signed is refused`() throws
  {
    try folder.write("name,n\n<script>alert(1)</script>,1\nb,2\n", to: "names.csv")
    guard let run = try python("protocol.py", importing: "jupyter_client") else { return }
    #expect(run.status == 0, "\(run.output) \(run.errors)")
    #expect(run.output.contains("ok a shutdown ends the kernel with status 0\n"))
  }

  @Test func `the test kit of Jupyter passes`() throws {
    #expect(try segsh("-c", "phantom size=64 | save case-1.png").status == 0)
    try folder.write("no image\n", to: "case-2.png")
    guard let run = try python("kit.py", importing: "jupyter_kernel_test") else { return }
    #expect(run.status == 0, "\(run.errors)")
    #expect(run.errors.contains("OK (skipped=2)"), "\(run.errors)")
  }

  @Test func `a lesson and an analysis run as notebooks, and the analysis is verified`() throws {
    let notebooks = ["lesson", "analysis"].map { Self.root.appendingPathComponent("scripts/examples/notebooks/\($0).ipynb").path }
    guard let run = try python("notebooks.py", notebooks, importing: "nbclient") else { return }
    try #require(run.status == 0, "\(run.errors)")
    for line in [
      "stdout: Opening and closing, 1 of 5: Specks", "image/png text/plain: Mask ", "solved: ", "hint (1 of 2)",
      "ended Opening and closing",
      "text/html text/plain: _2 Table 4 cases", "image/svg+xml text/plain: _4 Plot", "image/png text/plain: _6 Segmentation",
      "stdout: wrote analysis.seg",
    ] {
      #expect(run.output.contains(line), "\(line): \(run.output)")
    }
    let replay = try segsh("replay", "analysis.seg", "--verify")
    #expect(replay.status == 0, "\(replay.output) \(replay.errors)")
  }

  @Test func `an installation is found by its folder and leaves nothing when it is removed`() throws {
    let install = try segsh("kernel", "install", "--prefix", "env")
    #expect(install.output == "wrote \(folder.file("env/share/jupyter/kernels/segsh/kernel.json"))\n")
    let text = try folder.text(of: "env/share/jupyter/kernels/segsh/kernel.json")
    let json = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(json["argv"] as? [String] == [Program().path, "kernel", "run", "{connection_file}"])
    #expect(json["interrupt_mode"] as? String == "message")
    #expect(try segsh("kernel", "remove", "--prefix", "env").output == "removed \(folder.file("env/share/jupyter/kernels/segsh"))\n")
    #expect(!FileManager.default.fileExists(atPath: folder.file("env/share/jupyter/kernels/segsh")))
    #expect(try segsh("kernel", "remove", "--prefix", "env").output.hasPrefix("no kernel in "))
    _ = try segsh("kernel", "install")
    #expect(FileManager.default.fileExists(atPath: folder.file(".local/share/jupyter/kernels/segsh/kernel.json")))
  }

  @Test(arguments: [
    ("", "cannot be read as a connection file"), ("[]", "no valid `transport`"), ("{{transport}}", "cannot be read"),
    (#"{"transport": "tcp", "ip": "127.0.0.1"}"#, "`shell_port`"), (#"{"transport": "udp", "ip": "127.0.0.1"}"#, "the transport `udp`"),
    (connection.replacing("99", with: "99999"), "`hb_port`"),
    (connection.replacing("hmac-sha256", with: "hmac-md5"), "the signature scheme `hmac-md5`"),
  ]) func `a connection file that makes no sense is an error`(text: String, problem: String) throws {
    try folder.write(text, to: "connection.json")
    let run = try segsh("kernel", "run", "connection.json")
    #expect(run.status == 1)
    #expect(run.errors.hasPrefix("error: connection.json"))
    #expect(run.errors.contains(problem), "\(run.errors)")
  }

  @Test func `an address that cannot be used is an error`() throws {
    try folder.write(Self.connection.replacing("127.0.0.1", with: "256.1.1.1"), to: "connection.json")
    let run = try segsh("kernel", "run", "connection.json")
    #expect(run.status == 1)
    let isInstalled = !run.errors.contains("ZeroMQ is not installed")
    #expect(!isInstalled || run.errors.hasPrefix("error: cannot listen at tcp://256.1.1.1:1: "), "\(run.errors)")
  }

  private static let connection = """
    {"transport": "tcp", "ip": "127.0.0.1", "shell_port": 1, "control_port": 2, "iopub_port": 3, "stdin_port": 4, "hb_port": 99, "key": "k",
    "signature_scheme": "hmac-sha256"}
    """

  @Test(arguments: ["run", "check", "replay"]) func `a notebook in place of a script is an error that names the way out`(command: String)
    throws
  {
    try folder.write("{}", to: "analysis.ipynb")
    let run = try segsh(command, "analysis.ipynb")
    #expect(run.status == 2)
    #expect(run.errors.contains("analysis.ipynb is a notebook, not a script; run `:save FILE.seg`"))
  }
}
