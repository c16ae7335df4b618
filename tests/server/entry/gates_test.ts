import { assertEquals } from "@std/assert";
import { COMMANDS } from "../../../lib/server/commands/table.ts";
import { Harness } from "../harness.ts";

const FREE = new Set(["QUIT"]);

Deno.test("Dispatch: a command for users is refused before registration, whatever its parameters", () => {
  const client = new Harness().connect();
  for (const { name, for: audience } of COMMANDS.values()) {
    if (audience === "peers") continue;
    for (const params of ["", " a", " #lobby b c"]) {
      assertEquals(client.ask(name + params), [":chat.test 451 * :You have not registered"], name);
    }
  }
});

Deno.test("Dispatch: a command for server operators is refused to all other users", () => {
  const client = new Harness().user("a");
  for (const { name, for: audience } of COMMANDS.values()) {
    if (audience !== "operators") continue;
    const refused = ":chat.test 481 a :Permission Denied- You're not an IRC operator";
    assertEquals(client.ask(name), [refused], name);
  }
});

Deno.test("Dispatch: a command with too few parameters is refused by its name", () => {
  const client = new Harness().operator("a");
  for (const { name, min } of COMMANDS.values()) {
    for (let count = 0; count < min; count++) {
      assertEquals(client.ask(`${name.toLowerCase()}${" x".repeat(count)}`), [
        `:chat.test 461 a ${name} :Not enough parameters`,
      ]);
    }
  }
});

Deno.test("Dispatch: no number of plain parameters leads to a fault or an endless answer", async () => {
  for (const { name } of COMMANDS.values()) {
    if (FREE.has(name)) continue;
    const client = new Harness().operator("a");
    for (const param of ["a", "#lobby", "0", "*", "+", ":", ":x y", "::", "ç"]) {
      for (let count = 0; count < 5; count++) {
        await client.send(`${name}${" a".repeat(count)} ${param}`).settled();
        if (client.ended !== undefined) break;
      }
    }
    assertEquals(client.take().length < 1000, true, name);
  }
});

Deno.test("Dispatch: the use of known commands is counted, and that of unknown ones is not", () => {
  const harness = new Harness();
  harness.user("a").send("PING x", "ping x", "NONSENSE", "PING");
  assertEquals([...harness.world.usage], [["NICK", 1], ["USER", 1], ["PING", 3]]);
});
