/// The script of a Slurm job array that runs a cohort in shards. It can be submitted again after a failure: each task continues its shard.
package struct SlurmScript {
  /// The program, and its arguments without those that the shards differ in.
  package let program: String
  package let arguments: [String]
  package let out: String
  package let shards: Int
  /// Cores per task.
  package let threads: Int

  package init(program: String, arguments: [String], out: String, shards: Int, threads: Int) {
    (self.program, self.arguments, self.out, self.shards, self.threads) = (program, arguments, out, shards, threads)
  }

  /// The shell script. Some failed cases (exit status 4) are no failure of the task.
  package var text: String {
    let command = ([program, "cohort"] + arguments).map(Self.quoted).joined(separator: " ")
    let folder = Self.quoted(out)
    return """
      #!/bin/bash
      #SBATCH --job-name=segsh-cohort
      #SBATCH --array=1-\(shards)
      #SBATCH --cpus-per-task=\(threads)
      #SBATCH --requeue
      #SBATCH --open-mode=append
      # When all tasks are done: segsh cohort merge \(folder) --out \(folder)/merged
      mkdir -p \(folder)/shard-"$SLURM_ARRAY_TASK_ID"
      exec >> \(folder)/shard-"$SLURM_ARRAY_TASK_ID"/slurm.log 2>&1
      \(command) --out \(folder)/shard-"$SLURM_ARRAY_TASK_ID" \\
        --shard "$SLURM_ARRAY_TASK_ID"/\(shards) --threads "${SLURM_CPUS_PER_TASK:-\(threads)}" --resume --progress json
      status=$?
      [ $status -eq 4 ] && exit 0
      exit $status

      """
  }

  /// A word as the shell takes it.
  package static func quoted(_ word: String) -> String {
    let plain = word.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "-_./=,:@%+".utf8.contains(byte)
    }
    return plain && !word.isEmpty
      ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
