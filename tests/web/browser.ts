/**
 * A browser by the W3C WebDriver protocol: Chromium, driven by chromedriver.
 *
 * Source: https://www.w3.org/TR/webdriver2/
 * @module
 */
import { env } from "../permitted.ts";

/** How long something on a page may take, in milliseconds. */
const PATIENCE_MS = 15_000;

/** How often a condition on a page is looked at, in milliseconds. */
const LOOK_MS = 25;

/** The key of an element in the protocol. */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** Keys by their names, as the protocol writes them. */
export const KEYS = {
  ...{ enter: "\uE007", tab: "\uE004", escape: "\uE00C", shift: "\uE008", alt: "\uE00A" },
  ...{ up: "\uE013", down: "\uE015", backspace: "\uE003", control: "\uE009" },
} as const;

function find(name: string): string | undefined {
  for (const folder of (env("PATH") ?? "").split(":")) {
    try {
      if (Deno.statSync(`${folder}/${name}`).isFile) return `${folder}/${name}`;
    } catch {
      // It is not there.
    }
  }
  return undefined;
}

/** What the tests need that is not there; undefined if all is there. */
export const NO_BROWSER: string | undefined = find("chromedriver") === undefined
  ? "chromedriver"
  : find("chromium") === undefined
  ? "chromium"
  : undefined;

export interface WindowOptions {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  /** Whether it is a phone: a touch screen with a mobile viewport. */
  readonly phone?: boolean;
  /** A host name that stands for this machine. */
  readonly host?: string;
}

/** Starts browsers, each with a profile of its own. Disposing of it ends all. */
export class Browsers implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #base: Promise<string>;
  readonly #profiles: string[] = [];
  readonly #windows: BrowserWindow[] = [];

  constructor() {
    this.#child = new Deno.Command("chromedriver", {
      args: ["--port=0"],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#base = this.#start();
  }

  async #start(): Promise<string> {
    let text = "";
    const reader = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`chromedriver ended: ${text}`);
      text += value;
      const [, port] = /successfully on port (\d+)/.exec(text) ?? [];
      if (port === undefined) continue;
      void (async () => {
        while (!(await reader.read()).done);
      })();
      return `http://127.0.0.1:${port}`;
    }
  }

  /** Opens a browser. */
  async open(url: string, options: WindowOptions = {}): Promise<BrowserWindow> {
    const { width = 1280, height = 800, dark = false, phone = false, host } = options;
    const profile = await Deno.makeTempDir({ prefix: "chat-browser-" });
    this.#profiles.push(profile);
    const args = [
      ...["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
      ...["--disable-dev-shm-usage", "--hide-scrollbars", "--lang=en-GB", "--mute-audio"],
      ...host === undefined ? [] : [`--host-resolver-rules=MAP ${host} 127.0.0.1`],
      ...[`--user-data-dir=${profile}`, `--window-size=${width},${height}`],
    ];
    const base = await this.#base;
    const capabilities = {
      alwaysMatch: {
        browserName: "chrome",
        acceptInsecureCerts: true,
        "goog:chromeOptions": { args, binary: find("chromium") },
        "goog:loggingPrefs": { browser: "ALL" },
      },
    };
    const { sessionId } = await ask(`${base}/session`, "POST", { capabilities });
    const page = new BrowserWindow(`${base}/session/${sessionId}`);
    this.#windows.push(page);
    await page.devtools("Emulation.setDeviceMetricsOverride", {
      ...{ width, height, deviceScaleFactor: phone ? 2 : 1, mobile: phone },
    });
    if (phone) await page.devtools("Emulation.setTouchEmulationEnabled", { enabled: true });
    if (dark) {
      const features = [{ name: "prefers-color-scheme", value: "dark" }];
      await page.devtools("Emulation.setEmulatedMedia", { features });
    }
    await page.go(url);
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const page of this.#windows) await page.close().catch(() => {});
    this.#child.kill();
    await this.#child.status;
    for (const profile of this.#profiles) {
      await Deno.remove(profile, { recursive: true }).catch(() => {});
    }
  }
}

async function ask(
  url: string,
  method: string,
  body?: unknown,
  // deno-lint-ignore no-explicit-any
): Promise<any> {
  const response = await fetch(url, {
    method,
    ...body === undefined ? {} : { body: JSON.stringify(body) },
    headers: { "Content-Type": "application/json" },
  });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`${value.error}: ${value.message.split("\n")[0]}`);
  return value;
}

/** One browser with one window. */
export class BrowserWindow {
  readonly #session: string;

  constructor(session: string) {
    this.#session = session;
  }

