/**
 * A server within the test, with a door for browsers.
 * @module
 */
import { assert } from "@std/assert";
import { Log } from "../../../lib/cli/serve/log.ts";
import { openEncryption } from "../../../lib/cli/serve/tls.ts";
import { WEB_PATIENCE, type WebPatience } from "../../../lib/cli/serve/web_visit.ts";
import { Listener } from "../../../lib/net/listener.ts";
import { type ConfigOverrides, defaults, merge } from "../../../lib/server/settings/config.ts";
import { memoryStore } from "../../../lib/store/memory/store.ts";
import type { Store } from "../../../lib/store/store.ts";
import { Server } from "../../../lib/cli/serve/chat_server.ts";
import { Transcript } from "../../e2e/transcript.ts";
import { HttpClient } from "../../web/http_client.ts";

export class House implements AsyncDisposable {
  readonly log = new Transcript("the server's log");
  readonly port: number;
  readonly ircPort: number;
  readonly #server: Server;

  private constructor(
    config: ReturnType<typeof defaults>,
    encryption: ConstructorParameters<typeof Server>[0]["encryption"],
    patience: Partial<WebPatience>,
    store: Store,
  ) {
    this.#server = new Server({
      config,
      version: "chat",
      store,
      cloak: (address) => address,
      encryption,
      log: new Log({
        format: "text",
        messages: true,
        lobby: config.lobby,
        now: Date.now,
        write: (bytes) => {
          this.log.add(new TextDecoder().decode(bytes));
          return Promise.resolve(bytes.length);
        },
      }),
      reload: () => Promise.resolve(config),
      webPatience: { ...WEB_PATIENCE, ...patience },
    });
    const { web, doors } = this.#server;
    assert(web instanceof Listener);
    [this.port, this.ircPort] = [web.port, doors[0]!.listener.port];
  }

  static async open(
    { web, ...overrides }: ConfigOverrides = {},
    patience: Partial<WebPatience> = {},
    store: Store = memoryStore(),
  ): Promise<House> {
    const more = { web: { port: 0, ...web }, host: "127.0.0.1", port: 0, name: "chat.test" };
    const asked = merge(defaults(), { tls: null, ...more, ...overrides });
    const { config, encryption } = await openEncryption(asked, null);
    return new House(config, encryption, patience, store);
  }

  connect(): Promise<HttpClient> {
    return HttpClient.connect(this.port);
  }

  /** Asks on a connection of its own. Returns the status and the body; undefined if it is closed. */
  async get(
    path: string,
    headers: Record<string, string> = {},
  ): Promise<[number, string] | undefined> {
    using client = await this.connect();
    const answer = await client.get(path, headers);
    return answer && [answer.status, answer.body];
  }

  close(): Promise<void> {
    return this.#server.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.close();
  }
}
