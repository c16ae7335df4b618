/** The page in a real browser: entering, talking, rooms and people. */
import { assertEquals } from "@std/assert";
import { start } from "../e2e/program.ts";
import { RawClient } from "../e2e/raw_client.ts";
import { permitted } from "../permitted.ts";
import { KEYS, NO_BROWSER } from "./browser.ts";
import { answer, inside, PageScene, PHONE, say, texts } from "./page_scene.ts";

Deno.test(
  permitted("Page: three people in browsers and one in a terminal talk", async () => {
    await using scene = await PageScene.start();
    const alperen = await scene.browsers.open(scene.url, PHONE);
    await alperen.sees("Nobody is here yet.");
    assertEquals(await alperen.run("return document.activeElement.id"), "name");
    await answer(alperen, "Alperen");
    await inside(alperen);
    const furkan = await scene.browsers.open(scene.url);
    await furkan.sees("In #lobby: Alperen");
    await answer(furkan, "ALPEREN");
    await furkan.sees("already in use");
    await answer(furkan, "Furkan");
    await inside(furkan);
    await alperen.sees("Furkan has joined");
    await say(furkan, "Aa Alperen selam");
    await alperen.sees("Aa Alperen selam", ".mention");
    await say(alperen, "Ooo hoş geldin! Nasılsın?");
    await furkan.sees("Ooo hoş geldin! Nasılsın?");
    await using gamze = start(["join", `127.0.0.1:${scene.server.port}`, "--name", "Gamze"]);
    await gamze.line(/You can now chat/);
    await gamze.write("Selam gençler, ne konuşuyorsunuz? 🎉\n");
    await furkan.sees("ne konuşuyorsunuz? 🎉");
    await alperen.sees("ne konuşuyorsunuz? 🎉");
    const ada = await scene.enter("Ada", { dark: true });
    // She sees what was said before.
    await ada.sees("ne konuşuyorsunuz? 🎉");
    await ada.type("#input", `two${KEYS.shift}${KEYS.enter}${KEYS.shift}lines${KEYS.enter}`);
    await gamze.line(/^Ada @ .* >> two$/);
    await gamze.line(/^Ada @ .* >> lines$/);
    await say(ada, "/me waves");
    await alperen.sees("Ada waves");
    await gamze.write("exit\n");
    await ada.sees("Gamze is disconnected");
    assertEquals((await texts(furkan)).slice(0, 3), [
      "Aa Alperen selam",
      "Ooo hoş geldin! Nasılsın?",
      "Selam gençler, ne konuşuyorsunuz? 🎉",
    ]);
    for (const page of [alperen, furkan, ada]) assertEquals(await page.log(), []);
    await furkan.press("Leave the chat");
    await furkan.sees("You have left the chat.");
    await ada.sees("Furkan is disconnected");
  }, NO_BROWSER),
);

Deno.test(
  permitted("Page: rooms, private conversations, people and what is unread", async () => {
    await using scene = await PageScene.start();
    const ada = await scene.enter("Ada", PHONE, `${scene.url}#music`);
    await ada.sees("#music", "h1");
    // Whoever opens a room runs it.
    await ada.press("Show people, 1 here");
    await ada.sees("you, operator", "#people");
    await ada.keys(KEYS.escape);
    const bob = await scene.enter("Bob");
    await bob.press("Join a room");
    await bob.type("dialog input", `music${KEYS.enter}`);
    await bob.sees("#music", "h1");
    assertEquals(await bob.run("return location.hash"), "#music");
    await say(bob, "/query Ada");
    await say(bob, "just for you");
    await ada.until("a count", "return document.title.startsWith('(1) ')");
    await ada.press("Show rooms, 1 new");
    await ada.press("Bob, 1 new message, 1 for you");
    await ada.sees("just for you", "#feed");
    assertEquals(await ada.run("return document.title"), "Bob - Chat");
    await say(ada, "thanks");
    await bob.sees("thanks");
    await ada.press("Show rooms");
    await ada.press("#music");
    await ada.press("More");
    await ada.type("dialog input", `Songs${KEYS.enter}`);
    await bob.press("#music");
    await bob.sees("Songs", "#topic");
    await ada.press("Show people, 2 here");
    await ada.press("Bob");
    await ada.type("dialog input", "off topic");
    await ada.press("Remove from the room");
    await bob.sees("Ada removed you from #music (off topic)");
    await say(bob, "/part");
    await bob.sees("Ada", "h1");
    await ada.keys(KEYS.escape);
    await say(ada, "/mode +k sesame");
    await ada.sees("sesame", "#feed");
    await say(bob, "/join music");
    await bob.sees("The room #music needs a key.", "dialog");
    await bob.type("dialog input", `sesame${KEYS.enter}`);
    await bob.sees("#music", "h1");
    await say(bob, "/part");
    await bob.sees("Ada", "h1");
    assertEquals(await bob.text("#rooms ul"), "#lobby");
  }, NO_BROWSER),
);

Deno.test(
  permitted("Page: reactions, completion, search and older messages", async () => {
    await using scene = await PageScene.start();
    await using raw = await RawClient.connect(scene.server.port);
    await raw.send("NICK Carla", "USER carla 0 * :Carla", "JOIN #lobby");
    for (let number = 1; number <= 130; number++) {
      await raw.send(`PRIVMSG #lobby :message ${number}`);
    }
    await raw.ping();
    const ada = await scene.enter("Ada");
    const bob = await scene.enter("Bob");
    await say(ada, "the blue whale");
    await bob.sees("the blue whale");
    await bob.run("document.querySelector('#feed li.said:last-child .act').focus()");
    await bob.keys(KEYS.enter);
    await bob.press("👍");
    await ada.sees("👍", ".reactions");
    await ada.click(".reactions button");
    await bob.sees("👍 2", ".reactions");
    await ada.click(".reactions button");
    await bob.until("one less", "return document.querySelector('.reactions').innerText === '👍'");
    // Tab completes a name, and the list of commands is shown.
    await bob.type("#input", `car${KEYS.tab}`);
    assertEquals(await bob.run("return document.querySelector('#input').value"), "Carla: ");
    await bob.keys("a", [KEYS.control]);
    await bob.keys(`${KEYS.backspace}/jo`);
    await bob.sees("/join", "#suggestions");
    await bob.keys(`${KEYS.down}${KEYS.enter}`);
    assertEquals(await bob.run("return document.querySelector('#input').value"), "/join ");
    await bob.press("Search");
    await bob.type("dialog input", `whale${KEYS.enter}`);
    await bob.sees("1 message found", "dialog");
    await bob.sees("the blue whale", "dialog");
    await bob.keys(KEYS.escape);
    // Older messages come when they are wanted, in order and once.
    await bob.until(
      "all messages",
      `const feed = document.querySelector("#feed");
      feed.scrollTop = 0;
      feed.dispatchEvent(new Event("scroll"));
      return feed.innerText.includes("This is where the messages begin.")`,
    );
    const wanted = Array.from({ length: 130 }, (_, index) => `message ${index + 1}`);
    assertEquals((await texts(bob)).filter((text) => text.startsWith("message ")), wanted);
  }, NO_BROWSER),
);
