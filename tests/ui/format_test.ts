import { assert, assertEquals } from "@std/assert";
import type { ChatEvent } from "../../lib/client/events.ts";
import { formatEvent, hearers, timeOfDay } from "../../lib/ui/format.ts";
import { said, TIME as time } from "./events.ts";

Deno.test("Format: the time of day is local, with seconds and AM or PM", () => {
  const cases: [hours: number, minutes: number, seconds: number, text: string][] = [
    [23, 3, 10, "23:03:10 PM"],
    [0, 0, 0, "00:00:00 AM"],
    [11, 59, 59, "11:59:59 AM"],
    [12, 0, 9, "12:00:09 PM"],
  ];
  for (const [hours, minutes, seconds, text] of cases) {
    assertEquals(timeOfDay(new Date(2026, 0, 2, hours, minutes, seconds).getTime()), text);
  }
});

/** How somebody leaves, by whom and why, and how that is told. */
const LEAVING: readonly ["quit" | "part" | "kick", by: string | null, why: string, line: string][] =
  [
    ["quit", null, "", "Furkan is disconnected from the chat @ TIME"],
    ["quit", null, "Quit: Leaving", "Furkan is disconnected from the chat @ TIME"],
    ["quit", null, "Quit:", "Furkan is disconnected from the chat @ TIME"],
    ["quit", null, "Connection closed", "Furkan is disconnected from the chat @ TIME"],
    ["quit", null, "Quit: hoşça kal", "Furkan is disconnected from the chat @ TIME (hoşça kal)"],
    [
      "quit",
      null,
      "Ping timeout: 60 s",
      "Furkan is disconnected from the chat @ TIME (Ping timeout: 60 s)",
    ],
    ["part", null, "", "Furkan has left the room @ TIME"],
    ["part", null, "çay", "Furkan has left the room @ TIME (çay)"],
    ["kick", "Ada", "spam", "Furkan was removed by Ada (spam) @ TIME"],
    ["kick", "Ada", "Ada", "Furkan was removed by Ada @ TIME"],
    ["kick", null, "x", "Furkan was removed (x) @ TIME"],
  ];

const CASES: [event: ChatEvent, line: string | undefined][] = [
  [said({ text: "Aa Alperen selam" }), "Furkan @ TIME >> Aa Alperen selam"],
  [said({ own: true }), undefined],
  [said({ private: true, target: "Ali" }), "Private message from Furkan @ TIME >> selam"],
  [said({ kind: "notice" }), "Notice from Furkan @ TIME >> selam"],
  [said({ kind: "notice", private: true }), "Private notice from Furkan @ TIME >> selam"],
  [
    said({ kind: "notice", private: true, server: true, from: "s.x" }),
    "Notice from s.x @ TIME >> selam",
  ],
  [said({ server: true, from: "" }), "the server @ TIME >> selam"],
  [said({ kind: "action", text: "el sallar" }), "* Furkan el sallar @ TIME"],
  [said({ kind: "action", private: true }), "Privately: * Furkan selam @ TIME"],
  [said({ text: "a\nFurkan @ 1 >> b", from: "x\u202e y" }), "x_y @ TIME >> a Furkan @ 1 >> b"],
  [{ type: "joined", name: "Gamze", room: "#lobby", time }, "Gamze has joined the chat @ TIME"],
  ...LEAVING.map(([how, by, reason, line]): [ChatEvent, string] => [
    { type: "left", name: "Furkan", how, by, reason, rooms: [], time },
    line,
  ]),
  [
    { type: "removed", room: "#lobby", by: "Furkan", reason: "yeter", time },
    "Furkan removed you from the chat room (yeter) @ TIME. To go back, just say something.",
  ],
  [
    { type: "renamed", from: "a", to: "b", own: false, rooms: [], time },
    "a is now called b @ TIME",
  ],
  [{ type: "renamed", from: "a", to: "b", own: true, rooms: [], time }, "Your username is now b."],
  [
    { type: "topic", room: "#lobby", text: "ders", by: null, setBy: null, setAt: null, time },
    "The topic of the chat room is: ders",
  ],
  [
    { type: "topic", room: "#lobby", text: "ders", by: "Ali", setBy: null, setAt: null, time },
    "Ali changed the topic @ TIME to: ders",
  ],
  [
    { type: "topic", room: "#lobby", text: "", by: "Ali", setBy: null, setAt: null, time },
    "Ali removed the topic @ TIME",
  ],
  [{ type: "info", text: "a\x07b", time }, "ab"],
  [{ type: "error", text: "No.", code: "401", time }, "No."],
  [{ type: "notSent", text: "No.", line: "/x", time }, "No."],
  [
    { type: "nameRefused", name: "a", reason: "a is already in use", keeps: null, time },
    "a is already in use.",
  ],
  [
    { type: "nameRefused", name: "a", reason: "a is already in use", keeps: "b", time },
    "a is already in use. You are still b.",
  ],
  [
    { type: "nameBusy", name: "a", time },
    "The username a is still held by a lost connection. Waiting until it is free.",
  ],
  [
    { type: "lost", reason: "the server closed the connection", time },
    "The connection to the server was lost: the server closed the connection.",
  ],
  [{ type: "retrying", after: 800, reason: null, time }, "Trying again in 1 second."],
  [
    { type: "retrying", after: 8123, reason: "nothing is listening on this port", time },
    "The server cannot be reached: nothing is listening on this port. Trying again in 9 seconds.",
  ],
  [{ type: "askName", time }, undefined],
  [{ type: "dialling", address: "h:1", time }, undefined],
  [{ type: "entered", room: "#lobby", name: "a", again: false, time }, undefined],
  [{ type: "users", room: "#lobby", users: [], more: 0, why: "asked", time }, undefined],
  [{ type: "closed", status: 0, reason: null, time }, undefined],
];

