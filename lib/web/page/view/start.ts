/// <reference lib="dom" />
import { PageApp } from "./page_app.ts";

new PageApp(document.getElementById("chat")!);
