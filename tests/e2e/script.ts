/**
 * The conversation that demonstrates the program: three people and a server. The test compares what
 * everyone saw with {@linkcode SCREENS} and {@linkcode SERVER_LOG}; `deno task demo` shows it.
 * @module
 */
import { interpret } from "../../lib/client/input/interpret.ts";
import { type Process, ServerProcess, start } from "./program.ts";

export type Person = "Alperen" | "Furkan" | "Gamze";

/** A step of the conversation, and how to tell that it is done. */
export interface Scene {
  readonly who: Person;
  /** Starts the client, types a line, ends the input, or kills the process. */
  readonly does: "enters" | "types" | "ends the input" | "is killed";
  /** The typed text. */
  readonly text?: string;
  /** What then appears on a screen or in the server's log. */
  readonly seen: readonly (readonly [where: Person | "server", what: string])[];
}

function enters(who: Person): Scene {
  return { who, does: "enters", seen: [[who, "Please choose a username: "]] };
}

function types(who: Person, text: string, ...seen: Scene["seen"]): Scene {
  return { who, does: "types", text, seen };
}

const help = interpret("/help");
const HELP = help.do === "inform" ? help.lines.map((line) => `${line}\n`).join("") : "";

/** The conversation in order. */
export const SCENES: readonly Scene[] = [
  enters("Alperen"),
  types("Alperen", "Alperen", ["Alperen", "You can now chat with the others.\n"]),
  types("Alperen", "Aa kimseler yok :(", ["server", "says: Aa kimseler yok :(\n"]),
  enters("Furkan"),
  types("Furkan", "ALPEREN", ["Furkan", "already in use.\nPlease choose a username: "]),
  types("Furkan", "Furkan", ["Furkan", "others.\n"], ["Alperen", "Furkan has joined"]),
  types("Furkan", "Aa Alperen selam", ["Alperen", "selam\n"]),
  types("Alperen", "Ooo hoş geldin! Nasılsın?", ["Furkan", "Nasılsın?\n"]),
  enters("Gamze"),
  types("Furkan", "İyiyim, çok şükür. Gökçe ile Çağrı da ığdır'dan dönüyormuş", [
    "Alperen",
    "dönüyormuş\n",
  ]),
  types("Gamze", "Gamze", ["Gamze", "others.\n"], ["Alperen", "Gamze has"], [
    "Furkan",
    "Gamze has",
  ]),
  types("Gamze", "Selam gençler, ne konuşuyorsunuz? 🎉", ["Alperen", "🎉\n"], ["Furkan", "🎉\n"]),
  types("Gamze", "", ["Gamze", "empty message.\n"]),
  types("Gamze", "/help", ["Gamze", HELP]),
  types("Alperen", "ĞÜŞİÖÇ ğüşıöç: hepsi geldi mi?", ["Gamze", "mi?\n"], ["Furkan", "mi?\n"]),
  { who: "Furkan", does: "is killed", seen: [["Alperen", "Furkan is"], ["Gamze", "Furkan is"]] },
  types("Gamze", "Furkan'ın şarjı bitti galiba, ben de kaçtım", ["Alperen", "kaçtım\n"]),
  types("Gamze", "exit", ["Gamze", "disconnected...\n"], ["Alperen", "Gamze is"]),
  types("Alperen", "Yine kimseler yok :(", ["server", "says: Yine kimseler yok :(\n"]),
  {
    who: "Alperen",
    does: "ends the input",
    seen: [["Alperen", "disconnected...\n"], ["server", "is disconnected\n"]],
  },
];

/** Everyone's whole screen, with `TIME` for times. */
export const SCREENS: Readonly<Record<Person, string>> = {
  Alperen: `\
Welcome to the server. Here are the users in the chat room:
*No user found*
Please choose a username: 
You have selected your username. You can now chat with the others.
Furkan has joined the chat @ TIME
Furkan @ TIME >> Aa Alperen selam
Furkan @ TIME >> İyiyim, çok şükür. Gökçe ile Çağrı da ığdır'dan dönüyormuş
Gamze has joined the chat @ TIME
Gamze @ TIME >> Selam gençler, ne konuşuyorsunuz? 🎉
Furkan is disconnected from the chat @ TIME
Gamze @ TIME >> Furkan'ın şarjı bitti galiba, ben de kaçtım
Gamze is disconnected from the chat @ TIME
Thank you for using the chat application. You will be disconnected...
`,
  Furkan: `\
Welcome to the server. Here are the users in the chat room:
Alperen
Please choose a username: 
ALPEREN is already in use.
Please choose a username: 
You have selected your username. You can now chat with the others.
Alperen @ TIME >> Ooo hoş geldin! Nasılsın?
Gamze has joined the chat @ TIME
Gamze @ TIME >> Selam gençler, ne konuşuyorsunuz? 🎉
Alperen @ TIME >> ĞÜŞİÖÇ ğüşıöç: hepsi geldi mi?
`,
  Gamze: `\
Welcome to the server. Here are the users in the chat room:
Alperen
Furkan
Please choose a username: 
You have selected your username. You can now chat with the others.
You cannot send an empty message.
${HELP}\
Alperen @ TIME >> ĞÜŞİÖÇ ğüşıöç: hepsi geldi mi?
Furkan is disconnected from the chat @ TIME
Thank you for using the chat application. You will be disconnected...
`,
};

