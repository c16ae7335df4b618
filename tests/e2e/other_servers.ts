/**
 * IRC servers by others, which `chat join` enters.
 * @module
 */
import { Process } from "./program.ts";
import { RawClient } from "./raw_client.ts";
import { env, LACKING } from "../permitted.ts";

/**
 * The path of an installed program. Returns undefined if there is none, or if programs may not be
 * run.
 */
export async function installed(name: string): Promise<string | undefined> {
  if (Deno.build.os === "windows" || LACKING.length > 0) return undefined;
  const { success, stdout } = await new Deno.Command("sh", {
    args: ["-c", 'command -v "$1" || PATH=/usr/sbin:/usr/local/sbin command -v "$1"', "sh", name],
  }).output();
  return success ? new TextDecoder().decode(stdout).trim() : undefined;
}

/** A kind of server. */
export interface OtherServer {
  readonly name: string;
  /** The path of its executable; undefined if it is not installed. */
  readonly path: string | undefined;
  /** The configuration for a port, and the arguments that make the server use that file. */
  readonly config: (port: number, directory: string) => string;
  readonly args: (file: string) => string[];
}

/** The supported servers. */
export const OTHER_SERVERS: readonly OtherServer[] = [
  {
    name: "InspIRCd",
    path: await installed("inspircd"),
    config: (port, directory) => `
<server name="irc.test.local" description="test" network="Test">
<admin name="x" nick="x" email="x@x">
<bind address="127.0.0.1" port="${port}" type="clients">
<connect allow="*" resolvehostnames="no" useident="no" fakelag="no">
<performance nouserdns="yes">
<log method="file" type="* -USERINPUT -USEROUTPUT" level="default" target="${directory}/log">
<module name="ircv3"><module name="ircv3_servertime"><module name="ircv3_echomessage">
`,
    args: (file) => ["--nofork", ...Deno.uid() === 0 ? ["--runasroot"] : [], "--config", file],
  },
  {
    name: "ngIRCd",
    path: env("CHAT_TEST_NGIRCD") || await installed("ngircd"),
    config: (port) => `
[Global]
Name = irc.test.local
Info = test
Listen = 127.0.0.1
Ports = ${port}
${Deno.uid() === 0 ? "ServerUID = root\nServerGID = root" : ""}
[Limits]
MaxConnectionsIP = 0
MaxPenaltyTime = 0
[Options]
DNS = no
Ident = no
PAM = no
`,
    args: (file) => ["-n", "-f", file],
  },
];

/** A running server of another kind. Disposing of it ends it. */
export class OtherServerProcess implements AsyncDisposable {
  private constructor(
    readonly port: number,
    readonly process: Process,
    readonly directory: string,
  ) {}

  /** Starts one and waits until it accepts clients. */
  static async start(kind: OtherServer): Promise<OtherServerProcess> {
    const directory = await Deno.makeTempDir({ prefix: "chat" });
    const file = `${directory}/server.conf`;
    const port = freePort();
    await Deno.writeTextFile(file, kind.config(port, directory));
    const process = new Process(kind.name, [kind.path!, ...kind.args(file)]);
    const server = new OtherServerProcess(port, process, directory);
    try {
      await server.#ready();
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
    return server;
  }

  /** Tries to connect until it works, because these servers do not say when they are ready. */
  async #ready(): Promise<void> {
    let ended = false;
    const end = this.process.status.then(() => ended = true);
    while (!ended) {
      try {
        await using client = await RawClient.connect(this.port);
        await client.send("QUIT");
        return;
      } catch {
        await Promise.race([end, new Promise((resolve) => setTimeout(resolve, 20))]);
      }
    }
    throw new Error(`It did not start: ${this.process.stdout.text}${this.process.stderr.text}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.process[Symbol.asyncDispose]();
    await Deno.remove(this.directory, { recursive: true });
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
