// The page: everything on it is made here from its data, by text nodes only, and again when newer data comes.

const root = document.documentElement;
const failures = [];

/** What went wrong, where a test and a curious reader can see it. */
function failed(what) {
  failures.push(String(what));
  root.dataset.errors = failures.join("\n");
}
window.addEventListener("error", (event) => failed(event.message));
window.addEventListener("unhandledrejection", (event) => failed(event.reason?.message ?? event.reason));
document.addEventListener("securitypolicyviolation", (event) => failed(`${event.violatedDirective} ${event.blockedURI}`));

/** An element with attributes and children; text is never read as HTML. */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") made.textContent = value;
    else if (name === "onclick") made.addEventListener("click", value);
    else if (value !== "" || name === "hidden") made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

const page = { data: null, sections: new Map(), parts: new Map() };

// Theme: the system's until the reader chooses.

const systemDark = matchMedia("(prefers-color-scheme: dark)");

function remembered() {
  try {
    return localStorage.getItem("brooks-theme");
  } catch {
    return null;
  }
}

function theme() {
  return root.dataset.theme ?? (systemDark.matches ? "dark" : "light");
}

function themeChanged() {
  root.dataset.drawn = theme();
  themeButton.textContent = theme() === "dark" ? "Light" : "Dark";
  themeButton.setAttribute("aria-label", theme() === "dark" ? "light colours" : "dark colours");
  for (const part of page.parts.values()) {
    if (!(part instanceof PlotView) || !part.drawn) continue;
    if (part.near) part.redraw();
    else part.drawn = false;
  }
  drawTheRest();
}

const themeButton = element("button", {
  type: "button",
  class: "theme",
  onclick: () => {
    root.dataset.theme = theme() === "dark" ? "light" : "dark";
    try {
      localStorage.setItem("brooks-theme", root.dataset.theme);
    } catch {
      // a page opened from a file may not keep anything
    }
    themeChanged();
  },
});
if (["light", "dark"].includes(remembered())) root.dataset.theme = remembered();
systemDark.addEventListener("change", themeChanged);

// The document.

const badge = element("span", { class: "badge", role: "status", hidden: "" });
const label = element("span", { class: "tag large", text: "simulated" });
const title = element("p", { class: "title" });
const verdict = element("h1");
const meaning = element("p", { class: "simulated" });
const facts = element("dl", { class: "facts" });
const contents = element("nav", { "aria-label": "sections" });
const body = element("div", { class: "sections" });
const about = element("dl", { class: "about" });
document.getElementById("contents").append(
  element("header", {}, element("div", { class: "bar" }, title, label, badge, themeButton), verdict, meaning, facts, contents),
  body,
);
document.body.insertBefore(element("footer", {}, about), document.getElementById("page-data"));

const observer = new IntersectionObserver((entries) => {
  for (const entry of entries) page.parts.get(entry.target.dataset.part)?.setNear(entry.isIntersecting);
}, { rootMargin: "400px 0px" });

/** Draw everything, or draw it again: zoom, scrolling, sorting and opened sections stay as they are. */
function draw(data) {
  page.data = data;
  document.title = data.simulated ? `${data.title} (simulated)` : data.title;
  title.textContent = data.title;
  verdict.textContent = data.verdict;
  verdict.className = `verdict ${data.tone}${data.verdict.length > 100 ? " long" : ""}`;
  label.hidden = !data.simulated;
  meaning.hidden = !data.simulated;
  meaning.textContent = "Simulated: times and tokens are computed, not measured.";
  facts.replaceChildren(...data.facts.map(factOf));
  contents.hidden = data.sections.length < 3;
  const links = data.sections.map((section) => element("a", { href: `#${section.name}`, text: section.title }));
  if (contents.textContent !== links.map((link) => link.textContent).join("")) contents.replaceChildren(...links);
  setFullTime(data);
  drawSections(data.sections);
  about.replaceChildren(
    ...Object.entries(data.about).map(([name, text]) => element("div", {}, element("dt", { text: name }), element("dd", { text }))),
  );
}

function factOf(fact) {
  return element(
    "div",
    { "data-fact": fact.name, "data-value": fact.value === null ? "" : String(fact.value) },
    element("dt", { text: fact.label }),
    element("dd", { text: fact.text }),
    ...(fact.says === "" ? [] : [element("dd", { class: "says", text: fact.says })]),
  );
}

function setFullTime(data) {
  const spans = data.sections.flatMap((section) => section.parts).map((part) => part.zoom).filter(Boolean);
  if (spans.length === 0) return;
  zoom.full = [Math.min(...spans.map((span) => span[0])), Math.max(...spans.map((span) => span[1]))];
}

