import { PAGE_ENTRY as SAYS } from "../../wording/page.ts";

/** The addresses of what the page loads. */
interface PageParts {
  readonly script: string;
  readonly style: string;
  readonly icon: string;
}

/** What the page says of its server. */
export interface PageAbout {
  /** What the person who runs it calls it. */
  readonly title: string;
  /** Whether it has an encrypted page too. */
  readonly encrypted: boolean;
}

/** The document of the page. The name can be typed before the script is there. */
export function pageHtml({ script, style, icon }: PageParts, about: PageAbout): string {
  const title = escaped(about.title);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title} - ${SAYS.title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1, interactive-widget=resizes-content">
<meta name="color-scheme" content="light dark">
<meta name="encrypted" content="${about.encrypted ? "yes" : "no"}">
<link rel="icon" href="${icon}" type="image/svg+xml">
<link rel="stylesheet" href="${style}">
<script type="module" src="${script}"></script>
</head>
<body>
<div id="chat" hidden></div>
<main id="entry">
<h1 dir="auto">${title}</h1>
<p id="lead">${SAYS.lead}</p>
<form id="entry-form" novalidate>
<label for="name">${SAYS.name}</label>
<div class="field">
<input id="name" name="name" autocomplete="nickname" autocapitalize="words" spellcheck="false" enterkeyhint="go" maxlength="100" autofocus>
<button class="primary">${SAYS.enter}</button>
</div>
</form>
<p id="entry-fault" class="fault" role="alert"></p>
<p id="who" aria-live="polite"></p>
<p id="too-old">${SAYS.tooOld}</p>
<noscript><p>${SAYS.noScript}</p></noscript>
</main>
</body>
</html>
`;
}

/** A text that makes no markup. */
function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
