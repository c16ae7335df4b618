/**
 * `chat join` in a pipe, and with `--plain` or `--json`: lines in, lines out.
 * @module
 */
import { interpret, isLeaving, isYes, startsWithPath } from "../../client/input/commands.ts";
import { Destination } from "../../client/session/destination.ts";
import type { ChatEvent } from "../../client/events.ts";
import type { Credentials } from "../../client/session/login_state.ts";
import type { Target } from "../../client/trust/target.ts";
import { named, Unsaid } from "../../client/session/unsaid.ts";
import type { Proxy } from "../../net/proxy.ts";
import { onStopSignals } from "../os/signals.ts";
import type { FrontEnd, Output } from "../../ui/front_end.ts";
import type { InputLine } from "../../ui/lines/input.ts";
import type { LineReader } from "../../ui/lines/line_reader.ts";
import type { Streams } from "../../ui/lines/streams.ts";
import type { Trust } from "./dialler.ts";
import { type Audience, STATUS, Stay } from "./stay.ts";

/** What it runs with. */
export interface PipedOptions {
  /** Where. */
  readonly target: Target;
  /** The name to claim; undefined where one is to be asked for. */
  readonly name: string | undefined;
  /** The server's password, where there is one. */
  readonly password: string | undefined;
  /** Whether a password is sent whoever can hear it. */
  readonly insecurePassword: boolean;
  /** Whom to trust. */
  readonly trust: Trust;
  /** The proxy to go through; undefined for none. */
  readonly proxy: Proxy | undefined;
  /** Whether a person can be asked for a yes or a no. */
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
  /** Resolves, with a sentence that says why, if standard output can't be written any more. */
  readonly broken: Promise<string>;
}

/** How long the rest of the input is counted for at the end, in milliseconds. */
const COUNTING_MS = 500;

