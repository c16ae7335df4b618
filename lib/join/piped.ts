/**
 * `chat join` in a pipe, and with `--plain` or `--json`: lines in, lines out.
 * @module
 */
import { interpret, isLeaving, isYes, startsWithPath } from "../client/commands.ts";
import type { ChatEvent } from "../client/events.ts";
import type { Credentials } from "../client/login.ts";
import type { Target } from "../client/target.ts";
import { onStopSignals } from "../signals.ts";
import type { FrontEnd, Output } from "../ui/front_end.ts";
import type { LineReader } from "../ui/reader.ts";
import type { Streams } from "../ui/streams.ts";
import type { Trust } from "./dial.ts";
import { type Audience, STATUS, Stay } from "./stay.ts";

/** What it runs with. */
export interface PipedOptions {
  /** Where. */
  readonly target: Target;
  /** The name to claim; undefined where one is to be asked for. */
  readonly name: string | undefined;
  /** The server's password, where there is one. */
  readonly password: string | undefined;
  /** Whom to trust. */
  readonly trust: Trust;
  /** Whether a person can be asked whether to trust a new server. */
  readonly asks: boolean;
  /** The account to log in to; none where it is left out. */
  readonly account?: Credentials | undefined;
  /** Shows what happens. */
  readonly front: FrontEnd;
  /** What is typed or piped in. */
  readonly input: LineReader;
  /** Where it is shown. */
  readonly streams: Streams;
  /** Whether a person types: else nobody can be asked, and it does not try for ever. */
  readonly typed: boolean;
  /** Resolves when nobody reads standard output any more. */
  readonly broken: Promise<void>;
}

/**
 * Runs it to its end.
 *
 * @returns the exit status.
 */
export async function joinPiped(options: PipedOptions): Promise<number> {
  return await new Piped(options).run();
}

const NEW_LINE: Output = { stream: "out", text: "\n" };

class Piped implements Audience {
  readonly #options: PipedOptions;
  readonly #stay: Stay;
  /** Resolved when the session may want something else than before. */
  #changed = Promise.withResolvers<void>();
  /** Takes the answer to whether a server is to be trusted, while that is asked. */
  #confirmed: ((yes: boolean) => void) | undefined;

  constructor(options: PipedOptions) {
    this.#options = options;
    const { target, name, password, account, trust, asks, typed } = options;
    this.#stay = new Stay({
      ...{ target, name, password, trust, person: typed, rich: false, typing: false },
      confirm: asks ? (question) => this.#confirm(question) : undefined,
      login: account && { given: account, asks: false, recall: () => Promise.resolve(undefined) },
      audience: this,
    });
  }

  async run(): Promise<number> {
    const interrupt = () => {
      // What the terminal shows for Ctrl-C stands where the next line should start.
      if (this.#options.typed) this.#write([...this.#options.front.answered(), NEW_LINE]);
      this.#stay.stop(STATUS.left, null);
    };
    const abort = () => this.#stay.abort(STATUS.interrupted);
    const deaf = onStopSignals(interrupt, abort, { hangup: true });
    try {
      void this.#options.broken.then(() => this.#stay.stop(STATUS.left, null));
      void this.#listen();
      return await this.#stay.run();
    } finally {
      deaf();
    }
  }

  show(event: ChatEvent): void {
    this.#write(this.#options.front.show(event));
  }

  #write(outputs: readonly Output[]): void {
    this.#options.streams.write(outputs);
  }

  stepped(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  get room(): Promise<void> | undefined {
    return this.#options.streams.room;
  }

  flushed(): Promise<void> {
    return this.#options.streams.flushed();
  }

  /** Takes in what is typed or piped, as fast as it can be used. */
  async #listen(): Promise<void> {
    const { input, typed } = this.#options;
    const { session } = this.#stay;
    for (;;) {
      const line = await input.next();
      const open = session.wants !== "text" || this.#confirmed !== undefined;
      if (typed && line !== undefined && isLeaving(line.text) && open) {
        this.#write(this.#options.front.answered());
        return this.#stay.stop(STATUS.left, null);
      }
      while (session.wants === "nothing" && this.#confirmed === undefined && !this.#stay.ending) {
        await this.#changed.promise;
      }
      if (this.#stay.ending) return;
      if (line === undefined) return this.#endOfInput();
      if (this.#confirmed !== undefined) this.#answerTrust(line.text);
      else if (session.wants === "name") this.#answer(line.text);
      else if (line.continued || !typed && startsWithPath(line.text)) this.#say(line.text);
      else this.#interpret(line.text);
    }
  }

  #answer(name: string): void {
    this.#write(this.#options.front.answered());
    if (isLeaving(name)) this.#stay.stop(STATUS.left, null);
    else this.#stay.claim(name);
  }

  /** Asks whether to trust a new server. */
  #confirm(question: string): Promise<boolean> {
    this.#write(this.#options.front.ask("trust", question));
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#confirmed = resolve;
    this.stepped();
    return promise;
  }

  #answerTrust(text: string): void {
    const { front } = this.#options;
    this.#write(front.answered());
    const yes = isYes(text);
    if (yes === undefined) return this.#write(front.ask("trust"));
    this.#confirmed?.(yes);
    this.#confirmed = undefined;
  }

  #endOfInput(): void {
    const { typed } = this.#options;
    if (this.#stay.session.wants === "text") this.#stay.leave("");
    else if (typed) this.#stay.stop(STATUS.left, null);
    else if (this.#stay.nameWasRefused) {
      this.#stay.stop(STATUS.nameRefused, "No other username was given.");
    } else {
      this.#stay.stop(STATUS.failed, "No username was given. Give it with --name NAME.");
    }
  }

  #say(text: string): void {
    this.#stay.apply(this.#stay.session.say(text, Date.now()));
  }

  #interpret(line: string): void {
    const action = interpret(line);
    const time = Date.now();
    switch (action.do) {
      case "leave":
        return this.#stay.leave(action.reason);
      case "inform":
        for (const text of action.lines) this.show({ type: "info", text, time });
        return;
      case "reject":
        return this.show({ type: "notSent", line: action.line, text: action.why, time });
      case "query":
      case "show":
      case "rooms":
      case "ignore":
      case "save":
      case "register":
      case "login":
      case "clear": {
        const text = "This command needs the screen that chat join has on a terminal without " +
          "--plain and --json.";
        return this.show({ type: "notSent", line, text, time });
      }
      case "history": {
        const whole = this.#options.front.unfold(this.#stay.session.home);
        if (whole.length > 0) return this.#write(whole);
        return this.#stay.apply(this.#stay.session.perform(action, "", time));
      }
      default: {
        const { session } = this.#stay;
        this.#stay.apply(session.perform(action, "", time));
      }
    }
  }
}
