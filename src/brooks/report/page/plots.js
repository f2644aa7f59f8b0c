// Plots: drawn when they are near what is seen, in the colours of the theme, at the coarseness of the zoom.

/** The stretch of time that all plots show; null for all of it. */
const zoom = { window: null, full: [0, 1], views: new Set() };

function currentWindow() {
  return zoom.window === null ? zoom.full : zoom.window;
}

/** Show a stretch in every plot that has a time axis. */
function zoomTo(from, to) {
  const [first, last] = zoom.full;
  const whole = last - first;
  const length = Math.min(Math.max(to - from, whole / 1e6), whole);
  const start = Math.min(Math.max(from, first), last - length);
  zoom.window = length >= whole * 0.9999 ? null : [start, start + length];
  for (const view of zoom.views) view.windowMoved();
}

function zoomBy(factor, around) {
  const [from, to] = currentWindow();
  const centre = around === undefined ? (from + to) / 2 : around;
  zoomTo(centre - (centre - from) * factor, centre + (to - centre) * factor);
}

function pan(share) {
  const [from, to] = currentWindow();
  const step = (to - from) * share;
  zoomTo(from + step, to + step);
}

/** How often a plot of several panels is drawn to find the width at which it fills the room. */
const ATTEMPTS = 5;
/** Pixels below which labels are shorter, and a plot is fitted twice: once its labels have shrunk it. */
const NARROW = 500;

const KEYS = {
  ArrowLeft: () => pan(-0.2),
  ArrowRight: () => pan(0.2),
  "+": () => zoomBy(0.5),
  "=": () => zoomBy(0.5),
  "-": () => zoomBy(2),
  _: () => zoomBy(2),
  0: () => zoomTo(...zoom.full),
  Home: () => zoomTo(...zoom.full),
};

class PlotView {
  constructor(part) {
    this.view = null;
    this.drawn = false;
    this.stale = false;
    this.near = false;
    this.work = Promise.resolve();
    this.build(part);
    this.update(part);
  }

  build(part) {
    this.title = element("h3");
    this.says = element("p", { class: "says" });
    this.drawing = element("div", { class: "drawing" });
    this.brush = element("div", { class: "brush", hidden: "" });
    this.frame = element("div", { class: "frame" }, this.drawing, this.brush);
    this.grain = element("span", { class: "grain" });
    this.words = element("p");
    this.files = element("span", { class: "files" });
    this.tools = element("span", { class: "tools", role: "group", "aria-label": "zoom" });
    this.seen = element("div");
    this.bar = element("div", { class: "window", "aria-hidden": "true", hidden: "" }, this.seen);
    this.root = element(
      "figure",
      { class: "part plot", id: `plot-${part.name}` },
      element("div", { class: "head" }, this.title, this.tools),
      this.says,
      this.frame,
      this.bar,
      element(
        "figcaption",
        {},
        element("div", { class: "under" }, this.grain, this.files),
        element("details", { class: "words" }, element("summary", { text: "In words" }), this.words),
      ),
    );
    if (part.zoom !== null) this.makeZoomable();
    new ResizeObserver(() => this.resized()).observe(this.frame);
  }

  makeZoomable() {
    zoom.views.add(this);
    const button = (text, label, act) =>
      element("button", { type: "button", text, title: label, "aria-label": label, onclick: act });
    this.tools.append(
      button("←", "earlier", KEYS.ArrowLeft),
      button("→", "later", KEYS.ArrowRight),
      button("−", "zoom out", KEYS["-"]),
      button("+", "zoom in", KEYS["+"]),
      button("all", "the whole time", KEYS[0]),
    );
    this.frame.tabIndex = 0;
    this.frame.setAttribute("role", "group");
    this.frame.classList.add("zoomable");
    this.frame.addEventListener("keydown", (event) => {
      const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : KEYS[event.key];
      if (act === undefined) return;
      event.preventDefault();
      act();
    });
    zoomByPointer(this);
  }

  update(part) {
    const shape = shapeOf(part);
    const changed = this.shape !== undefined && this.shape !== shape;
    this.part = part;
    this.shape = shape;
    this.title.textContent = part.title;
    this.says.textContent = part.says;
    this.words.textContent = part.spec.description;
    const simulated = part.simulated ? ", simulated" : "";
    const keys = ": arrow keys move, plus and minus zoom, 0 shows all";
    if (part.zoom !== null) this.frame.setAttribute("aria-label", `${part.title}${simulated}${keys}`);
    this.files.replaceChildren(...this.savers());
    if (this.drawn && changed) this.redraw();
    else if (this.drawn) this.windowMoved();
  }

