import { ServerProcess } from "../../tests/e2e/program.ts";
import { TmuxTerminal } from "../../tests/e2e/tmux.ts";
import type { Screen } from "./svg.ts";

const SIZE = { columns: 84, rows: 18 } as const;

/** The shown time of the first line, in seconds of the day: always the same. */
const BEGIN = (23 * 60 + 3) * 60 + 10;

/** How many seconds seem to pass between lines. */
const STEP = 4;

const TIME = /\b\d\d:\d\d:\d\d [AP]M/g;

/** The date that is shown for any other. */
const DATE = { pattern: /\b\d{4}-\d\d-\d\d\b/g, shown: "2026-03-06" } as const;

/** Plays the conversation and returns Furkan's last screen. */
export async function play(): Promise<Screen> {
  await using server = await ServerProcess.start();
  const enter = async (name: string): Promise<TmuxTerminal> => {
    const terminal = await TmuxTerminal.chat(
      ["join", `127.0.0.1:${server.port}/bahçe`, "--name", name],
      { ...SIZE, env: { COLORTERM: "truecolor" } },
    );
    await terminal.shows(/You can now chat[^]*\n> *\n#bahçe/);
    return terminal;
  };
  await using alperen = await enter("Alperen");
  await alperen.enters("/topic The release is on Friday 🎉");
  await alperen.shows(/changed the topic/);
  await using gamze = await enter("Gamze");
  await using furkan = await enter("Furkan");
  const sees = (text: string) => furkan.shows((rows) => rows.join("").includes(text));

  await alperen.enters("Aa Furkan, selam!");
  await sees(">> Aa Furkan, selam!");
  await furkan.enters("selam! is the build green again?");
  await sees(">> selam! is the build green again?");
  await gamze.enters("/me nods");
  await sees("* Gamze nods");
  await alperen.pastes("a91c3f Keep the cursor between graphemes\n5d02be Wrap rows by width\n");
  await alperen.shows(/2 lines/);
  await alperen.presses("Enter");
  await sees("by width");
  await gamze.enters("陳さん tried it on https://example.org/try too 👍🏽");
  await sees("example.org");
  await gamze.enters("/msg Furkan lunch at half past twelve?");
  await sees("half past twelve?");
  await alperen.types("perhaps we should");
  await sees("Alperen is typing");
  await furkan.types("Gam");
  await furkan.presses("Tab");
  await furkan.types("see you there");
  await sees("Gamze: see you there");
  return await look(furkan);
}

async function look(terminal: TmuxTerminal): Promise<Screen> {
  const [title, row, column] = await Promise.all(
    ["pane_title", "cursor_y", "cursor_x"].map((name) => terminal.knows(name)),
  );
  let time = BEGIN;
  const screen = await terminal.screen();
  const rows = (await terminal.styled()).slice(0, screen.length).map((each) =>
    each.replace(TIME, () => timeOfDay(time += STEP)).replace(DATE.pattern, DATE.shown)
  );
  return {
    rows,
    columns: SIZE.columns,
    cursor: { row: Number(row), column: Number(column) },
    title: title!,
    description: describe(screen),
  };
}

/** The screen in words for those who can't see it, without times. */
function describe(rows: readonly string[]): string {
  const text = rows.join("\n").replaceAll(DATE.pattern, DATE.shown);
  return `A chat room in a terminal:\n${text.replace(/ ?@ \d\d:\d\d:\d\d [AP]M/g, "").trim()}`;
}

function timeOfDay(seconds: number): string {
  const parts = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map(Math.floor);
  return `${parts.map((part) => `${part}`.padStart(2, "0")).join(":")} PM`;
}
