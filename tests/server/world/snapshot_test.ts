import { assertEquals, assertMatch } from "@std/assert";
import { RESUME } from "../../../lib/irc/resume.ts";
import { captureWorld, restoreWorld } from "../../../lib/server/world/snapshot.ts";
import { memoryStore } from "../../../lib/store/memory/store.ts";
import { needing } from "../../permitted.ts";
import { CALM, Harness } from "../harness.ts";

const reading = needing("read");

/** What becomes of the fields of a class in a snapshot. */
interface Fields {
  readonly file: string;
  /** Those that are in it. */
  readonly kept: string;
  /** Those that follow from others, or are given to the constructor. */
  readonly derived: string;
  /** Those that one server of several has for itself, or that last only while a line is handled. */
  readonly own: string;
}

const CLASSES: Readonly<Record<string, Fields>> = {
  User: {
    file: "world/user.ts",
    kept: "key ip cloak secure isHere connectedAt allowance registration channels modes nick " +
      "username host realname account session away oper operBy tookOverAt registered lost " +
      "unproven capVersion lastSeen lastSerial lastSpoke batch #invites #monitored #readMarkers " +
      "#formerAccounts #caps",
    derived: "identity gone continuesAs #address #burst #variant",
    own: "address registersFrom nextWay comparing inVain sasl silentSince probedAt pinged " +
      "#logged #sink #captured",
  },
  Channel: {
    file: "world/channel.ts",
    kept: "name createdAt members invited flags lists accounts usedAt saved origin opener " +
      "renamedAt key limit topic topicChangedAt",
    derived: "identity folded",
    own: "",
  },
  World: {
    file: "world/world.ts",
    kept: "connections users channels bans stays logins guestTalks recent leavers peak " +
      "hasAdvisedHost guests",
    derived: "init store log newcomers burst config invisible operators",
    own: "heavy usage said nodes #closing #connected",
  },
  Composer: {
    file: "delivery/composer.ts",
    kept: "serial clock",
    derived: "name #runId",
    own: "#references",
  },
  Stays: {
    file: "world/stays.ts",
    kept: "#keys #ways #waiting",
    derived: "#random #digest #ofNetwork",
    own: "",
  },
  Channels: {
    file: "world/channels.ts",
    kept: "all #lobby #renamed",
    derived: "#store opened",
    own: "lastMessages",
  },
  Roster: {
    file: "world/roster.ts",
    kept: "#users #past",
    derived: "#looks #similar #watchers",
    own: "",
  },
  HostBans: { file: "world/host_bans.ts", kept: "#bans", derived: "#serverState", own: "" },
  RecentMessages: {
    file: "history/recent.ts",
    kept: "#serials #senders #targets #at",
    derived: "#runId",
    own: "",
  },
  Leavers: { file: "history/leavers.ts", kept: "#marks", derived: "#serverState #runId", own: "" },
  Hourly: { file: "entry/hourly.ts", kept: "#made", derived: "#most", own: "" },
  TokenBucket: { file: "entry/flood.ts", kept: "#rate #tokens #at", derived: "", own: "" },
  RecentPrivate: { file: "delivery/recent_private.ts", kept: "#sent", derived: "#length", own: "" },
  LoginMemory: {
    file: "accounts/login_memory.ts",
    kept: "signUps",
    derived: "",
    own: "guard right comparisons comparisonMs strangers accountsVersion",
  },
};

/** The names of the fields of a class, as its source has them. */
async function fieldsOf(name: string, file: string): Promise<string[]> {
  const url = new URL(`../../../lib/server/${file}`, import.meta.url);
  const body = new RegExp(`^export class ${name}\\b.*?^}`, "ms")
    .exec(await Deno.readTextFile(url))![0];
  const field = /^ {2}(?:(?:readonly|protected|override) )*(#?\w+)[?!]?(?: =|;$|: )/gm;
  return [...new Set(body.matchAll(field).map((match) => match[1]!))].sort();
}

for (const [name, { file, kept, derived, own }] of Object.entries(CLASSES)) {
  Deno.test(
    reading(
      `Snapshot: each field of ${name} is in it, or follows from others, or is of one server`,
      async () => {
        const known = [kept, derived, own].flatMap((names) => names.split(" ").filter(Boolean));
        assertEquals(await fieldsOf(name, file), known.sort());
      },
    ),
  );
}

Deno.test("Snapshot: somebody whose server is gone comes back on one that was restored", () => {
  const first = new Harness();
  const bea = first.user("bea");
  const ada = first.connect().send(`CAP REQ :${RESUME}`, "CAP END", "NICK ada", "USER ada 0 * :A");
  const token = / RESUME TOKEN (\S+)/.exec(ada.take().join("\n"))![1]!;
  ada.send("JOIN #tea", "TOPIC #tea :Earl Grey", "AWAY :lunch");
  bea.send("PRIVMSG ada :are you there?");
  ada.vanish();
  const state = JSON.stringify(captureWorld(first.world));
  const store = memoryStore();
  store.replica.become(first.store.replica.whole()!);
  const second = new Harness(CALM, undefined, { store });
  restoreWorld(JSON.parse(state), second.world);
  assertEquals(JSON.stringify(captureWorld(second.world)), state);

  const again = second.connect("192.0.2.7").send(`CAP REQ :${RESUME}`, `RESUME ${token}`);
  const lines = again.take().join("\n");
  assertMatch(lines, /RESUME SUCCESS ada/);
  assertMatch(lines, / 332 ada #tea :Earl Grey/);
  assertMatch(lines, / 353 ada = #tea :@ada/);
  assertMatch(lines, /PRIVMSG ada :are you there\?/);
  assertMatch(second.user("carl").ask("PRIVMSG ada :hi").join("\n"), / 301 carl ada lunch/);
  assertEquals(second.world.users.find("bea")!.hears, false);
});
