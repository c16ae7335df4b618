import { assertEquals } from "@std/assert";
import { type Client, Harness } from "../server/harness.ts";
import { input } from "./inputs.ts";
import { assertConsistent, assertReadable } from "./invariants.ts";
import { forManySeeds, Random } from "./random.ts";

const PEERS = 5;
const STEPS = 80;
const MILLISECONDS = 1500;

/** One thing that happens: a peer sends something, breaks off, or time passes. */
type Step =
  | { readonly kind: "send"; readonly peer: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "vanish"; readonly peer: number }
  | { readonly kind: "pass"; readonly ms: number };

function story(random: Random): Step[] {
  return random.several(STEPS, () => {
    if (random.oneIn(25)) return { kind: "pass", ms: random.below(50_000) };
    const peer = random.below(PEERS);
    if (random.oneIn(40)) return { kind: "vanish", peer };
    return { kind: "send", peer, bytes: input(random) };
  });
}

/** Everything that came out of a story. */
interface Outcome {
  readonly lines: readonly string[];
  readonly ended: readonly (string | undefined)[];
  readonly log: Harness["log"];
}

/** Plays a story, handing over the bytes by `feed`, and checks the world after each step. */
function play(
  steps: readonly Step[],
  password: string | null,
  feed: (client: Client, bytes: Uint8Array<ArrayBuffer>) => void,
): Outcome {
  const harness = new Harness({ password, limits: { channelsPerUser: 4, channels: 6 } });
  const peers = Array.from({ length: PEERS }, (_, index) => newPeer(harness, index, password));
  const lines: string[] = [];
  const ended: (string | undefined)[] = [];
  const collect = () => {
    peers.forEach((peer, index) => {
      for (const line of peer.take()) {
        assertReadable(line);
        lines.push(`${index} ${line}`);
      }
    });
    assertConsistent(harness.world);
  };
  for (const step of steps) {
    if (step.kind === "pass") {
      harness.pass(step.ms);
    } else if (step.kind === "vanish") {
      peers[step.peer]!.vanish();
    } else {
      feed(peers[step.peer]!, step.bytes);
    }
    collect();
    // Whoever is gone comes back, so that the story goes on.
    peers.forEach((peer, index) => {
      if (!peer.user.gone) return;
      ended.push(peer.ended);
      peers[index] = newPeer(harness, index, password);
    });
  }
  return { lines, ended, log: harness.log };
}

/** Most peers are users in two rooms from the start; the last one begins as a stranger. */
function newPeer(harness: Harness, index: number, password: string | null): Client {
  const client = harness.connect();
  if (index === PEERS - 1) return client;
  if (password !== null) client.send(`PASS ${password}`);
  const caps = ["", "echo-message", "server-time message-tags", "message-tags echo-message"];
  client.send(`CAP REQ :${caps[index] ?? ""}`, "CAP END");
  return client.send(`NICK first${index}`, "USER u 0 * :r", "JOIN #lobby,#music");
}

function whole(client: Client, bytes: Uint8Array<ArrayBuffer>): void {
  client.bytes(bytes);
}

function byteByByte(client: Client, bytes: Uint8Array<ArrayBuffer>): void {
  for (let at = 0; at < bytes.length; at++) client.bytes(bytes.slice(at, at + 1));
}

Deno.test("whatever peers send, whole or byte by byte, leads to the same readable answers and a sound world", () => {
  forManySeeds(MILLISECONDS, (seed) => {
    const random = new Random(seed);
    const password = random.oneIn(4) ? "secret" : null;
    const steps = story(random);
    assertEquals(play(steps, password, byteByByte), play(steps, password, whole));
  });
});
