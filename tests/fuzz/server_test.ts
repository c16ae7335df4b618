import { assert, assertEquals } from "@std/assert";
import { RESUME } from "../../lib/irc/resume.ts";
import { OPERATOR } from "../../lib/irc/modes.ts";
import { settle } from "../../lib/server/accounts/account_login.ts";
import type { World } from "../../lib/server/world/world.ts";
import { arrival, input } from "./inputs.ts";
import { assertConsistent, assertForgotten } from "./invariants.ts";
import { Peer, Stage } from "./peer.ts";
import { forManySeeds, Random, SEED } from "./random.ts";
import type { Members } from "../../lib/server/world/members.ts";
import { Witness, WITNESS_ADDRESS } from "./witness.ts";
import { HOME_ROOMS, OPER_PASSWORD, SERVER_PASSWORD, USERS } from "./words.ts";

/** The users with a fixed name, and a stranger. */
const PEERS = USERS.length + 1;
/** The peers' addresses. No text that a peer sends contains one of them. */
const ADDRESSES = [
  "203.0.113.21",
  "203.0.113.22",
  "2001:db8:77::23",
  "2001:db8:77::24",
  "203.0.113.25",
];
const STEPS = 120;
const MILLISECONDS = 3000;

/** A step of a story. */
type Step =
  | {
    readonly kind: "send";
    readonly peer: number;
    readonly bytes: Uint8Array<ArrayBuffer>;
    /** Whether the next step starts before this one's slow work is done. */
    readonly hurry: boolean;
  }
  | { readonly kind: "vanish"; readonly peer: number }
  | { readonly kind: "log in"; readonly peer: number; readonly account: string | undefined }
  | { readonly kind: "crown"; readonly peer: number }
  | { readonly kind: "pass"; readonly ms: number }
  /** Sets the machine's clock. */
  | { readonly kind: "set clock"; readonly by: number };

/** A server, its peers, and the steps. */
interface Story {
  readonly name: string;
  readonly password: string | null;
  /** The seed of the peers' first lines. */
  readonly arrivals: number;
  readonly steps: readonly Step[];
}

function story(seed: number): Story {
  const random = new Random(seed);
  return {
    name: random.pick(["chat.test", `${"s".repeat(58)}.test`]),
    password: random.oneIn(4) ? SERVER_PASSWORD : null,
    arrivals: random.below(2 ** 32),
    steps: random.several(STEPS, () => {
      if (random.oneIn(25)) return { kind: "pass", ms: random.below(50_000) };
      if (random.oneIn(60)) {
        const hours = random.pick([2, -2, 1, -1, 400 * 24, -400 * 24, 0.001, -0.001]);
        return { kind: "set clock", by: hours * 3_600_000 };
      }
      const peer = random.below(PEERS);
      if (random.oneIn(40)) return { kind: "vanish", peer };
      if (random.oneIn(40)) {
        return { kind: "log in", peer, account: random.pick([undefined, "ada", "Ada"]) };
      }
      // A room without an operator would be dull.
      if (random.oneIn(20)) return { kind: "crown", peer };
      return { kind: "send", peer, bytes: input(random), hurry: random.oneIn(4) };
    }),
  };
}

/** Everything that a story produced. */
interface Outcome {
  readonly lines: readonly string[];
  readonly ended: readonly (string | undefined)[];
  readonly log: Stage["log"];
}

/** Throws if a peer that was never an operator received the address of another one. */
function assertHidden({ user, wasOperator }: Peer, lines: readonly string[]): void {
  if (wasOperator) return;
  for (const address of [...ADDRESSES, WITNESS_ADDRESS]) {
    if (address === user.ip) continue;
    for (const line of lines) assert(!line.includes(address), `${user.nick} was told: ${line}`);
  }
}

/** Passes bytes to a peer. */
type Feed = (peer: Peer, bytes: Uint8Array<ArrayBuffer>, world: World) => void;