  // deno-lint-ignore no-explicit-any
  async #command(path: string, body: unknown = {}): Promise<any> {
    return await ask(`${this.#session}/${path}`, "POST", body);
  }

  async go(url: string): Promise<void> {
    await this.#command("url", { url });
  }

  async reload(): Promise<void> {
    await this.#command("refresh");
  }

  /** Opens a second tab of this browser, and goes on there. */
  async newTab(url: string): Promise<string> {
    const { handle } = await this.#command("window/new", { type: "tab" });
    await this.tab(handle);
    await this.go(url);
    return handle;
  }

  async tab(handle: string): Promise<void> {
    await this.#command("window", { handle });
  }

  get handle(): Promise<string> {
    return ask(`${this.#session}/window`, "GET");
  }

  /** Runs a function body in the page. Returns what it returns. */
  // deno-lint-ignore no-explicit-any
  async run(script: string, ...args: readonly unknown[]): Promise<any> {
    return await this.#command("execute/sync", { script, args });
  }

  /** As {@linkcode run}, and waits for the promise that it returns. */
  // deno-lint-ignore no-explicit-any
  async later(script: string, ...args: readonly unknown[]): Promise<any> {
    const body = `const done = arguments[arguments.length - 1], args = [...arguments].slice(0, -1);
      (async function () { ${script} }).apply(null, args).then(done, (e) => done("failed: " + e));`;
    return await this.#command("execute/async", { script: body, args });
  }

  /** Sends a command of the browser's own protocol. */
  async devtools(cmd: string, params: Record<string, unknown> = {}): Promise<unknown> {
    return await this.#command("goog/cdp/execute", { cmd, params });
  }

  /**
   * Waits until a function body returns something true. Returns it. If it throws, what it looks at
   * may not be there yet.
   */
  // deno-lint-ignore no-explicit-any
  async until(what: string, script: string, ...args: readonly unknown[]): Promise<any> {
    const ends = Date.now() + PATIENCE_MS;
    for (;;) {
      let fault: unknown;
      try {
        const value = await this.run(script, ...args);
        if (value) return value;
      } catch (error) {
        if (!/javascript error/.test(String(error))) throw error;
        fault = error;
      }
      if (Date.now() > ends) {
        const text: string = await this.run(
          "return document.body.innerText.replace(/\\n+/g, ' | ').slice(-1500)",
        );
        throw new Error(`Nothing came of: ${what}. The page says:\n${text}`, { cause: fault });
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** Waits until the page shows a text. */
  async sees(text: string, within = "body"): Promise<void> {
    await this.until(
      `to see "${text}"`,
      "return [...document.querySelectorAll(arguments[1])].some((e) => e.innerText.includes(arguments[0]))",
      text,
      within,
    );
  }

  async text(selector: string): Promise<string> {
    return await this.run(
      "return document.querySelector(arguments[0])?.innerText ?? ''",
      selector,
    );
  }

  async #element(selector: string): Promise<string> {
    await this.until(
      `an element ${selector}`,
      "return document.querySelector(arguments[0])?.checkVisibility({ visibilityProperty: true })",
      selector,
    );
    const found = await this.#command("element", { using: "css selector", value: selector });
    return found[ELEMENT];
  }

  async click(selector: string): Promise<void> {
    await this.#use(() => this.#element(selector), "click");
  }

  /** Uses an element as soon as that is possible: it may still be on its way into sight. */
  async #use(find: () => Promise<string>, action: string, body?: unknown): Promise<void> {
    const ends = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await this.#command(`element/${await find()}/${action}`, body);
      } catch (error) {
        const isEarly = /not interactable|stale element|no such element/.test(String(error));
        if (!isEarly || Date.now() > ends) throw error;
      }
    }
  }

  /** Presses the button with this name. */
  async press(name: string): Promise<void> {
    const find = () =>
      this.until(
        `a button "${name}"`,
        `const all = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document;
      return [...all.querySelectorAll("button, a, label")].find((e) =>
        (e.getAttribute("aria-label") ?? [...e.childNodes].filter((n) => n.ariaHidden !== "true")
          .map((n) => n.textContent).join(", ")).trim() === arguments[0] &&
        e.checkVisibility({ visibilityProperty: true }))`,
        name,
      );
    await this.#use(async () => (await find())[ELEMENT], "click");
  }

  /** Types into an element. */
  async type(selector: string, text: string): Promise<void> {
    await this.#use(() => this.#element(selector), "value", { text });
  }

  /** Types keys wherever the focus is; `held` are pressed meanwhile. */
  async keys(text: string, held: readonly string[] = []): Promise<void> {
    const down = (value: string) => ({ type: "keyDown", value });
    const up = (value: string) => ({ type: "keyUp", value });
    const actions = [
      ...held.map(down),
      ...[...text].flatMap((key) => [down(key), up(key)]),
      ...held.map(up),
    ];
    await this.#command("actions", { actions: [{ type: "key", id: "keys", actions }] });
  }

  /** A picture of the window, as PNG. */
  async picture(): Promise<Uint8Array<ArrayBuffer>> {
    const base64 = await ask(`${this.#session}/screenshot`, "GET");
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  }

  /** What the page wrote to the console and what was blocked. */
  async log(): Promise<string[]> {
    const entries = await this.#command("se/log", { type: "browser" });
    return entries.map(({ message }: { message: string }) => message);
  }

  async close(): Promise<void> {
    await ask(this.#session, "DELETE");
  }
}
