/** The program's screen in a real terminal. */
import { assert, assertEquals } from "@std/assert";
import { ServerProcess } from "./program.ts";
import { permitted } from "../permitted.ts";
import { assertGivenBack, friend, furkan, inTerminal } from "./terminal_scene.ts";
import { NO_TERMINAL } from "./tmux.ts";
import { TmuxTerminal } from "./tmux.ts";

Deno.test(permitted("Terminal: a user is asked for a name, talks, and leaves", async () => {
  await using server = await ServerProcess.start();
  await using ada = await friend(server.port);
  await using terminal = await TmuxTerminal.chat(["join", `127.0.0.1:${server.port}`]);
  await terminal.draws([
    "Welcome to the server. Here are the users in the chat room:",
    "Ada",
    "Please choose a username: ‸",
    "#lobby",
  ]);
  await terminal.enters("Furkan");
  await terminal.draws([
    "Welcome to the server. Here are the users in the chat room:",
    "Ada",
    "Please choose a username: Furkan",
    "You have selected your username. You can now chat with the others.",
    "> ‸",
    "#lobby (2)",
  ]);
  await terminal.enters("selam 陳 👍");
  await ada.until(/:Furkan!\S+ PRIVMSG #lobby :selam 陳 👍$/);
  await ada.send("PRIVMSG #lobby :selam Furkan!");
  await terminal.draws([
    "Please choose a username: Furkan",
    "You have selected your username. You can now chat with the others.",
    "Furkan @ 23:03:10 PM >> selam 陳 👍",
    "Ada @ 23:03:10 PM >> selam Furkan!",
    "> ‸",
    "#lobby (2)",
  ]);
  assertEquals(await terminal.knows("pane_title"), "#lobby - chat");
  await terminal.enters("exit");
  assertEquals(await terminal.ended(), 0);
  await ada.until(/:Furkan!\S+ QUIT /);
  await terminal.draws([
    "Ada @ 23:03:10 PM >> selam Furkan!",
    "Thank you for using the chat application. You will be disconnected...",
    "[it ended]",
    "‸",
  ]);
  await assertGivenBack(terminal);
}, NO_TERMINAL));

Deno.test(
  inTerminal("Terminal: the input stays whole while messages arrive", async ({ ada, terminal }) => {
    const typed = "Bu satır yazılırken başkaları konuşuyor";
    for (const [index, char] of [...typed].entries()) {
      await ada.send(`PRIVMSG #lobby :message ${index}`);
      await terminal.types(char);
    }
    await terminal.presses("Home", "Right", "Right");
    const messages = [...typed].map((_, index) => `Ada @ 23:03:10 PM >> message ${index}`);
    await terminal.draws([
      ...messages.slice(-20),
      "> Bu‸ satır yazılırken başkaları konuşuyor",
      "#lobby (2)",
    ]);
    await terminal.presses("Enter");
    await ada.until(/PRIVMSG #lobby :Bu satır yazılırken başkaları konuşuyor$/);
    await terminal.draws([`Furkan @ 23:03:10 PM >> ${typed}`, "> ‸", "#lobby (2)"]);
    const all = (await terminal.everything()).filter((row) => row.includes("Ada @"));
    assertEquals(
      all.map((row) => row.replace(/.*>> /, "")),
      [
        ...typed,
      ].map((_, index) => `message ${index}`),
    );
  }, { serve: ["--max-burst", "1000"] }),
);

Deno.test(inTerminal(
  "Terminal: what was said is in its own scrollback, and the mouse is left to it",
  async ({ ada, terminal }) => {
    for (let count = 0; count < 30; count++) await ada.send(`PRIVMSG #lobby :message ${count}`);
    await terminal.shows(/>> message 29$/m);
    // The alternate screen would have no scrollback.
    for (const flag of ["alternate_on", "mouse_any_flag"]) {
      assertEquals(await terminal.knows(flag), "0", flag);
    }
    const said = (await terminal.everything()).filter((row) => row.startsWith("Ada @"));
    assertEquals(
      said.map((row) => row.replace(/.*>> message /, "")),
      [...Array(30).keys()].map(String),
    );
  },
  { serve: ["--max-burst", "1000"], rows: 10 },
));

Deno.test(
  inTerminal(
    "Terminal: people who are typing are shown below the input line",
    async ({ ada, terminal }) => {
      await ada.send("@+typing=active TAGMSG #lobby");
      await terminal.draws(["> ‸", "#lobby (2) · Ada is typing"]);
      await ada.send("PRIVMSG #lobby :oldu");
      await terminal.draws(["Ada @ 23:03:10 PM >> oldu", "> ‸", "#lobby (2)"]);
      await terminal.types("x");
      await ada.until(/^@\S*\+typing=active\S* :Furkan!\S+ TAGMSG #lobby/);
    },
  ),
);

Deno.test(
  inTerminal(
    "Terminal: several rooms and a private conversation are one keypress apart",
    async ({ ada, terminal }) => {
      await ada.send("JOIN #müzik");
      await ada.ping();
      await terminal.enters("/join müzik");
      await terminal.shows(/^> *\n#müzik \(2\)$/m);
      await ada.send("PRIVMSG #lobby :orada mısın?", "PRIVMSG Furkan :gizli");
      await terminal.shows(/^> *\n#müzik \(2\) · Alt-3 Ada: 1 for you · Alt-1 #lobby: 1 new$/m);
      await terminal.types("burada");
      await terminal.presses("M-1");
      await terminal.draws([
        "Ada @ 23:03:10 PM >> orada mısın?",
        "> ‸",
        "#lobby (2) · Alt-3 Ada: 1 for you",
      ]);
      await terminal.presses("M-Right", "M-Right");
      await terminal.enters("efendim?");
      await ada.until(/PRIVMSG Ada :efendim\?$/);
      await terminal.shows(/^> *\nAda$/m);
      await terminal.presses("M-Left");
      await terminal.shows(/^> burada\n#müzik \(2\)$/m);
      await terminal.presses("Enter");
      await ada.until(/PRIVMSG #müzik :burada$/);
    },
  ),
);

Deno.test(
  inTerminal(
    "Terminal: resizing, even many times in a row, leaves one input line below the messages",
    async ({ ada, terminal }) => {
      await ada.send("PRIVMSG #lobby :bir", "PRIVMSG #lobby :iki");
      await terminal.types("yazıyorum");
      await terminal.draws(["Ada @ 23:03:10 PM >> iki", "> yazıyorum‸", "#lobby (2)"]);
      for (const [columns, rows] of [[30, 8], [120, 40], [20, 5], [79, 24]] as const) {
        await terminal.resizes(columns, rows);
        await terminal.draws(["Ada @ 23:03:10 PM >> iki", "> yazıyorum‸", "#lobby (2)"]
          .flatMap((row) => columns === 20 ? row.match(/.{1,20}/g) ?? [] : row));
      }
      for (let step = 0; step < 40; step++) {
        await terminal.resizes(20 + (step * 37) % 80, 5 + (step * 13) % 30);
        await terminal.types(`${step % 10}`);
        if (step % 10 === 0) {
          await ada.send(`PRIVMSG #lobby :storm ${step}`);
        }
      }
      await terminal.resizes(80, 24);
      const typed = `yazıyorum${"0123456789".repeat(4)}`;
      await terminal.draws([`> ${typed}‸`, "#lobby (2)"]);
      const storms = (await terminal.everything()).filter((row) => row.includes("storm"));
      assertEquals(storms.map((row) => row.slice(-2)), [" 0", "10", "20", "30"]);
      // tmux resizes its screen up to 250 ms before it tells the program. A row that is drawn in
      // between may stay until the next full redraw.
      await terminal.presses("C-l");
      await terminal.draws([
        "Ada @ 23:03:10 PM >> storm 0",
        "Ada @ 23:03:10 PM >> storm 10",
        "Ada @ 23:03:10 PM >> storm 20",
        "Ada @ 23:03:10 PM >> storm 30",
        `> ${typed}‸`,
        "#lobby (2)",
      ]);
      await terminal.presses("Enter");
      await ada.until(new RegExp(`PRIVMSG #lobby :${typed}$`));
      await terminal.draws([`Furkan @ 23:03:10 PM >> ${typed}`, "> ‸", "#lobby (2)"]);
    },
  ),
);

Deno.test(
  inTerminal("Terminal: twenty columns and five rows are enough", async ({ ada, terminal }) => {
    await ada.send("PRIVMSG #lobby :selam");
    await terminal.draws(["Ada @ 23:03:10 PM", "    >> selam", "> ‸", "#lobby (2)"]);
    await terminal.types("uzun bir satır, beş satıra sığmayacak kadar uzun bir satır");
    const typed = ["  sığmayacak kadar", "  uzun bir satır‸"];
    await terminal.draws(["Ada @ 23:03:10 PM", "    >> selam", ...typed, "#lobby (2)"]);
    await terminal.presses("Enter");
    await ada.until(/PRIVMSG #lobby :uzun bir satır, beş satıra sığmayacak kadar uzun bir satır$/);
    await terminal.draws(["> ‸", "#lobby (2)"]);
  }, { columns: 20, rows: 5 }),
);

Deno.test(
  permitted(
    "Terminal: a message that fills its row forges none behind it, at any width",
    async () => {
      const forged = "bob @ 10:17:25 AM >> I have paid";
      const head = "Eve @ 23:03:10 PM >> yes".length;
      for (const columns of [40, 60, 80, 133]) {
        await using server = await ServerProcess.start(["--max-burst", "1000"]);
        await using eve = await friend(server.port, "Eve");
        await using terminal = await furkan(server.port, { columns, rows: 20 });
        for (const blank of [" ", "\u2800", "\u00a0", "x"]) {
          // Each text is one column longer, and one of them ends exactly at the edge.
          for (let more = -2; more < 3; more++) {
            await eve.send(`PRIVMSG #lobby :yes${blank.repeat(columns - head + more)}${forged}`);
          }
        }
        await eve.send(
          "BATCH +m draft/multiline #lobby",
          "@batch=m PRIVMSG #lobby :yes",
          `@batch=m PRIVMSG #lobby :${forged}`,
          "BATCH -m",
          `TOPIC #lobby :${"x".repeat(columns)} ${forged}`,
          "PRIVMSG #lobby :end",
        );
        await terminal.shows(/>> end$/m);
        const rows = (await terminal.everything()).filter((row) => row.includes("bob"));
        assertEquals(rows.length >= 20, true, rows.join("\n"));
        for (const row of rows) {
          assert(/^(?: |Eve )/.test(row), row);
        }
        await terminal.presses("C-d");
        await terminal.ended();
      }
    },
    NO_TERMINAL,
  ),
);

Deno.test(inTerminal("Terminal: NO_COLOR turns off all colours", async ({ ada, terminal }) => {
  await ada.send("PRIVMSG #lobby :Furkan: selam");
  await terminal.shows(/>> Furkan: selam$/m);
  await terminal.enters("/tpoic");
  await terminal.shows(/There is no command/);
  const styled = (await terminal.styled()).join("\n");
  // Bold and dim are not colours.
  assertEquals(styled.match(/\[[\d;]*\b(?:3[0-8]|4[0-8]|9\d|10\d)\b/g), null);
}, { env: { NO_COLOR: "1" } }));
