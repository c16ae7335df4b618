import { findLinks } from "../../ui/links.ts";
import { visible } from "../../text/text.ts";

/** A piece of a message: text, or a link that can be followed. */
export interface MessagePiece {
  readonly text: string;
  readonly href?: string;
}

/** The schemes that a browser may follow from here. */
const FOLLOWED = /^(?:https?:\/\/|mailto:)/i;

/** The lines of a message, harmless, in pieces. */
export function messagePieces(text: string): MessagePiece[][] {
  return text.split("\n").map((line) => linePieces(visible(line.trimEnd())));
}

/** A harmless line in pieces. */
export function linePieces(line: string): MessagePiece[] {
  const pieces: MessagePiece[] = [];
  let done = 0;
  for (const { from, to } of findLinks(line)) {
    const text = line.slice(from, to);
    if (!FOLLOWED.test(text) || !URL.canParse(text)) continue;
    if (from > done) pieces.push({ text: line.slice(done, from) });
    pieces.push({ text, href: text });
    done = to;
  }
  if (done < line.length) pieces.push({ text: line.slice(done) });
  return pieces;
}
