/** The views of the page in a real browser: for everyone, on every screen, by keyboard alone. */
import { assert, assertEquals } from "@std/assert";
import { env, permitted } from "../permitted.ts";
import { type BrowserWindow, KEYS, NO_BROWSER } from "./browser.ts";
import { answer, inside, PageScene, PHONE, say } from "./page_scene.ts";

/** Where axe-core is, which looks for what keeps people out. */
const AXE = `${env("CHAT_TEST_NPM") ?? ""}/node_modules/axe-core/axe.min.js`;

function missing(): string | undefined {
  if (NO_BROWSER !== undefined) return NO_BROWSER;
  try {
    return Deno.statSync(AXE).isFile ? undefined : "axe-core";
  } catch {
    return "axe-core in CHAT_TEST_NPM";
  }
}

/** What axe-core finds in the view that is shown. */
async function faults(page: BrowserWindow, axe: string): Promise<string[]> {
  if (await page.run("return window.axe === undefined")) {
    // The page itself would not run it.
    await page.devtools("Runtime.evaluate", { expression: axe });
  }
  // What slides in has its colours at the end.
  await page.later(`await Promise.all(document.getAnimations().map((one) => one.finished))`);
  return await page.later(`
    const { violations } = await axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a",
      "wcag21aa", "wcag22aa", "best-practice"] });
    return violations.map(({ id, nodes }) => id + ": " + nodes.map((one) => one.html).join(" | "));
  `);
}

/** Buttons and fields that are too small for a thumb, by their names and sizes. */
const CONTROLS = "button, input:not([type=checkbox], [type=radio]), textarea, label.check";
const SMALL = `return [...document.querySelectorAll("${CONTROLS}")].filter((e) =>
    e.checkVisibility({ visibilityProperty: true }) && !e.matches(".said .name"))
  .map((e) => [e.ariaLabel ?? e.innerText, e.getBoundingClientRect()])
  .filter(([, box]) => box.width < 43.9 || box.height < 43.9)
  .map(([name, box]) => name + " " + box.width + "x" + box.height)`;

const WIDE = { width: 1280, height: 800 };

/** A screen of 1280 pixels at four times the size (WCAG 2.2, 1.4.10). */
const TINY = { width: 320, height: 256 };

/** Whether the page can be moved sideways. */
const TOO_WIDE = "return document.documentElement.scrollWidth > innerWidth";

Deno.test(
  permitted("Page: axe-core finds nothing in any view, light and dark, and all fits", async () => {
    await using scene = await PageScene.start();
    const axe = await Deno.readTextFile(AXE);
    const ada = await scene.enter("Ada", PHONE, `${scene.url}#music`);
    for (const dark of [false, true]) {
      for (const size of dark ? [WIDE] : [PHONE, WIDE, TINY]) {
        const page = await scene.browsers.open(`${scene.url}#music`, { ...size, dark });
        const look = async (view: string) => {
          const where = `${view}, ${size.width} wide, ${dark ? "dark" : "light"}`;
          assertEquals(await faults(page, axe), [], where);
          assertEquals(await page.run(SMALL), [], where);
          assertEquals(await page.run(TOO_WIDE), false, where);
        };
        await page.sees("You will enter #music.");
        await look("entry");
        await answer(page, "a b");
        await page.sees("spaces");
        await look("refused");
        const name = `Bob${dark ? "D" : "L"}${size.width}`;
        await answer(page, name);
        await inside(page);
        await page.sees("#music", "h1");
        await say(ada, `hello ${name}, see https://example.org/`);
        await page.sees("see https://example.org/", ".mention");
        await say(page, "fine");
        await say(page, "/me waves");
        await say(page, "/nonsense");
        await page.sees("nonsense", "#feed");
        await look("talk");
        const isNarrow = size !== WIDE;
        if (isNarrow) {
          await page.click("#open-rooms");
          await look("rooms");
        }
        await page.press("Join a room");
        await look("join");
        await page.keys(KEYS.escape);
        for (const dialog of ["Account", "Settings"]) {
          await page.press(dialog);
          await look(dialog);
          await page.keys(KEYS.escape);
        }
        if (isNarrow) {
          await page.keys(KEYS.escape);
          await page.click("#open-people");
          await look("people");
        }
        await page.press("Ada, operator");
        await look("person");
        await page.keys(KEYS.escape);
        if (isNarrow) await page.keys(KEYS.escape);
        for (const dialog of ["Search", "More"]) {
          await page.press(dialog);
          await look(dialog);
          await page.keys(KEYS.escape);
        }
        await page.type("#input", "/");
        await page.sees("/away", "#suggestions");
        await look("suggestions");
        await page.close();
      }
    }
  }, missing()),
);

