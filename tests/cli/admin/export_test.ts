import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { exportRoom } from "../../../lib/cli/admin/export.ts";
import type { ExportOptions } from "../../../lib/cli/args/request.ts";
import { openStore } from "../../../lib/store/open.ts";
import type { Store } from "../../../lib/store/store.ts";
import { inDirectory, item } from "../../store/stores.ts";
import { needing } from "../../permitted.ts";

const permitted = needing("read", "write");

const NOW = new Date(2026, 10, 22, 12).getTime();
const at = (day: number, hour: number, minute = 0) =>
  new Date(2026, 10, day, hour, minute).getTime();

function open(directory: string): Store {
  const opened = openStore(directory, (event) => {
    throw new Error(event.message);
  });
  if ("fault" in opened) throw new Error(opened.fault.message);
  return opened.store;
}

async function exported(given: Partial<ExportOptions> & { data: string }): Promise<string> {
  let text = "";
  const options = { room: "lobby", since: undefined, until: undefined, format: "text", ...given };
  await exportRoom(options as ExportOptions, NOW, (piece) => {
    text += piece;
    return Promise.resolve();
  });
  return text;
}

function talk({ history }: Store): void {
  const said = (time: number, text: string, more: Parameters<typeof item>[0] = {}) =>
    history.append(item({ time, params: ["#lobby", text], source: "Furkan!f@h", ...more }));
  said(at(20, 23, 3), "Aa Alperen selam");
  said(at(20, 23, 4), "", { command: "JOIN", params: ["#lobby"], source: "Alperen!a@h" });
  said(at(21, 9), "one\ntwo\n, and three", { concat: [false, true] });
  said(at(21, 9, 1), "\u0001ACTION waves\u0001");
  said(at(21, 9, 2), "look out", { command: "NOTICE" });
  said(at(21, 9, 3), "Be <kind> & \"good\" 'n'", { command: "TOPIC" });
  said(at(21, 9, 4), "", { command: "TOPIC" });
  said(at(21, 9, 5), "Ada", { command: "NICK", params: ["Ada"] });
  said(at(21, 9, 6), "", { command: "KICK", params: ["#lobby", "Bob", "spam"] });
  said(at(21, 9, 7), "", { command: "MODE", params: ["#lobby", "+o", "Bob"] });
  said(at(22, 8), "\u001b[31mred\u202e <script>alert(1)</script>", { source: "<b>!x@h" });
  said(at(22, 8, 1), "Tschüß 陳", { command: "QUIT", params: ["Tschüß"] });
  history.append(item({ conversation: "#music", time: at(22, 9) }));
  history.append(item({ conversation: "=ada bob", time: at(22, 9) }));
  history.commit();
}

Deno.test(
  permitted("Export: text shows a room in the lines that people know from the chat", async () => {
    await inDirectory(async (data) => {
      const store = open(data);
      talk(store);
      const all = `--- 2026-11-20 ---
Furkan @ 23:03:00 PM >> Aa Alperen selam
Alperen has joined the chat @ 23:04:00 PM
--- 2026-11-21 ---
Furkan @ 09:00:00 AM >> one
Furkan @ 09:00:00 AM >> two, and three
* Furkan waves @ 09:01:00 AM
Notice from Furkan @ 09:02:00 AM >> look out
Furkan changed the topic @ 09:03:00 AM >> Be <kind> & "good" 'n'
Furkan removed the topic @ 09:04:00 AM
Furkan is now called Ada @ 09:05:00 AM
Furkan removed Bob from the chat room (spam) @ 09:06:00 AM
Furkan set +o Bob @ 09:07:00 AM
--- 2026-11-22 ---
<b> @ 08:00:00 AM >> red <script>alert(1)</script>
Furkan is disconnected from the chat @ 08:01:00 AM
`;
      assertEquals(await exported({ data, room: "#Lobby" }), all, "while a server runs");
      store.close();
      assertEquals(await exported({ data }), all, "without a server");
      const lines = (text: string) => text.split("\n").length - 1;
      assertEquals(lines(await exported({ data, since: "2026-11-21", until: "2026-11-21" })), 10);
      assertEquals(lines(await exported({ data, since: "2026-11-22T08:01" })), 2);
      assertEquals(lines(await exported({ data, until: "36h" })), 3);
      assertEquals(await exported({ data, since: "2027-01-01" }), "");
    });
  }),
);

Deno.test(
  permitted("Export: JSON keeps everything and escapes whatever acts on a terminal", async () => {
    await inDirectory(async (data) => {
      const store = open(data);
      talk(store);
      store.history.append(item({ msgid: "x #lobby", time: at(23, 0), bot: true, account: "ada" }));
      store.close();
      const text = await exported({ data, format: "json" });
      // deno-lint-ignore no-control-regex -- They are what must not be there.
      assertEquals(/[\u0000-\u0009\u000b-\u001f\u202e]/.test(text), false);
      const objects = text.trim().split("\n").map((line) => JSON.parse(line));
      assertEquals(objects.length, 13);
      const { source, params } = objects[10];
      assertEquals([source, params[1]], [
        "<b>!x@h",
        "\u001b[31mred\u202e <script>alert(1)</script>",
      ]);
      assertEquals(objects[12], {
        time: new Date(at(23, 0)).toISOString(),
        id: "x",
        room: "#lobby",
        command: "PRIVMSG",
        from: "Ada",
        source: "Ada!ada@host",
        account: "ada",
        bot: true,
        params: ["#lobby", "text x #lobby"],
        tags: "",
        concat: null,
      });
    });
  }),
);

