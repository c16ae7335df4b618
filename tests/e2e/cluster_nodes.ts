/**
 * Several servers that are one chat, with NATS, as processes.
 * @module
 */
import { NatsServers, type NatsServersOptions } from "../cluster/nats_server.ts";
import { freePorts } from "../free_ports.ts";
import { ServerProcess } from "./program.ts";

export class ClusterNodes implements AsyncDisposable {
  readonly nats: NatsServers;
  /** Those who leave before it ends, whether or not the test fails. */
  readonly guests = new AsyncDisposableStack();
  /** The addresses by which servers reach NATS, if not its own, by their names. */
  readonly ways = new Map<string, string>();
  readonly #directory: string;
  readonly #nodes = new Map<string, ServerProcess>();
  /** The ports of the servers, which they keep. */
  readonly #ports = new Map<string, readonly [port: number, webPort: number]>();
  readonly #flags: readonly string[];
  readonly #isEphemeral: boolean;

  private constructor(
    nats: NatsServers,
    directory: string,
    flags: readonly string[],
    isEphemeral: boolean,
  ) {
    this.nats = nats;
    this.#isEphemeral = isEphemeral;
    this.#directory = directory;
    this.#flags = flags;
  }

  /** Starts NATS, and servers with these names, one after the other. */
  static async start(
    names: readonly string[],
    { flags = [], ephemeral = false, ...nats }: NatsServersOptions & {
      readonly flags?: readonly string[];
      readonly ephemeral?: boolean;
    } = {},
  ): Promise<ClusterNodes> {
    const directory = await Deno.makeTempDir({ prefix: "chat-nodes-" });
    const nodes = new ClusterNodes(await NatsServers.start(nats), directory, flags, ephemeral);
    for (const name of names) await nodes.add(name);
    return nodes;
  }

  /** Starts a server, for the first time or again: then on the same ports. */
  async add(name: string, ...flags: readonly string[]): Promise<ServerProcess> {
    const [port, webPort] = this.#ports.get(name) ?? freePorts(2);
    this.#ports.set(name, [port!, webPort!]);
    const all = [...this.#flags, ...flags, "--web-port", `${webPort}`];
    const node = await ServerProcess.start(all, port, "", this.arguments(name));
    this.#nodes.set(name, node);
    return node;
  }

  /** The names of the servers that run. */
  get names(): string[] {
    return [...this.#nodes.keys()];
  }

  /** The options of a server. */
  arguments(name: string, data = this.data(name)): string[] {
    return [
      ...this.#isEphemeral ? ["--ephemeral"] : ["--data", data],
      ...["--node", name, "--node-address", "127.0.0.1"],
      ...["--cluster", this.ways.get(name) ?? this.nats.urls.join(",")],
    ];
  }

  /** The directory of a server's data. */
  data(name: string): string {
    return `${this.#directory}/${name}`;
  }

  node(name: string): ServerProcess {
    return this.#nodes.get(name)!;
  }

  port(name: string): number {
    return this.node(name).port;
  }

  /** Ends a server at once. */
  async kill(name: string): Promise<void> {
    await this.#nodes.get(name)?.[Symbol.asyncDispose]();
    this.#nodes.delete(name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.guests.disposeAsync();
    await Promise.all([...this.#nodes.keys()].map((name) => this.kill(name)));
    await this.nats[Symbol.asyncDispose]();
    await Deno.remove(this.#directory, { recursive: true });
  }
}
