/** What other programs do with a server that is one of a cluster. */
import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { NO_NATS } from "../cluster/nats_server.ts";
import { permitted } from "../permitted.ts";
import { ClusterNodes } from "./cluster_nodes.ts";
import { run, ServerProcess, start } from "./program.ts";
import { RawClient } from "./raw_client.ts";

/** Runs `chat user` or `chat invite` with a line of input. Returns what it said. */
async function change(input: string, ...args: readonly string[]): Promise<[number, string]> {
  await using program = start(args);
  await program.write(`${input}\n`);
  await program.closeStdin().catch(() => {});
  const code = await program.exit();
  return [code, program.stdout.text + program.stderr.text];
}

/** Logs in to an account. Returns the answer. */
async function login(port: number, name: string, password: string): Promise<string> {
  await using client = await RawClient.connect(port);
  await client.send("CAP REQ :sasl", "AUTHENTICATE PLAIN");
  await client.until(/AUTHENTICATE \+/);
  await client.send(`AUTHENTICATE ${btoa(`\0${name}\0${password}`)}`);
  const [line] = await client.until(/ 90[34] /);
  return line;
}

Deno.test(permitted("chat user: in a cluster it changes the accounts of all servers", async () => {
  await using nodes = await ClusterNodes.start(["a", "b"]);
  const at = (name: string) => ["--data", nodes.data(name)];
  const added = await change("first secret", "user", "add", "Gamze", ...at("a"));
  assertEquals(added, [0, "The account Gamze was created.\n"]);
  assertMatch((await run("user", "list", ...at("a"))).stdout, /^Gamze, since/);
  assertMatch(await login(nodes.port("a"), "Gamze", "first secret"), / 903 /);
  assertMatch(await login(nodes.port("b"), "Gamze", "first secret"), / 903 /);
  const again = await change("other secret", "user", "add", "gamze", ...at("b"));
  assertEquals(again, [1, "There is already an account Gamze.\n"]);

  await change("new secret 2", "user", "password", "Gamze", ...at("b"));
  assertMatch(await login(nodes.port("a"), "Gamze", "first secret"), / 904 /);
  assertMatch(await login(nodes.port("a"), "Gamze", "new secret 2"), / 903 /);
  assertEquals((await run("user", "op", "Gamze", ...at("a"))).code, 0);
  assertMatch((await run("user", "list", ...at("b"))).stdout, /operator/);
  assertEquals((await run("user", "delete", "Gamze", ...at("b"))).code, 0);
  assertMatch(await login(nodes.port("a"), "Gamze", "new secret 2"), / 904 /);
}, NO_NATS));

Deno.test(
  permitted("chat invite: an invitation of one server is valid at all of a cluster", async () => {
    await using nodes = await ClusterNodes.start(["a", "b"], { flags: ["--invite-only"] });
    const at = (name: string) => ["--data", nodes.data(name)];
    const made = await run("invite", "--uses", "2", ...at("a"));
    const [, token = ""] = /password of the server: (\S+)/.exec(made.stdout) ?? [];
    const [, id = ""] = /^([A-Z2-9]{4}), for anyone/m.exec(made.stdout) ?? [];
    await using guest = await RawClient.connect(nodes.port("b"));
    await guest.send(`PASS ${token}`, "NICK guest", "USER g 0 * :G");
    await guest.until(/ 001 guest /);
    assertMatch((await run("invite", "list", ...at("a"))).stdout, /used by: guest/);
    assertEquals((await run("invite", "revoke", id, ...at("b"))).code, 0);
    await using late = await RawClient.connect(nodes.port("a"));
    await late.send(`PASS ${token}`, "NICK late", "USER l 0 * :L");
    await late.until(/^ERROR |^:\S+ (NOTICE|FAIL|464)/);
    assertNotMatch(late.received.text, / 001 /);
  }, NO_NATS),
);

Deno.test(
  permitted("chat user: it refuses the data of a server of a cluster that is stopped", async () => {
    await using nodes = await ClusterNodes.start(["a"]);
    await change("first secret", "user", "add", "Gamze", "--data", nodes.data("a"));
    await nodes.kill("a");
    const data = nodes.data("a");
    const [code, said] = await change("first secret", "user", "add", "Deniz", "--data", data);
    assertEquals(code, 1);
    assertMatch(
      said,
      /is that of a cluster\. Run this on a machine whose server runs, or start this/,
    );
    assertMatch((await run("user", "list", "--data", data)).stdout, /^Gamze/);
  }, NO_NATS),
);

