/**
 * `deno task demo`: a real server and three people who talk, each a process of its own, and what
 * each of them saw. Exit status 1 if that is not as expected.
 * @module
 */
import { bold, cyan, dim, green, magenta, red, yellow } from "@std/fmt/colors";
import {
  perform,
  type Performance,
  type Person,
  type Scene,
  SCREENS,
  SERVER_LOG,
  withoutPorts,
  withoutTimes,
} from "../tests/e2e/script.ts";

const COLORS: Readonly<Record<Person, (text: string) => string>> = {
  Alperen: cyan,
  Furkan: magenta,
  Gamze: yellow,
};

function tell({ who, does, text }: Scene): void {
  const name = COLORS[who](who.padEnd(8));
  const what = text === "" ? dim("an empty line") : text;
  console.log(does === "types" ? `${name} ${dim("types")} ${what}` : `${name} ${dim(does)}`);
}

function show(title: string, text: string): void {
  const lines = text.trimEnd().split("\n");
  console.log(`\n${bold(title)}`);
  for (const line of lines) console.log(`${dim("│")} ${line}`);
}

/** The names of those whose screen is not as expected. */
function surprised({ screens, log, statuses }: Performance): string[] {
  const names = Object.keys(SCREENS) as Person[];
  const wrong: string[] = names.filter((who) => withoutTimes(screens[who]) !== SCREENS[who]);
  if (withoutPorts(log) !== SERVER_LOG) wrong.push("the server");
  for (const [who, status] of Object.entries(statuses)) {
    if (status !== 0) wrong.push(`${who} (exit status ${status})`);
  }
  return wrong;
}

try {
  console.log(bold("A chat room on this machine, and three people who come and go:\n"));
  const performance = await perform(tell);
  for (const [who, screen] of Object.entries(performance.screens)) {
    show(`What ${who} saw: chat join 127.0.0.1`, screen);
  }
  show("What the server logged: chat serve", performance.log);
  const wrong = surprised(performance);
  Deno.exitCode = wrong.length === 0 ? 0 : 1;
  console.log(
    wrong.length === 0
      ? green("\nEveryone saw what they should have.")
      : red(`\nNot what it should be: ${wrong.join(", ")}.`),
  );
} catch (error) {
  console.error(red(`\nThe demo failed. ${error instanceof Error ? error.message : error}`));
  Deno.exitCode = 1;
}
