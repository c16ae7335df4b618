import { assert, assertEquals, assertThrows } from "@std/assert";
import { X509Certificate } from "node:crypto";
import { commandNamed, GENERAL_OPTIONS, spellings } from "../lib/cli/args/options.ts";
import { checkSettings } from "../lib/client/settings.ts";
import { TOKEN_BYTES } from "../lib/irc/invitation.ts";
import { CLIENT_TAG_BYTES, LINE_BYTES } from "../lib/irc/message.ts";
import { CHANNEL_BYTES, NICK_BYTES, NICK_GRAPHEMES } from "../lib/irc/names.ts";
import { parseConfig } from "../lib/cli/serve/config_file.ts";
import { webHashes } from "../lib/crypto/hashes.ts";
import { makeCertificate } from "../lib/net/certificate.ts";
import { hashPassword } from "../lib/crypto/password_hash.ts";
import { channelsShare } from "../lib/server/entry/admission.ts";
import { defaults } from "../lib/server/settings/config.ts";
import {
  CROWD_AFTER,
  CROWD_MS,
  HOME_RATE,
  LOCK_AFTER,
  LOCK_MS,
} from "../lib/server/accounts/login_guard.ts";
import { MAX_BYTES, MAX_LINES } from "../lib/irc/multiline.ts";
import { RECENT_MESSAGES } from "../lib/server/history/recent.ts";
import { MAX_HOMES } from "../lib/store/accounts.ts";
import { isClockSet } from "../lib/store/history.ts";
import { GENERATED, withGenerated } from "../tools/docs.ts";
import { type Client, Harness } from "./server/harness.ts";
import { LACKING, needing } from "./permitted.ts";

const permitted = needing("read");

const root = new URL("../", import.meta.url);

/** The documents by path. */
const DOCUMENTS: readonly string[] = LACKING.includes("read")
  ? []
  : ["", "docs/"].flatMap((folder) =>
    [...Deno.readDirSync(new URL(`./${folder}`, root))].filter(({ name }) => name.endsWith(".md"))
      .map(({ name }) => folder + name)
  );

async function read(path: string): Promise<string> {
  return (await Deno.readTextFile(new URL(path, root))).replaceAll("\r\n", "\n");
}

for (const [path, parts] of GENERATED) {
  Deno.test(permitted(`Documents: ${path} says what the tables say`, async () => {
    const text = await read(path);
    assertEquals(withGenerated(text, parts), text, "run deno task docs");
  }));
}

Deno.test(
  permitted(
    "Documents: a missing, doubled or open marker is an error, and the rest is kept",
    async () => {
      const page = await read("docs/reference.md");
      const parts = GENERATED.get("docs/reference.md")!;
      const start = "<!-- generated: options of join -->\n";
      const end = "<!-- end of generated -->\n";
      const cases: [broken: string, message: string][] = [
        [page.replace(start, ""), "there is no marker"],
        [page.replace(start, start + start), "more than one marker"],
        [page.replaceAll(end, ""), "has no end"],
      ];
      for (const [broken, message] of cases) {
        assertThrows(() => withGenerated(broken, parts), Error, message);
      }
      const [head, tail = ""] = page.split(start);
      const stale = `${head}${start}stale\n${tail.slice(tail.indexOf(end))}`;
      assertEquals(withGenerated(stale, parts), page);
    },
  ),
);

