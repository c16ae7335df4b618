/** A real terminal during a flood of messages. */
import { assertEquals } from "@std/assert";
import { permitted } from "../permitted.ts";
import { furkan } from "./terminal_scene.ts";
import { NO_TERMINAL } from "./tmux.ts";

/** A server that sends a thousand lines a second. */
class Flood implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #serving = this.#serve();
  #talking = true;
  #conn: Deno.TcpConn | undefined;
  /** The number of lines sent. */
  sent = 0;

  get port(): number {
    return this.#listener.addr.port;
  }

  async #serve(): Promise<void> {
    const conn = this.#conn = await this.#listener.accept();
    const say = (text: string) => conn.write(new TextEncoder().encode(text));
    const reader = conn.readable.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes("JOIN #lobby")) {
      const { value, done } = await reader.read();
      if (done) return;
      text += value;
      if (value.includes("CAP LS")) await say(":flood CAP * LS :\r\n");
      if (/NICK \S+/.test(value)) {
        await say(":flood 001 Furkan :Welcome\r\n:flood 002 Furkan :running chat 0.1.0\r\n");
      }
      const ping = /PING (\S+)/.exec(value);
      if (ping) await say(`:flood PONG flood ${ping[1]}\r\n`);
    }
    await say(":Furkan!f@h JOIN #lobby\r\n:flood 366 Furkan #lobby :End\r\n");
    const silent = reader.read().catch(() => {});
    while (this.#talking) {
      const lines = Array.from({ length: 50 }, () => `:Ada!a@h PRIVMSG #lobby :${++this.sent}\r\n`);
      await say(lines.join(""));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await silent;
  }

  stops(): void {
    this.#talking = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#talking = false;
    this.#listener.close();
    await this.#serving.catch(() => {});
    try {
      this.#conn?.close();
    } catch {
      // The peer closed it first.
    }
  }
}

Deno.test(
  permitted("Terminal: a thousand lines a second don't get in the way of typing", async () => {
    await using flood = new Flood();
    await using terminal = await furkan(flood.port);
    await terminal.shows(/>> 1000$/m);
    const typed = "bu arada yazılan satır bozulmaz";
    for (const char of typed) {
      await terminal.types(char);
    }
    await terminal.shows(new RegExp(`^> ${typed}\n#lobby`, "m"));
    for (let index = 0; index < typed.length; index++) await terminal.presses("BSpace");
    await terminal.types("son");
    await terminal.shows(/^> son\n#lobby/m);
    flood.stops();
    await terminal.shows((rows) => rows.at(-3)?.endsWith(`>> ${flood.sent}`) ?? false);
    const inputs = (await terminal.everything()).filter((row) => row.startsWith(">"));
    assertEquals(inputs, ["> son"]);
    await terminal.presses("C-c", "C-c", "C-c");
    assertEquals(await terminal.ended(), 0);
  }, NO_TERMINAL),
);
