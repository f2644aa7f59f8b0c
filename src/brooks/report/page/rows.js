// Columns to rows: which rows of a plot are drawn, at which coarseness, and how they are saved as a file.

/** The value of a packed or plain column at a row. */
function reader(column) {
  return Array.isArray(column) ? (row) => column[row] : (row) => column.of[column.at[row]];
}

function lengthOf(level) {
  const first = Object.values(level.columns)[0];
  if (first === undefined) return 0;
  return Array.isArray(first) ? first.length : first.at.length;
}

/** Chosen rows as the objects that Vega takes. */
function rowsAt(level, positions) {
  const readers = Object.entries(level.columns).map(([name, column]) => [name, reader(column)]);
  return positions.map((position) => {
    const row = {};
    for (const [name, read] of readers) row[name] = read(position);
    return row;
  });
}

function allPositions(level) {
  return Array.from({ length: lengthOf(level) }, (_, position) => position);
}

/** The positions of the rows that a window shows; all of them where rows have no time. */
function positionsWithin(level, from, to) {
  const { start, end, time } = level.columns;
  if (start === undefined && time === undefined) return allPositions(level);
  const begins = reader(start === undefined ? time : start);
  const ends = start === undefined || end === undefined ? begins : reader(end);
  const found = [];
  const length = lengthOf(level);
  for (let row = 0; row < length; row += 1) {
    const begin = begins(row);
    const last = ends(row);
    if (begin === null || (begin <= to && (last === null || last >= from))) found.push(row);
  }
  return start === undefined ? withNeighbours(level, found, from, to) : found;
}

/** Points that are joined by a line need the one before the window and the one after it, in each line. */
function withNeighbours(level, found, from, to) {
  const time = reader(level.columns.time);
  const names = Object.entries(level.columns)
    .filter(([, column]) => !Array.isArray(column) || typeof column[0] === "string")
    .map(([, column]) => reader(column));
  const before = new Map();
  const after = new Map();
  const length = lengthOf(level);
  for (let row = 0; row < length; row += 1) {
    const at = time(row);
    if (at >= from && at <= to) continue;
    const line = names.map((read) => read(row)).join("\u0000");
    const side = at < from ? before : after;
    const known = side.get(line);
    if (known === undefined || (at < from ? at >= time(known) : at < time(known))) side.set(line, row);
    if (before.size + after.size > 400) return found;
  }
  if (before.size + after.size === 0) return found;
  return [...before.values(), ...found, ...after.values()].sort((one, other) => one - other);
}

/** The finest level of which a window shows at most so many rows: its positions and the level itself. */
function chosen(levels, window, most) {
  let best = null;
  for (const level of levels) {
    const positions = window === null ? allPositions(level) : positionsWithin(level, window[0], window[1]);
    if (best !== null && positions.length > most) break;
    best = { level, positions };
  }
  return best;
}

function finest(levels) {
  const level = levels[levels.length - 1];
  return rowsAt(level, allPositions(level));
}

/** A text that a spreadsheet would run as a formula is given a mark that stops it. */
function csvField(value) {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function csvOf(heads, rows) {
  const lines = [heads, ...rows].map((fields) => fields.map(csvField).join(","));
  return `${lines.join("\r\n")}\r\n`;
}

function save(name, kind, content) {
  const blob = content instanceof Blob ? content : new Blob([content], { type: kind });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/** Seconds as a person says them. */
function duration(seconds) {
  const size = Math.abs(seconds);
  const short = (number) => String(Number(number.toPrecision(3)));
  if (size < 1 && size > 0) return `${short(seconds * 1000)} ms`;
  if (size < 120) return `${short(seconds)} s`;
  if (size < 7200) return `${short(seconds / 60)} min`;
  return `${short(seconds / 3600)} h`;
}