/** How long output that nobody reads may hold up the end that a signal asks for, in milliseconds. */
const STUCK_MS = 1000;

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
  readonly #destination: Destination;
  /** Why standard output can't be written. */
  #broken: string | undefined;
  /** Whether the server is not read because too much waits to be written. */
  #waits = false;
  /** Resolves when no more of the input is read. */
  #listening: Promise<void> | undefined;
  /** What came in when nothing could be said any more. */
  readonly #rest = new Unsaid();
  /** Resolved when the session may want something else than before. */
  #changed = Promise.withResolvers<void>();
  /** Resolves when nobody waits any more for what is still to be written. */
  readonly #enough = Promise.withResolvers<void>();
  /** Takes the answer to whether a server is to be trusted, while that is asked. */
  #confirmed: ((yes: boolean) => void) | undefined;

  constructor(options: PipedOptions) {
    this.#options = options;
    const { target, name, password, account, trust, proxy, asks, typed } = options;
    this.#stay = new Stay({
      insecure: options.insecurePassword ? "always" : asks ? "ask" : "never",
      ...{ target, name, password, trust, proxy, person: typed, rich: false, typing: false },
      confirm: asks ? (question) => this.#confirm(question) : undefined,
      login: account && { given: account, asks: false, recall: () => Promise.resolve(undefined) },
      audience: this,
    });
    this.#destination = new Destination(target.room);
  }

  async run(): Promise<number> {
    let stuck: ReturnType<typeof setTimeout> | undefined;
    const interrupt = () => {
      stuck ??= setTimeout(this.#enough.resolve, STUCK_MS);
      // What the terminal shows for Ctrl-C stands where the next line should start.
      if (this.#options.typed) this.#write([...this.#options.front.answered(), NEW_LINE]);
      this.#stay.stop(STATUS.left, null);
    };
    const abort = () => this.#stay.abort(STATUS.interrupted);
    const deaf = onStopSignals(interrupt, abort, { hangup: true });
    try {
      void this.#options.broken.then((fault) => {
        this.#broken = fault;
        this.#stay.fail(fault);
      });
      this.#listening = this.#listen();
      const status = await this.#stay.run();
      // A terminal that was closed ends like this, too, and nobody is there to be told.
      const fault = this.#broken ?? (this.#options.typed ? undefined : this.#options.input.fault);
      if (fault === undefined || status !== STATUS.left) return status;
      // All that there was is said: then only this is to be told.
      this.#write([{ stream: "err", text: `${fault}\n` }]);
      await this.flushed();
      return STATUS.failed;
    } finally {
      clearTimeout(stuck);
      deaf();
    }
  }

  show(event: ChatEvent): void {
    this.#destination.event(event, this.#stay.session);
    const refused = event.type === "notSent" || event.type === "error" ? event.line : undefined;
    // A person sees it, and types it again.
    if (!this.#options.typed && refused !== undefined && refused.trim() !== "") {
      this.#stay.unsaid.add(refused);
    }
    this.#write(this.#options.front.show(event));
  }

  #write(outputs: readonly Output[]): void {
    this.#options.streams.write(outputs);
  }

  stepped(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  /** Nothing is dropped: if too much waits to be written, the server is not read meanwhile. */
  get room(): Promise<void> | undefined {
    const { streams } = this.#options;
    const { room } = streams;
    if (room === undefined || this.#waits) return room;
    this.#waits = true;
    streams.warn(
      "Standard output is not being read, and much waits for it. Until it is, nothing more is read " +
        "from the server, which may end the connection.\n",
    );
    return room.then(() => {
      this.#waits = false;
      streams.warn("Standard output is being read again.\n");
    });
  }

  flushed(): Promise<void> {
    return Promise.race([this.#options.streams.flushed(), this.#enough.promise]);
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
      if (this.#stay.ending) return await this.#count(line);
      if (line === undefined) return this.#endOfInput();
      if (this.#confirmed !== undefined) this.#answerTrust(line.text);
      else if (session.wants === "confirmation") this.#answerInsecure(line.text);
      else if (session.wants === "name") this.#answer(line.text);
      else if (!this.#use(line)) return;
    }
  }

  /** Counts what nobody will say any more. */
  async #count(first: InputLine | undefined): Promise<void> {
    const { input, typed } = this.#options;
    if (typed) return;
    for (let line = first; line !== undefined; line = await input.next()) {
      if (line.text.trim() !== "" && !line.continued) this.#rest.add(line.text);
    }
  }

  /** The rest of the input, as far as it is there: whoever writes it may go on for ever. */
  async rest(): Promise<Unsaid> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, COUNTING_MS);
    await Promise.race([this.#listening, late.promise]);
    clearTimeout(timer);
    return this.#rest;
  }

  /** Does what a line asks for. Returns whether more is to be read. */
  #use({ text, continued }: InputLine): boolean {
    const action = continued || !this.#options.typed && startsWithPath(text)
      ? { do: "say", text } as const
      // A space that slipped in before a command makes no message of it.
      : interpret(this.#options.typed ? text.replace(/^\s+(?=\/)/u, "") : text);
    const time = Date.now();
    const { session } = this.#stay;
    const { place } = this.#destination;
    const fault = this.#destination.follow(action, text, session);
    if (fault !== undefined) {
      const why = `${fault}, so this was not sent: ${named(text)}`;
      const advice = "/join ROOM or /query NAME says where the next lines go.";
      this.show({ type: "notSent", line: text, text: `${why} (${advice})`, time });
      return true;
    }
    switch (action.do) {
      case "leave":
        this.#stay.leave(action.reason);
        return false;
      case "inform":
        for (const text of action.lines) this.show({ type: "info", text, time });
        return true;
      case "reject":
        this.show({ type: "notSent", line: action.line, text: action.why, time });
        return true;
      case "query":
        this.show({ type: "info", text: `What you say now goes to ${action.name} alone.`, time });
        return true;
      case "show":
        this.show({ type: "info", text: `What you say now goes to ${action.place}.`, time });
        return true;
      case "rooms":
      case "ignore":
      case "save":
      case "register":
      case "login":
      case "clear": {
        const why = "This command needs the screen that chat join has on a terminal without " +
          "--plain and --json.";
        this.show({ type: "notSent", line: text, text: why, time });
        return true;
      }
      case "history": {
        const whole = this.#options.front.unfold(place);
        if (whole.length > 0) this.#write(whole);
        else this.#stay.apply(session.perform(action, place, time));
        return true;
      }
      default:
        if (action.do === "part" && action.room === undefined && !session.isRoom(place)) {
          this.show({ type: "info", text: `You no longer talk to ${place}.`, time });
        } else this.#stay.apply(session.perform(action, place, time));
        return true;
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

  #answerInsecure(text: string): void {
    const { front } = this.#options;
    this.#write(front.answered());
    const yes = isYes(text);
    if (yes === undefined) this.#write(front.ask("insecure"));
    else this.#stay.confirm(yes);
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
}
