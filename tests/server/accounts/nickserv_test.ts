import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromBase64 } from "../../../lib/crypto/base64.ts";
import { newVerifier, ScramClient } from "../../../lib/crypto/scram.ts";
import { changePassword } from "../../../lib/server/accounts/account_login.ts";
import { type Client, Harness } from "../harness.ts";
import {
  addAccount,
  authenticate,
  codes,
  hashes,
  member,
  newcomer,
  PASSWORD,
  serverWith,
} from "../logins.ts";

/** NickServ's notices after a command, and other lines as they are. */
async function told(client: Client, text: string): Promise<string[]> {
  const lines = await client.askSlow(`PRIVMSG NickServ :${text}`);
  return lines.map((line) => line.replace(/^:NickServ!NickServ@chat\.test NOTICE \S+ :/, "> "));
}

Deno.test("NickServ: HELP explains all commands, and every one of them by itself", async () => {
  const client = (await serverWith([])).user("Gamze");
  const [head, ...commands] = await told(client, "HELP");
  assertEquals(head, "> An account makes your name your own. Commands:");
  assertEquals(commands.map((line) => line.split(/[ :]+/)[1]), [
    "HELP",
    "REGISTER",
    "IDENTIFY",
    "LOGOUT",
    "GHOST",
    "REGAIN",
    "INFO",
    "SET",
    "DROP",
  ]);
  for (const line of commands) {
    assertEquals(await told(client, `help ${line.split(/[ :]+/)[1]!.toLowerCase()}`), [line]);
  }
  const hint = "For a list of commands, type: /msg NickServ HELP";
  assertEquals(await told(client, "HELP horse"), [`> Unknown command. ${hint}`]);
  assertEquals(await told(client, "secret horse"), [`> Unknown command. ${hint}`]);
  assertEquals(await told(client, "   "), [`> ${hint}`]);
});

Deno.test("NickServ: it can be reached as a command too, in any spelling of its name", async () => {
  const harness = await serverWith(["Gamze"]);
  const client = harness.user("Furkan");
  const answer = [
    ":NickServ!NickServ@chat.test NOTICE Furkan :Gamze was registered on " +
    "Fri, 02 Jan 2026 03:04:05 GMT.",
  ];
  for (
    const line of [
      "NS INFO Gamze",
      "NICKSERV :INFO gamze",
      "PRIVMSG nickserv :INFO Gamze",
      "PRIVMSG NICKSERV :info Gamze",
    ]
  ) assertEquals(await client.askSlow(line), answer, line);
  for (const line of ["NOTICE NickServ :INFO Gamze", "NOTICE NickServ x"]) {
    assertEquals(await client.askSlow(line), [], line);
  }
  assertEquals(await harness.connect().askSlow("NS HELP"), [
    ":chat.test 451 * :You have not registered",
  ]);
});

Deno.test("NickServ: what is said to it comes back as an echo only, and one reply has the label", async () => {
  const harness = await serverWith(["Gamze"]);
  const client = harness.user("Furkan", "echo-message labeled-response batch message-tags");
  const lines = await client.askSlow(`@label=1 PRIVMSG NickServ :IDENTIFY Gamze wrong-horse`);
  assertEquals(lines.length, 4);
  assertMatch(
    lines[2]!,
    /^@batch=\w+ :NickServ!\S+ NOTICE Furkan :Wrong account name or password\.$/,
  );
  assertMatch(lines[0]!, /^@label=1 :chat\.test BATCH \+\w+ labeled-response$/);
  assertMatch(lines[1]!, /Furkan!\S+ PRIVMSG NickServ :IDENTIFY Gamze wrong-horse$/);
});

