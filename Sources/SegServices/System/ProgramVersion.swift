/// The version of the program, which what it writes carries.
public enum ProgramVersion {
  public static let text = "0.1.0"
}
