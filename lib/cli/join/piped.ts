/**
 * `chat join` in a pipe, and with `--plain` or `--json`: lines in, lines out.
 * @module
 */
import { isForSession } from "../../client/input/action.ts";
import { interpretPiped, interpretTyped, isLeaving, isYes } from "../../client/input/interpret.ts";
import { Destination } from "../../client/session/destination.ts";
import type { ChatEvent } from "../../client/events.ts";
import type { Credentials } from "../../client/session/login_state.ts";
import { named, Unsaid } from "../../client/session/unsaid.ts";
import { onStopSignals } from "../os/signals.ts";
import type { FrontEnd, Output } from "../../ui/front_end.ts";
import type { InputLine } from "../../ui/lines/input.ts";
import type { LineReader } from "../../ui/lines/line_reader.ts";
import type { Streams } from "../../ui/lines/streams.ts";
import { within } from "../os/within.ts";
import type { Stay } from "../../client/stay/stay.ts";
import { type EntryOptions, systemStay } from "./system_stay.ts";
import { type Audience, STATUS } from "../../client/stay/stay_options.ts";
import { NOT_SENT, PIPE } from "../../wording/client.ts";

export interface PipedOptions extends EntryOptions {
  readonly insecurePassword: boolean;
  /** Whether a person can be asked for a yes or a no. */
  readonly asks: boolean;
  readonly account?: Credentials | undefined;
  readonly front: FrontEnd;
  readonly input: LineReader;
  readonly streams: Streams;
  /** Whether a person types: else nobody can be asked, and it does not dial for ever. */
  readonly typed: boolean;
  /** Resolves to a sentence that says why if standard output can't be written any more. */
  readonly broken: Promise<string>;
}

/** How long the rest of the input is counted at the end, in milliseconds. */
const COUNTING_MS = 500;

/** The most piped lines in one message, and their length in UTF-16 units: people read them. */
const BATCH_LINES = 20;
const BATCH_LENGTH = 4096;

/** How long output that nobody reads may delay the end after a signal, in milliseconds. */
const STUCK_MS = 1000;

/** Runs a chat in lines to its end. Returns the exit status. */
export async function joinPiped(options: PipedOptions): Promise<number> {
  return await new Piped(options).run();
}

const NEW_LINE: Output = { stream: "out", text: "\n" };

class Piped implements Audience {
  readonly #options: PipedOptions;
  readonly #stay: Stay;
  readonly #destination: Destination;
  /** Why standard output can't be written any more. */
  #broken: string | undefined;
  /** Whether reading from the server is paused because too much waits to be written. */
  #waits = false;
  /** Resolves when the input is no longer read. */
  #listening: Promise<void> | undefined;
  /** The input that came when nothing could be said any more. */
  readonly #rest = new Unsaid();
  /** Resolves when the session may want something else than before. */
  #changed = Promise.withResolvers<void>();
  /** Resolves when the end no longer waits for output. */
  readonly #enough = Promise.withResolvers<void>();
  /** Takes the answer whether to trust a server, while that is asked. */
  #confirmed: ((yes: boolean) => void) | undefined;

