import { assert, assertEquals } from "@std/assert";
import { complete } from "../../lib/client/input/completion.ts";
import { isForSession } from "../../lib/client/input/action.ts";
import { interpret } from "../../lib/client/input/interpret.ts";
import type { ChatEvent } from "../../lib/client/events.ts";
import type { LoginRequest } from "../../lib/client/session/login_state.ts";
import { Session } from "../../lib/client/session/session.ts";
import type { Step } from "../../lib/client/session/context.ts";
import { LineBuffer, SERVER_LINES } from "../../lib/irc/lines.ts";
import { LINE_BYTES, parse } from "../../lib/irc/message.ts";
import { NUMERICS } from "../../lib/irc/numerics.ts";
import { jsonLine } from "../../lib/ui/lines/json.ts";
import { Plain } from "../../lib/ui/lines/plain.ts";
import { ScramClient } from "../../lib/crypto/scram.ts";
import { mutate } from "./inputs.ts";
import { quickHashes } from "./quick_hashes.ts";
import { forManySeeds, Random, SEED } from "./random.ts";

const STEPS = 150;
const MILLISECONDS = 1000;

const encoder = new TextEncoder();

const SOURCES = [
  "",
  ":chat.test ",
  ":Alperen!~u@192.0.2.1 ",
  ":Furkan!f@h ",
  ":Furkan ",
  ":! ",
  ": ",
  "@time=2026-01-02T03:04:05.678Z :Furkan!f@h ",
  "@time=never;msgid=1 :Furkan!f@h ",
  "@batch=1 :Furkan!f@h ",
  "@batch=2;draft/multiline-concat;msgid=2 :Alperen!~u@192.0.2.1 ",
  "@batch=1;time=2026-01-02T03:04:05.678Z;msgid=3 :Furkan!f@h ",
  "@+typing=active :Furkan!f@h ",
];

const WORDS = [
  ..."Alperen alperen Furkan #lobby #LOBBY #other * = @Alperen +Furkan 0 1 :".split(" "),
  ":Alperen @Furkan ~&@%+x",
  "PREFIX=(ov)@+",
  "PREFIX=",
  "PREFIX=()",
  "CHANTYPES=",
  "CHANTYPES=#&",
  "CASEMAPPING=rfc1459",
  "CHANMODES=beIq,k,l,imnst",
  "EXTBAN=~,aq",
  "CHATHISTORY=1",
  "MSGREFTYPES=timestamp",
  "MODES=",
  "+1",
  "-1",
  "+2",
  "-2",
  "+oqb",
  "-v+k",
  "chathistory",
  "draft/multiline",
  "draft/chathistory-targets",
  "soju.im/search",
  "TARGETS",
  "CHATHISTORY",
  "CHATHISTORY MESSAGE_ERROR AFTER #lobby",
  "CHATHISTORY INVALID_TARGET LATEST #lobby",
  "MESSAGE_ERROR",
  "1767322000",
  "*!*@h",
  ":server-time echo-message message-tags batch draft/multiline=max-bytes=900,max-lines=3",
  ":draft/chathistory soju.im/search away-notify multi-prefix",
  "sasl=PLAIN",
  "sasl",
  "draft/account-registration",
  "+",
  ":r=abc,s=AAAA,i=4096",
  "cj14eXosc=",
  ":Nickname belongs to someone",
  "ACCOUNT_REQUIRED",
  "SUCCESS",
  "LS",
  "ACK",
  "NAK",
  "NEW",
  "DEL",
  ":selam \x1b[2J\u202e\x07 ğüşıöçİ",
  ":\x01ACTION el sallar\x01",
  ":\x01VERSION\x01",
  `:${"x".repeat(5000)}`,
  ":chat-1",
  "chat-2",
  "chat-alive",
];

const COMMANDS = [
  ..."PRIVMSG NOTICE JOIN PART QUIT KICK NICK TOPIC MODE PING PONG ERROR CAP FAIL TAGMSG AWAY"
    .split(
      " ",
    ),
  ..."AUTHENTICATE REGISTER 900 901 902 903 904 905 906 907 908".split(" "),
  ..."CHGHOST INVITE REDACT BATCH CHATHISTORY NOTE WARN 470 477 480 728 729".split(" "),
  ...Object.values(NUMERICS).map(([code]) => code),
  "999",
  "BATCH",
];

