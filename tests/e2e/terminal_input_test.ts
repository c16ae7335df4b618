/** Typing, pasting and completing in a real terminal. */
import { assert, assertEquals } from "@std/assert";
import { assertGivenBack, furkan, inTerminal } from "./terminal_scene.ts";

/** The screen after entering. */
const ENTERED = [
  "Welcome to the server. Here are the users in the chat room:",
  "Ada",
  "You have selected your username. You can now chat with the others.",
];

Deno.test(
  inTerminal(
    "Terminal: the cursor stands in its column behind emoji, whatever width they are drawn with",
    async ({ ada, terminal }) => {
      const stands = (column: number) =>
        terminal.until(
          () => terminal.knows("cursor_x"),
          (at) => at === `${column}`,
          () => `the cursor in column ${column}`,
        );
      await terminal.types("a👍🏽b❤️c🇹🇷d");
      await stands(12);
      await terminal.presses("Left", "Left", "Left");
      await stands(8);
      await terminal.presses("BSpace", "BSpace");
      await stands(5);
      await terminal.types("陳");
      await stands(7);
      await terminal.presses("Enter");
      await ada.until(/PRIVMSG #lobby :a👍🏽陳c🇹🇷d$/);
    },
  ),
);

Deno.test(
  inTerminal(
    "Terminal: the input line has line breaks, undo, and a search in what was sent",
    async ({ ada, terminal }) => {
      await terminal.types("bir");
      await terminal.presses("M-Enter");
      await terminal.types("iki üç");
      await terminal.draws(["> bir", "  iki üç‸", "#lobby (2)"]);
      await terminal.presses("C-w", "C-w", "C-_");
      await terminal.draws(["> bir", "  iki ‸", "#lobby (2)"]);
      await terminal.presses("C-y", "Enter");
      await ada.until(/PRIVMSG #lobby :bir$/);
      await ada.until(/PRIVMSG #lobby :iki iki üç$/);
      await terminal.enters("dört");
      await ada.until(/PRIVMSG #lobby :dört$/);
      await terminal.types("yarım");
      await terminal.presses("C-r");
      await terminal.types("üç");
      await terminal.draws(['search "üç": bir', "             iki iki ‸üç", "#lobby (2)"]);
      await terminal.presses("Escape");
      await terminal.draws(["> yarım‸", "#lobby (2)"]);
      await terminal.presses("Up");
      await terminal.draws(["> dört‸", "#lobby (2)"]);
      await terminal.presses("Down");
      await terminal.draws(["> yarım‸", "#lobby (2)"]);
    },
  ),
);

const FORTY = Array.from({ length: 40 }, (_, index) => `satır ${index + 1}`);

Deno.test(
  inTerminal(
    "Terminal: forty pasted lines are one block that is sent as one message",
    async ({ ada, terminal }) => {
      await terminal.types("bak: ");
      await terminal.pastes(`${FORTY.join("\n")}\n`);
      await terminal.draws([
        ...ENTERED,
        "> bak: [40 lines: Enter sends, Esc drops]‸",
        "#lobby (2)",
      ]);
      await terminal.presses("Enter");
      await ada.until(/:Furkan!\S+ BATCH \+\S+ draft\/multiline #lobby/);
      await ada.until(/PRIVMSG #lobby :bak: satır 1$/);
      for (const line of FORTY.slice(1)) await ada.until(new RegExp(`PRIVMSG #lobby :${line}$`));
      await ada.until(/BATCH -/);
      await terminal.draws(["    satır 39", "    satır 40", "> ‸", "#lobby (2)"]);
      await terminal.presses("Up");
      await terminal.draws(["  satır 39", "  satır 40‸", "#lobby (2)"]);
    },
  ),
);

Deno.test(
  inTerminal(
    "Terminal: Esc drops pasted lines and keeps what was typed",
    async ({ ada, terminal }) => {
      await terminal.types("bak: ");
      await terminal.pastes(FORTY.join("\n"));
      await terminal.draws(["> bak: [40 lines: Enter sends, Esc drops]‸", "#lobby (2)"]);
      await terminal.presses("Escape");
      await terminal.draws([...ENTERED, "> bak: ‸", "#lobby (2)"]);
      await terminal.pastes("tek satır\n");
      await terminal.draws([...ENTERED, "> bak: tek satır‸", "#lobby (2)"]);
      await terminal.presses("Enter");
      await ada.until(/PRIVMSG #lobby :bak: tek satır$/);
    },
  ),
);

Deno.test(
  inTerminal("Terminal: Tab completes names, commands and rooms", async ({ ada, terminal }) => {
    await ada.send("PRIVMSG #lobby :selam");
    await terminal.draws(["Ada @ 23:03:10 PM >> selam", "> ‸", "#lobby (3)"]);
    await terminal.types("Ad");
    await terminal.presses("Tab");
    await terminal.draws(["> Ada: ‸", "#lobby (3)"]);
    await terminal.presses("Tab");
    await terminal.draws(["> Adil: ‸", "#lobby (3)"]);
    await terminal.types("selam");
    await terminal.presses("Enter");
    await ada.until(/PRIVMSG #lobby :Adil: selam$/);
    await terminal.types("/top");
    await terminal.presses("Tab");
    await terminal.draws(["> /topic ‸", "#lobby (3)"]);
    await terminal.enters("");
    await terminal.types("bak #lo");
    await terminal.presses("Tab");
    await terminal.draws(["> bak #lobby ‸", "#lobby (3)"]);
  }, { other: "Adil" }),
);

Deno.test(inTerminal("Terminal: a mistyped command is not sent", async ({ ada, terminal }) => {
  await terminal.enters("/tpoic gizli");
  await terminal.shows(
    /There is no command \/tpoic, so this was not sent\. Did you mean \/topic\?/,
  );
  await terminal.enters("selam");
  await ada.until(/PRIVMSG #lobby :selam$/);
  assert(!ada.received.text.includes("gizli"));
}, { columns: 100 }));

Deno.test(
  inTerminal(
    "Terminal: Ctrl-C clears the line, then asks, then leaves; Ctrl-D leaves an empty one",
    async ({ server, terminal }) => {
      await terminal.types("olmadı");
      await terminal.draws(["> olmadı‸", "#lobby (2)"]);
      await terminal.presses("C-c");
      await terminal.draws(["> ‸", "#lobby (2)"]);
      await terminal.presses("C-c");
      await terminal.draws(["> ‸", "Press Ctrl-C again to leave"]);
      await terminal.types("y");
      await terminal.draws(["> y‸", "#lobby (2)"]);
      await terminal.presses("C-d", "BSpace", "C-c");
      await terminal.draws(["> ‸", "Press Ctrl-C again to leave"]);
      await terminal.presses("C-c");
      assertEquals(await terminal.ended(), 0);
      await assertGivenBack(terminal);

      await using other = await furkan(server.port);
      await other.presses("C-d");
      assertEquals(await other.ended(), 0);
      await assertGivenBack(other);
    },
  ),
);

Deno.test(
  inTerminal(
    "Terminal: ten thousand characters are typed, seen in part, and sent whole",
    async ({ ada, terminal }) => {
      const words = Array.from({ length: 1250 }, (_, index) => `ş${`${index}`.padStart(5, "0")} `);
      for (let at = 0; at < words.length; at += 50) {
        await terminal.types(words.slice(at, at + 50).join(""));
      }
      await terminal.types("son");
      await terminal.shows((rows) => rows.some((row) => row.endsWith("ş01249 son")));
      await terminal.presses("C-a");
      await terminal.shows((rows) => rows.some((row) => row.startsWith("> ş00000 ş00001 ")));
      await terminal.types("baş ");
      await terminal.shows((rows) => rows.some((row) => row.startsWith("> baş ş00000 ")));
      await terminal.presses("Enter");
      await ada.until(/ş01249 son$/);
      const sent = ada.received.lines.filter((line) => / PRIVMSG #lobby :/.test(line))
        .map((line) => line.replace(/^.*? PRIVMSG #lobby :/, "").trim());
      assertEquals(sent.join(" ").replace(/ +/g, " "), `baş ${words.join("")}son`);
      await terminal.draws(["> ‸", "#lobby (2)"]);
    },
  ),
);
