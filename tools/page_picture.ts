/**
 * `deno task page-picture`: plays a conversation in real browsers and writes `docs/page_phone.png`
 * and `docs/page_wide.png`.
 * @module
 */
import { RawClient } from "../tests/e2e/raw_client.ts";
import { NO_BROWSER } from "../tests/web/browser.ts";
import { PageScene, PHONE, say } from "../tests/web/page_scene.ts";

const DOCS = new URL("../docs/", import.meta.url);

/** What is said, by whom. */
const TALK: readonly (readonly [who: "Furkan" | "Gamze" | "Alperen", text: string])[] = [
  ["Furkan", "Good morning! Has anyone finished the second experiment?"],
  ["Gamze", "Yes, the pendulum. 1.42 s for a metre, so g is about 9.8"],
  ["Gamze", "The table is at https://school.example/physics/pendulum"],
  ["Furkan", "Thanks Gamze, ours was 1.6. I think we counted one swing too few"],
  ["Alperen", "Same here. @Furkan measure ten swings and divide"],
  ["Gamze", "/me nods"],
  ["Furkan", "Alperen, good idea. Trying that now"],
];

async function play(): Promise<void> {
  await using scene = await PageScene.start();
  const room = `${scene.url}#physics`;
  const alperen = await scene.enter("Alperen", PHONE, room);
  const others = {
    Furkan: await RawClient.connect(scene.server.port),
    Gamze: await RawClient.connect(scene.server.port),
  };
  for (const [name, client] of Object.entries(others)) {
    await client.send("CAP REQ :message-tags echo-message", `NICK ${name}`, "USER x 0 * :x");
    await client.send("CAP END", "JOIN #physics");
    await client.ping();
  }
  const ada = await scene.enter("Ada", { dark: true }, room);
  await say(alperen, "/topic Lab on Monday: the pendulum");
  let last = "";
  for (const [who, text] of TALK) {
    if (who === "Alperen") {
      await say(alperen, text);
    } else {
      const said = text.replace(/^\/me (.*)$/, "\x01ACTION $1\x01");
      await others[who].send(`PRIVMSG #physics :${said}`);
      const id = /^@\S*msgid=([^;\s]+)\S* :Furkan!\S+ PRIVMSG #physics :Alperen, good/;
      if (text.startsWith("Alperen,")) [, last = ""] = await others[who].until(id);
    }
    await ada.sees(text.replace(/^\/me /, ""), "#feed");
  }
  for (const client of Object.values(others)) {
    await client.send(`@+draft/react=+1;+draft/reply=${last} TAGMSG #physics`);
    await client.ping();
  }
  await others.Gamze.send("PRIVMSG Ada :Can you bring the stopwatch?");
  await ada.sees("Gamze", "#rooms");
  await others.Gamze.send("@+typing=active TAGMSG #physics");
  await alperen.sees("+1 2", ".reactions");
  await alperen.sees("Gamze is typing");
  await ada.type("#input", "I have ten swings in 1");
  await Deno.writeFile(new URL("page_phone.png", DOCS), await alperen.picture());
  await Deno.writeFile(new URL("page_wide.png", DOCS), await ada.picture());
  for (const client of Object.values(others)) await client[Symbol.asyncDispose]();
}

if (NO_BROWSER === undefined) {
  await play();
  console.log("Wrote docs/page_phone.png and docs/page_wide.png.");
} else {
  console.error(`The pictures can't be made: there is no ${NO_BROWSER}.`);
  Deno.exitCode = 1;
}