/** The whole log of the server, with `TIME` for times and names for the clients' ports. */
export const SERVER_LOG = `\
The socket is created
The socket is bound to 127.0.0.1:PORT
The server is ready: the chat room is open
Others join with: chat join 127.0.0.1:PORT
Nothing is kept on disk: messages are gone when the server stops
TIME 127.0.0.1:ALPEREN is connected to the server
TIME 127.0.0.1:ALPEREN claimed Alperen as its username
TIME 127.0.0.1:ALPEREN (Alperen) says: Aa kimseler yok :(
TIME 127.0.0.1:FURKAN is connected to the server
TIME 127.0.0.1:FURKAN claimed Furkan as its username
TIME 127.0.0.1:FURKAN (Furkan) says: Aa Alperen selam
TIME 127.0.0.1:ALPEREN (Alperen) says: Ooo hoş geldin! Nasılsın?
TIME 127.0.0.1:GAMZE is connected to the server
TIME 127.0.0.1:FURKAN (Furkan) says: İyiyim, çok şükür. Gökçe ile Çağrı da ığdır'dan dönüyormuş
TIME 127.0.0.1:GAMZE claimed Gamze as its username
TIME 127.0.0.1:GAMZE (Gamze) says: Selam gençler, ne konuşuyorsunuz? 🎉
TIME 127.0.0.1:ALPEREN (Alperen) says: ĞÜŞİÖÇ ğüşıöç: hepsi geldi mi?
TIME 127.0.0.1:FURKAN (Furkan) is disconnected
TIME 127.0.0.1:GAMZE (Gamze) says: Furkan'ın şarjı bitti galiba, ben de kaçtım
TIME 127.0.0.1:GAMZE (Gamze) is disconnected
TIME 127.0.0.1:ALPEREN (Alperen) says: Yine kimseler yok :(
TIME 127.0.0.1:ALPEREN (Alperen) is disconnected
The server is closing
The server is closed
`;

/** The result of a performance. */
export interface Performance {
  readonly screens: Readonly<Record<Person, string>>;
  readonly log: string;
  /** The exit status of the server, and of the clients that ended by themselves. */
  readonly statuses: Readonly<Record<string, number>>;
}

/**
 * Plays the conversation with a server and three clients, each in its own process.
 *
 * @param before Called before each scene.
 */
export async function perform(before: (scene: Scene) => void = () => {}): Promise<Performance> {
  // This conversation is about live messages, so history is off. Who is killed is gone at once.
  const live = ["--history-on-join", "0", "--return-time", "0"];
  const flags = ["--host", "127.0.0.1", ...live, "--no-web"];
  await using server = await ServerProcess.start(flags);
  await using stack = new AsyncDisposableStack();
  const clients = new Map<Person, Process>();
  const client = (who: Person) => {
    const found = clients.get(who);
    if (found === undefined) throw new Error(`${who} has not come yet`);
    return found;
  };
  const statuses: Record<string, number> = {};
  for (const scene of SCENES) {
    before(scene);
    const { who, does, text = "", seen } = scene;
    switch (does) {
      case "enters":
        clients.set(who, stack.use(start(["join", `127.0.0.1:${server.port}`], { merged: true })));
        break;
      case "types":
        await client(who).write(`${text}\n`);
        break;
      case "ends the input":
        await client(who).closeStdin();
        break;
      case "is killed":
        client(who).kill("SIGKILL");
        break;
      default:
        does satisfies never;
    }
    for (const [where, what] of seen) {
      const place = where === "server" ? server : client(where);
      await place.stdout.part(new RegExp(RegExp.escape(what)));
    }
    if (text === "exit" || does === "ends the input") statuses[who] = await client(who).exit();
  }
  server.kill("SIGTERM");
  statuses.server = await server.exit();
  const screen = (who: Person) => client(who).stdout.text;
  return {
    screens: { Alperen: screen("Alperen"), Furkan: screen("Furkan"), Gamze: screen("Gamze") },
    log: server.stdout.text,
    statuses,
  };
}

/** Replaces times with `TIME`. */
export function withoutTimes(text: string): string {
  return text.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d /gm, "TIME ")
    .replace(/\b\d\d:\d\d:\d\d [AP]M\b/g, "TIME");
}

/** Replaces times with `TIME` and ports with the names of their users. */
export function withoutPorts(log: string): string {
  let text = withoutTimes(log).replace(
    /(bound to|chat join) 127\.0\.0\.1:\d+/g,
    "$1 127.0.0.1:PORT",
  );
  for (const [, port, who] of text.matchAll(/127\.0\.0\.1:(\d+) claimed (\S+)/g)) {
    text = text.replaceAll(`127.0.0.1:${port} `, `127.0.0.1:${who!.toUpperCase()} `);
  }
  return text;
}