/** Plays a story. Checks the world and everyone's lines after each step. */
async function play({ name, password, arrivals, steps }: Story, feed: Feed): Promise<Outcome> {
  const stage = new Stage(name, {
    password,
    opers: [{ name: "root", password: OPER_PASSWORD }],
    motd: "hoş geldiniz",
    history: { limit: 10_000 },
    limits: {
      channelsPerUser: 5,
      channels: 7,
      // These addresses may open more than one room.
      exempt: ["203.0.113.20/30"],
      listEntries: 3,
      nickChangesPerMinute: 40,
      sendQueueBytes: 0,
    },
  });
  const { world } = stage;
  const witness = new Witness(world, HOME_ROOMS.slice(0, 2), stage.now);
  const random = new Random(arrivals);
  const lines: string[] = [];
  const ended: (string | undefined)[] = [];
  const newPeer = async (index: number, secret?: string) => {
    const peer = new Peer(stage, ADDRESSES[index]!);
    const nick = USERS[index];
    if (nick === undefined) return peer;
    const back = secret === undefined ? [] : [`CAP REQ :${RESUME}`, `@label=1 RESUME ${secret}`];
    const lines = [...back, ...arrival(random, nick, password)];
    peer.send(encoder.encode(`${lines.join("\r\n")}\r\n`));
    await peer.settled();
    return peer;
  };
  const peers: Peer[] = [];
  for (let index = 0; index < PEERS; index++) peers.push(await newPeer(index));
  const check = () => {
    world.burst.settle();
    for (const [index, { user, ears }] of peers.entries()) {
      const heard = ears.take();
      lines.push(...heard.map((line) => `${index} ${line}`));
      assertHidden(peers[index]!, heard);
      if (user.gone) assertForgotten(world, user);
    }
    assertConsistent(world);
  };
  check();
  for (const step of steps) {
    witness.attend(stage.now);
    switch (step.kind) {
      case "pass":
        stage.pass(step.ms);
        break;
      case "set clock":
        stage.now += step.by;
        witness.clockWasSet = true;
        break;
      case "vanish":
        peers[step.peer]!.vanish();
        break;
      case "log in":
        if (peers[step.peer]!.user.registered) {
          world.setAccount(peers[step.peer]!.user, step.account, stage.now);
          settle(world, peers[step.peer]!.user, stage.now);
        }
        break;
      case "crown": {
        const { user } = peers[step.peer]!;
        for (const { members } of user.channels) (members as Members).set(user, OPERATOR);
        break;
      }
      case "send":
        feed(peers[step.peer]!, step.bytes, world);
        break;
      default:
        step satisfies never;
    }
    check();
    if (step.kind === "send" && step.hurry) continue;
    for (const peer of peers) await peer.settled();
    check();
    for (const { gone, ears } of peers) if (!gone) ears.assertUpToDate();
    witness.compare(stage.now);
    // A peer that is gone comes back, so that the story goes on.
    for (const [index, peer] of peers.entries()) {
      if (!peer.gone) continue;
      ended.push(peer.ended);
      peers[index] = await newPeer(index, random.oneIn(3) ? undefined : peer.ears.secret);
      // Without this, bans would keep all peers out for good.
      if (random.oneIn(2)) {
        for (const { mask, kind } of world.bans.list(0)) world.bans.remove(mask, kind);
      }
    }
  }
  for (const peer of peers) await peer.settled();
  world.close("The server is closing", stage.now);
  check();
  assertEquals([world.connections.size, world.users.size], [0, 0]);
  assert(peers.every(({ gone, ended }) => gone || ended !== undefined));
  return { lines, ended, log: stage.log };
}

const encoder = new TextEncoder();

const whole: Feed = (peer, bytes) => peer.send(bytes);

/** Byte by byte, without holding messages back. */
const byteByByte: Feed = (peer, bytes, world) => {
  for (let at = 0; at < bytes.length; at++) {
    peer.send(bytes.slice(at, at + 1));
    world.burst.settle();
  }
};

Deno.test(`Server: any input, whole or byte by byte, has the same sound results (seed ${SEED})`, async () => {
  await forManySeeds(MILLISECONDS, async (seed) => {
    const told = story(seed);
    assertEquals(await play(told, byteByByte), await play(told, whole));
  });
});
