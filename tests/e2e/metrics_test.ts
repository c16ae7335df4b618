/** The figures of a server, as a process with its own permissions. */
import { assert, assertEquals } from "@std/assert";
import { env, permitted } from "../permitted.ts";
import { HttpClient } from "../web/http_client.ts";
import { parseExposition } from "../web/parse_exposition.ts";
import { installed } from "./other_servers.ts";
import { ServerProcess } from "./program.ts";
import { RawClient } from "./raw_client.ts";
import { tlsFault } from "../../lib/net/tls_context.ts";
import { RUNTIME } from "./program.ts";
import about from "../../deno.json" with { type: "json" };

/** Prometheus' own checker of the format. */
const PROMTOOL = env("CHAT_TEST_PROMTOOL") || await installed("promtool");

async function metrics(server: ServerProcess): Promise<string> {
  using client = await HttpClient.connect(await server.webPort());
  const answer = await client.get("/metrics");
  assertEquals(answer?.status, 200);
  return answer!.body;
}

Deno.test(permitted("Metrics: a server with data tells of itself and of its process", async () => {
  const directory = await Deno.makeTempDir({ prefix: "chat" });
  try {
    const tls = tlsFault(RUNTIME) === undefined ? ["--tls-port", "0"] : [];
    await using server = await ServerProcess.start(tls, 0, "", ["--data", directory]);
    await using gamze = await RawClient.user(server.port, "Gamze");
    await gamze.send("JOIN #lobby", "PRIVMSG #lobby :Selam");
    await gamze.ping();
    if (tls.length > 0) {
      await using deniz = await RawClient.user(server.tlsPort, "Deniz", { secure: true });
      await deniz.ping();
      assertEquals(parseExposition(await metrics(server)).get('chat_connections{kind="tls"}'), 1);
    }
    const figures = parseExposition(await metrics(server));
    assertEquals(figures.get(`chat_build_info{version="${about.version}"}`), 1);
    assertEquals(figures.get('chat_connections{kind="plain"}'), 1);
    assertEquals(figures.get('chat_messages_total{to="room"}'), 1);
    assert(figures.get('chat_store_seconds_count{step="commit"}')! > 0);
    assert(figures.get("process_resident_memory_bytes")! > 1e7);
    assert(figures.get("process_cpu_seconds_total")! > 0);
    const age = Date.now() / 1000 - figures.get("process_start_time_seconds")!;
    assert(age >= 0 && age < 60, `${age}`);
    // The first question began the measurement.
    for (let count = 0; count === 0;) {
      count = parseExposition(await metrics(server)).get("chat_event_loop_delay_seconds_count")!;
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}));

Deno.test(
  permitted(
    "Metrics: promtool of Prometheus has nothing against them",
    async () => {
      await using server = await ServerProcess.start();
      const text = await metrics(server);
      const child = new Deno.Command(PROMTOOL!, {
        args: ["check", "metrics"],
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn();
      await new Blob([text]).stream().pipeTo(child.stdin);
      const { code, stdout, stderr } = await child.output();
      const said = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
      assertEquals([code, said], [0, ""]);
    },
    PROMTOOL === undefined ? "promtool, of the package prometheus, is not installed" : "",
  ),
);
