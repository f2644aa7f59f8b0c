"use strict";
// Asks for the rows again while the list is looked at, and keeps the focus where it was.
const rows = document.querySelector("tbody");
const news = document.getElementById("news");
let shown = "";

function show(text) {
  const focused = document.activeElement?.getAttribute("href");
  rows.innerHTML = shown = text; // escaped by the server
  for (const link of rows.querySelectorAll("a")) {
    if (focused && link.getAttribute("href") === focused) link.focus({ preventScroll: true });
  }
}

async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch("/rows", { cache: "no-store" });
    if (!answer.ok) throw new Error(answer.statusText);
    const text = await answer.text();
    if (text !== shown) show(text);
    news.textContent = "";
  } catch {
    news.textContent = "The server does not answer; this is the last that it said.";
  }
}

setInterval(refresh, Number(rows.dataset.seconds) * 1000);
document.addEventListener("visibilitychange", refresh);
