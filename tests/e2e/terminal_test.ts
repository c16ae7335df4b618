/**
 * The program in a real terminal: what stands on the screen is what is expected.
 */
import { assert, assertEquals } from "@std/assert";
import { RUNTIME, ServerProcess } from "./program.ts";
import { RawClient } from "./raw_client.ts";
import { chatCommand, NO_TERMINAL, type TerminalOptions, TmuxTerminal } from "./tmux.ts";

const ignore = NO_TERMINAL !== "";

/** Why the program under test can't stop itself; empty where it can. */
const NO_STOP = /^2\.[0-8]\./.test(RUNTIME)
  ? `Deno ${RUNTIME} lets nobody who may not run all programs send a signal to itself; 2.9 does`
  : NO_TERMINAL;

/** Somebody who says exactly what a test wants, in the lobby. */
async function friend(port: number, nick = "Ada"): Promise<RawClient> {
  const client = await RawClient.user(port, nick);
  await client.send(
    "CAP REQ :batch draft/multiline echo-message message-tags server-time",
    "JOIN #lobby",
  );
  await client.ping();
  return client;
}

/** The program, in the lobby as Furkan. */
async function furkan(port: number, options: TerminalOptions = {}): Promise<TmuxTerminal> {
  const terminal = await TmuxTerminal.chat(
    ["join", `127.0.0.1:${port}`, "--name", "Furkan"],
    options,
  );
  try {
    await terminal.shows((rows) =>
      /You\s+can\s+now\s+chat/.test(rows.join(" ")) && /^#lobby \(/.test(rows.at(-1) ?? "")
    );
    return terminal;
  } catch (error) {
    await terminal[Symbol.asyncDispose]();
    throw error;
  }
}

/** What stands on the screen once one is in. */
const ENTERED = [
  "Welcome to the server. Here are the users in the chat room:",
  "Ada",
  "You have selected your username. You can now chat with the others.",
];

/** Nothing of what was set up for the program is left in the terminal. */
async function assertGivenBack(terminal: TmuxTerminal): Promise<void> {
  const { before, after } = await terminal.states();
  assertEquals(after, before);
  assertEquals(await terminal.knows("cursor_flag"), "1", "the cursor is hidden");
  assertEquals(await terminal.knows("wrap_flag"), "1", "lines are not wrapped");
  assertEquals(await terminal.knows("alternate_on"), "0");
  assertEquals(await terminal.knows("mouse_any_flag"), "0");
  // What is pasted comes in brackets only where a program has asked for that.
  await terminal.pastes("pasted");
  await terminal.types(".");
  assertEquals((await terminal.shows(/pasted.*\.$/m)).at(-1), "pasted.");
}

Deno.test({
  name: "one is asked for a name, talks, and leaves",
  ignore,
  async fn() {
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
  },
});

Deno.test({
  name: "what one types stays whole while messages arrive",
  ignore,
  async fn() {
    await using server = await ServerProcess.start(["--max-burst", "1000"]);
    await using ada = await friend(server.port);
    await using terminal = await furkan(server.port);
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
  },
});

Deno.test({
  name: "Terminal: what was said is in its own scrollback, and the mouse is left to it",
  ignore,
  async fn() {
    await using server = await ServerProcess.start(["--max-burst", "1000"]);
    await using ada = await friend(server.port);
    await using terminal = await furkan(server.port, { rows: 10 });
    for (let count = 0; count < 30; count++) await ada.send(`PRIVMSG #lobby :message ${count}`);
    await terminal.shows(/>> message 29$/m);
    // On the alternate screen there would be no scrollback.
    for (const flag of ["alternate_on", "mouse_any_flag"]) {
      assertEquals(await terminal.knows(flag), "0", flag);
    }
    const said = (await terminal.everything()).filter((row) => row.startsWith("Ada @"));
    assertEquals(
      said.map((row) => row.replace(/.*>> message /, "")),
      [...Array(30).keys()].map(String),
    );
  },
});

