/**
 * Looks for rooms on the local network.
 * @module
 */
import { type FoundRoom, RoomBrowser } from "../../lan/room_browser.ts";
import { LanSockets } from "../../net/lan_sockets.ts";
import { interfaces } from "../serve/hosts.ts";

export class RoomFinder {
  readonly #browser = new RoomBrowser(Date.now());
  readonly #sockets: LanSockets;
  readonly #changed: () => void;
  #wake: ReturnType<typeof setTimeout> | undefined;

  /** @param changed is called when the rooms may be others. */
  constructor(changed: () => void) {
    this.#changed = changed;
    this.#sockets = new LanSockets({
      families: ["IPv4", "IPv6"],
      asks: true,
      interfaces,
    }, {
      links: () => {},
      packet: (packet, _from, zone) => {
        this.#browser.receive(packet, zone, Date.now());
        this.#schedule();
        this.#changed();
      },
    });
    // The caller is called back only when it has this object.
    this.#schedule();
  }

  get rooms(): readonly FoundRoom[] {
    return this.#browser.rooms(Date.now());
  }

  #step(): void {
    for (const { packet, direct } of this.#browser.tick(Date.now())) {
      void this.#sockets.ask(packet, direct);
    }
    this.#changed();
    this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#wake);
    this.#wake = setTimeout(() => this.#step(), Math.max(0, this.#browser.wakeAt - Date.now()));
  }

  close(): void {
    clearTimeout(this.#wake);
    this.#sockets.close();
  }
}
