/**
 * The last messages of channels, for all who enter within a second: they are read and composed once.
 * @module
 */
import { BoundedMap } from "../../collections/bounded_map.ts";
import type { HistoryItem, HistoryStore } from "../../store/history.ts";
import { SECOND_MS } from "../../text/duration.ts";
import type { Delivery } from "../delivery/delivery.ts";
import type { Config } from "../settings/config.ts";
import type { Channel } from "../world/channel.ts";

/** The most channels whose messages are kept. */
const MOST_CHANNELS = 100;

/** Items as they were composed for those who were sent them, for others who are sent the same. */
export class Composed {
  /** The reference of their batch; undefined before the first one. */
  batch: string | undefined;
  readonly #forms = new Map<string, readonly Delivery[]>();

  /** What was composed under a key, or else is composed now. */
  forms(key: string, compose: () => readonly Delivery[]): readonly Delivery[] {
    let forms = this.#forms.get(key);
    if (forms === undefined) this.#forms.set(key, forms = compose());
    return forms;
  }
}

/** The last messages of a channel, and what they depend on. */
interface Read {
  readonly items: readonly HistoryItem[];
  readonly composed: Composed;
  readonly changes: number;
  readonly name: string;
  readonly config: Config;
}

/**
 * With 2,000 who enter one room at once, reading and composing 20 messages for each of them took
 * nearly half of the server's time.
 */
export class LastMessages {
  readonly #read = new BoundedMap<Channel, Read>(MOST_CHANNELS);
  #second = 0;

  /** The last messages of a channel, read again only if they may be others or it is a new second. */
  of(
    channel: Channel,
    history: HistoryStore,
    config: Config,
    now: number,
  ): Pick<Read, "items" | "composed"> {
    // A day begins with a second, and the times of the day before are told with the day.
    const second = Math.floor(now / SECOND_MS);
    if (second !== this.#second) this.clear();
    this.#second = second;
    const { name } = channel;
    const { changes } = history;
    const known = this.#read.get(channel);
    const isSame = known?.changes === changes && known.name === name && known.config === config;
    if (isSame) return known;
    const page = { limit: config.history.onJoin, events: false };
    const items = history.latest(channel.folded, undefined, page);
    const read = { items, composed: new Composed(), changes, name, config };
    this.#read.set(channel, read);
    return read;
  }

  /** Forgets them, so that what nobody asks for takes no memory. */
  clear(): void {
    this.#read.clear();
  }
}
