/// <reference lib="dom" />
/**
 * What calls the person: title, icon, sound, notifications, and the words of a screen reader.
 * @module
 */
import { visible } from "../../../text/text.ts";
import type { ChatModel } from "../chat_model.ts";
import type { PageSettings } from "../page_settings.ts";
import type { PageAlert } from "../unseen.ts";
import { h } from "./dom.ts";
import { PAGE_ANNOUNCES, PAGE_SETTINGS, PAGE_TITLE } from "../../../wording/page.ts";

/** The shortest time between two sounds, and between two announcements, in milliseconds. */
const PAUSE_MS = { sound: 2000, announcement: 3000 } as const;

/** The longest text of a notification or announcement, in UTF-16 units. */
const LONGEST = 200;

export class Calls {
  readonly element = h("p", { class: "unseen", "aria-live": "polite" });
  readonly #show: (place: string) => void;
  #title = "";
  #rang = 0;
  #audio: AudioContext | undefined;
  #heard: PageAlert[] = [];
  #announcing: ReturnType<typeof setTimeout> | undefined;
  #announcedAt = 0;
  #count = -1;

  /** @param show shows a place when its notification is pressed. */
  constructor(show: (place: string) => void) {
    this.#show = show;
  }

  /** Why there can be no notifications: a sentence; undefined if there can. */
  static get fault(): string | undefined {
    if (!globalThis.isSecureContext) return PAGE_SETTINGS.noNotifyPlain;
    if (!("Notification" in globalThis)) return PAGE_SETTINGS.noNotifyHere;
    return Notification.permission === "denied" ? PAGE_SETTINGS.notifyDenied : undefined;
  }

  /** Shows the counts of new messages, and tells of those that just came. */
  render(model: ChatModel, settings: PageSettings, focused: boolean): void {
    const { all, current } = model.places;
    const unread = all.reduce((sum, place) => sum + place.unread, 0);
    const forUs = all.reduce((sum, place) => sum + place.forUs, 0);
    const name = PAGE_TITLE.of(visible(current.name));
    const title = unread > 0 ? PAGE_TITLE.unread(unread, name) : name;
    if (title !== this.#title) document.title = this.#title = title;
    if (unread !== this.#count) this.#mark(this.#count = unread, forUs > 0);
    for (const alert of model.takeAlerts()) {
      if (alert.forUs && settings.sound) this.#ring();
      if (alert.forUs && settings.notify && !focused) this.#notify(alert);
      if (alert.place === current.name || alert.forUs) this.#announce(alert);
    }
  }

  /** Draws the count into the icon of the tab. */
  #mark(count: number, strong: boolean): void {
    const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
    if (link === null) return;
    link.dataset.plain ??= link.href;
    const canvas = h("canvas", { width: "32", height: "32" });
    const context = canvas.getContext("2d");
    if (count === 0 || context === null) {
      link.href = link.dataset.plain;
      return;
    }
    context.fillStyle = strong ? "#c4232b" : "#1f5fbf";
    context.beginPath();
    context.arc(16, 16, 16, 0, 7);
    context.fill();
    context.fillStyle = "#fff";
    context.font = `bold ${count > 9 ? 17 : 21}px sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(count > 99 ? "99" : `${count}`, 16, 17);
    link.href = canvas.toDataURL();
  }

  #ring(): void {
    const now = Date.now();
    if (now - this.#rang < PAUSE_MS.sound) return;
    this.#rang = now;
    const audio = this.#audio ??= new AudioContext();
    // Browsers let a page sound only after the person has used it.
    if (audio.state !== "running") void audio.resume();
    const [tone, volume] = [audio.createOscillator(), audio.createGain()];
    tone.frequency.value = 660;
    volume.gain.setValueAtTime(0.08, audio.currentTime);
    volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.25);
    tone.connect(volume).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + 0.25);
  }

  #notify({ place, from, text }: PageAlert): void {
    if (Calls.fault !== undefined || Notification.permission !== "granted") return;
    try {
      const title = place === from ? from : `${from}, ${visible(place)}`;
      const shown = new Notification(title, { body: text.slice(0, LONGEST), tag: place });
      shown.onclick = () => {
        globalThis.focus();
        this.#show(place);
        shown.close();
      };
    } catch {
      // Chrome on Android has them in service workers only.
    }
  }

  /** Gathers messages, so that a lively room is not read out line by line. */
  #announce(alert: PageAlert): void {
    this.#heard.push(alert);
    if (this.#announcing !== undefined) return;
    const wait = Math.max(300, this.#announcedAt + PAUSE_MS.announcement - Date.now());
    this.#announcing = setTimeout(() => {
      const [first, ...more] = this.#heard;
      [this.#announcing, this.#heard, this.#announcedAt] = [undefined, [], Date.now()];
      if (first === undefined) return;
      this.element.textContent = more.length === 0
        ? PAGE_ANNOUNCES.message(first.from, first.text.slice(0, LONGEST))
        : PAGE_ANNOUNCES.messages(more.length + 1);
    }, wait);
  }
}
