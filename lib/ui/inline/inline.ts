/**
 * The interactive front end: what is said scrolls in the terminal's own scrollback, and below it
 * stands where one types.
 * @module
 */
import { mayBeSecret, mayRedirect } from "../../client/input/commands.ts";
import type { ChatEvent } from "../../client/events.ts";
import { sameName } from "../../irc/names.ts";
import { Conversation } from "../conversation.ts";
import { Drafting } from "../editor/drafting.ts";
import { Editor } from "../editor/editor.ts";
import type {
  InlineAction,
  InlineInit,
  InlineQuestion,
  InlineView,
  Intent,
  OpenRoom,
  Size,
  UnsentLine,
} from "./inline_types.ts";
import { Intended } from "./intended.ts";
import { OPTIONAL_QUESTIONS, SECRET_QUESTIONS } from "./inline_types.ts";
import type { Key, KeyPress } from "../terminal/key.ts";
import { areaWidth, liveArea } from "./live_area.ts";
import { Attention } from "../terminal/notify.ts";
import { perform } from "../local_commands.ts";
import { earliest, type Place } from "../places.ts";
import { type Area, Screen } from "./screen.ts";
import { statusOf, titleText } from "./status.ts";
import { visibleName } from "../../text/text.ts";
import { QUESTIONS } from "../texts.ts";

export type * from "./inline_types.ts";

/** What stands before the text that is typed. */
const PROMPT = "> ";

/** How long a hint stays, in milliseconds; also in how long a second Ctrl-C leaves. */
const HINT_MS = 4000;

/** So long a message may be on its way before it is shown as not sent yet, in milliseconds. */
const GRACE_MS = 400;

/** What people type who don't know how to go on. It is said like anything else. */
const LOOKS_FOR_HELP = /^\s*(?:help|quit|:q!?|\?)\s*$/i;

const HELP = "Type /help to see what you can do here, exit to leave";

const NO_VIEW: InlineView = {
  nick: "",
  rooms: [],
  unsent: [],
  link: "connecting",
  retryAt: undefined,
};

/**
 * Shows a chat and takes in what is typed. Pure: what {@linkcode Inline.draw} returns is to be
 * written, what {@linkcode Inline.key} returns is to be done.
 */
export class Inline {
  readonly #init: InlineInit;
  readonly #screen: Screen;
  readonly #attention: Attention;
  readonly #conversation: Conversation;
  readonly #drafting = new Drafting();
  readonly #editor: Editor;
  #question:
    | { readonly kind: InlineQuestion; readonly editor: Editor; offered: boolean }
    | undefined;
  #size: Size;
  #view = NO_VIEW;
  /** Since when something is not sent yet. */
  #unsentSince: number | undefined;
  #hint: { readonly text: string; readonly until: number; readonly leaving: boolean } | undefined;
  readonly #intended = new Intended();

  /** Makes one that has drawn nothing. */
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
    const { complete } = init;
    this.#editor = new Editor(
      complete === undefined
        ? {}
        : { complete: (text, cursor) => complete(text, cursor, this.#around) },
    );
    this.resize(init.size);
  }

  /** The place that is shown: a room or a person's name. */
  get place(): string {
    return this.#conversation.places.current.name;
  }

  /** Who is hidden, for the settings. */
  get ignored(): readonly string[] {
    return this.#conversation.ignored;
  }

  /** The question that waits for its answer. */
  get asking(): InlineQuestion | undefined {
    return this.#question?.kind;
  }

  /** When {@linkcode tick} is to be called, in milliseconds since 1970; then draw. */
  get wakeAt(): number | undefined {
    return earliest(
      this.#conversation.wakeAt,
      this.#drafting.wakeAt,
      this.#hint?.until,
      this.#graceEnds,
      this.#countdownAt,
    );
  }

