import { assert, assertEquals } from "@std/assert";
import about from "../../../deno.json" with { type: "json" };
import { canDraw, VARIABLES } from "../../../lib/cli/join/environment.ts";

Deno.test("Environment: the program is allowed to read every variable that it looks at", () => {
  const allowed = /--allow-env=(\S+)/.exec(about.tasks.program.command)?.[1]?.split(",") ?? [];
  assertEquals(allowed, [...allowed].sort());
  for (const name of VARIABLES) assert(allowed.includes(name), name);
});

Deno.test("Environment: the program draws on real terminals, not on dumb or unknown ones", () => {
  const cases: [env: Record<string, string>, windows: boolean, drawn: boolean][] = [
    [{ TERM: "xterm-256color" }, false, true],
    [{ TERM: "linux" }, false, true],
    [{ TERM: "dumb" }, false, false],
    [{ TERM: "dumb" }, true, false],
    [{ TERM: "unknown" }, false, false],
    [{}, false, false],
    [{}, true, true],
  ];
  for (const [env, windows, drawn] of cases) assertEquals(canDraw(env, windows), drawn);
});
