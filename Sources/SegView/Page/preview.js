// The values while a hand moves: the shell measures what the command would come to. One question is out at a time, so the newest movement is next.

export class Preview {
  // No other page of this shell takes the answers for its own.
  #number = Math.floor(Math.random() * 2 ** 40);
  #next = null;
  #asked = null;
  /** The last answer, as { request, severity, refused }; null while nothing is previewed. */
  shown = null;
  /** How many answers came, for measurements. */
  count = 0;

  /** - post: sends a request to the shell; changed: called after each answer, and when the preview ends. */
  constructor(post, changed) {
    this.post = post;
    this.changed = changed;
  }

  /** Whether an answer is still to come for the newest movement. */
  get isWaiting() { return Boolean(this.#next || this.#asked); }

  ask(request) {
    this.#next = request;
    this.#send();
  }

  /** The command is on its way: its own values come with the scene. */
  stop() { this.#next = this.#asked = null; }

  /** Nothing is sent: the recorded values come back. */
  cancel() {
    this.stop();
    if (!this.shown) return;
    this.shown = null;
    this.changed();
  }

  async #send() {
    if (this.#asked || !this.#next) return;
    const request = this.#asked = this.#next;
    this.#next = null;
    try {
      await this.post({ do: "preview", number: ++this.#number, of: request });
    } catch {
      // The shell is busy: the next movement asks again.
      if (this.#asked === request) this.#asked = null;
    }
  }

  take({ number, severity, refused }) {
    if (!this.#asked || number !== this.#number) return;
    this.shown = { request: this.#asked, severity, refused: Boolean(refused) };
    this.#asked = null;
    this.count++;
    this.changed();
    this.#send();
  }
}
