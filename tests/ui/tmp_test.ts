import { Screen } from "../../lib/ui/screen.ts";
import { ScreenModel } from "./screen_model.ts";
import { wrap } from "../../lib/ui/wrap.ts";
const p = Screen.prototype.print;
const C = Number(Deno.env.get("COLS"));
Screen.prototype.print = function (line) {
  for (const r of wrap(line.text, line.plain, C)) {
    const m = new ScreenModel(C, 10);
    m.write(r);
    if (m.drawing.length > 1) {
      console.log(
        JSON.stringify(r),
        [...r].map((c) => c.codePointAt(0)!.toString(16)).join(" "),
        m.drawing,
      );
    }
  }
  return p.call(this, line);
};
await import("./forged_rows_test.ts");
