/** The page in a real browser: passwords, accounts, invitations, other hosts, texts of others. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { run, ServerProcess } from "../e2e/program.ts";
import { bystander, RawClient } from "../e2e/raw_client.ts";
import { permitted } from "../permitted.ts";
import { KEYS, NO_BROWSER } from "./browser.ts";
import { answer, inside, PageScene, PHONE, say } from "./page_scene.ts";

/** A host of the server that is not this machine, so that http is open to others. */
const SCHOOL = "school.test";

const ENCRYPTED = ["--tls-port", "0", "--web-origins", `http://${SCHOOL}`];

Deno.test(
  permitted("Page: what others send stays text, wherever it is shown", async () => {
    await using scene = await PageScene.start();
    const markup = "<img/src=x/onerror=alert(1)><script>alert(2)</script>";
    await using raw = await RawClient.connect(scene.server.port);
    await raw.send("CAP REQ :message-tags", "NICK Mallory", "USER m 0 * :M", "CAP END");
    await raw.send("JOIN #lobby", `JOIN #<b>x</b>`);
    const ada = await scene.enter("Ada");
    await raw.send(
      `PRIVMSG #lobby :${markup} javascript:alert(3) https://a.example/"onclick=alert(4)`,
      `PRIVMSG #lobby :\x01ACTION ${markup}\x01`,
      `NOTICE #lobby :${markup}`,
      `PRIVMSG Ada :${markup}\u202e\u0007`,
      `TOPIC #<b>x</b> :${markup}`,
      `INVITE Ada #<b>x</b>`,
      `PART #lobby :${markup}`,
      `JOIN #lobby`,
      `@+draft/react=<b>;+draft/reply=x TAGMSG #lobby`,
    );
    await raw.ping();
    await say(ada, "/join #<b>x</b>");
    await ada.sees("#<b>x</b>", "h1");
    await ada.sees(markup, "#topic");
    await ada.press("#lobby");
    await ada.sees(markup, "#feed");
    await ada.sees("Mallory has left the room");
    const found = await ada.run(
      `return [...document.querySelectorAll("img, b, iframe, object, style, [onerror]")]
        .concat([...document.scripts].filter((one) => !one.src)).map((e) => e.outerHTML)`,
    );
    assertEquals(found, []);
    const links = await ada.run(
      "return [...document.querySelectorAll('#feed a')].map((a) => a.href + ' ' + a.rel)",
    );
    assertEquals(links, ["https://a.example/ noopener noreferrer nofollow"]);
    await ada.press("Mallory, 1 new message, 1 for you");
    await ada.sees(markup, "#feed");
    assertEquals(await ada.log(), []);
    // Code that somebody gets into the page all the same does not run.
    await ada.run(
      "document.body.append(Object.assign(document.createElement('script'), " +
        "{ text: 'window.ran = true' }))",
    );
    assertEquals(await ada.run("return window.ran ?? false"), false);
    assertMatch((await ada.log()).join("\n"), /Content Security Policy/);
  }, NO_BROWSER),
);

