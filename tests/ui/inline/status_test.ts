import { assert, assertEquals } from "@std/assert";
import { type Status, statusSpans, titleText } from "../../../lib/ui/inline/status.ts";
import { plainText } from "../../../lib/ui/spans.ts";
import { displayWidth } from "../../../lib/text/width.ts";

const QUIET: Status = {
  hint: undefined,
  place: "#lobby",
  people: undefined,
  link: "up",
  retryAt: undefined,
  typists: [],
  elsewhere: [],
};

const other = { number: 2, name: "#music", unread: 3, forUs: 0 };

Deno.test("Status row: shows what matters, and leaves out what does not fit", () => {
  const cases: [given: Partial<Status>, columns: number, text: string][] = [
    [{}, 40, "#lobby"],
    [{ people: 7 }, 40, "#lobby (7)"],
    [{ link: "connecting" }, 40, "#lobby · connecting..."],
    [{ link: "waiting" }, 40, "#lobby · no connection"],
    [{ link: "waiting", retryAt: 9000 }, 60, "#lobby · no connection, trying again in 8 seconds"],
    [{ typists: ["Ada", "Bob", "Cem"] }, 40, "#lobby · Ada, Bob and Cem are typing"],
    [{ typists: ["Ada"], elsewhere: [other] }, 50, "#lobby · Ada is typing · Alt-2 #music: 3 new"],
    [{ typists: ["Ada"], elsewhere: [other] }, 39, "#lobby · Ada is typing · Alt-2 #music:…"],
    [{ typists: ["Ada"], elsewhere: [other] }, 27, "#lobby · Ada is typing"],
    [{ elsewhere: [{ ...other, forUs: 1 }] }, 40, "#lobby · Alt-2 #music: 1 for you"],
    [{ elsewhere: [{ ...other, number: 12 }] }, 40, "#lobby · #music: 3 new"],
    [{ hint: "Press Ctrl-C again to leave", typists: ["Ada"] }, 20, "Press Ctrl-C again …"],
    [{ place: "陳さんの部屋" }, 8, "陳さん…"],
    [{ place: "x\x1b[2J y" }, 9, "x_y"],
    [{}, 1, "…"],
  ];
  for (const [given, columns, text] of cases) {
    const shown = plainText(statusSpans({ ...QUIET, ...given }, columns, 1000));
    assertEquals(shown, text);
    assert(displayWidth(shown) <= columns);
  }
});

Deno.test("Window title: the unread count comes before the place", () => {
  assertEquals(titleText("#lobby", 0), "#lobby - chat");
  assertEquals(titleText("#lobby", 3), "(3) #lobby - chat");
  assertEquals(titleText("", 0), "chat");
  assertEquals(titleText("\x1b]2;x\x07Ada", 1), "(1) Ada - chat");
});