Deno.test("NickServ: REGISTER makes an account, or says why not", async () => {
  const harness = await serverWith([]);
  const client = harness.user("Gamze");
  const cases: [text: string, ...answers: string[]][] = [
    ["REGISTER", "> Usage: /msg NickServ REGISTER password"],
    ["REGISTER short", "> A password must be at least 6 characters long."],
    [
      "REGISTER correct-horse gamze@example.org",
      "> The name Gamze is now yours. Keep your password safe: nobody can look it up for you.",
      ":chat.test 900 Gamze Gamze!~Gamze@192.0.2.1 Gamze :You are now logged in as Gamze",
    ],
    ["REGISTER correct-horse", "> You are already logged in as Gamze."],
    ["LOGOUT", "> You are now logged out of Gamze."],
  ];
  for (const [text, ...answers] of cases) {
    assertEquals((await told(client, text)).slice(0, answers.length), answers, text);
  }
  const other = harness.user("Furkan");
  assertEquals(
    (await told(other, "IDENTIFY Gamze correct-horse"))[1],
    "> You are now logged in as Gamze.",
  );
});

Deno.test("NickServ: IDENTIFY logs in and gives the user's own name back", async () => {
  const harness = await serverWith(["Gamze"]);
  const client = harness.user("Furkan");
  assertEquals(await told(client, "IDENTIFY"), [
    "> Usage: /msg NickServ IDENTIFY [name] password",
  ]);
  for (const wrong of ["Gamze wrong horse", "Nobody correct horse", "correct"]) {
    assertEquals(await told(client, `IDENTIFY ${wrong}`), ["> Wrong account name or password."]);
  }
  assertEquals(await told(client, `IDENTIFY gamze ${PASSWORD}`), [
    ":chat.test 900 Furkan Furkan!~Furkan@192.0.2.1 Gamze :You are now logged in as Gamze",
    "> 1 failed login since your last login. The latest was from 192.0.2.1 at " +
    "2026-01-02 03:04 UTC.",
    "> You are now logged in as Gamze.",
    ":Furkan!~Furkan@192.0.2.1 NICK Gamze",
  ]);
  assertEquals(await told(client, "LOGOUT"), [
    "> You are now logged out of Gamze.",
    ":chat.test 901 Gamze Gamze!~Furkan@192.0.2.1 :You are now logged out",
    ":Gamze!~Furkan@192.0.2.1 NICK Guest1",
    "> Gamze belongs to an account that you are not logged in to. Your name is now Guest1. To " +
    "choose another one, type: /nick NAME",
  ]);
  assertEquals(await told(client, "LOGOUT"), ["> You are not logged in."]);
});

Deno.test("NickServ: GHOST and REGAIN need the owner's login or password", async () => {
  const harness = new Harness();
  const [holder, client] = [harness.user("Gamze"), harness.user("Furkan")];
  await addAccount(harness, "Gamze");
  const needed = (what: string) => `> To use ${what}, log in to its account or add its password.`;
  const cases: [text: string, answer: string][] = [
    ["GHOST", "> Usage: /msg NickServ GHOST name [password]"],
    ["GHOST Gamze", needed("GHOST for Gamze")],
    ["GHOST Gamze wrong horse", "> Wrong account name or password."],
    ["REGAIN Gamze", needed("REGAIN for Gamze")],
    ["REGAIN Nobody", needed("REGAIN for Nobody")],
  ];
  for (const [text, answer] of cases) assertEquals(await told(client, text), [answer], text);
  assertEquals(holder.user.nick, "Gamze");
  assertMatch((await told(client, `REGAIN Gamze ${PASSWORD}`)).at(-1)!, /NICK Gamze$/);
  assertEquals([holder.user.nick, client.user.nick], ["Guest1", "Gamze"]);
  assertEquals(await told(client, "REGAIN Gamze"), ["> Your name is already Gamze."]);
  assertEquals(await told(client, "GHOST Gamze"), ["> You are using that name yourself."]);

  client.send("NICK Deniz").take();
  assertEquals(await told(client, "GHOST Gamze"), ["> Nobody here is called Gamze."]);
  const ghost = harness.user("Furkan2");
  await told(ghost, `IDENTIFY Gamze ${PASSWORD}`);
  assertEquals(ghost.user.nick, "Gamze");
  assertEquals(await told(client, "GHOST gamze"), ["> The name gamze is now free."]);
  assertEquals(ghost.ended, "Gamze connected from elsewhere");
});

