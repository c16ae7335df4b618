/**
 * The interactive front end: messages scroll in the terminal's own scrollback, and the input line
 * stands below them.
 * @module
 */
import { isForSession, showsItself } from "../../client/input/action.ts";
import { complete } from "../../client/input/completion.ts";
import { interpretTyped, mayRedirect } from "../../client/input/interpret.ts";
import { mayBeSecret } from "../../client/input/secret.ts";
import { named } from "../../client/session/unsaid.ts";
import type { ChatEvent } from "../../client/events.ts";
import { Conversation } from "../conversation.ts";
import { Drafting } from "../editor/drafting.ts";
import { Editor } from "../editor/editor.ts";
import type { InlineInit, Intent, LocalAction, Size } from "./inline_types.ts";
import { Intended } from "./intended.ts";
import { type InlineQuestion, OpenQuestion } from "./open_question.ts";
import type { Key, KeyPress } from "../terminal/key.ts";
import { areaWidth, liveArea } from "./live_area.ts";
import { Attention } from "../terminal/notify.ts";
import { performLocally } from "../local_commands.ts";
import { earliest, type Place } from "../places.ts";
import { type Area, Screen } from "./screen.ts";
import { countdownAt, statusOf, titleText } from "./status.ts";
import { visibleName } from "../../text/text.ts";
import { UnsentDelay } from "./unsent.ts";
import { aroundOf, type InlineView, NO_VIEW, roomNamed } from "./view.ts";
import { QUESTIONS, SCREEN } from "../../wording/display.ts";

const PROMPT = "> ";

/** How long a hint stays, and a second Ctrl-C leaves, in milliseconds. */
const HINT_MS = 4000;

/** What people type who know other programs. It is said like anything else. */
const LOOKS_FOR_HELP = /^\s*(?:help|quit|:q!?|\?)\s*$/i;

/**
 * Shows a chat and takes in what is typed. Pure: the shell writes what {@linkcode Inline.draw}
 * returns, and does what {@linkcode Inline.key} returns.
 */
export class Inline {
  readonly #init: InlineInit;
  readonly #screen: Screen;
  readonly #attention: Attention;
  readonly #conversation: Conversation;
  readonly #drafting = new Drafting();
  readonly #editor: Editor;
  readonly #intended = new Intended();
  readonly #unsent = new UnsentDelay();
  #question: OpenQuestion | undefined;
  #size: Size;
  #view = NO_VIEW;
  #hint: { readonly text: string; readonly until: number; readonly leaving: boolean } | undefined;
  /** The time of the last call, on which the drawing depends. */
  #now = 0;

