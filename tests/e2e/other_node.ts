/**
 * People in a chat of several servers whose own one goes. The servers may be a cluster, or one that
 * is reached in two ways.
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import { type BrowserWindow } from "../web/browser.ts";
import { say, texts } from "../web/page_scene.ts";
import { start, type StartOptions } from "./program.ts";
import { bystander } from "./raw_client.ts";

/** How long people may be without a connection, in milliseconds. */
const MOST_MS = 5000;

/** What to do to the first server, whose name is told. */
export type Cut = () => void | Promise<void>;

/** Lines that somebody in the room would see of people who come and go. */
function noise(lines: readonly string[]): string[] {
  return lines.filter((line) => /^:(?!bystander!)\S+ (JOIN|QUIT|PART|NICK|CHGHOST) /.test(line));
}

export interface TwoServers {
  /** The address of the first server, as `chat join` takes it. */
  readonly first: string;
  /** The host of the second one, as the first one tells it. */
  readonly host: string;
  /** The port of the second one without encryption, for somebody who looks on from there. */
  readonly port: number;
}

/** Somebody in `chat join` goes over to another server, and only he is told. */
export async function programGoesOver(
  { first, host, port }: TwoServers,
  cut: Cut,
  { args = [], ...options }: StartOptions & { readonly args?: readonly string[] } = {},
): Promise<void> {
  await using other = await bystander(port);
  await using program = start(["join", first, "--name", "Ali", "--plain", ...args], options);
  await program.line(/^You have selected your username/);
  await program.write("eins\n");
  await other.until(/^:Ali!\S+ PRIVMSG #lobby :eins$/);
  const before = program.stdout.lines.length;
  const at = performance.now();
  await cut();
  await other.send("PRIVMSG #lobby :zwei");
  await program.line(new RegExp(`^Reconnected to ${host.replaceAll(".", "\\.")}\\.$`));
  const took = performance.now() - at;
  assert(took < MOST_MS, `it took ${took} ms`);
  // A server that is stopped may still have passed it on.
  const heard = () => program.stdout.lines.filter((line) => /zwei$/.test(line)).length;
  if (heard() === 0) await program.line(/zwei$/);
  await program.write("drei\n");
  await other.until(/^:Ali!\S+ PRIVMSG #lobby :drei$/);
  const told = program.stdout.lines.slice(before)
    .filter((line) => /connect|lost|again|server|you are/i.test(line));
  assertEquals(told.length, 1, told.join("\n"));
  await other.ping();
  assertEquals(noise(other.received.lines).length, 1, "the others see nothing");
  await program.closeStdin();
  assertEquals(await program.exit(), 0);
  assertEquals(heard(), 1, "nothing is shown twice");
  await other.until(/^:Ali!\S+ QUIT /);
}

/** Somebody on the page goes over to another server; the page is open already, and inside. */
export async function pageGoesOver(
  page: BrowserWindow,
  port: number,
  cut: Cut,
): Promise<void> {
  await using other = await bystander(port);
  await say(page, "eins");
  await other.until(/^:Ada!\S+ PRIVMSG #lobby :eins$/);
  const at = performance.now();
  await cut();
  await other.send("PRIVMSG #lobby :zwei");
  await page.sees("zwei", "#feed");
  const took = performance.now() - at;
  assert(took < MOST_MS, `it took ${took} ms`);
  await say(page, "drei");
  await other.until(/^:Ada!\S+ PRIVMSG #lobby :drei$/);
  await page.sees("drei", "#feed li.said:not(.pending)");
  assertEquals(await texts(page), ["eins", "zwei", "drei"]);
  assertEquals(noise(other.received.lines), []);
}