Deno.test(
  permitted(
    "Page: everything is done by the keyboard, and the focus is always somewhere",
    async () => {
      await using scene = await PageScene.start();
      const bob = await scene.enter("Bob");
      const ada = await scene.browsers.open(scene.url);
      const focus = () =>
        ada.run(`const e = document.activeElement;
        return e.ariaLabel ?? (e.id || [...e.childNodes].filter((n) => n.ariaHidden !== "true")
          .map((n) => n.textContent).join(", "))`);
      /** Presses Tab until something has the focus. */
      const reach = async (name: string) => {
        for (let times = 0; times < 40; times++) {
          if (await focus() === name) return;
          await ada.keys(KEYS.tab);
        }
        throw new Error(`${name} is not reached by Tab`);
      };
      await ada.until("the name", "return document.activeElement.id === 'name'");
      await ada.keys(`Ada${KEYS.enter}`);
      await ada.until("the input", "return document.activeElement.id === 'input'");
      await ada.keys(`hello all${KEYS.enter}`);
      await bob.sees("hello all");
      await reach("Join a room");
      await ada.keys(KEYS.enter);
      await ada.keys(`music${KEYS.enter}`);
      await ada.sees("#music", "h1");
      assertEquals(await ada.run("return document.activeElement.id"), "input");
      await ada.keys(KEYS.up, [KEYS.alt]);
      await ada.sees("#lobby", "h1");
      assertEquals(await ada.run("return document.activeElement.id"), "input");
      await reach("Settings");
      await ada.keys(KEYS.enter);
      await ada.sees("Colours", "dialog");
      await ada.keys(KEYS.escape);
      assertEquals(await focus(), "Settings");
      await reach("Bob");
      await ada.keys(KEYS.enter);
      await ada.sees("Write privately", "dialog");
      await reach("Write privately");
      await ada.keys(KEYS.enter);
      await ada.sees("Bob", "h1");
      await ada.keys(`only you${KEYS.enter}`);
      await bob.press("Ada, 1 new message, 1 for you");
      await bob.sees("only you", "#feed");
      await reach("React to the message of Bob").catch(() => {});
      await reach("Messages");
      await ada.keys(KEYS.up);
      assertEquals(await focus(), "Messages");
    },
    NO_BROWSER,
  ),
);

Deno.test(
  permitted("Page: a phone's keyboard hides neither the input nor what was said last", async () => {
    await using scene = await PageScene.start();
    const ada = await scene.enter("Ada", PHONE);
    for (let number = 1; number <= 30; number++) await say(ada, `line ${number}`);
    await ada.sees("line 30");
    const inSight = `const seen = (e) => { const b = e.getBoundingClientRect();
      return b.top >= 0 && b.bottom <= innerHeight; };
      return seen(document.querySelector("#input")) &&
        seen(document.querySelector("#feed li:last-child"))`;
    await ada.until("all in sight", inSight);
    const half = { width: 390, height: 420, deviceScaleFactor: 2, mobile: true };
    await ada.devtools("Emulation.setDeviceMetricsOverride", half);
    await ada.until("all in sight above the keyboard", inSight);
    // Right-to-left text keeps its direction, and the page is not wider for it.
    await say(ada, "مرحبا بالعالم");
    await ada.sees("مرحبا بالعالم");
    assertEquals(
      await ada.run(
        "return getComputedStyle([...document.querySelectorAll('.text')].at(-1)).direction",
      ),
      "rtl",
    );
    await say(ada, "w".repeat(400));
    await ada.sees("wwww");
    assert(!await ada.run(TOO_WIDE));
  }, NO_BROWSER),
);
