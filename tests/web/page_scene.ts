/**
 * A server with people in browsers.
 * @module
 */
import { ServerProcess } from "../e2e/program.ts";
import { Browsers, type BrowserWindow, KEYS, type WindowOptions } from "./browser.ts";

export const PHONE: WindowOptions = { width: 390, height: 844, phone: true };

export class PageScene implements AsyncDisposable {
  readonly server: ServerProcess;
  readonly browsers = new Browsers();
  /** The address of the page. */
  readonly url: string;

  constructor(server: ServerProcess, port: number, scheme: string) {
    this.server = server;
    this.url = `${scheme}://127.0.0.1:${port}/`;
  }

  static async start(flags: readonly string[] = [], scheme = "http"): Promise<PageScene> {
    const server = await ServerProcess.start(["--max-messages-per-second", "0", ...flags]);
    return new PageScene(server, await server.webPort(), scheme);
  }

  /** Opens the page and enters under a name. */
  async enter(name: string, options?: WindowOptions, url = this.url): Promise<BrowserWindow> {
    const page = await this.browsers.open(url, options);
    await answer(page, name);
    await inside(page);
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browsers[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
  }
}

/** Answers the question for a name. */
export async function answer(page: BrowserWindow, name: string): Promise<void> {
  await page.until("a field", "return document.querySelector('#name').checkVisibility()");
  await page.run("document.querySelector('#name').select()");
  await page.keys(name + KEYS.enter);
}

/** Waits until the chat is shown. */
export async function inside(page: BrowserWindow): Promise<void> {
  await page.until(
    "to be in the chat",
    "return document.querySelector('#input')?.checkVisibility()",
  );
}

/** Types a line and sends it. */
export async function say(page: BrowserWindow, text: string): Promise<void> {
  await page.type("#input", text + KEYS.enter);
}

/** What stands in the feed, one message or note a line: `Ada: text`. */
export async function rows(page: BrowserWindow): Promise<string[]> {
  return await page.run(`return [...document.querySelectorAll("#feed li.said, #feed li.note")].map(
    (row) => {
      const name = row.querySelector(".name, .unseen")?.textContent;
      const text = row.querySelector(".text, p")?.innerText;
      return name === undefined ? text : name + ": " + text;
    })`);
}

/** The text of the messages in the feed. */
export async function texts(page: BrowserWindow): Promise<string[]> {
  return await page.run(
    `return [...document.querySelectorAll("#feed li.said:not(.pending) .text")].map((e) => e.innerText)`,
  );
}
