/// <reference lib="dom" />
import { h, iconButton } from "./dom.ts";
import { PAGE_PARTS as SAYS } from "../../../wording/page.ts";

/**
 * Opens a dialog over the page. Escape, the button and a press beside it close it, and the browser
 * puts the focus back.
 *
 * @param content what stands in it; gets the function that closes it.
 */
export function openDialog(
  title: string,
  content: (close: () => void) => readonly (Node | string | false | undefined)[],
): HTMLDialogElement {
  const close = () => dialog.close();
  const dialog = h(
    "dialog",
    { "aria-labelledby": "dialog-title" },
    h(
      "div",
      { class: "bar" },
      h("h2", { id: "dialog-title" }, title),
      iconButton("close", SAYS.close, close),
    ),
    h("div", { class: "body" }, ...content(close)),
  );
  dialog.addEventListener("close", () => dialog.remove());
  // The padding is inside: only the backdrop is the dialog itself.
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) close();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

let fields = 0;

/** A text field with its label. */
export function textField(
  label: string,
  attributes: Readonly<Record<string, string | boolean>> = {},
): { readonly element: HTMLElement; readonly input: HTMLInputElement } {
  const id = `field-${fields++}`;
  const input = h("input", { id, autocomplete: "off", maxlength: "400", ...attributes });
  return { input, element: h("div", { class: "labelled" }, h("label", { for: id }, label), input) };
}

/** A form with one main button. */
export function simpleForm(
  action: string,
  submit: () => void,
  ...content: readonly (Node | string | false | undefined)[]
): HTMLFormElement {
  return h(
    "form",
    {
      onsubmit: (event: Event) => {
        event.preventDefault();
        submit();
      },
    },
    ...content,
    h("button", { class: "primary" }, action),
  );
}