Deno.test(
  permitted("chat cluster status: it shows all servers, NATS and whether they agree", async () => {
    await using nodes = await ClusterNodes.start(["a", "b"]);
    await using ada = await RawClient.user(nodes.port("a"), "ada");
    await ada.ping();
    const args = ["cluster", "status", "--data", nodes.data("b")];
    const shown = await run(...args);
    assertEquals(shown.stderr, "");
    assertMatch(shown.stdout, /^a: chat \S+ at 127\.0\.0\.1, 1 person, up to date$/m);
    assertMatch(shown.stdout, /^b: chat \S+ at 127\.0\.0\.1, 0 people, up to date$/m);
    assertMatch(shown.stdout, /^NATS: 1 server$/m);
    assertMatch(shown.stdout, /^The stream: entries 1 to \d+, 0\.0 of 1074 MB$/m);
    await nodes.kill("a");
    const status = JSON.parse((await run(...args, "--json")).stdout);
    const [{ node, people, state }] = status.nodes;
    assertEquals([node, people], ["a", null]);
    assert(["silent", "gone"].includes(state), state);
    assertEquals(status.engine.replicas, []);
    const asked = await run("cluster", "status", "--cluster", nodes.nats.urls[0]!, "--json");
    assertEquals(JSON.parse(asked.stdout).nodes[1].state, "open");
    const alone = await run("cluster", "status", "--data", nodes.data("c"));
    assertEquals(alone.code, 1);
    assertMatch(alone.stderr, /No server of a cluster runs with the data in \S+\.\n$/);
  }, NO_NATS),
);

Deno.test(
  permitted("chat serve: data of a cluster is served alone only if that is said", async () => {
    await using nodes = await ClusterNodes.start(["a"]);
    const data = ["--data", nodes.data("a")];
    await using ada = await RawClient.user(nodes.port("a"), "ada");
    await ada.send("JOIN #room", "PRIVMSG #room :kept", "WHOIS ada");
    const [, cloak] = await ada.until(/ 311 ada ada \S+ (\S+) /);
    nodes.node("a").kill("SIGTERM");
    assertEquals(await nodes.node("a").exit(), 0);
    const refused = await run("serve", ...data, "--no-announce", "--port", "0");
    assertEquals(refused.code, 1);
    assertMatch(
      refused.stderr,
      /is that of a cluster\. To go on there: --cluster URLS --node NAME/,
    );
    {
      await using alone = await ServerProcess.start(["--no-cluster"], 0, "", data);
      await using ben = await RawClient.user(alone.port, "ben");
      await ben.send("JOIN #room", "WHOIS ben");
      await ben.until(/kept/);
      await ben.until(new RegExp(` 311 ben ben \\S+ ${RegExp.escape(cloak!)} `));
      assertEquals(await change("first secret", "user", "add", "Gamze", ...data), [
        0,
        "The account Gamze was created.\n",
      ]);
    }
    await using again = await ServerProcess.start([], 0, "", data);
    assertMatch(await login(again.port, "Gamze", "first secret"), / 903 /);
    await using back = start(["serve", "--no-announce", "--port", "0", ...nodes.arguments("a")]);
    assertEquals(await back.exit(), 1);
  }, NO_NATS),
);

Deno.test(
  permitted("chat restore: a backup of one server begins the chat of a cluster again", async () => {
    await using nodes = await ClusterNodes.start(["a", "b"]);
    await using ada = await RawClient.user(nodes.port("a"), "ada");
    await ada.send("JOIN #room", "PRIVMSG #room :before");
    await ada.ping();
    await change("first secret", "user", "add", "Gamze", "--data", nodes.data("b"));
    const file = `${nodes.nats.directory}/backup.tar`;
    assertEquals((await run("backup", file, "--data", nodes.data("b"))).code, 0);
    await ada.send("PRIVMSG #room :after");
    await ada.ping();
    for (const name of ["a", "b"]) await nodes.kill(name);
    {
      await using client = nodes.nats.client();
      await client.client.connected();
      await client.client.request("$JS.API.STREAM.DELETE.CHAT");
    }
    assertEquals((await run("restore", file, "--data", nodes.data("c"))).code, 0);
    await nodes.add("c");
    await nodes.add("d");
    for (const name of ["c", "d"]) {
      await using ben = await RawClient.user(nodes.port(name), `ben-${name}`);
      await ben.send("JOIN #room");
      await ben.until(/before/);
      await ben.ping();
      assertNotMatch(ben.received.text, /after/);
      assertMatch(await login(nodes.port(name), "Gamze", "first secret"), / 903 /);
    }
  }, NO_NATS),
);
