// Tables: sorted by a click or a key on a head, with a sentence under each row that has one.

class TableView {
  constructor(part) {
    this.order = null; // [column, 1 or -1]
    this.heads = element("tr");
    this.body = element("tbody");
    this.title = element("h3");
    this.says = element("p", { class: "says" });
    this.tag = element("span", { class: "tag", text: "simulated" });
    this.table = element("table", {}, element("thead", {}, this.heads), this.body);
    this.box = element("div", { class: "scroll", tabindex: "0", role: "region" }, this.table);
    this.root = element(
      "div",
      { class: "part grid" },
      element("div", { class: "head" }, this.title, this.tag),
      this.says,
      this.box,
      element(
        "div",
        { class: "under" },
        element("span", { class: "files" }, "Data ", this.saver("CSV"), " ", this.saver("JSON")),
      ),
    );
    this.update(part);
  }

  saver(kind) {
    const write = () => {
      const { name, heads, rows } = this.part;
      const values = rows.map((row) => row.map((cell) => cell[0]));
      if (kind === "CSV") save(`${name}.csv`, "text/csv", csvOf(heads, values));
      else save(`${name}.json`, "application/json", JSON.stringify(values.map((row) => named(heads, row)), null, 1));
    };
    return element("button", { class: "link", type: "button", text: kind, onclick: write });
  }

  update(part) {
    this.part = part;
    this.title.textContent = part.title;
    this.says.textContent = part.says;
    this.tag.hidden = !part.simulated;
    this.box.setAttribute("aria-label", part.simulated ? `${part.title} (simulated)` : part.title);
    this.numeric = part.heads.map((_, column) => {
      const values = part.rows.map((row) => row[column][0]).filter((value) => value !== null);
      return column > 0 && values.every((value) => typeof value === "number");
    });
    this.drawHeads();
    this.drawBody();
  }

  drawHeads() {
    const cells = this.part.heads.map((head, column) => {
      const direction = this.order !== null && this.order[0] === column ? this.order[1] : 0;
      const button = element("button", { type: "button", text: head, onclick: () => this.sortBy(column) });
      return element(
        "th",
        {
          scope: "col",
          class: this.numeric[column] ? "number" : "",
          "aria-sort": ["descending", "none", "ascending"][direction + 1],
        },
        button,
      );
    });
    const focused = [...this.heads.querySelectorAll("button")].indexOf(document.activeElement);
    this.heads.replaceChildren(...cells);
    if (focused >= 0) this.heads.querySelectorAll("button")[focused]?.focus();
  }

  sortBy(column) {
    const direction = this.order !== null && this.order[0] === column ? this.order[1] : 0;
    if (direction === 0) this.order = [column, 1];
    else this.order = direction === 1 ? [column, -1] : null;
    this.drawHeads();
    this.drawBody();
  }

  drawBody() {
    const { rows, notes } = this.part;
    const positions = rows.map((_, position) => position);
    if (this.order !== null) {
      const [column, direction] = this.order;
      const value = (position) => rows[position][column]?.[0] ?? null;
      positions.sort((one, other) => compared(value(one), value(other), direction) || one - other);
    }
    this.body.replaceChildren(...positions.map((position) => this.row(rows[position], notes[position] ?? "")));
  }

  row(cells, note) {
    return element(
      "tr",
      {},
      ...cells.map(([, text, tone], column) =>
        element(
          column === 0 ? "th" : "td",
          { class: `${this.numeric[column] ? "number" : ""} ${tone}`, ...(column === 0 ? { scope: "row" } : {}) },
          text,
          ...(column === 0 && note !== "" ? [element("small", { text: note })] : []),
        ),
      ),
    );
  }
}

/** Values in order, what is unknown always last. */
function compared(one, other, direction) {
  if (one === null || other === null) return one === other ? 0 : one === null ? 1 : -1;
  if (typeof one === "number" && typeof other === "number") return direction * (one - other);
  return direction * String(one).localeCompare(String(other), undefined, { numeric: true });
}

function named(heads, values) {
  return Object.fromEntries(heads.map((head, column) => [head, values[column]]));
}