Deno.test("Format: each event has its line", () => {
  for (const [event, line] of CASES) assertEquals(formatEvent(event, () => "TIME"), line);
});

Deno.test("Format: of a long message that was found, the line is shown that was meant", () => {
  const lines = Array.from({ length: 100 }, (_, at) => `satır ${at + 1}`);
  const cases: [query: string, text: string, shown: string][] = [
    ["SATIR 42", lines.slice(0, 5).join("\n"), "satır 1 satır 2 satır 3 satır 4 satır 5"],
    ["çay", ["Çay?", ...lines].join("\n"), "Çay? (line 1 of 101)"],
    ["demli çay", [...lines, "Çay demli"].join("\n"), "Çay demli (line 101 of 101)"],
    ["cay", [...lines, "Çay demli"].join("\n"), "satır 1 (line 1 of 101)"],
  ];
  for (const [query, text, shown] of cases) {
    const line = formatEvent({
      ...{ type: "found", query, place: "#lobby", only: null, from: "Ada", kind: "privmsg", text },
      ...{ msgid: null, time },
    }, () => "TIME");
    assertEquals(line, `#lobby: Ada @ TIME >> ${shown}`);
  }
});

Deno.test("Format: it is told who hears what is said in a place that is no room", () => {
  const cases: [place: string, told: string][] = [
    ["Ada", "privately"],
    ["@#lobby", "for operators only"],
    ["+#lobby", "for operators and people with the right to speak only"],
    ["@+#lobby", "for people with the rank @+ only"],
    ["&#lobby", "for admins only"],
    ["[x]#y", "privately"],
  ];
  for (const [place, told] of cases) assertEquals(hearers(place), told, place);
});

Deno.test("Format: no event can bring anything that acts on a terminal into its line", () => {
  const evil = "\x1b[2J\x07\n\u202e\x9b1m";
  for (const [event] of CASES) {
    const filled = Object.fromEntries(
      Object.entries(event).map(([key, value]) =>
        typeof value === "string" && !["type", "kind", "how", "why"].includes(key)
          ? [key, `${evil}${value}${evil}`]
          : [key, value]
      ),
    ) as unknown as ChatEvent;
    assert(!/[\p{Cc}\u202e]/u.test(formatEvent(filled) ?? ""));
  }
});