function drawSections(sections) {
  const wanted = new Set();
  sections.forEach((section, position) => {
    const made = sectionOf(section);
    if (body.children[position] !== made.root) body.insertBefore(made.root, body.children[position] ?? null);
    made.title.textContent = section.title;
    made.says.replaceChildren(...section.says.map((text) => element("p", { text })));
    section.parts.forEach((part, place) => {
      const key = `${section.name}/${part.kind}/${part.name}`;
      wanted.add(key);
      const view = partOf(key, part);
      if (made.parts.children[place] !== view.root) made.parts.insertBefore(view.root, made.parts.children[place] ?? null);
    });
  });
  for (const [key, view] of page.parts) {
    if (wanted.has(key)) continue;
    page.parts.delete(key);
    if (view instanceof PlotView) view.remove();
    else view.root.remove();
  }
  const names = new Set(sections.map((section) => section.name));
  for (const [name, made] of page.sections) {
    if (names.has(name)) continue;
    page.sections.delete(name);
    made.root.remove();
  }
}

function sectionOf(section) {
  const known = page.sections.get(section.name);
  if (known !== undefined) return known;
  const heading = element("h2");
  const made = { title: heading, says: element("div", { class: "prose" }), parts: element("div", { class: "parts" }) };
  made.root = section.folded
    ? element("details", { class: "section", id: section.name }, element("summary", {}, heading), made.says, made.parts)
    : element("section", { class: "section", id: section.name }, heading, made.says, made.parts);
  page.sections.set(section.name, made);
  return made;
}

function partOf(key, part) {
  const known = page.parts.get(key);
  if (known !== undefined) {
    known.update(part);
    return known;
  }
  const view = part.kind === "plot" ? new PlotView(part) : new TableView(part);
  page.parts.set(key, view);
  if (part.kind === "plot") {
    view.root.dataset.part = key;
    observer.observe(view.root);
  }
  return view;
}

// What is seen is drawn at once, the rest when there is time, what is folded when it is opened.

function undrawn() {
  return [...page.parts.values()].filter(
    (part) => part instanceof PlotView && !part.drawn && part.frame.clientWidth > 0,
  );
}

function drawTheRest() {
  const idle = window.requestIdleCallback ?? ((act) => setTimeout(act, 30));
  const [next] = undrawn();
  if (next === undefined) root.dataset.all = "true";
  else idle(() => next.ensure().then(drawTheRest), { timeout: 1000 });
}

async function drawWhatIsSeen() {
  const seen = undrawn().filter((part) => {
    const box = part.frame.getBoundingClientRect();
    return box.top < innerHeight && box.bottom > 0;
  });
  for (const part of seen) {
    part.near = true;
    await part.ensure();
  }
  root.dataset.ready = "true";
  drawTheRest();
}

// A page that is served follows its run.

function follow(base) {
  let busy = false;
  let shown = null;
  let newest = null;
  let alive = false;
  document.querySelector(".bar").prepend(element("a", { href: "/", text: "All runs" }));
  const say = (text, kind) => {
    badge.hidden = false;
    badge.textContent = text;
    badge.className = `badge ${kind}`;
  };
  const sayFine = () => say(alive ? "live" : "up to date", "live");
  const fetchNewest = async () => {
    if (busy || shown === newest) return;
    busy = true;
    const wanted = newest;
    try {
      const answer = await fetch(`${base}/page.json`, { cache: "no-store" });
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
      draw(await answer.json());
      drawTheRest();
      shown = wanted;
      root.dataset.version = String(wanted);
      sayFine();
    } catch (error) {
      say(`lost: ${error.message}`, "lost");
    } finally {
      busy = false;
    }
    if (shown !== newest) setTimeout(fetchNewest, 500);
  };
  const events = new EventSource(`${base}/events`);
  events.onerror = () => say("connection lost, reconnecting", "lost");
  events.onmessage = (event) => {
    const news = JSON.parse(event.data);
    if (news.problem) {
      say(news.problem, "lost");
      return;
    }
    alive = news.alive !== false;
    newest = news.version;
    if (shown === newest) sayFine();
    else fetchNewest();
  };
}

draw(JSON.parse(document.getElementById("page-data").textContent));
themeChanged();
drawWhatIsSeen();
if (document.body.dataset.live !== undefined) follow(document.body.dataset.live);
/** For tests and for whoever looks at a page by its console. */
window.brooks = { page, zoom, zoomTo, zoomBy, draw };