  savers() {
    const link = (text, label, onclick) =>
      element("button", { class: "link", type: "button", text, title: label, onclick });
    const { name, data } = this.part;
    const several = Object.keys(data).length > 1;
    const found = ["Data "];
    for (const [set, levels] of Object.entries(data)) {
      const heads = Object.keys(levels[levels.length - 1].columns);
      const write = () =>
        save(`${name}${several ? `-${set}` : ""}.csv`, "text/csv", csvOf(heads, finest(levels).map((row) => heads.map((head) => row[head]))));
      found.push(link(several ? `CSV (${set})` : "CSV", "the rows of this plot", write), " ");
    }
    const all = () => Object.fromEntries(Object.entries(data).map(([set, levels]) => [set, finest(levels)]));
    found.push(
      link("JSON", "the rows of this plot", () => save(`${name}.json`, "application/json", JSON.stringify(all(), null, 1))),
      " Picture ",
      link("SVG", "as it is shown now", async () => save(`${name}.svg`, "image/svg+xml", await this.picture("svg"))),
      " ",
      link("PNG", "as it is shown now", async () => save(`${name}.png`, "image/png", await this.picture("png"))),
    );
    return found;
  }

  async picture(kind) {
    await this.ensure();
    if (kind === "svg") return this.view.toSVG();
    const canvas = await this.view.toCanvas(2);
    return new Promise((done) => canvas.toBlob(done, "image/png"));
  }

  /** The rows to draw now by data set; says of what coarseness they are. */
  rows() {
    const window = this.part.zoom === null ? null : currentWindow();
    const found = {};
    const notes = new Set();
    const sets = Object.entries(this.part.data);
    // Several large data sets share what can be drawn quickly.
    const large = sets.filter(([, levels]) => levels.length > 1).length;
    const most = (2 * page.data.mostMarks) / Math.max(large + 1, 2);
    for (const [name, levels] of sets) {
      const { level, positions } = chosen(levels, window, most);
      found[name] = rowsAt(level, positions);
      if (level.bin > 0) notes.add(`up to ${duration(level.bin)}${level.kept === "" ? "" : `: ${level.kept}`}`);
    }
    const said = [this.stretch()];
    if (notes.size > 0) said.push(`A mark stands for ${[...notes].join("; or ")}.`);
    if (notes.size > 0 && this.part.zoom !== null) said.push("Zoomed in, you see every one.");
    this.grain.textContent = said.filter(Boolean).join(" ");
    return found;
  }

  /** Which part of the time is shown, in words and as a bar. */
  stretch() {
    const shown = this.part.zoom !== null && zoom.window !== null;
    this.bar.hidden = !shown;
    if (this.part.zoom === null) return "";
    if (!shown) return matchMedia("(pointer: coarse)").matches ? "Two fingers zoom in." : "Drag over a stretch to zoom in.";
    const [from, to] = zoom.window;
    const [first, last] = zoom.full;
    this.seen.style.marginLeft = `${(100 * (from - first)) / (last - first)}%`;
    this.seen.style.width = `${Math.max((100 * (to - from)) / (last - first), 0.4)}%`;
    return `Shows ${duration(to - from)} of ${duration(last - first)}, from ${duration(from)} on.`;
  }

  ensure() {
    return this.drawn ? this.work : this.redraw();
  }

  /** Draw it from its specification; the old drawing stays until the new one is there. */
  redraw() {
    this.drawn = true;
    this.stale = false;
    return this.after(() => this.embed());
  }

  after(act) {
    this.work = this.work.then(act).catch((error) => {
      this.grain.textContent = `This plot cannot be drawn: ${error.message}`;
      failed(`${this.part.name}: ${error.message}`);
    });
    return this.work;
  }