Deno.test("NickServ: INFO shows an account to everyone, and its last login to the owner", async () => {
  const harness = await serverWith(["Gamze"]);
  const client = harness.user("Furkan");
  assertEquals(await told(client, "INFO"), ["> There is no account Furkan."]);
  assertEquals((await told(client, "INFO Gamze")).length, 1);
  harness.store.accounts.setOper("Gamze", true);
  assertEquals((await told(client, "INFO Gamze"))[1], "> Gamze is an operator of this server.");
  await told(client, `IDENTIFY Gamze ${PASSWORD}`);
  assertEquals((await told(client, "INFO")).at(-1), "> Last login: Fri, 02 Jan 2026 03:04:05 GMT.");
});

Deno.test("NickServ: SET PASSWORD changes the password of a user who is logged in", async () => {
  const harness = await serverWith(["Gamze"]);
  const client = harness.user("Furkan");
  assertEquals(await told(client, "SET PASSWORD another one"), ["> You must log in first."]);
  await told(client, `IDENTIFY Gamze ${PASSWORD}`);
  const usage = "> Usage: /msg NickServ SET PASSWORD new password | HISTORY ON | HISTORY OFF";
  const cases: [text: string, answer: string][] = [
    ["SET", usage],
    ["SET EMAIL x", usage],
    ["SET HISTORY maybe", usage],
    ["SET PASSWORD short", "> A password must be at least 6 characters long."],
    ["SET password another one", "> The password of Gamze has been changed."],
  ];
  for (const [text, answer] of cases) assertEquals(await told(client, text), [answer], text);
  await told(client, "LOGOUT");
  assertEquals(await told(client, `IDENTIFY Gamze ${PASSWORD}`), [
    "> Wrong account name or password.",
  ]);
  assertEquals((await told(client, "IDENTIFY Gamze another one")).length, 4);
});

Deno.test("NickServ: another password ends the other sessions of the account, and says how many", async () => {
  const harness = await serverWith(["Gamze"]);
  const client = await member(harness, "Gamze");
  const [stranger, others] = [harness.user("Furkan"), [] as Client[]];
  for (
    const [count, tail] of ["", " 1 other session was ended.", " 2 other sessions were ended."]
      .entries()
  ) {
    others.length = 0;
    for (let index = 0; index < count; index++) {
      others.push(await member(harness, `Deniz${index}`, "Gamze"));
    }
    assertEquals(await told(client, `SET PASSWORD horse no ${count}`), [
      `> The password of Gamze has been changed.${tail}`,
    ]);
    for (const { ended } of others) assertEquals(ended, "The password of Gamze was changed");
    assertEquals([client.ended, stranger.ended], [undefined, undefined]);
    // Restore the first password for the next clients.
    const verifier = { mechanism: "SCRAM-SHA-256", ...(await newVerifier(hashes, PASSWORD))! };
    changePassword(harness.world, client.user, "Gamze", verifier, harness.now);
  }
});

Deno.test("NickServ: a login that was under way when the password changed comes to nothing", async () => {
  const harness = await serverWith(["Gamze"]);
  const owner = await member(harness, "Gamze");
  const late = newcomer(harness, "Deniz");
  const scram = new ScramClient(hashes, "Gamze", PASSWORD, "nonce");
  await late.askSlow("AUTHENTICATE SCRAM-SHA-256");
  const [challenge] = await authenticate(late, scram.greet());
  const proof = await scram.answer(fromBase64(challenge!.split(" ")[2]!)!);
  const [signature] = await authenticate(late, proof!);
  assert(scram.isServer(fromBase64(signature!.split(" ")[2]!)!));
  await told(owner, "SET PASSWORD another horse");
  assertEquals(codes(await authenticate(late, new Uint8Array())), ["904"]);
});

