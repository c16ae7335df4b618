/** What a server tells of itself, over real sockets. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { METRICS } from "../../../lib/cli/serve/metrics.ts";
import { LostAccounts } from "../../../lib/store/lost_accounts.ts";
import { memoryStore } from "../../../lib/store/memory/store.ts";
import { migrate } from "../../../lib/store/sqlite/schema.ts";
import { sqliteStore } from "../../../lib/store/sqlite/store.ts";
import { PAUSE } from "../../../lib/store/sqlite/writer.ts";
import { METRIC_HELP } from "../../../lib/wording/metrics.ts";
import { RawClient } from "../../e2e/raw_client.ts";
import { permitted } from "../../permitted.ts";
import { inDirectory } from "../../store/stores.ts";
import { UPGRADE } from "../../web/http_client.ts";
import { parseExposition } from "../../web/parse_exposition.ts";
import { House } from "./house.ts";

async function figures(house: House): Promise<ReadonlyMap<string, number>> {
  const [status, text] = await house.get("/metrics") ?? [];
  assertEquals(status, 200);
  return parseExposition(text!);
}

/** The figures that changed, with their differences, but for those that the questions change. */
function changes(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): Record<string, number> {
  const varying = /^(process_|chat_(event_loop|sent_|writes|commands))|kind="http"/;
  const all = [...after].filter(([key]) => !varying.test(key)).map(([key, value]) =>
    [key, value - before.get(key)!] as const
  );
  return Object.fromEntries(all.filter(([, change]) => change !== 0));
}

Deno.test(permitted("Metrics: what people do is counted, each thing where it belongs", async () => {
  await using house = await House.open({ opers: [{ name: "root", password: "secret" }] });
  const start = await figures(house);
  assertEquals(start.get("chat_users"), 0);
  assertEquals(start.get('chat_rooms{state="empty"}'), 1);
  assertEquals(start.get('chat_connections{kind="http"}'), 1);
  await using gamze = await RawClient.user(house.ircPort, "Gamze");
  await using deniz = await RawClient.user(house.ircPort, "Deniz");
  using web = await house.connect();
  const entered = house.log.line(new RegExp(`${RegExp.escape(web.address)} is connected`));
  assertEquals((await web.get("/", UPGRADE))?.status, 101);
  await entered;
  const here = await figures(house);
  assertEquals(changes(start, here), {
    'chat_connections{kind="plain"}': 2,
    'chat_connections{kind="web"}': 1,
    'chat_connections_opened_total{kind="plain"}': 2,
    'chat_connections_opened_total{kind="web"}': 1,
    chat_users: 2,
    chat_users_entered_total: 2,
  });
  await gamze.send("JOIN #a", "PRIVMSG #a :one", "NOTICE #a :two", "PRIVMSG Deniz :three");
  await gamze.send("PRIVMSG #nowhere :x", "PRIVMSG nobody :x", "PRIVMSG NickServ :HELP");
  await gamze.ping();
  await deniz.send("OPER root wrong");
  await deniz.until(/ 464 /);
  await deniz.send("PRIVMSG NickServ :REGISTER correct-horse");
  await deniz.until(/ 900 /);
  await gamze.send("PRIVMSG NickServ :IDENTIFY Deniz wrong");
  await gamze.until(/NickServ!\S+ NOTICE Gamze :.*[Ww]rong/);
  const after = await figures(house);
  assertEquals(changes(here, after), {
    'chat_rooms{state="occupied"}': 1,
    'chat_messages_total{to="room"}': 2,
    'chat_messages_total{to="person"}': 1,
    chat_accounts_registered_total: 1,
    chat_logins_total: 1,
    'chat_login_failures_total{secret="account"}': 1,
    'chat_login_failures_total{secret="operator"}': 1,
  });
  for (const name of ["chat_sent_lines_total", "chat_sent_bytes_total", "chat_writes_total"]) {
    assert(after.get(name)! > here.get(name)!, name);
  }
  assert(after.get("chat_commands_total")! >= here.get("chat_commands_total")! + 10);
  const left = house.log.line(/ is disconnected$/);
  web[Symbol.dispose]();
  await left;
  assertEquals(changes(after, await figures(house)), { 'chat_connections{kind="web"}': -1 });
}));

Deno.test(permitted("Metrics: users whose connection broke wait, and come back", async () => {
  await using house = await House.open();
  await using gamze = await RawClient.connect(house.ircPort);
  const request = "CAP REQ chat.internal/resume";
  await gamze.send(request, "NICK Gamze", "USER g 0 * :g", "CAP END");
  const [, secret] = await gamze.until(/ RESUME TOKEN (\S+)$/);
  const here = await figures(house);
  const lost = house.log.line(/ lost its connection /);
  gamze.close();
  await lost;
  const waiting = await figures(house);
  assertEquals(changes(here, waiting), {
    'chat_connections{kind="plain"}': -1,
    chat_users_waiting: 1,
  });
  await using again = await RawClient.connect(house.ircPort);
  await again.send(request, `RESUME ${secret}`);
  await again.until(/ RESUME SUCCESS /);
  assertEquals(changes(waiting, await figures(house)), {
    'chat_connections{kind="plain"}': 1,
    'chat_connections_opened_total{kind="plain"}': 1,
    chat_users_waiting: -1,
    chat_users_returned_total: 1,
  });
}));

