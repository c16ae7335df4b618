/** How long it takes to capture and to restore a world of 5,000 people in 500 rooms. */
import { captureWorld, restoreWorld } from "../../lib/server/world/snapshot.ts";
import { memoryStore } from "../../lib/store/memory/store.ts";
import { CALM, Harness } from "../server/harness.ts";

const USERS = 5000;
const ROOMS = 500;
/** How many rooms each is in. */
const EACH = 10;
const CAPS =
  "batch message-tags server-time account-tag away-notify chghost setname multi-prefix " +
  "echo-message labeled-response draft/multiline chat.internal/resume";

const SETTINGS = { limits: { ...CALM.limits, connectionsPerIp: 0, channels: 0, unregistered: 0 } };

function filled(): Harness {
  const harness = new Harness(SETTINGS);
  const clients = Array.from({ length: USERS }, (_, index) => {
    const client = harness.connect(`198.51.${index >> 8}.${index & 255}`);
    client.send(`CAP REQ :${CAPS}`, "CAP END", `NICK user${index}`, `USER u 0 * :Real name`);
    client.take();
    return client;
  });
  for (const [index, client] of clients.entries()) {
    for (let each = 0; each < EACH; each++) {
      client.send(`JOIN #room${(index * 7 + each * 31) % ROOMS}`);
    }
    client.send(`PRIVMSG user${(index + 1) % USERS} :hello there`, `PRIVMSG #room1 :hello`);
    client.take();
  }
  harness.hush();
  return harness;
}

const harness = filled();
const whole = harness.store.replica.whole()!;
const text = JSON.stringify(captureWorld(harness.world));
console.error(`The text has ${(text.length / 1e6).toFixed(2)} million characters.`);

Deno.bench("Snapshot: capture", { group: "capture", baseline: true }, () => {
  captureWorld(harness.world);
});

Deno.bench("Snapshot: capture as JSON", { group: "capture" }, () => {
  JSON.stringify(captureWorld(harness.world));
});

Deno.bench("Snapshot: restore from JSON", { n: 10, warmup: 2 }, (bench) => {
  const store = memoryStore();
  store.replica.become(whole);
  const { world } = new Harness(SETTINGS, undefined, { store });
  bench.start();
  restoreWorld(JSON.parse(text), world);
  bench.end();
});
