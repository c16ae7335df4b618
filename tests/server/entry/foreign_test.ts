import { assertEquals } from "@std/assert";
import { isForeign, isTls } from "../../../lib/server/entry/foreign.ts";

Deno.test("isForeign: tells browsers from chat programs by their first words", () => {
  for (
    const [text, foreign] of [
      ["GET / HTTP/1.1", true],
      ["POST /chat HTTP/1.1", true],
      ["PRI * HTTP/2.0", true],
      ["CONNECT chat.test:443 HTTP/1.1", true],
      ["Host: chat.test", true],
      ["user-agent: x", true],
      ["Content-Length: 10", true],
      ["CAP LS 302", false],
      ["NICK Host", false],
      ["CONNECT irc.example 6667", false],
      ["get / HTTP/1.1", false],
      ["PUTT x", false],
      ["", false],
    ] as const
  ) {
    assertEquals(isForeign({ text, fault: undefined }), foreign, text);
  }
});

Deno.test("isTls: knows a TLS handshake by its first bytes", () => {
  for (
    const [bytes, tls] of [
      [[0x16, 0x03, 0x01], true],
      [[0x16], true],
      [[0x16, 0x43], false],
      [[0x15, 0x03], false],
      [[0x4e, 0x49], false],
      [[], false],
    ] as const
  ) {
    assertEquals(isTls(Uint8Array.from(bytes)), tls);
  }
});