/** What a person types besides messages. */
const TYPED = [
  ..."/who /topic /away /back /ban /mute /list /history /part /who #yok".split(" /").map((line) =>
    `/${line.replace(/^\//, "")}`
  ),
  "/whois NAME",
  "/op NAME",
  "/devoice NAME",
  "/kick NAME TEXT",
  "/ban NAME",
  "/unban NAME",
  "/mute NAME",
  "/unmute *!*@TEXT",
  "/invite NAME",
  "/topic TEXT",
  "/away TEXT",
  "/join #other",
  "/join NAME TEXT",
  "/part #other TEXT",
  "/search TEXT",
  "/list TEXT",
  "/raw TEXT",
  "/raw NAME TEXT",
  "/msg NAME TEXT",
  "/msg #other TEXT",
  "/nick NAME",
  "/logout",
];

/** Lines that let a session enter its room. */
const WELCOME = [
  ":chat.test CAP * LS :server-time echo-message message-tags batch draft/chathistory " +
  "soju.im/search draft/multiline=max-bytes=900,max-lines=3\r\n",
  ":chat.test CAP * ACK :server-time echo-message message-tags\r\n",
  ":chat.test CAP * LS :sasl draft/account-registration\r\n",
  ":chat.test CAP * ACK :sasl draft/account-registration\r\n",
  "AUTHENTICATE +\r\n",
  ":chat.test CAP * ACK :batch draft/chathistory soju.im/search draft/multiline\r\n",
  ":chat.test 005 Alperen CHANMODES=beI,k,l,imnst EXTBAN=~,aq MODES=12 :are supported\r\n",
  ":Alperen!~u@192.0.2.1 JOIN #other\r\n",
  ":chat.test 366 * #lobby :End\r\n",
  ":chat.test 001 Alperen :Welcome\r\n:chat.test 376 Alperen :End\r\n",
  ":Alperen!~u@192.0.2.1 JOIN #lobby\r\n",
  ":chat.test 353 Alperen = #lobby :@Alperen Furkan\r\n:chat.test 366 Alperen #lobby :End\r\n",
];

/** Something that happens to a session. */
type Act = (player: Player) => void;

function serverSays(random: Random): Uint8Array<ArrayBuffer> {
  if (random.oneIn(15)) {
    return Uint8Array.from(random.several(random.below(100), () => random.below(256)));
  }
  const line = `${random.pick(SOURCES)}${random.pick(COMMANDS)} ${
    random.several(random.below(6), () => random.pick(WORDS)).join(" ")
  }\r\n`;
  const bytes = encoder.encode(random.oneIn(3) ? random.pick(WELCOME) : line);
  return random.oneIn(6) ? mutate(random, bytes) : bytes;
}

function personDoes(random: Random): Act {
  const text = random.pick([
    "selam",
    "",
    "ş".repeat(3000),
    "a \0b\r\nc",
    ":x",
    "👩‍👩‍👧‍👦".repeat(40),
    "bir\n\niki\n".repeat(30),
    "\n\n",
  ]);
  const name = random.pick(["Alperen", "Furkan", "", "a b", "x\r\nQUIT", ":", "é".repeat(300)]);
  const where = random.pick(["", "#lobby", "#LOBBY", "#other", "#yok", "Furkan", "a b", "x\r\ny"]);
  const typed = random.pick(TYPED).replace("NAME", name).replace("TEXT", text);
  const found = random.oneIn(2) ? text : undefined;
  const state = random.pick<"active" | "paused" | "done">(["active", "paused", "done"]);
  return random.pick<Act>([
    (player) => player.type(typed, where),
    (player) => player.type(typed, where),
    (player) => player.do((session, now) => session.perform({ do: "say", text }, where, now)),
    (player) => player.do((session, now) => session.typing(where, state, now)),
    (player) => player.do((session, now) => session.claim(name, now)),
    (player) => player.do((session, now) => session.perform({ do: "say", text }, "", now)),
    (player) => player.do((session, now) => session.perform({ do: "act", text }, "Furkan", now)),
    (player) =>
      player.do((session, now) => session.perform({ do: "who", room: undefined }, "", now)),
    (player) => player.do((session, now) => session.givePassword(text, now)),
    (player) => player.do((session, now) => session.signUp(text, now)),
    (player) => player.do((session, now) => session.logIn(name, text, now)),
    (player) => player.answers(found),
  ]);
}

function act(random: Random): Act {
  if (random.oneIn(30)) return (player) => player.reconnect();
  if (random.oneIn(60)) return (player) => player.do((s, now) => s.finish("bye", now));
  if (random.oneIn(10)) {
    const ms = random.below(40_000);
    return (player) => player.pass(ms);
  }
  if (random.oneIn(5)) return personDoes(random);
  const bytes = serverSays(random);
  return (player) => player.hear(bytes);
}

const exchange = (account: string, password: string) =>
  new ScramClient(quickHashes(), account, password, "nonce");