Deno.test(permitted("Metrics: all of the table are there, with what they tell", async () => {
  await using house = await House.open();
  const [, text = ""] = await house.get("/metrics") ?? [];
  parseExposition(text);
  for (const [name, { type }] of Object.entries(METRICS)) {
    // A store in memory takes no time.
    if (name === "chat_store_seconds") continue;
    const help = METRIC_HELP[name as keyof typeof METRIC_HELP];
    const isThere = text.includes(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`);
    // This server is alone.
    assertEquals(isThere, !name.startsWith("chat_cluster_"), name);
  }
  using client = await house.connect();
  await client.ask("/metrics", {}, "HEAD");
  const head = await client.answer(true);
  assertEquals(head?.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  assertEquals(head?.headers.get("cache-control"), "no-store");
}));

Deno.test(permitted("Metrics: they name nobody, no room and no address", async () => {
  await using house = await House.open();
  await using gamze = await RawClient.user(house.ircPort, "Gamze");
  await gamze.send("JOIN #müzik", "PRIVMSG #müzik :Selam");
  await gamze.ping();
  const [, text = ""] = await house.get("/metrics") ?? [];
  assertEquals(/Gamze|müzik|Selam|127\.0\.0\.1|::1/.exec(text), null);
}));

const PROXY = { trustedProxies: ["127.0.0.1"], origins: ["https://chat.example"] };
const FAR = {
  Host: "chat.example",
  "X-Forwarded-For": "203.0.113.9",
  "X-Forwarded-Proto": "https",
};

Deno.test(
  permitted("Metrics: to others, through a proxy too, they are a path like any other", async () => {
    const cases: [web: object, headers: Record<string, string>, status: number][] = [
      [{}, {}, 200],
      [{}, { "X-Forwarded-For": "127.0.0.1" }, 404],
      [{ origins: PROXY.origins }, { Host: "chat.example" }, 404],
      [PROXY, {}, 200],
      [PROXY, FAR, 404],
      [PROXY, { ...FAR, "X-Forwarded-For": "127.0.0.1, 203.0.113.9" }, 404],
      [{ ...PROXY, metrics: ["203.0.113.0/24"] }, FAR, 200],
      [{ ...PROXY, metrics: ["203.0.113.9"] }, { ...FAR, "X-Forwarded-For": "203.0.113.8" }, 404],
      [{ metrics: ["203.0.113.9"] }, FAR, 421],
    ];
    for (const [web, headers, status] of cases) {
      await using house = await House.open({ web });
      const nowhere = await house.get("/nowhere", headers);
      for (const path of ["/metrics", "/healthz", "/metrics?name=x"]) {
        const answer = await house.get(path, headers);
        assertEquals(answer?.[0], status, JSON.stringify([web, headers]));
        if (status !== 200) assertEquals(answer, nowhere);
      }
    }
  }),
);

Deno.test(
  permitted(
    "Metrics: when the server is full they are there, and it does not seem well",
    async () => {
      await using house = await House.open({ limits: { connections: 1 } });
      await using _user = await RawClient.user(house.ircPort, "Gamze");
      assertEquals(await house.get("/"), [503, "The server is full\n"]);
      assertEquals(await house.get("/healthz"), [503, "The server is full\n"]);
      const now = await figures(house);
      assertEquals(now.get('chat_refusals_total{reason="server"}'), 3);
      assertEquals(now.get("chat_users"), 1);
      using other = await house.connect();
      assertEquals((await other.get("/metrics", UPGRADE))?.status, 503);
    },
  ),
);

Deno.test(
  permitted(
    "Health: while the data can't be written the server says why, until it can",
    async () => {
      await inDirectory(async (directory) => {
        const path = `${directory}/chat.db`;
        const db = new DatabaseSync(path);
        migrate(db);
        let now = 0;
        const around = { path, clock: () => now, onFault: () => {}, background: false };
        const store = sqliteStore(db, { ...around, frozen: false });
        {
          await using house = await House.open({}, {}, store);
          await using gamze = await RawClient.user(house.ircPort, "Gamze");
          await gamze.send("JOIN #lobby");
          await gamze.ping();
          assertEquals(await house.get("/healthz"), [200, "ok\n"]);
          const well = await figures(house);
          assertEquals(well.get("chat_store_writable"), 1);
          assert(well.get('chat_store_seconds_count{step="commit"}')! > 0);
          db.exec("PRAGMA query_only = ON");
          await gamze.send("PRIVMSG #lobby :Selam");
          await gamze.ping();
          const [status, why = ""] = await house.get("/healthz") ?? [];
          assertEquals(status, 503);
          assertMatch(why, /^Cannot write to .*chat\.db: it can't be written\. New messages /);
          assertEquals((await figures(house)).get("chat_store_writable"), 0);
          db.exec("PRAGMA query_only = OFF");
          now += PAUSE;
          // Nobody says anything: the question is enough.
          assertEquals(await house.get("/healthz"), [200, "ok\n"]);
        }
        store.close();
      });
    },
  ),
);

Deno.test(permitted("Health: if accounts can't be read the server says so", async () => {
  const accounts = new LostAccounts("The accounts can't be read.", undefined);
  await using house = await House.open({}, {}, { ...memoryStore(), accounts });
  assertEquals(await house.get("/healthz"), [503, "The accounts can't be read.\n"]);
  assertEquals((await figures(house)).get("chat_accounts_readable"), 0);
}));
