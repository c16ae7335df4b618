import { assertEquals } from "@std/assert";
import { StayScene } from "./scene.ts";

/** A stay that was let in; its first connection has lasted a while. */
async function inside() {
  const scene = new StayScene();
  const status = scene.stay.run();
  const link = (await scene.connects()).welcome();
  await scene.wait(10_000);
  return { scene, status, link };
}

Deno.test("Stay: after a loss it dials at once, shows the secret and goes on", async () => {
  const { scene, link } = await inside();
  link.close("Connection closed");
  assertEquals([scene.stay.link, scene.dials.length], ["waiting", 1]);
  await scene.wait(250);
  assertEquals(scene.dials.length, 2);
  const next = await scene.connects();
  next.goOn("secret-2");
  assertEquals([scene.stay.link, scene.stay.session.nick], ["up", "Ali"]);
  assertEquals(next.sent.slice(0, 3), [
    "CAP LS 302",
    "CAP REQ chat.internal/resume",
    "RESUME secret-1",
  ]);
  assertEquals(JSON.stringify(scene.events).includes("secret"), false);
});

Deno.test("Stay: an attempt that began without a network does not outlive its use", async () => {
  const { scene, link } = await inside();
  link.close("Connection closed");
  await scene.wait(250);
  await scene.wait(1499);
  assertEquals(scene.dials.map(({ aborted }) => aborted), [false, false]);
  await scene.wait(1);
  assertEquals(scene.dials.map(({ aborted }) => aborted), [false, true]);
  await scene.wait(1000);
  const next = await scene.connects();
  await scene.wait(2000);
  assertEquals([scene.dials.length, scene.dials.at(-1)?.aborted, next.isOpen], [3, false, true]);
});

Deno.test("Stay: a reason to think that the connection is dead is looked into at once", async () => {
  const { scene, link } = await inside();
  scene.stay.check();
  assertEquals(link.sent.at(-1), "PING :chat-alive");
  link.server(":s PONG s chat-alive");
  await scene.wait(3000);
  assertEquals(link.isOpen, true);
  scene.stay.check();
  await scene.wait(3000);
  assertEquals([link.isOpen, scene.stay.link], [false, "waiting"]);
});

Deno.test("Stay: if the network changes, it dials at once, also instead of an attempt", async () => {
  const { scene, link } = await inside();
  link.close("Connection closed");
  await scene.wait(250);
  await scene.fails();
  assertEquals([scene.stay.link, scene.dials.length], ["waiting", 2]);
  scene.stay.check();
  assertEquals(scene.dials.length, 3);
  scene.stay.check();
  await scene.wait(0);
  assertEquals(scene.dials.map(({ aborted }) => aborted), [false, false, true, false]);
  (await scene.connects()).goOn("secret-2");
  assertEquals([scene.stay.link, scene.dials.length], ["up", 4]);
});

Deno.test("Stay: a connection whose address is gone is closed, and dialled again", async () => {
  const { scene, link } = await inside();
  scene.stay.cut();
  assertEquals([link.isOpen, scene.stay.link], [false, "waiting"]);
  const lost = scene.events.find(({ type }) => type === "lost");
  assertEquals(lost?.type === "lost" && lost.reason, "this computer has left the network");
});

Deno.test("Stay: a server that takes a message and says nothing more is dead", async () => {
  const { scene, link } = await inside();
  scene.stay.perform({ do: "say", text: "hallo" }, "#lobby");
  assertEquals(link.sent.slice(-2), ["PRIVMSG #lobby :hallo", "PING :chat-1"]);
  await scene.wait(9999);
  assertEquals(link.isOpen, true);
  await scene.wait(1);
  assertEquals(link.isOpen, false);
});

Deno.test("Stay: it does not fight for a stay that somebody else took over", async () => {
  const { scene, status, link } = await inside();
  link.server(":s NOTE RESUME TAKEN_OVER 192.0.2.7 :Elsewhere", "ERROR :Closing link");
  assertEquals(await status, 1);
  await scene.wait(120_000);
  assertEquals(scene.dials.length, 1);
});

Deno.test("Stay: a person who leaves leaves for good", async () => {
  const { scene, status, link } = await inside();
  scene.stay.leave("tschüss");
  assertEquals(link.sent.at(-1), "QUIT :tschüss");
  assertEquals([await status, scene.dials.length], [0, 1]);
});