  constructor(options: PipedOptions) {
    this.#options = options;
    const { target, name, password, key, version, account, trust, proxy, asks, typed } = options;
    this.#stay = systemStay(
      {
        insecure: options.insecurePassword ? "always" : asks ? "ask" : "never",
        ...{ target, name, password, key, version },
        ...{ person: typed, rich: false, typing: false },
        login: account && { given: account, asks: false, recall: () => Promise.resolve(undefined) },
        audience: this,
      },
      { trust, proxy },
      asks ? (question) => this.#confirm(question) : undefined,
    );
    this.#destination = new Destination(target.room);
  }

  async run(): Promise<number> {
    let stuck: ReturnType<typeof setTimeout> | undefined;
    const interrupt = () => {
      stuck ??= setTimeout(this.#enough.resolve, STUCK_MS);
      // The terminal shows ^C where the next line should start.
      if (this.#options.typed) this.#write([...this.#options.front.answered(), NEW_LINE]);
      this.#stay.stop(STATUS.left);
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
      // A terminal that was closed ends like this too, but nobody is there to be told.
      const fault = this.#broken ?? (this.#options.typed ? undefined : this.#options.input.fault);
      if (fault === undefined || status !== STATUS.left) return status;
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
    // A person sees it and types it again.
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

  /** Nothing is dropped: if too much waits to be written, reading from the server pauses. */
  get room(): Promise<void> | undefined {
    const { streams } = this.#options;
    const { room } = streams;
    if (room === undefined || this.#waits) return room;
    this.#waits = true;
    streams.warn(`${PIPE.outputStuck}\n`);
    return room.then(() => {
      this.#waits = false;
      streams.warn(`${PIPE.outputFlows}\n`);
    });
  }

  flushed(): Promise<void> {
    return Promise.race([this.#options.streams.flushed(), this.#enough.promise]);
  }

  /** Reads the input as fast as it can be used. */
  async #listen(): Promise<void> {
    const { input, typed } = this.#options;
    const { session } = this.#stay;
    for (;;) {
      const line = await input.next();
      const open = session.wants !== "text" || this.#confirmed !== undefined;
      if (typed && line !== undefined && isLeaving(line.text) && open) {
        this.#write(this.#options.front.answered());
        return this.#stay.stop(STATUS.left);
      }
      while (session.wants === "nothing" && this.#confirmed === undefined && !this.#stay.ending) {
        await this.#changed.promise;
      }
      if (this.#stay.ending) return await this.#count(line);
      if (line === undefined) return this.#endOfInput();
      if (this.#confirmed !== undefined) this.#answerYes(line.text, "trust");
      else if (session.wants === "confirmation") this.#answerYes(line.text, "insecure");
      else if (session.wants === "name") this.#answer(line.text);
      else if (!this.#use(session.takesLines && !typed ? await this.#gathered(line) : line)) return;
    }
  }

  /** A line, with those after it that are there already and are said too: they are one message. */
  async #gathered(first: InputLine): Promise<InputLine> {
    const { input } = this.#options;
    const texts: string[] = [];
    let length = 0;
    for (let next: InputLine | undefined = first; next !== undefined; next = input.peek()) {
      const action = interpretPiped(next.text);
      if (next.continued || action.do !== "say") break;
      length += next.text.length;
      if (texts.length >= BATCH_LINES || texts.length > 0 && length > BATCH_LENGTH) break;
      texts.push(action.text);
      if (next !== first) await input.next();
    }
    return texts.length < 2 ? first : { text: texts.join("\n"), continued: true };
  }

  /** Counts the lines that can't be said any more. */
  async #count(first: InputLine | undefined): Promise<void> {
    const { input, typed } = this.#options;
    if (typed) return;
    for (let line = first; line !== undefined; line = await input.next()) {
      if (line.text.trim() !== "" && !line.continued) this.#rest.add(line.text);
    }
  }

  /** The rest of the input that is there: a program may go on writing for ever. */
  async rest(): Promise<Unsaid> {
    await within(COUNTING_MS, this.#listening!);
    return this.#rest;
  }

  /** Does what a line asks for. Returns whether to read on. */
  #use({ text, continued }: InputLine): boolean {
    const action = continued
      ? { do: "say", text } as const
      : this.#options.typed
      ? interpretTyped(text)
      : interpretPiped(text);
    const { session } = this.#stay;
    const { place } = this.#destination;
    const fault = this.#destination.follow(action, text, session);
    if (fault !== undefined) {
      this.#reject(text, NOT_SENT.redirect(NOT_SENT.because(fault, named(text))));
      return true;
    }
    if (isForSession(action)) {
      const whole = action.do === "history" ? this.#options.front.unfold(place) : [];
      if (whole.length > 0) this.#write(whole);
      else this.#stay.perform(action, place);
      return true;
    }
    switch (action.do) {
      case "leave":
        this.#stay.leave(action.reason);
        return false;
      case "inform":
        for (const text of action.lines) {
          this.show({ type: "info", text, help: true, time: Date.now() });
        }
        return true;
      case "reject":
        this.#reject(action.line, action.why);
        return true;
      case "query":
        this.#stay.perform({ do: "meet", name: action.name }, place);
        this.#inform(PIPE.goesToPerson(action.name));
        return true;
      case "show":
        this.#inform(PIPE.goesToRoom(action.place));
        return true;
      default:
        this.#reject(text, NOT_SENT.onlyInTerminal);
        return true;
    }
  }

  #inform(text: string): void {
    this.show({ type: "info", text, time: Date.now() });
  }

  #reject(line: string, text: string): void {
    this.show({ type: "notSent", line, text, time: Date.now() });
  }

  #answer(name: string): void {
    this.#write(this.#options.front.answered());
    if (isLeaving(name)) this.#stay.stop(STATUS.left);
    else this.#stay.claim(name);
  }

  #confirm(question: string): Promise<boolean> {
    this.#write(this.#options.front.ask("trust", question));
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#confirmed = resolve;
    this.stepped();
    return promise;
  }

  #answerYes(text: string, question: "trust" | "insecure"): void {
    const { front } = this.#options;
    this.#write(front.answered());
    const yes = isYes(text);
    if (yes === undefined) return this.#write(front.ask(question));
    if (question === "insecure") return this.#stay.confirm(yes);
    this.#confirmed?.(yes);
    this.#confirmed = undefined;
  }

  #endOfInput(): void {
    const { typed } = this.#options;
    if (this.#stay.session.wants === "text") this.#stay.leave("");
    else if (typed) this.#stay.stop(STATUS.left);
    else if (this.#stay.nameWasRefused) {
      this.#stay.stop(STATUS.nameRefused, PIPE.noOtherName);
    } else {
      this.#stay.stop(STATUS.failed, PIPE.noName);
    }
  }
}