Deno.test("NickServ: DROP deletes the account, logs everyone out of it, and frees the name", async () => {
  const harness = await serverWith(["Gamze"]);
  const client = harness.user("Furkan");
  assertEquals(await told(client, "DROP x"), ["> You must log in first."]);
  await told(client, `IDENTIFY Gamze ${PASSWORD}`);
  const other = harness.user("Deniz");
  harness.login(other, "Gamze");
  other.take();
  assertEquals(await told(client, "DROP"), ["> Usage: /msg NickServ DROP password"]);
  assertEquals(await told(client, "DROP wrong horse"), ["> Wrong account name or password."]);
  assertEquals(await told(client, `DROP ${PASSWORD}`), [
    ":chat.test 901 Gamze Gamze!~Furkan@192.0.2.1 :You are now logged out",
    "> The account Gamze has been deleted, and the name is now free.",
  ]);
  assertEquals([client.user.nick, other.user.account], ["Gamze", undefined]);
  assertEquals(harness.store.accounts.list(), []);
});

Deno.test("NickServ: it is shown by WHOIS, ISON and MONITOR, and nobody can take its name", async () => {
  const harness = await serverWith([]);
  const client = harness.user("Gamze");
  assertEquals(client.ask("WHOIS nickserv"), [
    ":chat.test 311 Gamze NickServ NickServ chat.test * :Manages accounts. Send it HELP for a list of commands",
    ":chat.test 312 Gamze NickServ chat.test :a chat room",
    ":chat.test 318 Gamze nickserv :End of /WHOIS list",
  ]);
  assertEquals(client.ask("ISON nickserv Furkan"), [":chat.test 303 Gamze NickServ"]);
  assertEquals(client.ask("MONITOR + NickServ"), [
    ":chat.test 730 Gamze NickServ!NickServ@chat.test",
  ]);
  for (const nick of ["NickServ", "nickserv", "NİCKSERV"]) {
    assertMatch(client.ask(`NICK ${nick}`)[0]!, / 433 Gamze \S+ :Nickname is reserved /, nick);
  }
});

Deno.test("NickServ: nothing that was said to it is kept", async () => {
  const harness = await serverWith(["Gamze"]);
  const client = harness.user("Furkan", "draft/message-redaction message-tags echo-message");
  const [echo] = await client.askSlow(`PRIVMSG NickServ :IDENTIFY Gamze ${PASSWORD}`);
  const msgid = /msgid=([^ ;]+)/.exec(echo!)![1]!;
  assertEquals(harness.world.recent.find(msgid), undefined);
  assertEquals(harness.world.recent.size, 0);
  assertEquals(harness.store.history.find(msgid), undefined);
  assertEquals(harness.store.history.conversations("").length, 0);
  assert(!JSON.stringify(harness.log).includes("horse"));
});

Deno.test("NickServ: a rename after a slow password check is kept with the time at which it happened", async () => {
  const harness = await serverWith(["Gamze"]);
  const client = harness.member("#x", "Furkan");
  const other = harness.member("#x", "Ada", "server-time");
  other.send("PRIVMSG #x :before");
  const before = harness.now;
  client.send(`PRIVMSG NickServ :IDENTIFY Gamze ${PASSWORD}`);
  harness.now += 600_000;
  other.send("PRIVMSG #x :meanwhile");
  other.take();
  await client.settled();
  const items = harness.store.history.latest("#x", undefined, { limit: 10, events: true });
  assertEquals(items.slice(-3).map(({ time, command }) => [time, command]), [
    [before, "PRIVMSG"],
    [harness.now, "PRIVMSG"],
    [harness.now, "NICK"],
  ]);
  assertEquals(
    other.take()[0],
    "@time=2026-01-02T03:14:05.678Z :Furkan!~Furkan@192.0.2.1 NICK Gamze",
  );
});