Deno.test(permitted("Export: a web page shows all text as text", async () => {
  await inDirectory(async (data) => {
    const store = open(data);
    talk(store);
    store.close();
    const page = await exported({ data, format: "html" });
    assertMatch(page, /^<!DOCTYPE html>\n[^]*<h1>#lobby<\/h1>[^]*<\/html>\n$/);
    assertMatch(page, /&lt;b&gt;<\/b>: red &lt;script&gt;alert\(1\)&lt;\/script&gt;<\/p>/);
    assertMatch(page, /Be &lt;kind&gt; &amp; &quot;good&quot; &#39;n&#39;/);
    assertEquals(page.match(/<(?!\/)[a-z]+\d?/g)?.filter((tag) => /script|img|b>b/.test(tag)), []);
    assertEquals(page.match(/<h2>/g)?.length, 3);
  });
}));

Deno.test(
  permitted(
    "Export: a long room is written in pieces, and ends with what a write throws",
    async () => {
      await inDirectory(async (data) => {
        const store = open(data);
        for (let index = 0; index < 5000; index++) {
          store.history.append(
            item({ time: at(20, 0) + index, params: ["#lobby", `number ${index}`] }),
          );
        }
        store.close();
        const options = {
          room: "lobby",
          since: undefined,
          until: undefined,
          format: "text",
          data,
        } as const;
        const pieces: string[] = [];
        await exportRoom(options, NOW, (piece) => Promise.resolve(void pieces.push(piece)));
        const numbers = [...pieces.join("").matchAll(/number (\d+)/g)].map(([, number]) => number);
        assertEquals(numbers, Array.from({ length: 5000 }, (_, index) => `${index}`));
        assertEquals(pieces.length > 2, true);
        let written = 0;
        const full = () => ++written < 2 ? Promise.resolve() : Promise.reject(new Error("full"));
        await assertRejects(() => exportRoom(options, NOW, full), Error, "full");
        assertEquals(written, 2);
      });
    },
  ),
);

Deno.test(permitted("Export: an error names what can't be exported, and what can", async () => {
  await inDirectory(async (directory) => {
    const data = `${directory}/data`;
    const refused = async (given: Partial<ExportOptions>, message: RegExp) => {
      const error = await assertRejects(() => exported({ ...given, data }), Error);
      assertMatch(error.message, message);
    };
    await refused({}, /^There is no data of a chat server in .*data\.$/);
    const store = open(data);
    await refused({}, /^No messages of #lobby are kept, nor of any other room\.$/);
    talk(store);
    await refused({ room: "#lobbi" }, /^No messages of #lobbi are kept\. Did you mean #lobby\?$/);
    await refused(
      { room: "x" },
      /^No messages of #x are kept\. Rooms with messages: #lobby, #music\.$/,
    );
    await refused({ room: "=ada bob" }, /^No messages of /);
    await refused({ since: "soon" }, /^--since must be a time such as /);
    await refused({ until: "2026-02-30" }, /^--until must be a time such as /);
    store.close();
  });
}));

Deno.test(permitted("Export: read-only data can be exported", async () => {
  if (Deno.build.os === "windows") return;
  await inDirectory(async (data) => {
    const store = open(data);
    talk(store);
    store.close();
    for await (const { name } of Deno.readDir(data)) await Deno.chmod(`${data}/${name}`, 0o400);
    await Deno.chmod(data, 0o500);
    try {
      assertMatch(await exported({ data }), /Aa Alperen selam/);
    } finally {
      await Deno.chmod(data, 0o700);
    }
  });
}));

Deno.test(
  permitted(
    "Export: a reaction is written as one, and what only programs tell each other is left out",
    async () => {
      await inDirectory(async (data) => {
        const store = open(data);
        const tagged = (tags: string) =>
          store.history.append(
            item({
              command: "TAGMSG",
              params: ["#lobby"],
              tags,
              time: at(20, 23, 3),
              source: "F!f@h",
            }),
          );
        tagged("+draft/reply=x;+draft/react=👍\\s\u001b");
        tagged("+draft/reply=x;+draft/unreact=👍");
        tagged("+x=y;+draft/persist");
        store.history.append(item({ msgid: "gone", time: at(20, 23, 4) }));
        store.history.redact("gone");
        store.close();
        assertEquals(
          await exported({ data }),
          `--- 2026-11-20 ---
F reacted with 👍  @ 23:03:00 PM
F removed the reaction 👍 @ 23:03:00 PM
`,
        );
        const page = await exported({ data, format: "html" });
        assertEquals(page.match(/class="event"/g)?.length, 2);
        const json = (await exported({ data, format: "json" })).trim().split("\n");
        assertEquals(json.length, 3);
      });
    },
  ),
);
