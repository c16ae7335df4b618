/**
 * Servers of NATS, alone or three as a cluster, in a directory of their own.
 * @module
 */
import { makeCertificate } from "../../lib/net/certificate.ts";
import { JetStream } from "../../lib/cluster/nats/jet_stream.ts";
import {
  NatsClient,
  type NatsEvent,
  type NatsOptions,
} from "../../lib/cluster/nats/nats_client.ts";
import { NATS_SYSTEM } from "../../lib/cluster/nats/nats_system.ts";
import { type NatsServer, parseNatsUrl } from "../../lib/cluster/nats/nats_url.ts";
import { installed } from "../e2e/other_servers.ts";
import { Process } from "../e2e/program.ts";
import { Wire } from "../e2e/wire.ts";
import { freePorts } from "../free_ports.ts";

const PATH = await installed("nats-server");

/** Why tests with NATS are skipped; empty if they are not. */
export const NO_NATS: string = PATH === undefined ? "nats-server is not installed" : "";

export interface NatsServersOptions {
  /** Default: 1. */
  readonly count?: 1 | 3;
  /** Whether JetStream is enabled. Default: true. */
  readonly jetStream?: boolean;
  /** More lines of the configuration, such as `authorization { token: x }`. */
  readonly config?: string;
  /** Whether they encrypt, with a certificate for localhost. */
  readonly tls?: boolean;
  /** Whether a network is between them that {@linkcode NatsServers.isolate} breaks. */
  readonly wired?: boolean;
  /** What clients put before the host: `user:password@`. */
  readonly login?: string;
}

/** How a test connects, besides the servers. */
export type ClientOptions = Partial<NatsOptions> & { readonly urls?: readonly string[] };

/** A client, and the events that it told. */
export interface TestClient extends AsyncDisposable {
  readonly client: NatsClient;
  readonly events: readonly NatsEvent[];
  /** Resolves at the next event of a kind. */
  next(kind: NatsEvent["kind"]): Promise<NatsEvent>;
}

/** One process of a server, which can be started again. */
class OneServer {
  #process: Process | undefined;

  constructor(readonly name: string, readonly port: number, readonly file: string) {}

  /** Starts it, and waits until it takes connections. */
  async start(): Promise<void> {
    this.#process = new Process(this.name, [PATH!, "-c", this.file]);
    await this.#process.stderr.line(/Server is ready/);
  }

  /** Waits until it knows who leads the cluster. */
  async knowsLeader(): Promise<void> {
    await this.#process!.stderr.line(/(new JetStream cluster metadata leader|new metadata leader)/);
  }

  signal(signal: Deno.Signal): void {
    this.#process!.kill(signal);
  }

  /** Ends it at once. */
  async kill(): Promise<void> {
    await this.#process?.[Symbol.asyncDispose]();
    this.#process = undefined;
  }
}

export class NatsServers implements AsyncDisposable {
  readonly #options: NatsServersOptions;

  private constructor(
    readonly directory: string,
    readonly servers: readonly OneServer[],
    options: NatsServersOptions,
    /** The certificate, if they encrypt. */
    readonly ca: string | undefined,
    /** From each server to each other one. */
    readonly wires: readonly (readonly (Wire | undefined)[])[],
  ) {
    this.#options = options;
  }

  /** Cuts a server off from the others, or connects it again. */
  isolate(server: OneServer, isAlone: boolean): void {
    const at = this.servers.indexOf(server);
    for (const [from, row] of this.wires.entries()) {
      for (const [to, wire] of row.entries()) {
        if (wire === undefined || from !== at && to !== at) continue;
        wire.isDown = isAlone;
        if (isAlone) wire.cut(true);
      }
    }
  }

