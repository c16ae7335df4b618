import { assert, assertEquals, assertMatch } from "@std/assert";
import { ServerProcess } from "./program.ts";
import { HAS_IPV6, RawClient } from "./raw_client.ts";
import { permitted } from "../permitted.ts";

Deno.test(
  permitted(
    "Cloaks: they, and bans on them, outlast the server, and its log alone has addresses",
    async () => {
      const directory = await Deno.makeTempDir();
      const data = ["--data", directory];
      try {
        let cloak: string;
        {
          await using server = await ServerProcess.start([], 0, "", data);
          await using gamze = await RawClient.user(server.port, "Gamze");
          await gamze.send("JOIN #x");
          const [, host = ""] = await gamze.until(/^:Gamze!~raw@(\S+) JOIN #x$/);
          cloak = host;
          assertMatch(cloak, /^(?:[a-z2-7]{8}\.){3}ip$/);
          await gamze.send(`MODE #x +b *!*@*${cloak.slice(cloak.indexOf("."))}`, "TOPIC #x :tea");
          await gamze.ping();
          await server.line(/127\.0\.0\.1:\d+ claimed Gamze/);
          server.kill("SIGTERM");
          assertEquals(await server.exit(), 0);
        }
        if (Deno.build.os !== "windows") {
          assertEquals(Deno.statSync(`${directory}/cloak.key`).mode! & 0o777, 0o600);
        }
        await using server = await ServerProcess.start([], 0, "", data);
        await using furkan = await RawClient.user(server.port, "Furkan");
        await furkan.send("WHOIS Furkan", "JOIN #x", "TOPIC #x");
        await furkan.until(new RegExp(` 311 Furkan Furkan ~raw ${cloak} \\* :?Raw$`));
        await furkan.until(/ 338 Furkan Furkan ~raw@127\.0\.0\.1 127\.0\.0\.1 :/);
        await furkan.until(/ 474 Furkan #x :/);
        await furkan.until(new RegExp(` 333 Furkan #x Gamze!~raw@${cloak} `));
      } finally {
        await Deno.remove(directory, { recursive: true });
      }
    },
  ),
);

Deno.test(permitted("Cloaks: a stranger learns no address, whatever is asked", async () => {
  await using server = await ServerProcess.start();
  await using gamze = await RawClient.user(server.port, "Gamze", { hostname: "::1" });
  await gamze.send("JOIN #lobby", "PRIVMSG #lobby :hi", "TOPIC #lobby :x");
  await gamze.ping();
  await using furkan = await RawClient.connect(server.port);
  const caps = "userhost-in-names draft/chathistory draft/event-playback batch";
  await furkan.send(`CAP REQ :${caps}`, "CAP END", "NICK Furkan", "USER f 0 * :f");
  await furkan.until(/ (376|422) /);
  for (
    const line of [
      ...["WHOIS Gamze", "WHO Gamze", "WHO Gamze %tcuihsnfdlaor,1", "USERHOST Gamze"],
      ...["MONITOR + Gamze", "NAMES #lobby", "LIST", "JOIN #lobby", "WHO #lobby"],
      ...["CHATHISTORY LATEST #lobby * 50", "MODE #lobby b", "WHOWAS Gamze"],
    ]
  ) {
    await furkan.send(line);
    await furkan.ping();
  }
  await gamze.send("QUIT :bye");
  await furkan.until(/^:Gamze!\S+ QUIT /);
  await furkan.send("WHOWAS Gamze");
  await furkan.ping();
  const told = furkan.received.lines.filter((line) => line.includes("Gamze"));
  assert(told.length > 10, told.join("\n"));
  for (const line of told) assert(!/(?<![\w:])(?:0?::1|127\.0\.0\.1)\b/.test(line), line);
}, HAS_IPV6 ? "" : "it takes IPv6 to come from two addresses"));
