/// <reference lib="dom" />
import { isForSession, showsItself } from "../../../client/input/action.ts";
import { interpretTyped } from "../../../client/input/interpret.ts";
import { mayBeSecret } from "../../../client/input/secret.ts";
import { named } from "../../../client/session/unsaid.ts";
import { accountDialog } from "./own_dialogs.ts";
import type { PageHost } from "./page_host.ts";
import { PAGE_PARTS } from "../../../wording/page.ts";
import { HELP_SAYS } from "../../../wording/slash_commands.ts";

const TERMINAL_KEYS: readonly string[] = HELP_SAYS.keys;

/** Does what a typed line asks for. */
export function typedLine(host: PageHost, text: string): void {
  const { model } = host;
  const now = Date.now();
  const { current } = model.places;
  const action = interpretTyped(text);
  if (!showsItself(action)) {
    const shown = mayBeSecret(text, current.name) ? named(text) : text.trim();
    model.inform([`> ${shown}`], now, "quiet");
  }
  if (isForSession(action)) {
    const isPart = action.do === "part";
    const place = isPart ? action.room ?? current.name : current.name;
    if (isPart && host.stay.session.room(place) === undefined) model.close(place, now);
    else host.perform(action);
    return;
  }
  switch (action.do) {
    case "query":
      return host.write(action.name);
    case "show":
      return host.open(action.place);
    case "rooms":
      return model.inform(model.places.all.map(({ name }) => name), now);
    case "ignore":
      model.inform([model.ignore(action.name, action.lift)], now);
      return host.change({ ignore: model.ignored });
    case "clear":
      return model.feed(current).clear();
    case "inform": {
      const lines = action.lines.filter((line) => !TERMINAL_KEYS.includes(line));
      return model.inform(lines, now, "text", true);
    }
    case "reject":
      return model.inform([action.why], now, "error");
    case "save":
      return model.inform([PAGE_PARTS.notHere], now, "error");
    case "register":
    case "login":
      return accountDialog(host);
    case "leave":
      return host.leave();
    default:
      return action satisfies never;
  }
}