  static async start(options: NatsServersOptions = {}): Promise<NatsServers> {
    const { count = 1, jetStream = true, config = "", tls = false, wired = false } = options;
    const directory = await Deno.makeTempDir({ prefix: "chat-nats-" });
    const ports = freePorts(2 * count);
    const [clients, routes] = [ports.slice(0, count), ports.slice(count)];
    // From each to each other one.
    const wires = wired
      ? routes.map((_, from) => routes.map((to, at) => at === from ? undefined : new Wire(to)))
      : [];
    let ca: string | undefined;
    if (tls) {
      const pair = await makeCertificate({ name: "x", hosts: ["localhost"], now: Date.now() });
      ca = pair.cert;
      await Deno.writeTextFile(`${directory}/cert.pem`, pair.cert);
      await Deno.writeTextFile(`${directory}/key.pem`, pair.key);
    }
    const servers = await Promise.all(clients.map(async (port, index) => {
      const name = `n${index + 1}`;
      const lines = [`server_name: ${name}`, `listen: "127.0.0.1:${port}"`, config];
      if (jetStream) lines.push(`jetstream { store_dir: "${directory}/${name}" }`);
      if (tls) {
        lines.push(`tls { cert_file: "${directory}/cert.pem", key_file: "${directory}/key.pem" }`);
      }
      if (count > 1) {
        const others = wires[index]?.flatMap((wire) => wire === undefined ? [] : [wire.port]);
        const all = (others ?? routes).map((route) => `"nats://127.0.0.1:${route}"`).join(", ");
        // Or they would tell each other of ways around the wires.
        const own = wired ? 'advertise: "127.0.0.1:1", ' : "";
        lines.push(
          `cluster { name: c, listen: "127.0.0.1:${routes[index]}", ${own}routes: [${all}] }`,
        );
      }
      await Deno.writeTextFile(`${directory}/${name}.conf`, lines.join("\n"));
      return new OneServer(name, port, `${directory}/${name}.conf`);
    }));
    const started = new NatsServers(directory, servers, options, ca, wires);
    // Two that connect to each other at the same moment may both close the connection.
    for (const server of servers) await server.start();
    if (count > 1 && jetStream) await Promise.all(servers.map((server) => server.knowsLeader()));
    return started;
  }

  /** The addresses of the servers. */
  get urls(): string[] {
    const { login = "", tls } = this.#options;
    const host = tls ? "localhost" : "127.0.0.1";
    return this.servers.map(({ port }) => `${tls ? "tls" : "nats"}://${login}${host}:${port}`);
  }

  /** A client of theirs, which has started. */
  client(options: ClientOptions = {}): TestClient {
    return testClient({
      urls: this.urls,
      ...(this.ca === undefined ? {} : { ca: this.ca }),
      ...options,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.servers.map((server) => server.kill()));
    for (const wire of this.wires.flat()) await wire?.[Symbol.asyncDispose]();
    await Deno.remove(this.directory, { recursive: true });
  }
}

/** A client, which has started. */
export function testClient({ urls = [], ...options }: ClientOptions): TestClient {
  const servers = urls.map(parseNatsUrl) as NatsServer[];
  const client = new NatsClient({ servers, name: "test", system: NATS_SYSTEM, ...options });
  const events: NatsEvent[] = [];
  client.watch((event) => events.push(event));
  client.start();
  return {
    client,
    events,
    next: (kind) =>
      new Promise((resolve) => {
        const unwatch = client.watch((event) => {
          if (event.kind !== kind) return;
          unwatch();
          resolve(event);
        });
      }),
    [Symbol.asyncDispose]: () => client.close(),
  };
}

/** A stream as a cluster of chat uses it. */
export async function chatStream(
  client: NatsClient,
  { replicas = 1, maxBytes = 2 ** 28 }: { replicas?: 1 | 3; maxBytes?: number } = {},
): Promise<JetStream> {
  await client.connected();
  const stream = new JetStream(client, "CHAT");
  const kept = { storage: "file", duplicateWindowMs: 120_000 } as const;
  await stream.createStream({ subjects: ["chat.in.*"], replicas, maxBytes, ...kept });
  return stream;
}