  async embed() {
    const room = this.frame.clientWidth;
    if (room === 0) {
      this.drawn = false;
      return;
    }
    let width = room;
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const target = element("div");
      const stage = element("div", { class: "stage" }, target);
      this.frame.append(stage);
      const made = await vegaEmbed(target, this.specification(width), this.options(room));
      if (isSimple(this.part.spec) && room < NARROW) await made.view.resize().runAsync();
      const taken = target.querySelector("canvas")?.clientWidth ?? room;
      const fits = isSimple(this.part.spec) || (taken <= room && taken > room - 12) || attempt === ATTEMPTS;
      if (fits) {
        this.show(made, target);
        stage.remove();
        break;
      }
      made.finalize();
      stage.remove();
      width = Math.max(width - (taken - room) - 1, 60);
    }
    this.room = room;
  }

  show(made, target) {
    this.made?.finalize();
    this.made = made;
    this.view = made.view;
    target.className = "drawing";
    this.drawing.replaceWith(target);
    this.drawing = target;
    this.count();
  }

  specification(width) {
    const spec = structuredClone(this.part.spec);
    setWidth(spec, width, this.frame.clientWidth);
    if (isSimple(spec)) spec.autosize = { type: "fit-x", contains: "padding" };
    if (this.part.simulated) spec.title.color = page.data.simulatedInk[theme()];
    spec.datasets = this.rows();
    if (this.part.zoom !== null) {
      const [from, to] = currentWindow();
      for (const param of spec.params) {
        if (param.name === "from") param.value = from;
        if (param.name === "to") param.value = to;
      }
    }
    return spec;
  }

  options(room) {
    const config = structuredClone(page.data.themes[theme()]);
    config.axisXQuantitative = { tickCount: isSimple(this.part.spec) ? Math.max(Math.round(room / 100), 3) : 5 };
    config.legend.columns = Math.max(Math.floor(room / page.data.legendEntry), 1);
    if (room < NARROW) config.legend.layout = { top: { direction: "vertical", anchor: "start", margin: 6 } };
    if (room < NARROW) Object.assign(config.axis, { labelLimit: 96, labelFontSize: 11, titleFontSize: 11 });
    return {
      mode: "vega-lite",
      renderer: "canvas",
      actions: false,
      config,
      tooltip: { theme: theme() },
      loader: { http: false, file: false },
    };
  }

  /** Other rows of the same plot: the window has moved, or there is newer data. */
  windowMoved() {
    if (!this.drawn) return;
    if (!this.near) {
      this.stale = true;
      return;
    }
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.after(() => this.refresh());
    });
  }

  async refresh() {
    this.stale = false;
    if (this.view === null) return;
    const begun = performance.now();
    for (const [name, rows] of Object.entries(this.rows())) this.view.data(name, rows);
    if (this.part.zoom !== null) {
      const [from, to] = currentWindow();
      this.view.signal("from", from).signal("to", to);
    }
    await this.view.runAsync();
    this.root.dataset.milliseconds = (performance.now() - begun).toFixed(1);
    this.count();
  }

  count() {
    this.root.dataset.marks = String(marksIn(this.view.scenegraph().root));
  }

  resized() {
    const room = this.frame.clientWidth;
    if (!this.drawn || room === 0 || this.room === undefined || room === this.room) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.redraw(), 120);
  }

  /** Whether it is near what is seen, and so worth drawing. */
  setNear(near) {
    this.near = near;
    if (near && !this.drawn) this.redraw();
    else if (near && this.stale) this.windowMoved();
  }

  remove() {
    zoom.views.delete(this);
    this.made?.finalize();
    this.root.remove();
  }

  /** Where its time axis is on the screen: left edge and width. */
  axis() {
    const box = this.drawing.getBoundingClientRect();
    if (this.view === null) return [box.left, box.width];
    const padding = this.view.padding();
    const left = typeof padding === "number" ? padding : padding.left;
    const inner = isSimple(this.part.spec) ? null : firstScope(this.view.scenegraph().root);
    const x = inner === null ? 0 : inner.x;
    const width = inner === null ? this.view.signal("width") : inner.width;
    return [box.left + left + this.view.origin()[0] + x, width];
  }
}

/** What must be drawn anew when it changes: not the window, not the words. */
function shapeOf(part) {
  const { params, description, ...rest } = part.spec;
  const others = (params ?? []).filter((param) => param.name !== "from" && param.name !== "to");
  return JSON.stringify([rest, others]);
}

function isSimple(spec) {
  const { row, column, facet } = spec.encoding ?? {};
  const split = ["vconcat", "hconcat", "concat", "facet", "repeat"].some((key) => key in spec);
  return !split && row === undefined && column === undefined && facet === undefined;
}

/** Give every plot within a specification the same share of a width; fewer panels a row where room is scarce. */
function setWidth(spec, width, room) {
  const { panelWidth, panelLabels } = page.data;
  if (spec.vconcat) {
    for (const one of spec.vconcat) setWidth(one, width, room);
  } else if (spec.hconcat || spec.concat) {
    const plots = spec.hconcat ?? spec.concat;
    const columns = Math.min(spec.hconcat ? plots.length : (spec.columns ?? 2), plots.length);
    for (const one of plots) setWidth(one, width / columns, room / columns);
  } else if (spec.facet || spec.repeat) {
    const fitting = Math.max(Math.floor((room - panelLabels) / panelWidth), 1);
    if (!spec.facet?.row && !spec.facet?.column) spec.columns = Math.min(spec.columns ?? fitting, fitting);
    setWidth(spec.spec, Math.max((width - panelLabels) / (spec.columns ?? 1), 60), room);
  } else {
    spec.width = width;
  }
}

function marksIn(group) {
  let found = 0;
  for (const mark of group.items ?? []) {
    if (mark.marktype === "group") for (const inner of mark.items) found += marksIn(inner);
    else if (mark.role === "mark") found += mark.items.length;
    else if (mark.items !== undefined && mark.marktype === undefined) found += marksIn(mark);
  }
  return found;
}

function firstScope(group) {
  for (const mark of group.items ?? []) {
    if (mark.marktype === "group" && mark.role === "scope" && mark.items.length > 0) return mark.items[0];
  }
  return null;
}