/** A session with its input and its output. */
class Player {
  readonly sent: string[] = [];
  readonly events: ChatEvent[] = [];
  readonly #session = new Session({
    room: "#lobby",
    name: undefined,
    password: undefined,
    multiline: true,
    history: true,
    login: { given: undefined, asks: true, exchange },
  });
  readonly #screen = new Plain({ typed: false, shown: false });
  readonly #pieces: (bytes: Uint8Array) => Iterable<Uint8Array>;
  #lines = new LineBuffer(SERVER_LINES);
  readonly #requests: LoginRequest[] = [];
  #now = 1_767_323_045_678;

  constructor(pieces: (bytes: Uint8Array) => Iterable<Uint8Array>) {
    this.#pieces = pieces;
  }

  do(work: (session: Session, now: number) => Step): void {
    const { send, events, requests } = work(this.#session, this.#now);
    this.#requests.push(...requests);
    for (const line of send) assertSendable(line);
    for (const event of events) {
      for (const { text } of this.#screen.show(event)) assertHarmless(text);
      assertHarmless(jsonLine(event));
      assertEquals(JSON.parse(jsonLine(event)).type, event.type);
    }
    this.sent.push(...send);
    this.events.push(...events);
    assertBounded(this.#session);
    const { wakeAt } = this.#session;
    assert(wakeAt === undefined || Number.isFinite(wakeAt), `wakes at ${wakeAt}`);
  }

  /** Answers the oldest request, if any. */
  answers(text: string | undefined): void {
    const request = this.#requests.shift();
    const proof = text === undefined ? undefined : encoder.encode(text);
    if (request?.kind === "recall") this.do((s, now) => s.recalled(request.account, text, now));
    else if (request !== undefined) this.do((s, now) => s.proved(request.id, proof, now));
  }

  /** Handles a line as a front end does. */
  type(line: string, where: string): void {
    complete(line, line.length, { names: ["Furkan"], rooms: ["#lobby"] });
    const action = interpret(line);
    if (isForSession(action)) this.do((session, now) => session.perform(action, where, now));
  }

  hear(bytes: Uint8Array): void {
    for (const piece of this.#pieces(bytes)) {
      this.#lines.push(piece);
      for (let line = this.#lines.next(); line !== undefined; line = this.#lines.next()) {
        const { text } = line;
        this.do((session, now) => session.receive(text, now));
      }
    }
  }

  reconnect(): void {
    this.do((session, now) => session.lose("Connection closed", now));
    this.#lines = new LineBuffer(SERVER_LINES);
    this.do((session, now) => session.open(now));
  }

  pass(ms: number): void {
    this.#now += ms;
    this.do((session, now) => session.tick(now));
  }
}

/** Throws if a server would not accept this line. */
function assertSendable(line: string): void {
  assert(parse(line) !== undefined, `no command: ${JSON.stringify(line)}`);
  assert(!/[\0\r\n]/.test(line), `more than a line: ${JSON.stringify(line)}`);
  // The reply to a PING repeats the server's own text, however long.
  if (line.startsWith("PONG ")) return;
  const bytes = encoder.encode(line.replace(/^@\S+ /, "")).length + 2;
  assert(bytes <= LINE_BYTES, `${bytes} bytes: ${line}`);
}

/** Throws if a session keeps more than its bounds allow, or can't be queried. */
function assertBounded(session: Session): void {
  assert(session.rooms.length <= 102);
  for (const { name, members } of session.rooms) {
    assert(members.length <= 20_000);
    assertEquals(session.room(name)?.name, name);
  }
}

/** Throws if a terminal would act on this text instead of showing it. */
function assertHarmless(text: string): void {
  // deno-lint-ignore no-control-regex
  const wrong = /[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]|\n./su.exec(text);
  assertEquals(wrong && JSON.stringify(text), null);
}

function play(acts: readonly Act[], pieces: (bytes: Uint8Array) => Iterable<Uint8Array>): Player {
  const player = new Player(pieces);
  player.do((session, now) => session.open(now));
  for (const act of acts) act(player);
  return player;
}

Deno.test(`Session: any input, whole or byte by byte, has the same harmless results (seed ${SEED})`, async () => {
  await forManySeeds(MILLISECONDS, (seed) => {
    const random = new Random(seed);
    const acts = random.several(STEPS, () => act(random));
    const whole = play(acts, (bytes) => [bytes]);
    const slowly = play(acts, (bytes) => Array.from(bytes, (byte) => Uint8Array.of(byte)));
    assertEquals([slowly.sent, slowly.events], [whole.sent, whole.events]);
  });
});
