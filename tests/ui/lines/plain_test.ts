import { assert, assertEquals } from "@std/assert";
import type { ChatEvent, Said } from "../../../lib/client/events.ts";
import type { Output } from "../../../lib/ui/front_end.ts";
import { Plain } from "../../../lib/ui/lines/plain.ts";
import { said, TIME as time } from "../events.ts";

const CONVERSATION: readonly ChatEvent[] = [
  { type: "dialling", address: "h:1", time },
  said({ kind: "notice", server: true, from: "s", text: "*** Looking up your hostname" }),
  { type: "users", room: "#lobby", users: ["Furkan", "Gökçe"], more: 3, why: "arrived", time },
  { type: "askName", time },
];

function texts(outputs: readonly Output[], stream: "out" | "err"): string {
  return outputs.filter((output) => output.stream === stream).map(({ text }) => text).join("");
}

function enter(plain: Plain): Output[] {
  return [
    ...CONVERSATION.flatMap((event) => plain.show(event)),
    ...plain.answered(),
    ...plain.show({ type: "nameRefused", name: "Furkan", reason: "Taken", keeps: null, time }),
    ...plain.show({ type: "askName", time }),
    ...plain.answered(),
    ...plain.show({ type: "entered", room: "#lobby", name: "Ali", again: false, time }),
    ...plain.show({ type: "users", room: "#lobby", users: ["Ali"], more: 0, why: "entered", time }),
    ...plain.show(said()),
    ...plain.show(said({ own: true })),
    ...plain.show({ type: "notSent", text: "You cannot send an empty message.", line: "", time }),
    ...plain.show({ type: "closed", status: 0, reason: null, time }),
  ];
}

const CONVERSED = `You have selected your username. You can now chat with the others.
Furkan @ TIME >> selam
You cannot send an empty message.
Thank you for using the chat application. You will be disconnected...
`;
const WELCOMED = `Welcome to the server. Here are the users in the chat room:
Furkan
Gökçe
... and 3 more
`;

Deno.test("Plain: on a terminal prompts and conversation are both on standard output", () => {
  const shown = enter(new Plain({ typed: true, shown: true }, () => "TIME"));
  // The terminal echoes the Enter after each answer.
  assertEquals(
    texts(shown, "out"),
    `${WELCOMED}Please choose a username: Please choose a username: ${CONVERSED}`,
  );
  assertEquals(texts(shown, "err"), "Taken.\n");
});

Deno.test("Plain: for screen readers it only adds whole lines, without control characters", () => {
  const plain = new Plain({ typed: true, shown: true, columns: () => 40 }, () => "TIME", {
    lines: true,
  });
  const shown = [
    ...enter(plain),
    ...plain.ask("name"),
    ...plain.show({ type: "retrying", after: 1000, reason: null, time }),
    ...plain.ask("trust", "one\ntwo"),
    ...plain.show(said({ text: `\x1b[2J ${"uzun ".repeat(20)}` })),
  ];
  for (const { text } of shown) assert(/^([^\p{Cc}]+\n)+$/u.test(text), JSON.stringify(text));
});

Deno.test("Plain: with --quiet only errors are shown, and questions to a person", () => {
  const [typed, piped] = [true, false].map((typed) => {
    const shown = enter(new Plain({ typed, shown: typed }, () => "TIME", { quiet: true }));
    return { out: texts(shown, "out"), err: texts(shown, "err") };
  });
  const question = "Please choose a username: ";
  assertEquals(typed, { out: question + question, err: "Taken.\n" });
  assertEquals(piped, { out: "", err: "Taken.\n" });
});

Deno.test("Plain: in a pipe the conversation is on standard output, and the prompts are not", () => {
  const shown = enter(new Plain({ typed: false, shown: false }, () => "TIME"));
  assertEquals(texts(shown, "out"), WELCOMED + CONVERSED);
  assertEquals(
    texts(shown, "err"),
    "Please choose a username: \nTaken.\nPlease choose a username: \n",
  );
});

Deno.test("Plain: an empty room says so, and a room not shown on arrival is shown after entering", () => {
  const users = (why: "arrived" | "entered" | "asked", ...users: string[]): ChatEvent => ({
    type: "users",
    room: "#lobby",
    users,
    more: 0,
    why,
    time,
  });
  const show = (...events: ChatEvent[]) => {
    const plain = new Plain({ typed: true, shown: true });
    return texts(events.flatMap((event) => plain.show(event)), "out");
  };
  const header = "Here are the users in the chat room:\n";
  assertEquals(show(users("arrived")), `Welcome to the server. ${header}*No user found*\n`);
  assertEquals(show(users("entered", "a", "b\n\x1b[m")), `${header}a\nb_\n`);
  assertEquals(show(users("arrived"), users("entered", "a"), users("asked", "a")).split(header), [
    "Welcome to the server. ",
    "*No user found*\n",
    "a\n",
  ]);
});

Deno.test("Plain: a text above a question is shown line by line, and harmless", () => {
  const plain = new Plain({ typed: true, shown: false });
  const asked = plain.ask("trust", "It is\nSHA256:\x1b[1Aa\nGo on?");
  assertEquals(asked.map(({ stream }) => stream), ["err"]);
  const [{ text = "" } = {}] = asked;
  assertEquals(text.split("\n").length, 4);
  assert(text.endsWith("\nGo on?\nPlease type yes or no: ") && !text.includes("\x1b"), text);
});

