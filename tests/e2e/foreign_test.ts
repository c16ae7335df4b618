import { assertEquals, assertRejects } from "@std/assert";
import { run, ServerProcess } from "./program.ts";
import { assertResponsive, bystander, RawClient } from "./raw_client.ts";
import { permitted } from "../permitted.ts";

/** No timeout, so that the server closes connections only because of what they send. */
const PATIENT = ["--registration-timeout", "0"];

const encoder = new TextEncoder();

/** IRC commands that a web page could hide in the body of a request. */
const HIDDEN = "NICK spam\r\nUSER spam 0 * :spam\r\nJOIN #lobby\r\nPRIVMSG #lobby :spam\r\n";

/** A TLS 1.2 ClientHello (RFC 8446 section 4.1.2), cut off in its random bytes. */
const CLIENT_HELLO = Uint8Array.of(0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, 10, 13, 0, 10);

Deno.test(
  permitted(
    "Foreign protocols: HTTP requests are closed at once, and nothing in them is a command",
    async () => {
      const requests = [
        "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${HIDDEN.length}\r\n\r\n${HIDDEN}`,
        `PUT /${"x".repeat(2000)} HTTP/1.1\r\n${HIDDEN}`,
        `HEAD / HTTP/1.0\n${HIDDEN}`,
        `OPTIONS * HTTP/1.1\r\n${HIDDEN}`,
        `CONNECT localhost:6667 HTTP/1.1\r\n${HIDDEN}`,
        `PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${HIDDEN}`,
        `User-Agent: x\r\n${HIDDEN}`,
      ];
      await using server = await ServerProcess.start(PATIENT);
      await using seer = await bystander(server.port);
      for (const request of requests) {
        await using web = await RawClient.connect(server.port);
        await web.bytes(encoder.encode(request));
        const last = "ERROR :Closing link: 127.0.0.1 (Not an IRC client)";
        assertEquals(await web.end(), last, request);
        await server.line(/ is disconnected \(Not an IRC client\)$/);
      }
      await assertResponsive(seer);
      assertEquals(/spam/.exec(seer.received.text + server.stdout.text), null);
    },
  ),
);

Deno.test(
  permitted(
    "Foreign protocols: a browser itself gets no answer, and says nothing in the room",
    async () => {
      await using server = await ServerProcess.start(PATIENT);
      await using seer = await bystander(server.port);
      for (const init of [{}, { method: "POST", body: HIDDEN }]) {
        await assertRejects(() => fetch(`http://127.0.0.1:${server.port}/`, init), TypeError);
      }
      await assertResponsive(seer);
      assertEquals(/spam/.exec(seer.received.text), null);
    },
  ),
);

Deno.test(
  permitted(
    "Foreign protocols: TLS on the plain port is closed at once, even if it comes in pieces",
    async () => {
      await using server = await ServerProcess.start(PATIENT);
      await using seer = await bystander(server.port);
      const closed = / is disconnected \(It uses TLS on the port without encryption\)$/;
      for (const bytes of [CLIENT_HELLO, CLIENT_HELLO.subarray(0, 1)]) {
        await using tls = await RawClient.connect(server.port);
        await tls.bytes(bytes);
        assertEquals(await tls.end(), "");
        await server.line(closed);
      }
      using conn = await Deno.connectTls({ hostname: "127.0.0.1", port: server.port });
      await assertRejects(() => conn.handshake());
      await server.line(closed);
      await assertResponsive(seer);
    },
  ),
);

Deno.test(
  permitted("Foreign protocols: a user in the room who sends GET is not disconnected", async () => {
    await using server = await ServerProcess.start(PATIENT);
    await using seer = await bystander(server.port);
    await seer.send("GET / HTTP/1.1");
    await seer.until(/ 421 bystander GET :Unknown command$/);
    const { code } = await run("join", `127.0.0.1:${server.port}`, "--name", "Alperen");
    assertEquals(code, 0);
    await seer.until(/^:Alperen!\S+ QUIT /);
  }),
);