  /** Something happened. */
  event(event: ChatEvent, now: number): void {
    this.#now = now;
    this.#byItself(() => {
      if (event.type === "askName") this.#ask("name", "");
      if (event.type === "entered" && this.asking === "name") this.#question = undefined;
      if (event.type === "closed") this.#question = undefined;
      this.#follow(() => this.#conversation.event(event, now));
    });
  }

  /** A key was pressed. Returns what is to be done. */
  key(key: Key, now: number): Intent[] {
    this.#now = now;
    if (key.kind === "focus") {
      this.#conversation.focused = key.focused;
      if (key.focused) this.#conversation.unseen = 0;
      return [];
    }
    if (this.#intended.isStray(key, now)) {
      this.#tip("This was typed for something else, so it was left out here", now);
      return [];
    }
    const hint = this.#hint;
    this.#hint = undefined;
    if (this.#question === undefined && this.#intended.isDoubtful(key, this.#editor.text)) {
      this.#tip(`Not sent yet. Enter says it in ${visibleName(this.place)}`, now);
      return [];
    }
    const editor = this.#question?.editor ?? this.#editor;
    this.#replaceOffered(key);
    const result = editor.key(key);
    switch (result.kind) {
      case "none":
        return [];
      case "changed":
        if (result.notice !== undefined) this.#tip(result.notice, now);
        return this.#typed(now);
      case "submit":
        return this.#submitted(result.text);
      case "unhandled":
        return key.kind === "key" ? this.#command(key, hint?.leaving === true, now) : [];
      default:
        return result satisfies never;
    }
  }

  /** Carries out a command. */
  perform(action: InlineAction, now: number): void {
    this.#now = now;
    const [conversation, screen, { rooms }] = [this.#conversation, this.#screen, this.#view];
    const done = this.#follow(() => perform(action, { conversation, screen, rooms }, now));
    if (!done || action.do === "reject" && mayRedirect(action.line)) this.doubt();
  }

  /** As {@linkcode Intended.doubt}: the command that was to show another place did not. */
  doubt(): void {
    this.#intended.doubt();
  }

  /**
   * Closes a room that is left, or a private conversation.
   *
   * @returns whether it was open. The first room can't be closed.
   */
  leave(place: string, now: number): boolean {
    this.#now = now;
    return this.#follow(() => this.#conversation.leave(place, now));
  }

  /**
   * Shows all of the long messages of a place of which only the beginning was shown.
   *
   * @returns whether there were any.
   */
  unfold(place: string, now: number): boolean {
    this.#now = now;
    return this.#conversation.unfold(place);
  }

  /** The session may have changed: to be called behind each of its steps, after the events. */
  update(view: InlineView, now: number): void {
    this.#now = now;
    this.#view = view;
    const { home } = view;
    if (home !== undefined) {
      this.#byItself(() => this.#follow(() => this.#conversation.moveHome(home, now)));
    }
    if (view.unsent.length === 0) this.#unsentSince = undefined;
    else this.#unsentSince ??= now;
  }

  /**
   * Asks for something: the next Enter is an `answer`. A question that stands open is replaced.
   *
   * @param preset what is offered: Enter takes it, the first thing typed replaces it, and whoever
   * begins with an arrow or Backspace changes it.
   */
  ask(question: InlineQuestion, preset = ""): void {
    this.#byItself(() => this.#ask(question, preset));
  }

  #ask(question: InlineQuestion, preset: string): void {
    // Asked again, what is half typed stays.
    if (this.asking === question && preset === "") return;
    const editor = new Editor(SECRET_QUESTIONS.has(question) ? { secret: true } : { single: true });
    editor.set(preset);
    this.#question = { kind: question, editor, offered: preset !== "" };
  }

  /** Most people just type their own name; so what was offered does not become a part of it. */
  #replaceOffered(key: Key): void {
    const question = this.#question;
    if (!question?.offered) return;
    question.offered = false;
    if (key.kind === "text" || key.kind === "paste") question.editor.clear();
  }

  /**
   * The terminal may have had another size for a moment, whichever it has now: the next drawing
   * draws the whole live area.
   */
  resized(): void {
    this.#screen.invalidate();
  }

  /** The terminal has this size. */
  resize({ columns, rows }: Size): void {
    if (columns !== this.#size.columns || rows !== this.#size.rows) this.resized();
    // Some terminals have none while they start.
    this.#size = { columns: Math.max(1, columns), rows: Math.max(1, rows) };
    this.#conversation.columns = areaWidth(this.#size);
  }

  /** Time has passed. Returns what is to be done. */
  tick(now: number): Intent[] {
    this.#now = now;
    if ((this.#hint?.until ?? Infinity) <= now) this.#hint = undefined;
    this.#conversation.tick(now);
    return this.#drafting.tick(now);
  }

  /** What was shown of a place, as plain lines, each with its line end: for `/save`. */
  transcript(place: string): string {
    return this.#conversation.places.find(place)?.transcript() ?? "";
  }

  /** All that is to be written now; empty where nothing has changed. */
  draw(now: number): string {
    this.#now = now;
    const { places, unseen } = this.#conversation;
    const unread = places.all.reduce((sum, one) => sum + one.unread, unseen);
    const drawn = this.#screen.draw(this.#area(), this.#size);
    return this.#attention.take(titleText(this.place, unread)) + drawn;
  }

  /**
   * Takes the live area away and leaves the cursor at the start of a fresh line. Afterwards
   * {@linkcode draw} starts anew where the cursor is then, which must be the start of a line: this
   * is also for suspending. The title is the terminal's to give back.
   */
  close(): string {
    this.#attention.forget();
    return this.#screen.close(this.#size);
  }

  /** The last time that was told: what is drawn is a function of it. */
  #now = 0;

  get #room(): OpenRoom | undefined {
    return this.#view.rooms.find(({ name }) => sameName(name, this.place));
  }

  get #around(): { names: readonly string[]; rooms: readonly string[] } {
    const { places } = this.#conversation;
    const { current } = places;
    const members = this.#room?.members.map(({ name }) => name) ?? [];
    const others = current.room ? members : [current.name];
    const names = new Set([...current.speakers, ...others]);
    names.delete(this.#view.nick);
    const rooms = new Set([
      ...places.all.filter(({ room }) => room).map(({ name }) => name),
      ...this.#view.rooms.map(({ name }) => name),
    ]);
    return { names: [...names], rooms: [...rooms] };
  }

  get #graceEnds(): number | undefined {
    if (this.#unsentSince === undefined || this.#view.link !== "up") return undefined;
    const ends = this.#unsentSince + GRACE_MS;
    return ends > this.#now ? ends : undefined;
  }

  /** When the seconds until the next dial are one less. */
  get #countdownAt(): number | undefined {
    const { link, retryAt } = this.#view;
    if (link !== "waiting" || retryAt === undefined || retryAt <= this.#now) return undefined;
    return Math.min(retryAt, this.#now + ((retryAt - this.#now) % 1000 || 1000));
  }

  /** Does something by which another place may be shown, whose draft then stands in the line. */
  #follow<Result>(run: () => Result): Result {
    const { places } = this.#conversation;
    const before = places.current;
    const result = run();
    const after = places.current;
    if (before === after) return result;
    this.#intended.trust();
    // A block of pasted lines goes along: it is no text that could be kept.
    if (this.#editor.block === undefined && places.all.includes(before)) {
      before.draft = this.#editor.text;
      this.#editor.set(after.draft);
      after.draft = "";
    } else if (this.#editor.text !== "") this.#intended.doubt();
    return result;
  }

  /**
   * Does something that the person has not asked for. If another place or question stands there
   * then, the rest of a line that was begun is not for it.
   */
  #byItself(run: () => void): void {
    const [question, { current }] = [this.#question, this.#conversation.places];
    const begun = (question?.editor ?? this.#editor).text !== "" && question?.offered !== true;
    run();
    if (question === this.#question && current === this.#conversation.places.current) return;
    if (begun) this.#intended.stray(this.#now);
  }

  #typed(now: number): Intent[] {
    if (this.#question !== undefined) return [];
    return this.#drafting.changed(this.place, this.#editor.text, now);
  }

  #submitted(text: string): Intent[] {
    const question = this.#question;
    if (question !== undefined) {
      const secret = SECRET_QUESTIONS.has(question.kind);
      // Nothing is an answer only where it can be meant: no password, or no to be remembered.
      if (text.trim() === "" && !secret && question.kind !== "remember") return [];
      this.#question = undefined;
      const answer = secret ? "" : text;
      this.#echo(question.kind, answer);
      return [{ do: "answer", text }];
    }
    this.#drafting.sent();
    if (text.trim() === "") return [];
    this.#intended.trust();
    if (!mayBeSecret(text)) this.#editor.remember(text);
    if (LOOKS_FOR_HELP.test(text)) this.#tip(HELP, this.#now);
    return [{ do: "line", text, place: this.place }];
  }

  /** What was answered stays to be read, as it would where one types lines. */
  #echo(kind: InlineQuestion, answer: string): void {
    this.#conversation.inform(`${QUESTIONS[kind]}${answer}`, "quiet", this.#now);
  }

  /** A key that is not for the text. */
  #command(key: KeyPress, leaving: boolean, now: number): Intent[] {
    const { places } = this.#conversation;
    if (key.alt && !key.ctrl) {
      const step = { left: -1, up: -1, right: 1, down: 1 }[key.name as string];
      const place = step === undefined
        ? places.all[/^\d$/.test(key.name) ? (Number(key.name) + 9) % 10 : -1]
        : places.beside(step);
      return place === undefined ? [] : this.#go(place, now);
    }
    if (key.name === "pageup" || key.name === "pagedown") {
      this.#tip("Scroll as you do elsewhere in this terminal: the wheel, or Shift-PageUp", now);
    }
    if (!key.ctrl || key.alt) return [];
    switch (key.name) {
      case "c":
        return this.#interrupt(leaving, now);
      case "d":
        return [{ do: "leave" }];
      case "z":
        return [{ do: "suspend" }];
      case "l":
        this.#screen.repaint();
        return [{ do: "redraw" }];
      default:
        return [];
    }
  }

  #go(place: Place, now: number): Intent[] {
    if (this.#question !== undefined || place === this.#conversation.places.current) return [];
    const ended = this.#drafting.ended();
    this.#follow(() => this.#conversation.show(place, now));
    return ended;
  }

  /** Clears what is typed; where nothing is, asks once and then leaves. */
  #interrupt(leaving: boolean, now: number): Intent[] {
    const editor = this.#question?.editor ?? this.#editor;
    if (editor.text !== "") {
      editor.clear();
      return this.#typed(now);
    }
    if (this.#question !== undefined && OPTIONAL_QUESTIONS.has(this.#question.kind)) {
      this.#question = undefined;
      return [{ do: "answer", text: "" }];
    }
    // Whoever is still asked for a name has nothing to lose.
    if (leaving || this.#question !== undefined) return [{ do: "leave" }];
    this.#hint = { text: "Press Ctrl-C again to leave", until: now + HINT_MS, leaving: true };
    return [];
  }

  #tip(text: string, now: number): void {
    this.#hint = { text, until: now + HINT_MS, leaving: false };
  }

  #area(): Area {
    const question = this.#question;
    const editor = question?.editor ?? this.#editor;
    const prompt = question === undefined ? PROMPT : QUESTIONS[question.kind];
    return liveArea({
      size: this.#size,
      style: this.#init.style,
      input: (columns, rows) => editor.layout(columns, prompt, rows),
      unsent: this.#shownUnsent,
      // Where one is asked where to go, one is nowhere yet.
      status: this.place === "" || question?.kind === "address"
        ? undefined
        : statusOf(this.#conversation.places, this.#view, this.#hint?.text, this.#now),
      place: this.place,
      now: this.#now,
    });
  }

  /** What is on its way is not shown for a moment: most of it arrives in less. */
  get #shownUnsent(): readonly UnsentLine[] {
    const { unsent, link } = this.#view;
    const since = this.#unsentSince;
    return since === undefined || link === "up" && this.#now < since + GRACE_MS ? [] : unsent;
  }
}
