/**
 * The last private messages of a user, which are sent again if its connection breaks.
 * @module
 */
import type { Forms } from "./line_forms.ts";

/** The most messages, and characters in them. */
const MOST = 100;
const MOST_LENGTH = 64 * 1024;

interface Sent {
  readonly forms: Forms;
  readonly at: number;
  /** In characters. */
  readonly length: number;
}

/** A bounded list of messages; the oldest are dropped. */
export class RecentPrivate {
  #sent: Sent[] = [];
  #length = 0;

  all(): readonly Sent[] {
    return this.#sent;
  }

  add(forms: Forms, at: number): void {
    const length = forms.lines.reduce((sum, line) => sum + line.length, 0);
    this.#sent.push({ forms, at, length });
    this.#length += length;
    while (this.#sent.length > MOST || this.#length > MOST_LENGTH) this.#drop();
  }

  /** Forgets the messages before a time. */
  forget(time: number): void {
    while (this.#sent[0] !== undefined && this.#sent[0].at < time) this.#drop();
  }

  #drop(): void {
    this.#length -= this.#sent.shift()!.length;
  }

  remove(msgid: string): void {
    this.#sent = this.#sent.filter(({ forms }) => forms.lines[0]?.tags.msgid !== msgid);
    this.#length = this.#sent.reduce((sum, { length }) => sum + length, 0);
  }

  /** The messages since a time, oldest first. */
  since(time: number): Forms[] {
    return this.#sent.filter(({ at }) => at >= time).map(({ forms }) => forms);
  }
}