Deno.test("Plain: a question that is interrupted is asked again below", () => {
  const plain = new Plain({ typed: true, shown: true });
  plain.show({ type: "askName", time });
  assertEquals(plain.show({ type: "retrying", after: 1000, reason: null, time }), [
    { stream: "out", text: "\n" },
    { stream: "err", text: "Trying again in 1 second.\n" },
    { stream: "out", text: "Please choose a username: " },
  ]);
  assertEquals(plain.show({ type: "closed", status: 1, reason: "Gone.", time }), [
    { stream: "out", text: "\n" },
    { stream: "err", text: "Gone.\n" },
  ]);
});

Deno.test("Plain: a name that the server gave by itself is not asked for any more", () => {
  const plain = new Plain({ typed: true, shown: true }, () => "TIME");
  plain.show({ type: "askName", time });
  const shown = [
    ...plain.show({ type: "entered", room: "#lobby", name: "Guest1", again: false, time }),
    ...plain.show(said()),
  ];
  const entered = "You have selected your username. You can now chat with the others.";
  assertEquals(texts(shown, "out"), `\n${entered}\nFurkan @ TIME >> selam\n`);
});

Deno.test("Plain: what happens in another room than the first one stands behind its name", () => {
  const plain = new Plain({ typed: false, shown: false }, () => "TIME");
  const entered = (room: string): ChatEvent => (
    { type: "entered", room, name: "Ali", again: false, time }
  );
  const shown = [
    entered("#lobby"),
    entered("#tea"),
    { type: "users", room: "#tea", users: ["Ali"], more: 0, why: "entered", time } as const,
    said({ target: "#tea", place: "#tea" }),
    said({ target: "#LOBBY", place: "#LOBBY" }),
    { type: "joined", name: "Ada", room: "#tea", time } as const,
    { type: "topic", room: "#tea", text: "çay", by: null, setBy: null, setAt: null, time } as const,
    { type: "roomRenamed", from: "#lobby", to: "#hall", by: "Ada", reason: "", time } as const,
    said({ target: "#hall", place: "#hall" }),
    said({ target: "#lobby", place: "#lobby" }),
  ].flatMap((event) => plain.show(event));
  assertEquals(texts(shown, "out").split("\n"), [
    "You have selected your username. You can now chat with the others.",
    "You are in #tea.",
    "Here are the users in #tea:",
    "Ali",
    "#tea: Furkan @ TIME >> selam",
    "Furkan @ TIME >> selam",
    "#tea: Ada has joined the chat @ TIME",
    "The topic of #tea is: çay",
    "Ada renamed the room #lobby to #hall @ TIME",
    "Furkan @ TIME >> selam",
    "#lobby: Furkan @ TIME >> selam",
    "",
  ]);
});

Deno.test("Plain: what is for some in a room only is marked", () => {
  const plain = new Plain({ typed: false, shown: false }, () => "TIME");
  plain.show({ type: "entered", room: "#lobby", name: "Ali", again: false, time });
  const lines = (given: Partial<Said>) => texts(plain.show(said(given)), "out");
  assertEquals(
    lines({ target: "@#lobby", place: "@#lobby", only: "@" }),
    "For operators only: Furkan @ TIME >> selam\n",
  );
  assertEquals(
    lines({ target: "+#tea", place: "+#tea", only: "+", kind: "action" }),
    "#tea: For operators and people with the right to speak only: * Furkan selam @ TIME\n",
  );
});

Deno.test("Plain: a message that the server refused is named on standard error", () => {
  const plain = new Plain({ typed: false, shown: false });
  const text = "This was not delivered: there is nobody called x here.";
  assertEquals(plain.show({ type: "error", text, code: "401", line: "bir\x1b[m\niki", time }), [
    { stream: "err", text: `${text} It was: bir...\n` },
  ]);
  const refused = { type: "notSent", text: "You are in no room.", line: "bir", time } as const;
  assertEquals(plain.show(refused), [{ stream: "err", text: "You are in no room.\n" }]);
});

Deno.test("Plain: old messages are between lines that say so", () => {
  const plain = new Plain({ typed: false, shown: false }, () => "TIME");
  const line = (text: string, old = false, at = time) => said({ text, old, time: at });
  const entered = (again: boolean, at: number): ChatEvent => (
    { type: "entered", room: "#lobby", name: "Ali", again, time: at }
  );
  const shown = [
    entered(false, time),
    line("eski", true, time - 9),
    line("ours", true, time - 8),
    line("yeni"),
    line("daha yeni"),
    entered(true, time + 20),
    line("while away", true, time + 10),
    line("much older", true, time - 7),
    { type: "closed", status: 0, reason: null, time } as const,
  ].flatMap((event) => plain.show(event));
  assertEquals(texts(shown, "err"), "");
  assertEquals(texts(shown, "out").split("\n"), [
    "You have selected your username. You can now chat with the others.",
    "--- messages from before you joined ---",
    "Furkan @ TIME >> eski",
    "Furkan @ TIME >> ours",
    "--- now ---",
    "Furkan @ TIME >> yeni",
    "Furkan @ TIME >> daha yeni",
    "You are in the chat room again.",
    "--- messages that you missed ---",
    "Furkan @ TIME >> while away",
    "--- messages from before you joined ---",
    "Furkan @ TIME >> much older",
    "--- now ---",
    "Thank you for using the chat application. You will be disconnected...",
    "",
  ]);
});
