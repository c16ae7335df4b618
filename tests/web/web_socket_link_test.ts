import { assert, assertEquals } from "@std/assert";
import { webSocketDial } from "../../lib/web/page/view/web_socket_link.ts";
import { PAGE_LINK } from "../../lib/wording/page.ts";
import { needing } from "../permitted.ts";

const permitted = needing("net");

Deno.test(permitted("WebSocket link: one that broke before it is used says so", async () => {
  const over = Promise.withResolvers<void>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol: "text.ircv3.net" });
    socket.onopen = () => socket.close();
    socket.onclose = () => over.resolve();
    return response;
  });
  const url = `ws://127.0.0.1:${server.addr.port}/`;
  const { signal } = new AbortController();
  const dial = webSocketDial((route) => route && { url, secrecy: "open" }, () => {});
  const nowhere = await dial(signal, undefined);
  assertEquals(nowhere, { kind: "failed", port: undefined, why: PAGE_LINK.noAnswer });
  const dialled = await dial(signal, { kind: "told", host: "127.0.0.1" });
  assert(dialled.kind === "connected");
  await over.promise;
  // The client's own event comes in a turn of the event loop after that.
  await new Promise((resolve) => setTimeout(resolve));
  const closed = await new Promise<string>((resolve) => {
    dialled.link.run({ line: () => {}, closed: resolve });
  });
  assertEquals(closed, PAGE_LINK.closed);
  await server.shutdown();
}));
