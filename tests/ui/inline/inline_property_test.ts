import { assert, assertEquals } from "@std/assert";
import { forManySeeds, Random } from "../../fuzz/random.ts";
import { ScreenModel } from "../screen_model.ts";
import { PLAIN, Stage } from "../stage.ts";

const WORDS = [
  "selam",
  "陳さん",
  "👩‍👧‍👦",
  "e\u0301te\u0301",
  "x".repeat(70),
  "https://a.example/b?c=d",
  "🇹🇷",
  "a\nb",
];

const KEYS = ["left", "right", "home", "end", "backspace", "delete", "up", "down", "enter"];

/** A stage, and what must be true of it. */
class Watched {
  readonly stage: Stage;
  readonly random: Random;
  readonly reflow: boolean;
  /**
   * Whether the terminal is always so big that the live area never scrolls out at the top during a
   * resize. Those rows could not be removed again.
   */
  readonly big: boolean;
  /**
   * Whether the terminal has other widths for emoji. Wrong places last only until the next drawing,
   * but the size must not change meanwhile.
   */
  readonly oldEmoji: boolean;
  /** The lines of the conversation in order. */
  readonly said: string[] = [];
  #names = 0;

  constructor(seed: number) {
    this.random = new Random(seed);
    this.reflow = this.random.oneIn(2);
    this.big = this.random.oneIn(2);
    this.oldEmoji = this.random.oneIn(4);
    const style = { ...PLAIN, reflow: this.reflow };
    this.stage = new Stage(40, this.big ? 50 : 10, { style }, {
      reflow: this.reflow,
      oldEmoji: this.oldEmoji,
    });
    this.stage.draw();
  }

  /** Takes a random step. */
  step(): void {
    const { random, stage } = this;
    const kind = random.below(12);
    if (kind < 4) this.#say();
    else if (kind < 7) stage.type(random.pick(WORDS).replaceAll("\n", " "));
    else if (kind < 9) stage.press(random.pick(KEYS));
    else if (kind === 9) stage.pass(random.below(3000));
    else if (kind === 10) {
      const unsent = random.several(random.below(7), () => ({
        target: "#lobby",
        kind: "privmsg" as const,
        text: random.pick(WORDS),
        state: "waiting" as const,
        rest: false,
      }));
      stage.update({ unsent, link: random.pick(["up", "connecting"] as const) });
      stage.draw();
    } else if (!this.oldEmoji) this.#resize();
  }

  #say(): void {
    const { random, stage } = this;
    // Some messages come before anything is drawn.
    for (let left = random.below(3); left >= 0; left--) {
      const from = `n${this.#names++}`;
      const text = random.several(random.below(4) + 1, () => random.pick(WORDS)).join(" ");
      stage.inline.event({
        type: "message",
        kind: "privmsg",
        from,
        target: "#lobby",
        text,
        private: false,
        server: false,
        own: false,
        place: "#lobby",
        only: null,
        msgid: null,
        old: false,
        time: stage.now,
      }, stage.now);
      const [first = "", ...more] = text.split("\n");
      this.said.push(`${from} @ 23:03:10 PM >> ${first}`, ...more.map((line) => `    ${line}`));
    }
    stage.draw();
  }

  /** Resizes once or several times before anything is drawn again. */
  #resize(): void {
    const { random, stage } = this;
    for (let left = random.below(3); left >= 0; left--) {
      const least = this.big ? 30 : this.reflow ? 1 : 8;
      const columns = least + random.below(50);
      const rows = this.big ? 50 + random.below(9) : 1 + random.below(20);
      stage.terminal.resize(columns, rows);
      stage.inline.resize({ columns, rows });
    }
    stage.draw();
  }

  /** Compares the screen with the conversation. */
  check(): void {
    const { stage, reflow } = this;
    const { terminal, inline } = stage;
    assert(terminal.plain && terminal.cursorVisible && !terminal.synchronized);
    const { lines, cursor: { row, column } } = terminal;
    terminal.write(inline.close());
    const above = terminal.lines;
    // Ignore blanks, because they may be lost at the end of a row and rows may be wrapped again.
    const dense = (texts: readonly string[]) => texts.join("").replaceAll(" ", "");
    if (reflow && this.big) assertEquals(dense(above), dense(this.said));
    else {
      // A terminal without reflow loses what is cut off, and a terminal that is too small for the
      // live area keeps pieces of it. But no line is lost.
      const names = (texts: readonly string[]) =>
        reflow ? dense(texts).match(/n\d+(?=@)/g) : texts.join("\n").match(/n\d+(?= @|$)/gm);
      assertEquals(names(above), names(this.said));
    }
    assertEquals(terminal.cursor.column, 0);
    const fresh = new ScreenModel(terminal.columns, terminal.rows, {
      reflow: true,
      oldEmoji: this.oldEmoji,
    });
    const drawing = inline.draw(stage.now);
    fresh.write(drawing);
    terminal.write(drawing);
    assertEquals(terminal.lines, lines);
    const { drawing: whole } = terminal;
    assertEquals(whole.slice(whole.length - fresh.drawing.length), fresh.drawing);
    assertEquals(terminal.cursor, { row, column });
  }
}

Deno.test("Inline: messages appear once and in order above the live area, whatever happens", async () => {
  await forManySeeds(1000, (seed) => {
    const watched = new Watched(seed);
    for (let step = 0; step < 150; step++) {
      watched.step();
      if (watched.random.oneIn(8)) watched.check();
    }
    watched.check();
  });
});