Deno.test(permitted("Documents: the options in their command lines exist", async () => {
  for (const path of DOCUMENTS) {
    for (const line of (await read(path)).split("\n")) {
      const [, name = "", rest = ""] =
        /\bchat (serve|join|user|invite|export|backup|restore|cluster|hash-password)\b([^`|#]*)/
          .exec(
            line,
          ) ??
          [];
      const command = commandNamed(name);
      const known = [...command?.options ?? [], ...GENERAL_OPTIONS].flatMap(spellings);
      for (const [option] of rest.matchAll(/(?<=\s)--[a-z][a-z-]*/g)) {
        assert(known.includes(option), `${path} has ${option} for chat ${name}: ${line}`);
      }
    }
  }
}));

Deno.test(permitted("Documents: their links lead to files and headings that exist", async () => {
  for (const path of DOCUMENTS) {
    for (const [, link = ""] of (await read(path)).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(link)) continue;
      const [file = "", anchor] = link.split("#", 2);
      const target = new URL(file, new URL(path, root));
      const exists = await Deno.stat(target).then(() => true, () => false);
      assert(exists, `${path} links to ${link}, which is not there`);
      if (anchor === undefined) continue;
      const text = (await Deno.readTextFile(target)).replaceAll("\r\n", "\n");
      const anchors = text.split("\n").filter((line) => /^#+ /.test(line)).map(anchorOf);
      assert(anchors.includes(anchor), `${path} links to ${link}, where there is no such heading`);
    }
  }
}));

Deno.test(permitted("Documents: the files that they name exist", async () => {
  for (const path of DOCUMENTS) {
    for (
      const [, name = ""] of (await read(path)).matchAll(/`((?:lib|tests|tools|docs)\/[\w./-]+)`/g)
    ) {
      const exists = await Deno.stat(new URL(name, root)).then(() => true, () => false);
      assert(exists, `${path} names ${name}, which is not there`);
    }
  }
}));

Deno.test(permitted("Documents: Deno is named in the version of .dvmrc", async () => {
  const version = (await read(".dvmrc")).trim();
  for (const path of DOCUMENTS) {
    for (const [, named] of (await read(path)).matchAll(/\bdeno@(\d[\d.]*\d)/g)) {
      assertEquals(named, version, path);
    }
  }
}));

/** The anchor that a Markdown renderer gives to a heading. */
function anchorOf(heading: string): string {
  return heading.replace(/^#+ /, "").toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

Deno.test(
  permitted("Documents: the figures in docs/protocol.md are those of the code", async () => {
    const text = await read("docs/protocol.md");
    const { burst, messagesPerSecond } = defaults().limits;
    const n = (value: number) => value.toLocaleString("en");
    const told = [
      `up to ${NICK_GRAPHEMES} characters as people count them (${NICK_BYTES} bytes`,
      `have up to ${CHANNEL_BYTES} bytes`,
      `has ${LINE_BYTES} bytes at most, and ${CLIENT_TAG_BYTES} of tags`,
      `up to ${MAX_LINES} lines and ${n(MAX_BYTES)} bytes`,
      `${burst} and ${messagesPerSecond} unless`,
      `one of the last ${n(RECENT_MESSAGES)} messages`,
    ];
    for (const figures of told) assert(text.includes(figures), `it doesn't say: ${figures}`);
  }),
);

Deno.test(
  permitted("Documents: the figures that the documents tell are those of the code", async () => {
    const { limits, history, port, tls, lobby } = defaults();
    const n = (value: number) => value.toLocaleString("en");
    const { iterations } = webHashes();
    const [, rounds] = (await hashPassword("x")).split("$");
    assertEquals([iterations, Number(rounds)], [600_000, 600_000]);
    const { validFrom, validTo } = new X509Certificate(
      (await makeCertificate({
        ...{ name: "x", hosts: [], now: Date.now() },
      })).cert,
    );
    const years = Math.floor((Date.parse(validTo) - Date.parse(validFrom)) / (365 * 86_400_000));
    const told: Record<string, string[]> = {
      "README.md": [
        `Messages are kept for ${history.days} days`,
        `an ordinary IRC server on port ${port} (${tls?.port} with TLS); the lobby is \`${lobby}\``,
      ],
      "docs/guide.md": [
        `keeps what is said in rooms for ${history.days} days`,
        `you see its last ${history.onJoin} messages`,
        `takes ${limits.burst} messages at once from one connection and ` +
        `${limits.messagesPerSecond} a second`,
        `IRC programs encrypt on port ${tls?.port}`,
      ],
      "docs/security.md": [
        `takes encrypted connections on port ${tls?.port} without`,
        `PBKDF2 with SHA-256, ${n(iterations)} rounds`,
        `has at most ${limits.connectionsPerIp} connections`,
        `with all ${limits.connectionsPerIp} connections`,
        "and a tenth of the rooms",
        `${LOCK_AFTER} in a quarter of an hour, ${LOCK_AFTER * 4} an hour`,
        `then ${HOME_RATE.burst} and one a second`,
        `${CROWD_AFTER}, then ${3_600_000 / CROWD_MS} an hour`,
        `${limits.connectionsPerMinute} new connections a minute`,
        "cloaks of the last eight networks",
        "the certificate is good for ten years",
        `${history.days} days (\`history.days\`)`,
        `(${TOKEN_BYTES * 8} random bits)`,
      ],
    };
    assertEquals([years, MAX_HOMES, LOCK_MS, HOME_RATE.perSecond], [10, 8, 15 * 60_000, 1]);
    assertEquals(channelsShare(limits), limits.channels / 10);
    assert(isClockSet(Date.UTC(2023, 0, 1)) && !isClockSet(Date.UTC(2023, 0, 1) - 1));
    for (const [path, sentences] of Object.entries(told)) {
      const text = await read(path);
      for (const sentence of sentences) assert(text.includes(sentence), `${path}: ${sentence}`);
    }
  }),
);

Deno.test(permitted("Documents: the program accepts the configurations in them", async () => {
  for (const path of DOCUMENTS) {
    const sections = (await read(path)).split(/^(?=## )/m);
    for (const section of sections) {
      for (const [, json = ""] of section.matchAll(/^```json\n(.*?)^```$/gms)) {
        if (section.startsWith("## Settings of `chat join`")) {
          assertEquals(checkSettings(JSON.parse(json)).faults, []);
        } else {
          parseConfig(json, path);
        }
      }
    }
  }
}));

Deno.test(
  permitted(
    "Documents: the commands in docs/operators.md work when typed in this order",
    async () => {
      const password = "sesame";
      const harness = new Harness({
        limits: { messagesPerSecond: 0 },
        opers: [{ name: "gamze", password }],
      });
      const gamze = harness.user("Gamze", "chghost").send("MODE Gamze +w");
      let deniz = harness.user("Deniz");
      const page = await read("docs/operators.md");
      const typed = [...page.matchAll(/^```irc\n(.*?)^```$/gms)].flatMap(([, block]) =>
        block!.trimEnd().split("\n")
      );
      for (const line of typed) {
        const invites = line.startsWith("/invite");
        if (line.includes("Deniz")) {
          if (deniz.ended !== undefined) deniz = harness.user("Deniz");
          deniz.send(invites ? "PART #music" : "JOIN #music");
        }
        // Gamze is in the room already, so only Deniz needs the key.
        const who: Client = line.startsWith("/join") && line.endsWith("kimseler") ? deniz : gamze;
        const answers = await who.askSlow(onTheWire(line));
        assert(answers.length > 0, `${line} does nothing`);
        for (const answer of answers) {
          const refused = / (?:[45]\d\d|696) \S+ |:chat\.test FAIL | is no |There is no | cannot /;
          assert(!refused.test(answer), `${line} is answered with ${answer}`);
        }
        harness.hush();
      }
      assert(typed.length > 40);
    },
  ),
);

/** The line that irssi and WeeChat send for a typed line. */
function onTheWire(typed: string): string {
  const [command = "", ...words] = typed.slice(1).split(" ");
  if (command === "quote") return words.join(" ");
  if (command === "msg") return `PRIVMSG ${words[0]} :${words.slice(1).join(" ")}`;
  const before: Readonly<Record<string, number>> = { topic: 1, kick: 2, kill: 1, wallops: 0 };
  const text = before[command] ?? words.length;
  const params = words.slice(0, text).concat(
    text < words.length ? [`:${words.slice(text).join(" ")}`] : [],
  );
  return [command.toUpperCase(), ...params].join(" ");
}
