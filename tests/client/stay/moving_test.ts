/** Stays in a chat of several servers: which one is dialled when, and what is told of it. */
import { assertEquals } from "@std/assert";
import type { Secrecy } from "../../../lib/client/session/doubt.ts";
import { StayScene } from "./scene.ts";

const PRINT = `${"A".repeat(43)}`;
const B = `b.example|6667|6697|8097|${PRINT}`;
const C = `c.example|6667|6697|8097|${PRINT}`;

/** A stay that was let in by a server of several; its first connection has lasted a while. */
async function inside(nodes: string | undefined, secrecy: Secrecy = "sure") {
  const scene = new StayScene();
  const status = scene.stay.run();
  const link = (await scene.connects(secrecy)).welcome("secret-1", nodes);
  for (let i = 0; i < 10; i++) {
    await scene.wait(1000);
    link.server("PING :x");
  }
  scene.events.length = 0;
  return { scene, status, link };
}

/** What a person is told of the connections. */
function told({ events }: StayScene): string[] {
  return events.map((event) => event.type === "info" ? event.text : event.type)
    .filter((line) => /^(lost|retrying|.*connected.*)$/i.test(line));
}

Deno.test("Stay: after a cut the same server is dialled first, then the others at once", async () => {
  const { scene, link } = await inside(`${B},${C}`);
  link.close("Connection reset by peer");
  await scene.wait(250);
  assertEquals(scene.hosts.slice(1), ["server"]);
  await scene.fails();
  assertEquals(scene.hosts.slice(1), ["server", "b.example"]);
  await scene.fails();
  (await scene.connects("sure")).goOn("secret-2", B);
  assertEquals(scene.hosts.slice(1), ["server", "b.example", "c.example"]);
  assertEquals(scene.stay.link, "up");
  assertEquals(told(scene), ["Reconnected to c.example."]);
});

Deno.test("Stay: a server that does not answer the dial is not waited for", async () => {
  const { scene, link } = await inside(B);
  link.close("Connection reset by peer");
  await scene.wait(250 + 999);
  assertEquals(scene.hosts.slice(1), ["server"]);
  await scene.wait(1);
  assertEquals(scene.hosts.slice(1), ["server", "b.example"]);
  (await scene.connects("sure")).goOn("secret-2", "");
  assertEquals(scene.dials.map(({ aborted }) => aborted), [false, true, false]);
  // A connection that comes too late is closed.
  const late = await scene.connects("sure", "server");
  assertEquals([late.sent, late.isOpen, scene.stay.link], [[], false, "up"]);
});

Deno.test("Stay: a frozen server is left within five seconds, in silence and after a message", async () => {
  for (const says of [false, true]) {
    const { scene, link } = await inside(B);
    const cut = scene.now;
    if (says) scene.stay.perform({ do: "say", text: "hallo" }, "#lobby");
    await scene.wait(3500);
    assertEquals([link.sent.includes("PING :chat-alive"), link.isOpen], [true, false]);
    await scene.wait(250);
    assertEquals(scene.hosts.slice(1), ["b.example"]);
    (await scene.connects("sure")).goOn("secret-2", "");
    assertEquals([scene.now - cut, told(scene)], [3750, ["Reconnected to b.example."]]);
  }
});

Deno.test("Stay: a frozen server that accepts connections does not keep it from the third", async () => {
  const { scene, link } = await inside(`${B},${C}`, "open");
  link.server("ERROR :Closing link: 10.0.0.9 (This server is leaving: an update)");
  link.close("Connection closed");
  await scene.wait(250);
  assertEquals(scene.hosts.slice(1), ["b.example"]);
  const mute = await scene.connects();
  await scene.wait(1500);
  assertEquals([mute.isOpen, mute.sent[0]], [false, "CAP LS 302"]);
  await scene.wait(250);
  assertEquals(scene.hosts.slice(1), ["b.example", "c.example"]);
  (await scene.connects()).goOn("secret-2", B);
  assertEquals(told(scene), ["Reconnected to c.example."]);
});