Deno.test(
  permitted("Page: an account is made, used and defended on the encrypted page only", async () => {
    await using scene = await PageScene.start(ENCRYPTED, "https");
    const ada = await scene.enter("Ada", PHONE);
    await ada.press("Show rooms");
    await ada.press("Account");
    await ada.type("dialog form:first-of-type input", "correct horse");
    await ada.type("dialog form:first-of-type div:nth-of-type(2) input", `correct${KEYS.enter}`);
    await ada.sees("The passwords are different.", "dialog");
    await ada.type("dialog form:first-of-type div:nth-of-type(2) input", ` horse${KEYS.enter}`);
    await ada.sees("The username Ada is now yours.");
    await ada.keys(KEYS.escape);
    await say(ada, "/quit");
    await ada.sees("You have left the chat.");
    const kept = await ada.run(
      "return JSON.stringify([{ ...localStorage }, { ...sessionStorage }])",
    );
    assert(!kept.includes("horse"), kept);
    // The name is hers: nobody else has it, and on http nobody is asked for the password.
    const { port } = new URL(scene.url);
    const plain = await scene.browsers.open(`http://${SCHOOL}:${port}/`, {
      ...PHONE,
      host: SCHOOL,
    });
    await answer(plain, "Ada");
    await plain.sees("A password can't be typed here");
    assertEquals(await plain.run("return document.querySelector('input[type=password]')"), null);
    assertEquals(
      await plain.run("return document.querySelector('.warning a').href"),
      `https://${SCHOOL}:${port}/`,
    );
    await plain.press("Choose another username");
    await answer(plain, "Eve");
    await inside(plain);
    await plain.sees("Others on this network can read along here.", "#safety");
    await plain.press("Hide this hint");
    await plain.until("no hint", "return document.querySelector('#safety').hidden");
    await plain.press("Show rooms");
    await plain.press("Settings");
    await plain.sees("Browsers show notifications only for encrypted pages.", "dialog");
    const again = await scene.browsers.open(scene.url);
    await answer(again, "ada");
    await again.type("input[type=password]", `wrong one${KEYS.enter}`);
    await again.sees("wrong");
    await again.type("input[type=password]", `correct horse${KEYS.enter}`);
    await inside(again);
    await again.sees("You are logged in as Ada.");
    await again.press("Account");
    await again.type("dialog form input", "better horse");
    await again.type("dialog form div:nth-of-type(2) input", `better horse${KEYS.enter}`);
    await again.sees("password", "#feed");
    assertEquals(await again.run("return document.querySelector('#safety').hidden"), true);
  }, NO_BROWSER),
);

Deno.test(
  permitted("Page: a server with a password, also a wrong one", async () => {
    const file = await Deno.makeTempFile();
    await Deno.writeTextFile(file, "open sesame\n");
    await using scene = await PageScene.start(["--password-file", file]);
    const ada = await scene.browsers.open(scene.url, PHONE);
    await answer(ada, "Ada");
    await ada.sees("This server needs a password.");
    await ada.type("input[type=password]", `wrong${KEYS.enter}`);
    await ada.sees("The server does not accept this password.");
    await ada.type("input[type=password]", `open sesame${KEYS.enter}`);
    await inside(ada);
    await ada.press("Show people, 1 here");
    await Deno.remove(file);
  }, NO_BROWSER),
);

Deno.test(
  permitted("Page: an invitation lets in, and its secret is out of sight at once", async () => {
    const data = await Deno.makeTempDir();
    const flags = ["--invite-only", "--web-port", "0"];
    const server = await ServerProcess.start(flags, 0, "", ["--data", data]);
    await using scene = new PageScene(server, await server.webPort(), "http");
    const { stdout } = await run("invite", "--data", data, "--host", "localhost");
    const [, address = "", token = ""] = /^In a browser: (\S+#invite=(\S+))$/m.exec(stdout) ?? [];
    const stranger = await scene.browsers.open(scene.url, PHONE);
    await answer(stranger, "Mallory");
    await stranger.sees("invit");
    const ada = await scene.browsers.open(address);
    await ada.sees("You are invited.");
    assertEquals(await ada.run("return location.href"), address.replace(`#invite=${token}`, ""));
    await answer(ada, "Ada");
    await inside(ada);
    await Deno.remove(data, { recursive: true }).catch(() => {});
  }, NO_BROWSER),
);

Deno.test(
  permitted("Page: under a host that is not the server's there is none", async () => {
    await using scene = await PageScene.start();
    await using other = await bystander(scene.server.port);
    const { port } = new URL(scene.url);
    const host = "evil.test";
    const page = await scene.browsers.open(`http://${host}:${port}/`, { host });
    assertEquals(await page.run("return document.querySelector('#name')"), null);
    assert((await page.text("body")).length > 20);
    await other.ping();
  }, NO_BROWSER),
);