Deno.test({
  name: "the cursor stands in its column behind emoji that this terminal draws wider or narrower",
  ignore,
  async fn() {
    await using server = await ServerProcess.start();
    await using ada = await friend(server.port);
    await using terminal = await furkan(server.port);
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
});

Deno.test({
  name: "a new line within a text, a search in what was sent, a second thought",
  ignore,
  async fn() {
    await using server = await ServerProcess.start();
    await using ada = await friend(server.port);
    await using terminal = await furkan(server.port);
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
});

Deno.test({
  name: "who types is told below the input line",
  ignore,
  async fn() {
    await using server = await ServerProcess.start();
    await using ada = await friend(server.port);
    await using terminal = await furkan(server.port);
    await ada.send("@+typing=active TAGMSG #lobby");
    await terminal.draws(["> ‸", "#lobby (2) · Ada is typing"]);
    await ada.send("PRIVMSG #lobby :oldu");
    await terminal.draws(["Ada @ 23:03:10 PM >> oldu", "> ‸", "#lobby (2)"]);
    await terminal.types("x");
    await ada.until(/^@\S*\+typing=active\S* :Furkan!\S+ TAGMSG #lobby/);
  },
});

const FORTY = Array.from({ length: 40 }, (_, index) => `satır ${index + 1}`);

Deno.test({
  name: "forty pasted lines are one block that is sent as one message",
  ignore,
  async fn() {
    await using server = await ServerProcess.start();
    await using ada = await friend(server.port);
    await using terminal = await furkan(server.port);
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
});

Deno.test({
  name: "pasted lines are dropped with Esc, and what was typed stays",
  ignore,
  async fn() {
    await using server = await ServerProcess.start();
    await using ada = await friend(server.port);
    await using terminal = await furkan(server.port);
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
});

Deno.test({
  name: "Tab completes names, commands and rooms",
  ignore,
  async fn() {
    await using server = await ServerProcess.start();
    await using ada = await friend(server.port);
    await using _adil = await friend(server.port, "Adil");
    await using terminal = await furkan(server.port);
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
  },
});

Deno.test({
  name: "a mistyped command is not sent",
  ignore,
  async fn() {
    await using server = await ServerProcess.start();
    await using ada = await friend(server.port);
    await using terminal = await furkan(server.port, { columns: 100 });
    await terminal.enters("/tpoic gizli");
    await terminal.shows(
      /There is no command \/tpoic, so this was not sent\. Did you mean \/topic\?/,
    );
    await terminal.enters("selam");
    await ada.until(/PRIVMSG #lobby :selam$/);
    assert(!ada.received.text.includes("gizli"));
  },
});

Deno.test({
  name: "Ctrl-C takes the line away, then asks, then leaves; Ctrl-D leaves an empty line",
  ignore,
  async fn() {
    await using server = await ServerProcess.start();
    await using _ada = await friend(server.port);
    await using terminal = await furkan(server.port);
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
});

Deno.test({
  name: "another size, also many in a row, leaves one input line below the messages",
  ignore,
  async fn() {
    await using server = await ServerProcess.start();
    await using ada = await friend(server.port);
    await using terminal = await furkan(server.port);
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
      if (step % 10 === 0) await ada.send(`PRIVMSG #lobby :storm ${step}`);
    }
    await terminal.resizes(80, 24);
    const typed = `yazıyorum${"0123456789".repeat(4)}`;
    await terminal.draws([`> ${typed}‸`, "#lobby (2)"]);
    const storms = (await terminal.everything()).filter((row) => row.includes("storm"));
    assertEquals(storms.map((row) => row.slice(-2)), [" 0", "10", "20", "30"]);
    // tmux changes its own size up to 250 ms before it tells so. A row that was drawn in between
    // may remain, as at no other time; it goes when all is drawn again.
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
});

Deno.test({
  name: "twenty columns and five rows are enough",
  ignore,
  async fn() {
    await using server = await ServerProcess.start();
    await using ada = await friend(server.port);
    await using terminal = await furkan(server.port, { columns: 20, rows: 5 });
    await ada.send("PRIVMSG #lobby :selam");
    await terminal.draws(["Ada @ 23:03:10 PM", "    >> selam", "> ‸", "#lobby (2)"]);
    await terminal.types("uzun bir satır, beş satıra sığmayacak kadar uzun bir satır");
    await terminal.draws(["    >> selam", "  cak kadar uzun bi", "  r satır‸", "#lobby (2)"]);
    await terminal.presses("Enter");
    await ada.until(/PRIVMSG #lobby :uzun bir satır, beş satıra sığmayacak kadar uzun bir satır$/);
    await terminal.draws(["> ‸", "#lobby (2)"]);
  },
});

Deno.test({
  name: "Terminal: a message that fills its row forges none behind it, at any width",
  ignore,
  async fn() {
    const forged = "bob @ 10:17:25 AM >> I have paid";
    const head = "Eve @ 23:03:10 PM >> yes".length;
    for (const columns of [40, 60, 80, 133]) {
      await using server = await ServerProcess.start(["--max-burst", "1000"]);
      await using eve = await friend(server.port, "Eve");
      await using terminal = await furkan(server.port, { columns, rows: 20 });
      for (const blank of [" ", "\u2800", "\u00a0", "x"]) {
        // Each ends one column later, so that one of them ends where the row does.
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
      for (const row of rows) assert(/^(?: |Eve )/.test(row), row);
      await terminal.presses("C-d");
      await terminal.ended();
    }
  },
});

Deno.test({
  name: "ten thousand characters are written, seen in part, and sent whole",
  ignore,
  async fn() {
    await using server = await ServerProcess.start();
    await using ada = await friend(server.port);
    await using terminal = await furkan(server.port);
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
});

Deno.test({
  name: "a stopped program gives the terminal to the shell, and goes on where it was" +
    (NO_STOP ? ` (skipped: ${NO_STOP})` : ""),
  ignore: NO_STOP !== "",
  async fn() {
    await using server = await ServerProcess.start();
    await using ada = await friend(server.port);
    await using terminal = await TmuxTerminal.open(["sh", "-i"], { env: { PS1: "$ " } });
    await terminal.shows(/^\$/);
    const command = await chatCommand(["join", `127.0.0.1:${server.port}`, "--name", "Furkan"]);
    const words = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
    await Deno.writeTextFile(`${terminal.directory}/chat`, `exec ${words}\n`);
    await terminal.enters("stty -a > before; sh ./chat; echo status $?");
    await terminal.shows(/You can now chat/);
    await terminal.types("yarım");
    await terminal.draws(["> yarım‸", "#lobby (2)"]);
    await terminal.presses("C-z");
    await terminal.shows(/^\$ *$/m);
    await terminal.enters("stty -a > after; echo $((6 * 7))");
    await terminal.shows(/^42$/m);
    const [before, after] = ["before", "after"].map((name) =>
      Deno.readTextFileSync(`${terminal.directory}/${name}`)
    );
    assertEquals(after, before);
    assertEquals(await terminal.knows("cursor_flag"), "1");
    await ada.send("PRIVMSG #lobby :neredesin?");
    await ada.ping();
    await terminal.enters("fg");
    await terminal.draws(["Ada @ 23:03:10 PM >> neredesin?", "> yarım‸", "#lobby (2)"]);
    await terminal.presses("Enter", "C-d");
    await ada.until(/PRIVMSG #lobby :yarım$/);
    await terminal.shows(/^status \d+$/m);
  },
});

Deno.test({
  name: "without a connection it says so, keeps what was written, and sends it afterwards",
  ignore,
  async fn() {
    const server = await ServerProcess.start();
    const { port } = server;
    await using terminal = await furkan(port);
    try {
      await terminal.types("yarım");
      server.kill("SIGKILL");
      await server.status;
    } finally {
      await server[Symbol.asyncDispose]();
    }
    await terminal.shows(/The connection to the server was lost/);
    await terminal.shows(/^> yarım\n#lobby · (no connection|connecting)/m);
    await terminal.enters(" kalmıştı");
    await terminal.shows(/^not sent yet >> yarım kalmıştı\n>\n#lobby · /m);
    await using _again = await ServerProcess.start([], port);
    await terminal.draws(["Furkan @ 23:03:10 PM >> yarım kalmıştı", "> ‸", "#lobby (1)"]);
    await using ada = await friend(port);
    await terminal.enters("buradayım");
    await ada.until(/PRIVMSG #lobby :buradayım$/);
    const said = (await terminal.everything()).filter((row) => row.includes("yarım kalmıştı"));
    assertEquals(said.length, 1);
  },
});

Deno.test({
  name: "the terminal is given back when the server is gone and one leaves",
  ignore,
  async fn() {
    await using server = await ServerProcess.start();
    await using terminal = await furkan(server.port);
    server.kill("SIGKILL");
    await terminal.shows(/The connection to the server was lost/);
    await terminal.enters("/quit");
    assertEquals(await terminal.ended(), 0);
    await assertGivenBack(terminal);
  },
});

for (const [signal, status] of [["SIGTERM", 143], ["SIGHUP", 129], ["SIGINT", 130]] as const) {
  Deno.test({
    name: `the terminal is given back at ${signal}`,
    ignore,
    async fn() {
      await using server = await ServerProcess.start();
      await using ada = await friend(server.port);
      await using terminal = await furkan(server.port);
      await terminal.types("yarım");
      await terminal.draws(["> yarım‸", "#lobby (2)"]);
      await terminal.kills(signal);
      assertEquals(await terminal.ended(), status);
      await ada.until(/:Furkan!\S+ QUIT /);
      await assertGivenBack(terminal);
    },
  });
}

Deno.test({
  name: "a window that is closed ends the program",
  ignore,
  async fn() {
    await using server = await ServerProcess.start();
    await using ada = await friend(server.port);
    await using terminal = await furkan(server.port);
    await terminal.command("new-window", "cat");
    await terminal.command("kill-pane", "-t", ":0");
    await ada.until(/:Furkan!\S+ QUIT /);
  },
});

Deno.test({
  name: "several rooms and a private conversation, one keypress apart",
  ignore,
  async fn() {
    await using server = await ServerProcess.start();
    await using ada = await friend(server.port);
    await ada.send("JOIN #müzik");
    await ada.ping();
    await using terminal = await furkan(server.port);
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
});

Deno.test({
  name: "no colours where nobody wants any",
  ignore,
  async fn() {
    await using server = await ServerProcess.start();
    await using ada = await friend(server.port);
    await using terminal = await furkan(server.port, { env: { NO_COLOR: "1" } });
    await ada.send("PRIVMSG #lobby :Furkan: selam");
    await terminal.shows(/>> Furkan: selam$/m);
    await terminal.enters("/tpoic");
    await terminal.shows(/There is no command/);
    const styled = (await terminal.styled()).join("\n");
    // Bold and dim are no colours.
    assertEquals(styled.match(/\[[\d;]*\b(?:3[0-8]|4[0-8]|9\d|10\d)\b/g), null);
  },
});

/** A server that talks without an end, a thousand lines a second. */
class Flood implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #serving = this.#serve();
  #talking = true;
  #conn: Deno.TcpConn | undefined;
  /** How many lines it has sent. */
  sent = 0;

  get port(): number {
    return this.#listener.addr.port;
  }

  async #serve(): Promise<void> {
    const conn = this.#conn = await this.#listener.accept();
    const say = (text: string) => conn.write(new TextEncoder().encode(text));
    const reader = conn.readable.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes("JOIN #lobby")) {
      const { value, done } = await reader.read();
      if (done) return;
      text += value;
      if (value.includes("CAP LS")) await say(":flood CAP * LS :\r\n");
      if (/NICK \S+/.test(value)) {
        await say(":flood 001 Furkan :Welcome\r\n:flood 422 Furkan :-\r\n");
      }
      const ping = /PING (\S+)/.exec(value);
      if (ping) await say(`:flood PONG flood ${ping[1]}\r\n`);
    }
    await say(":Furkan!f@h JOIN #lobby\r\n:flood 366 Furkan #lobby :End\r\n");
    const silent = reader.read().catch(() => {});
    while (this.#talking) {
      const lines = Array.from({ length: 50 }, () => `:Ada!a@h PRIVMSG #lobby :${++this.sent}\r\n`);
      await say(lines.join(""));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await silent;
  }

  /** Says nothing more. */
  stops(): void {
    this.#talking = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#talking = false;
    this.#listener.close();
    await this.#serving.catch(() => {});
    try {
      this.#conn?.close();
    } catch {
      // The other end was first.
    }
  }
}

Deno.test({
  name: "a thousand lines a second don't get in the way of typing",
  ignore,
  async fn() {
    await using flood = new Flood();
    await using terminal = await furkan(flood.port);
    await terminal.shows(/>> 1000$/m);
    const typed = "bu arada yazılan satır bozulmaz";
    for (const char of typed) {
      await terminal.types(char);
    }
    await terminal.shows(new RegExp(`^> ${typed}\n#lobby`, "m"));
    for (let index = 0; index < typed.length; index++) await terminal.presses("BSpace");
    await terminal.types("son");
    await terminal.shows(/^> son\n#lobby/m);
    flood.stops();
    await terminal.shows((rows) => rows.at(-3)?.endsWith(`>> ${flood.sent}`) ?? false);
    const inputs = (await terminal.everything()).filter((row) => row.startsWith(">"));
    assertEquals(inputs, ["> son"]);
    await terminal.presses("C-c", "C-c", "C-c");
    assertEquals(await terminal.ended(), 0);
  },
});