  constructor(init: InlineInit) {
    this.#init = init;
    this.#size = init.size;
    this.#screen = new Screen(init.style.reflow);
    this.#attention = new Attention(init.style, init.bell);
    this.#conversation = new Conversation({
      ...init,
      attention: this.#attention,
      print: (line) => this.#screen.print(line),
    });
    const { places } = this.#conversation;
    this.#editor = new Editor({
      complete: (text, cursor) => complete(text, cursor, aroundOf(this.#view, places)),
    });
    this.resize(init.size);
  }

  get place(): string {
    return this.#conversation.places.current.name;
  }

  get asking(): InlineQuestion | undefined {
    return this.#question?.kind;
  }

  /** When to call {@linkcode tick} and then draw, in milliseconds since 1970. */
  get wakeAt(): number | undefined {
    return earliest(
      this.#conversation.wakeAt,
      this.#drafting.wakeAt,
      this.#hint?.until,
      this.#unsent.wakeAt(this.#view, this.#now),
      countdownAt(this.#view, this.#now),
    );
  }

  event(event: ChatEvent, now: number): void {
    this.#now = now;
    this.#byItself(() => {
      if (event.type === "askName") this.#ask("name", "");
      if (event.type === "entered" && this.asking === "name") this.#question = undefined;
      if (event.type === "closed") this.#question = undefined;
      this.#follow(() => this.#conversation.event(event, now));
    });
  }

  key(key: Key, now: number): Intent[] {
    this.#now = now;
    if (key.kind === "focus") {
      this.#conversation.focused = key.focused;
      if (key.focused) this.#conversation.unseen = 0;
      return [];
    }
    if (this.#intended.isStray(key, now)) {
      this.#tip(SCREEN.stray);
      return [];
    }
    const hint = this.#hint;
    this.#hint = undefined;
    if (this.#question === undefined && this.#intended.isDoubtful(key, this.#editor.text)) {
      this.#tip(SCREEN.doubtful(visibleName(this.place)));
      return [];
    }
    this.#question?.prepare(key);
    const result = this.#activeEditor.key(key);
    switch (result.kind) {
      case "none":
        return [];
      case "changed":
        if (result.notice !== undefined) this.#tip(result.notice);
        return this.#typed();
      case "submit":
        return this.#submitted(result.text);
      case "unhandled":
        return key.kind === "key" ? this.#command(key, hint?.leaving === true) : [];
      default:
        return result satisfies never;
    }
  }

  inform(lines: readonly string[], now: number): void {
    this.#now = now;
    this.#perform({ do: "inform", lines });
  }

  /**
   * A command said where the next lines go.
   *
   * @param room null if it failed: then the next line may be meant for that room.
   */
  goTo(room: string | null, now: number): void {
    this.#now = now;
    if (room === null) this.#intended.doubt();
    else this.#perform({ do: "query", name: room });
  }

  /** The session may have changed. To be called after each of its steps, after the events. */
  update(view: InlineView, now: number): void {
    this.#now = now;
    this.#view = view;
    const { home } = view;
    if (home !== undefined) {
      this.#byItself(() => this.#follow(() => this.#conversation.moveHome(home, now)));
    }
    this.#unsent.update(view, now);
  }

  /**
   * Asks a question: the next Enter is an `answer`. It replaces an open question.
   *
   * @param preset the answer that is offered. Enter takes it, text replaces it, and arrows or
   * Backspace begin to edit it.
   */
  ask(question: InlineQuestion, preset = ""): void {
    this.#byItself(() => this.#ask(question, preset));
  }

  #ask(question: InlineQuestion, preset: string): void {
    // If it is asked again, what is half typed stays.
    if (this.asking === question && preset === "") return;
    this.#question = new OpenQuestion(question, preset);
  }

  /**
   * The terminal may have had another size for a moment, so the next drawing draws the whole live
   * area.
   */
  resized(): void {
    this.#screen.invalidate();
  }

  resize({ columns, rows }: Size): void {
    if (columns !== this.#size.columns || rows !== this.#size.rows) this.resized();
    // Some terminals report 0 while they start.
    this.#size = { columns: Math.max(1, columns), rows: Math.max(1, rows) };
    this.#conversation.columns = areaWidth(this.#size);
  }

  /** Does what is due at this time. */
  tick(now: number): Intent[] {
    this.#now = now;
    if ((this.#hint?.until ?? Infinity) <= now) this.#hint = undefined;
    this.#conversation.tick(now);
    return this.#drafting.tick(now);
  }

  /** What to write now; empty if nothing has changed. */
  draw(now: number): string {
    this.#now = now;
    const { places, unseen } = this.#conversation;
    const unread = places.all.reduce((sum, one) => sum + one.unread, unseen);
    const drawn = this.#screen.draw(this.#area(), this.#size);
    return this.#attention.take(titleText(this.place, unread)) + drawn;
  }

  /**
   * What to write to remove the live area and leave the cursor at the start of a fresh line, to end
   * or to suspend. {@linkcode draw} then starts at the cursor, which must be at the start of a line.
   * The terminal restores the title.
   */
  close(): string {
    this.#attention.forget();
    return this.#screen.close(this.#size);
  }

  get #activeEditor(): Editor {
    return this.#question?.editor ?? this.#editor;
  }

  /** Does something that may show another place, whose draft then stands in the input line. */
  #follow<Result>(run: () => Result): Result {
    const { places } = this.#conversation;
    const before = places.current;
    const result = run();
    const after = places.current;
    if (before === after) return result;
    this.#intended.trust();
    // A block of pasted lines stays in the input line: a draft is only text.
    if (this.#editor.block === undefined && places.all.includes(before)) {
      before.draft = this.#editor.text;
      this.#editor.set(after.draft);
      after.draft = "";
    } else if (this.#editor.text !== "") this.#intended.doubt();
    return result;
  }

  /**
   * Does something that the person has not asked for. If that shows another place or question, the
   * rest of a line that was begun is not for it.
   */
  #byItself(run: () => void): void {
    const [question, { current }] = [this.#question, this.#conversation.places];
    const begun = question?.begun ?? this.#editor.text !== "";
    run();
    if (question === this.#question && current === this.#conversation.places.current) return;
    if (begun) this.#intended.stray(this.#now);
  }

  #typed(): Intent[] {
    if (this.#question !== undefined) return [];
    return this.#drafting.changed(this.place, this.#editor.text, this.#now);
  }

  #submitted(text: string): Intent[] {
    const question = this.#question;
    if (question !== undefined) {
      const shown = question.shown(text);
      if (shown === undefined) return [];
      this.#question = undefined;
      // The answer stays readable, as if the question had been a line.
      this.#conversation.inform(`${QUESTIONS[question.kind]}${shown}`, "quiet", this.#now);
      return [{ do: "answer", text }];
    }
    this.#drafting.sent();
    if (text.trim() === "") return [];
    this.#intended.trust();
    if (!mayBeSecret(text, this.place)) this.#editor.remember(text);
    if (LOOKS_FOR_HELP.test(text)) this.#tip(SCREEN.help);
    return this.#line(text);
  }

  /** Does what a line asks for, as far as that concerns the screen; the rest is for the shell. */
  #line(text: string): Intent[] {
    const { place } = this;
    const action = interpretTyped(text);
    if (!showsItself(action)) {
      const shown = mayBeSecret(text, place) ? named(text) : text.trim();
      this.#conversation.echo(PROMPT + shown, this.#now);
    }
    if (isForSession(action)) {
      if (action.do === "history" && this.#conversation.unfold(place)) return [];
      if (action.do === "part" && this.#leave(action.room ?? place)) return [];
      return [{ do: "perform", action, place }];
    }
    switch (action.do) {
      case "leave":
      case "register":
      case "login":
        return [action];
      case "save":
        return [{ ...action, text: this.#conversation.places.current.transcript() }];
      default:
        this.#perform(action);
        if (action.do === "query") {
          const { name } = action;
          return [{ do: "perform", action: { do: "meet", name }, place }];
        }
        return action.do === "ignore" && action.name !== undefined
          ? [{ do: "remember", ignore: this.#conversation.ignored }]
          : [];
    }
  }

  #perform(action: LocalAction): void {
    const [conversation, screen, { rooms }] = [this.#conversation, this.#screen, this.#view];
    const scene = { conversation, screen, rooms };
    const done = this.#follow(() => performLocally(action, scene, this.#now));
    if (!done || action.do === "reject" && mayRedirect(action.line)) this.#intended.doubt();
  }

  /** Closes a place. Returns whether that is all, since the session has no such room. */
  #leave(place: string): boolean {
    const closed = this.#follow(() => this.#conversation.leave(place, this.#now));
    return closed && roomNamed(this.#view, place) === undefined;
  }

  /** Handles a key that does not edit the text. */
  #command(key: KeyPress, leaving: boolean): Intent[] {
    const { places } = this.#conversation;
    if (key.alt && !key.ctrl) {
      const step = { left: -1, up: -1, right: 1, down: 1 }[key.name as string];
      const place = step === undefined
        ? places.all[/^\d$/.test(key.name) ? (Number(key.name) + 9) % 10 : -1]
        : places.beside(step);
      return place === undefined ? [] : this.#go(place);
    }
    if (key.name === "pageup" || key.name === "pagedown") {
      this.#tip(SCREEN.scroll);
    }
    if (!key.ctrl || key.alt) return [];
    switch (key.name) {
      case "c":
        return this.#interrupt(leaving);
      case "d":
        return [{ do: "leave", reason: "" }];
      case "z":
        return [{ do: "suspend" }];
      case "l":
        this.#screen.repaint();
        return [];
      default:
        return [];
    }
  }

  #go(place: Place): Intent[] {
    if (this.#question !== undefined || place === this.#conversation.places.current) return [];
    const ended = this.#drafting.ended();
    this.#follow(() => this.#conversation.show(place, this.#now));
    return ended;
  }

  /** Ctrl-C clears what is typed. If nothing is, the first one asks and the second one leaves. */
  #interrupt(leaving: boolean): Intent[] {
    const editor = this.#activeEditor;
    if (editor.text !== "") {
      editor.clear();
      return this.#typed();
    }
    if (this.#question?.optional) {
      this.#question = undefined;
      return [{ do: "answer", text: "" }];
    }
    if (this.#question === undefined && this.#view.unsent.some(({ rest }) => rest)) {
      return [{ do: "perform", action: { do: "stop" }, place: this.place }];
    }
    // A person who is still asked for a name has nothing to lose.
    if (leaving || this.#question !== undefined) return [{ do: "leave", reason: "" }];
    this.#tip(SCREEN.leave, true);
    return [];
  }

  #tip(text: string, leaving = false): void {
    this.#hint = { text, until: this.#now + HINT_MS, leaving };
  }

  #area(): Area {
    const [question, view, now] = [this.#question, this.#view, this.#now];
    const prompt = question === undefined ? PROMPT : QUESTIONS[question.kind];
    return liveArea({
      size: this.#size,
      style: this.#init.style,
      input: (columns, rows) => this.#activeEditor.layout(columns, prompt, rows),
      unsent: this.#unsent.shown(view, now),
      // There is no place yet while the address is asked for.
      status: this.place === "" || question?.kind === "address"
        ? undefined
        : statusOf(this.#conversation.places, view, this.#hint?.text, now),
      place: this.place,
      now,
    });
  }
}
