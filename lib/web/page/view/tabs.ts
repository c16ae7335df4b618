/// <reference lib="dom" />
/**
 * The tabs of one browser, which don't fight for a name.
 * @module
 */
import { fold } from "../../../irc/names.ts";

/** What tabs say to each other. */
type TabWord =
  | { readonly kind: "who"; readonly name: string }
  | { readonly kind: "mine"; readonly name: string }
  | { readonly kind: "take"; readonly name: string }
  | { readonly kind: "given"; readonly name: string; readonly secret: string };

/** How long another tab may take to answer, in milliseconds; one in the background takes longer. */
const ANSWER_MS = 250;
const TAKE_MS = 2000;

export class Tabs {
  readonly #channel: BroadcastChannel | undefined;
  readonly #hear = new Set<(word: TabWord) => void>();

  /**
   * @param own the name in the room; empty if there is none.
   * @param give gives up the stay of this tab, and returns the secret to go on with it.
   */
  constructor(own: () => string, give: () => string) {
    // Old browsers lack it: then a second tab is like another person with that name.
    this.#channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("chat") : undefined;
    this.#channel?.addEventListener("message", ({ data: word }: MessageEvent<TabWord>) => {
      for (const hear of this.#hear) hear(word);
      const name = own();
      if (name === "" || fold(word.name) !== fold(name)) return;
      if (word.kind === "who") this.#say({ kind: "mine", name });
      if (word.kind === "take") this.#say({ kind: "given", name, secret: give() });
    });
  }

  #say(word: TabWord): void {
    this.#channel?.postMessage(word);
  }

  /** Whether another tab of this browser is in the room under a name. */
  async holds(name: string): Promise<boolean> {
    return await this.#ask({ kind: "who", name }, "mine", ANSWER_MS) !== undefined;
  }

  /** Ends the stay of another tab. Returns its secret; empty if none answers. */
  async take(name: string): Promise<string> {
    const word = await this.#ask({ kind: "take", name }, "given", TAKE_MS);
    return word?.kind === "given" ? word.secret : "";
  }

  #ask(word: TabWord, kind: TabWord["kind"], patience: number): Promise<TabWord | undefined> {
    if (this.#channel === undefined) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const end = (answer: TabWord | undefined) => {
        this.#hear.delete(hear);
        clearTimeout(timer);
        resolve(answer);
      };
      const hear = (answer: TabWord) => {
        if (answer.kind === kind && fold(answer.name) === fold(word.name)) end(answer);
      };
      const timer = setTimeout(() => end(undefined), patience);
      this.#hear.add(hear);
      this.#say(word);
    });
  }
}
