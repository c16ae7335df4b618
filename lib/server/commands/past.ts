/**
 * CHATHISTORY, SEARCH, MARKREAD.
 *
 * Source: IRCv3 `draft/chathistory`, `draft/read-marker`; soju's `soju.im/search`.
 * @module
 */
import type { CommandRows } from "../command.ts";
import { timed } from "./timed.ts";
import { chatHistory } from "../history/chathistory.ts";
import { search } from "../history/search.ts";
import { markRead } from "./mark_read.ts";

export const historyCommands: CommandRows = {
  CHATHISTORY: {
    usage: "LATEST|BEFORE|AFTER|AROUND target place N | BETWEEN target place place N | " +
      "TARGETS time time N",
    help: "Shows older messages. A place is msgid=ID or timestamp=TIME, or * for LATEST.",
    // The handler itself explains what else is missing.
    min: 1,
    for: "users",
    reads: true,
    run: timed(chatHistory),
  },
  SEARCH: {
    usage: "text=words;in=target;from=name;after=time;before=time;limit=N",
    help: "Searches older messages. All fields are optional.",
    min: 1,
    for: "users",
    cost: 4,
    reads: true,
    run: timed(search),
  },
  MARKREAD: {
    usage: "target [timestamp=YYYY-MM-DDThh:mm:ss.sssZ]",
    help: "Shows or sets how far you have read.",
    for: "users",
    cost: 0.5,
    reads: ({ params }) => params.length < 2,
    run: markRead,
  },
};
