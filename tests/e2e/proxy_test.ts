/** The program behind a SOCKS5 proxy from its environment. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { tlsFault } from "../../lib/net/tls_context.ts";
import { SocksServer } from "../net/socks_server.ts";
import { RUNTIME, ServerProcess, start } from "./program.ts";
import { permitted } from "../permitted.ts";

/** Why the client here or the server can't encrypt; undefined if they can. */
const OLD = tlsFault() ?? tlsFault(RUNTIME);

/** Sends a line through a pipe, with these environment variables. */
async function says(
  env: Record<string, string>,
  target: string,
  ...args: string[]
): Promise<{ code: number; stderr: string }> {
  await using client = start(["join", target, "--name", "ci", ...args], { env });
  await client.write("selam\n");
  await client.closeStdin();
  return { code: await client.exit(), stderr: client.stderr.text };
}

Deno.test(permitted(
  "Proxy: ALL_PROXY leads to a server, encrypted and not, whose name only the proxy knows",
  async () => {
    await using server = await ServerProcess.start(["--tls-port", "0"]);
    const [, fingerprint] = await server.line(/--fingerprint (SHA256:\S+)/);
    const leads = { "<chat.test>:6697": server.tlsPort, "<chat.test>:6667": server.port };
    await using socks = new SocksServer({ leads, login: "ali:gizli" });
    for (const name of ["ALL_PROXY", "all_proxy"]) {
      const env = { [name]: `socks5h://ali:gizli@127.0.0.1:${socks.port}` };
      const secure = await says(env, "chat.test", "--fingerprint", fingerprint!);
      assertEquals([secure.code, secure.stderr], [0, ""]);
      const plain = await says(env, "chat.test:6667");
      assertEquals([plain.code, plain.stderr], [0, ""]);
    }
    assertEquals(socks.asked.length, 4);
    // A server behind the proxy does not count as this machine.
    const env = { ALL_PROXY: `socks5h://ali:gizli@127.0.0.1:${socks.port}` };
    const unknown = await says(env, "chat.test");
    assertEquals(unknown.code, 1);
    assertMatch(unknown.stderr, /^You have not used the server at chat\.test:6697/);
    await server.line(/\(ci\) says: selam$/);
  },
  OLD ?? "",
));

Deno.test(
  permitted("Proxy: this machine and who is in NO_PROXY are reached without it", async () => {
    await using server = await ServerProcess.start();
    await using socks = new SocksServer();
    const ALL_PROXY = `socks5h://127.0.0.1:${socks.port}`;
    assertEquals(await says({ ALL_PROXY }, `127.0.0.1:${server.port}`), { code: 0, stderr: "" });
    const { code, stderr } = await says({ ALL_PROXY, NO_PROXY: "a,.invalid" }, "chat.invalid:6667");
    assertEquals([code, stderr, socks.asked], [
      1,
      "Cannot reach a chat server at chat.invalid:6667: there is no host with this name. " +
      "1 line was not sent: selam\n",
      [],
    ]);
  }),
);

Deno.test(
  permitted(
    "Proxy: one that does not work is named, and one of another kind is warned of",
    async () => {
      await using server = await ServerProcess.start();
      await using socks = new SocksServer();
      const name = `socks5h://127.0.0.1:${socks.port}`;
      const refused = await says({ ALL_PROXY: name }, "chat.test:6667");
      assertEquals(refused, {
        code: 1,
        stderr: `Cannot reach a chat server at chat.test:6667: the proxy ${name} says that the ` +
          "machine is unreachable. 1 line was not sent: selam\n",
      });
      for (const mode of ["--plain", "--json"]) {
        const env = { ALL_PROXY: "http://ali:gizli@127.0.0.1:1" };
        const warned = await says(env, "chat.invalid:6667", mode);
        assertEquals(warned.code, 1);
        assertMatch(
          warned.stderr,
          /^ALL_PROXY names a proxy of the kind http, which chat does not support: /,
        );
        assert(!warned.stderr.includes("gizli"));
        // There is no warning about a proxy that would not be used.
        assertEquals(await says(env, `127.0.0.1:${server.port}`, mode), { code: 0, stderr: "" });
      }
    },
  ),
);
