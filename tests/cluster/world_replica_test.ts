import { assertEquals, assertNotEquals } from "@std/assert";
import { type LogRecord } from "../../lib/cluster/records.ts";
import { sharedOf } from "../../lib/cluster/shared_settings.ts";
import type { ReplicaState } from "../../lib/cluster/replica_state.ts";
import { WorldReplica } from "../../lib/cluster/world_replica.ts";
import { DAY_MS } from "../../lib/text/duration.ts";
import { Harness, START } from "../server/harness.ts";

/** A node of a cluster without a stream. */
class Replica {
  readonly chat = new Harness();
  readonly faults: unknown[] = [];
  /** How often it was to take over settings. */
  agreed = 0;
  readonly replica: WorldReplica;
  #sequence = 0;

  constructor() {
    const { world } = this.chat;
    const keys = { startedAt: 0, runId: "run", cloakKey: "", loginKey: "" };
    const agreement = { name: "chat.test", startedEmpty: true, ...keys, ...sharedOf(world.config) };
    this.replica = new WorldReplica(world, agreement, {
      find: () => undefined,
      fault: (error) => this.faults.push(error),
      agreed: () => this.agreed++,
      changed() {},
      change() {},
      compare() {},
      hashed() {},
      counted() {},
    });
    this.apply({ kind: "start", version: "", place: { host: "x" } });
  }

  /** Applies an entry of node `a` at the time of the chat. */
  apply(...records: LogRecord[]): void {
    const number = this.#sequence++;
    this.replica.apply({ node: "a", epoch: 1, number, records }, number + 1, this.chat.now);
  }

  /** Begins with the state of another. */
  become(state: ReplicaState, sequence: number): void {
    this.#sequence = sequence;
    this.chat.now = state.now;
    this.replica.restore(state, sequence);
  }

  /** Lets somebody in. */
  user(key: string): void {
    const [host, address] = ["192.0.2.1", "192.0.2.1:1"];
    this.apply({ kind: "connect", key, host, address, secure: false, isHere: false });
    for (const text of [`NICK n${key.split(".")[2]}`, "USER x 0 * :x"]) this.line(key, text);
  }

  line(key: string, text: string): void {
    this.apply({ kind: "line", key, text });
  }

  /** Lets time pass until an entry comes, in milliseconds. */
  pass(ms: number): void {
    this.chat.now += ms;
    this.apply();
  }

  get nicks(): string[] {
    return Array.from(this.chat.world.users.all(), ({ nick }) => nick);
  }
}

Deno.test("WorldReplica: what fails costs the connection that asked for it, not the server", () => {
  const node = new Replica();
  for (const key of ["a.1.0", "a.1.1"]) node.user(key);
  node.apply({ kind: "outcome", key: "a.1.0", name: "of a later version", result: null });
  assertEquals(node.faults.map(String), ["TypeError: There is no outcome of a later version"]);
  node.line("a.1.0", "NICK late");
  node.line("a.1.1", "NICK other");
  assertEquals(node.nicks, ["other"]);
});

Deno.test("WorldReplica: time stands still if NATS's clock goes back a little, not if it was off", () => {
  const node = new Replica();
  const times = [1000, -500, 1500, DAY_MS, -20_000, -DAY_MS, 1000, 1000].map((ms) => {
    node.pass(ms);
    return node.replica.now - START;
  });
  assertEquals(times, [1000, 1000, 2000, 2000 + DAY_MS, 2000 + DAY_MS, -18_000, -17_000, -16_000]);
});

Deno.test("WorldReplica: after a clock that was off, users of a lost server wait no longer", () => {
  const node = new Replica();
  node.pass(DAY_MS);
  node.user("a.1.0");
  node.pass(-DAY_MS);
  node.replica.apply(
    { node: "a", epoch: 1, number: 99, records: [{ kind: "leave" }] },
    99,
    node.chat.now,
  );
  for (let second = 0; second < 29; second++) node.pass(1000);
  assertEquals(node.nicks, []);
});

Deno.test("WorldReplica: settings are taken over if somebody changed them, not if they are kept", () => {
  const node = new Replica();
  const { agreement } = node.replica;
  node.apply({ kind: "agreement", agreement, isKept: true });
  assertEquals(node.agreed, 0);
  node.apply({ kind: "agreement", agreement });
  assertEquals(node.agreed, 1);
});

Deno.test("WorldReplica: what was applied has the same digest after a new start, and no other", () => {
  const nodes = [new Replica(), new Replica(), new Replica()] as const;
  for (const node of nodes) node.user("a.1.0");
  const [one, other, late] = nodes;
  assertEquals(one.replica.past, other.replica.past);
  const state: ReplicaState = JSON.parse(JSON.stringify(one.replica.capture()));
  const again = new Replica();
  again.become(state, one.replica.sequence);
  late.chat.now++;
  for (const node of [one, again, late]) node.line("a.1.0", "JOIN #lobby");
  assertEquals(again.replica.past, one.replica.past);
  assertEquals(late.replica.past.sequence, one.replica.past.sequence);
  assertNotEquals(late.replica.past.digest, one.replica.past.digest);
});