Deno.test("Stay: the secret outlives a server that does not judge it", async () => {
  const { scene, link } = await inside(B);
  link.close("Connection reset by peer");
  await scene.wait(250);
  await scene.fails();
  const stuck = (await scene.connects("sure"))
    .server(":s CAP * LS :chat.internal/resume", ":s CAP * ACK :chat.internal/resume");
  assertEquals(stuck.sent.at(-1), "RESUME secret-1");
  await scene.wait(5000);
  assertEquals([stuck.isOpen, stuck.sent.at(-1)], [false, "RESUME secret-1"]);
  await scene.wait(1000);
  const next = (await scene.connects("sure")).goOn("secret-2", B);
  assertEquals([scene.hosts.at(-1), next.sent[2]], ["server", "RESUME secret-1"]);
});

Deno.test("Stay: no other server gets anything over a less safe connection", async () => {
  const cases: [before: Secrecy, other: Secrecy, isUsed: boolean][] = [
    ["sure", "open", false],
    ["sure", "local", false],
    ["local", "open", false],
    ["local", "local", true],
    ["open", "open", true],
    ["open", "sure", true],
  ];
  for (const [before, other, isUsed] of cases) {
    const { scene, link } = await inside(B, before);
    link.close("Connection reset by peer");
    await scene.wait(250);
    await scene.fails();
    const next = await scene.connects(other);
    assertEquals(next.sent.length > 0, isUsed, `${before} ${other}`);
    scene.stay.abort(0);
  }
});

Deno.test("Stay: a loss is told when no server could be reached", async () => {
  const { scene, link } = await inside(B);
  link.close("Connection reset by peer");
  await scene.wait(250);
  assertEquals(told(scene), []);
  await scene.fails();
  await scene.fails();
  assertEquals(told(scene), ["lost", "retrying"]);
});

Deno.test("Stay: what a certain server told of others is remembered, and no word of another", async () => {
  for (const [secrecy, known] of [["sure", [`SHA256:${PRINT}`]], ["local", [undefined]]] as const) {
    const { scene } = await inside(B, secrecy);
    assertEquals(scene.learned.at(-1)?.map(({ fingerprint }) => fingerprint), [...known]);
  }
  const { scene } = await inside(B, "open");
  assertEquals(scene.learned, []);
});

Deno.test("Stay: if the server is down at the start, one that was learned of takes its place", async () => {
  const node = { host: "b.example", tlsPort: 6697, fingerprint: `SHA256:${PRINT}` };
  const scene = new StayScene({}, [node]);
  void scene.stay.run();
  await scene.wait(0);
  await scene.wait(1000);
  assertEquals(scene.hosts, ["server", "b.example"]);
  (await scene.connects("sure")).welcome("secret-1", "");
  assertEquals([scene.stay.link, scene.stay.session.nick], ["up", "Ali"]);
  // It stays known, although it does not name itself.
  assertEquals(scene.learned.at(-1)?.map(({ host }) => host), ["b.example"]);
});

Deno.test("Stay: the person can name several servers", async () => {
  const other = { host: "b.example", port: 7000, encryption: "auto" } as const;
  const target = { host: "server", port: 6667, room: "#lobby", encryption: "auto" } as const;
  const scene = new StayScene({ target: { ...target, others: [other] } });
  const status = scene.stay.run();
  await scene.wait(0);
  await scene.fails();
  assertEquals(scene.hosts, ["server", "b.example"]);
  await scene.fails();
  assertEquals(await status, 1);
  const [closed] = scene.events.filter(({ type }) => type === "closed");
  assertEquals(
    closed?.type === "closed" && closed.reason,
    [
      "Cannot reach a chat server at server:6667: nothing is listening on this port.",
    ][0],
  );
});

Deno.test("Stay: on a server that is alone everything stays as it was", async () => {
  const { scene, link } = await inside(undefined);
  await scene.wait(49_000);
  assertEquals(link.sent.filter((line) => line.startsWith("PING :chat-alive")), []);
  link.close("Connection reset by peer");
  assertEquals(told(scene), ["lost", "retrying"]);
  await scene.wait(250);
  await scene.fails();
  await scene.wait(1000);
  (await scene.connects("sure")).goOn("secret-2");
  assertEquals(new Set(scene.hosts), new Set(["server"]));
  assertEquals(told(scene).at(-1), "Connected again.");
});
