/**
 * The cost of sending lines over a WebSocket, beside that of the lines themselves. The figures are
 * for comparison; there is no limit to pass.
 */
import { FramedSocket } from "../../lib/web/door/framed_socket.ts";
import { FrameReader } from "../../lib/web/door/frame_reader.ts";
import { framed } from "../../lib/web/door/framing.ts";

const SAID = "@time=2026-01-02T03:04:05.678Z;msgid=0123456789abcdef " +
  ":Furkan!~furkan@192.0.2.1 PRIVMSG #lobby :Aa Alperen selam, nasılsın?\r\n";
const BURSTS = [1, 8, 64];

function lines(count: number, line = SAID): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(line.repeat(count));
}

for (const count of BURSTS) {
  for (const [kind, line] of [["short", SAID.slice(58)], ["long", SAID]] as const) {
    const burst = lines(count, line);
    // Each time another array, as with each burst: else it would be framed already.
    Deno.bench(`frame ${count} ${kind} lines of ${line.length} chars`, () => {
      framed(burst.slice(), false);
    });
  }
}

const [near, far] = await connected();
const drained = drain(far);
const options = { rest: new Uint8Array(0), binary: false };
const socket = new FramedSocket(near, { ...options, briefly: (work) => work });
for (const count of BURSTS) {
  const burst = lines(count);
  const group = `write ${count}`;
  Deno.bench(`write ${count} lines to TCP`, { group, baseline: true }, async () => {
    await near.write(burst);
  });
  Deno.bench(`write ${count} lines to a WebSocket`, { group }, async () => {
    await socket.write(burst);
  });
}

const READ = maskedMessage(SAID.slice(58, -2));
const buffer = new Uint8Array(READ.length + 1);
Deno.bench("read a message", () => {
  buffer.set(READ, 1);
  new FrameReader().push(buffer, 1, buffer.length);
});

addEventListener("unload", () => {
  near.close();
  void drained;
});

function maskedMessage(text: string): Uint8Array {
  const payload = new TextEncoder().encode(text);
  const mask = [1, 2, 3, 4];
  const masked = payload.map((byte, index) => byte ^ mask[index & 3]!);
  return Uint8Array.of(0x81, 0x80 | payload.length, ...mask, ...masked);
}

async function connected(): Promise<readonly [Deno.TcpConn, Deno.TcpConn]> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  return await Promise.all([Deno.connect({ hostname: "127.0.0.1", port }), listener.accept()]);
}

async function drain(conn: Deno.TcpConn): Promise<void> {
  const sink = new Uint8Array(256 * 1024);
  while (await conn.read(sink).catch(() => null) !== null);
}
