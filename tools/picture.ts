/**
 * `deno task picture`: plays a conversation of three people with real processes in real terminals
 * and writes the screen of one of them to `docs/picture.svg`.
 * @module
 */
import { NO_TERMINAL } from "../tests/e2e/tmux.ts";
import { play } from "./picture/session.ts";
import { svgOf } from "./picture/svg.ts";

const FILE = new URL("../docs/picture.svg", import.meta.url);

if (NO_TERMINAL === "") {
  await Deno.writeTextFile(FILE, svgOf(await play()));
  console.log("Wrote docs/picture.svg.");
} else {
  console.error(`The picture can't be made: ${NO_TERMINAL}.`);
  Deno.exitCode = 1;
}
