import { assert, assertEquals } from "@std/assert";
import { type KeyName } from "../../../lib/ui/terminal/key.ts";
import { Stage } from "../stage.ts";
import { entered, saidIn } from "./scene.ts";

Deno.test("Inline: a password is neither shown nor kept", () => {
  const stage = new Stage(60, 6);
  stage.inline.ask("password");
  stage.type("geheim");
  assert(!stage.drawing.join().includes("geheim"));
  stage.press("enter");
  assertEquals(stage.intents, [{ do: "answer", text: "geheim" }]);
  assertEquals(stage.drawing, ["|Please enter the password:|", "|>|", "|#lobby|"]);
  assertEquals(stage.press("up").drawing, ["|Please enter the password:|", "|>|", "|#lobby|"]);
});

Deno.test("Inline: a question may come with an answer filled in", () => {
  const stage = new Stage(60, 6);
  stage.inline.ask("address", "chat.example");
  assertEquals(stage.draw().drawing, [
    "|Please enter the server's address: chat.example|",
  ]);
  stage.press("enter");
  assertEquals(stage.intents, [{ do: "answer", text: "chat.example" }]);
});

Deno.test("Inline: the first thing typed replaces an answer filled in, unless it is edited", () => {
  const cases: [keys: KeyName[], typed: string, answer: string][] = [
    [[], "陳", "陳"],
    [["backspace"], "x", "Çağrx"],
    [["end"], "2", "Çağrı2"],
    [["left"], "!", "Çağr!ı"],
  ];
  for (const [keys, typed, answer] of cases) {
    const stage = new Stage(60, 6);
    stage.inline.ask("name", "Çağrı");
    for (const key of keys) stage.press(key);
    stage.type(typed);
    stage.press("enter");
    assertEquals(stage.intents, [{ do: "answer", text: answer }]);
  }
});

Deno.test("Inline: an empty answer counts only if the question allows it", () => {
  const stage = new Stage(60, 6);
  stage.inline.ask("name");
  assertEquals(stage.press("enter").intents, []);
  stage.inline.ask("remember");
  assertEquals(stage.press("enter").intents, [{ do: "answer", text: "" }]);
});

Deno.test("Inline: the rest of an answer is for no other question, and said nowhere", () => {
  const stage = entered();
  stage.inline.ask("accountPassword");
  stage.type("correct-").events({ type: "askName" }).type("horse\n");
  assertEquals(stage.intents, []);
  assertEquals(stage.inline.asking, "name");
  stage.pass(1000).type("Deniz\n");
  assertEquals(stage.intents, [{ do: "answer", text: "Deniz" }]);
  stage.inline.ask("accountPassword");
  stage.type("correct-").events({ type: "closed", status: 1, reason: "Gone." }).type("horse\n");
  assertEquals(saidIn(stage), []);
  // Text that is typed after the question appeared is an answer.
  stage.inline.ask("name");
  stage.type("Ada\n");
  assertEquals(stage.intents.at(-1), { do: "answer", text: "Ada" });
});
