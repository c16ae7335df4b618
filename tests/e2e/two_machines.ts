/**
 * Two network namespaces on one cable, as two machines of a local network. Nothing that is sent in
 * them leaves this machine.
 * @module
 */
import { LACKING } from "../permitted.ts";
import { Process, type StartOptions } from "./program.ts";
import { chatCommand, TmuxTerminal } from "./tmux.ts";

/** Holds a namespace until it is told to end; says when something is there to hold. */
const HOLD = "ip link set lo up && echo held && exec cat";

/** Waits until the addresses can be used: IPv6 first asks whether somebody else has them. */
export const SETTLED: string = "until ip -6 addr show dev eth0 | grep -q fe80 && " +
  "! ip -6 addr show dev eth0 | grep -q tentative; do sleep 0.05; done";

/** Why there can't be two machines; empty if there can. */
export const NO_MACHINES: string = await whyNot();

async function whyNot(): Promise<string> {
  if (LACKING.length > 0) return "";
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return "only root has networks of its own";
  const set = "ip link add eth0 type veth peer name eth1";
  const tried = await new Deno.Command("unshare", {
    ...{ args: ["-n", "-m", "sh", "-c", set], stdout: "null", stderr: "null" },
  }).output().catch(() => undefined);
  return tried?.success ? "" : "there is no network of its own to be had";
}

/** One of the machines. */
export class Machine {
  readonly directory: string;
  readonly #pid: number;

  constructor(pid: number, directory: string) {
    this.#pid = pid;
    this.directory = directory;
  }

  /** The command that runs another one on this machine. */
  #on(command: readonly string[]): string[] {
    return ["nsenter", "-t", `${this.#pid}`, "-n", "--", ...command];
  }

  get #env(): Record<string, string> {
    return { XDG_STATE_HOME: this.directory, XDG_CONFIG_HOME: this.directory };
  }

  /** Starts a command. */
  start(command: readonly string[], options: StartOptions = {}): Process {
    const env = { ...this.#env, ...options.env };
    return new Process(command.join(" "), this.#on(command), { ...options, env });
  }

  /** Runs a line of shell to its end. */
  async shell(line: string): Promise<void> {
    await using process = this.start(["sh", "-c", line]);
    const status = await process.exit();
    if (status !== 0) throw new Error(`${line}: ${process.stderr.text}`);
  }

  /** Starts the program. */
  async chat(...args: readonly string[]): Promise<Process> {
    return this.start(await chatCommand(args));
  }

  /** Runs the program to its end, with this input. */
  async result(args: readonly string[], input = ""): Promise<readonly [number, string, string]> {
    await using program = await this.chat(...args);
    await program.write(input).catch(() => {});
    await program.closeStdin().catch(() => {});
    const code = await program.exit();
    return [code, program.stdout.text, program.stderr.text];
  }

  /** Starts a server, and waits until others can find it. */
  async serve(title: string, ...flags: readonly string[]): Promise<Process> {
    const data = flags.includes("--data") ? [] : ["--ephemeral"];
    const server = await this.chat("serve", ...data, "--title", title, ...flags);
    try {
      await server.line(/^The room is announced on this network as /);
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Opens a terminal in which the program runs. */
  async terminal(...args: readonly string[]): Promise<TmuxTerminal> {
    return await TmuxTerminal.open(this.#on(await chatCommand(args)), {
      ...{ columns: 110, env: this.#env },
    });
  }
}

/** The network: 10.9.0.1 and 10.9.0.2. */
export class TwoMachines implements AsyncDisposable {
  readonly one: Machine;
  readonly other: Machine;
  readonly #holders: readonly Process[];
  readonly #directory: string;

  private constructor(holders: readonly Process[], directory: string) {
    this.#holders = holders;
    this.#directory = directory;
    const [one, other] = holders.map(({ pid }, at) => new Machine(pid, `${directory}/${at + 1}`));
    [this.one, this.other] = [one!, other!];
  }

  static async open(): Promise<TwoMachines> {
    const directory = await Deno.makeTempDir({ prefix: "chat" });
    // Programs of their own, such as avahi, want places of their own.
    const holders = [1, 2].map((at) =>
      new Process(`machine ${at}`, ["unshare", "-n", "-m", "sh", "-c", HOLD])
    );
    const machines = new TwoMachines(holders, directory);
    try {
      for (const holder of holders) await holder.line(/^held$/);
      await machines.one.shell(
        `ip link add eth0 type veth peer name eth0 netns ${holders[1]!.pid}`,
      );
      for (const [at, machine] of [machines.one, machines.other].entries()) {
        await Deno.mkdir(machine.directory);
        await machine.shell(`ip addr add 10.9.0.${at + 1}/24 dev eth0 && ip link set eth0 up`);
      }
      for (const machine of [machines.one, machines.other]) await machine.shell(SETTLED);
      return machines;
    } catch (error) {
      await machines[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const holder of this.#holders) await holder[Symbol.asyncDispose]();
    await Deno.remove(this.#directory, { recursive: true });
  }
}
