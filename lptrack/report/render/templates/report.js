(() => {
"use strict";
const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

/* ---- sorting: the order of a bug's life and of importance, numbers as numbers, dates by their instant ---- */
const RANKS = [
  ["new", "unconfirmed", "incomplete", "needs info", "confirmed", "triaged", "in progress", "fix committed", "deferred",
   "fix released", "invalid", "won't fix", "opinion", "expired", "does not exist", "open", "forwarded", "pending", "fixed", "done"],
  ["critical", "grave", "serious", "high", "important", "medium", "normal", "low", "minor", "wishlist", "undecided"],
];
const RANK = new Map(RANKS.flatMap(words => words.map((word, place) => [word, place])));
const collator = new Intl.Collator("en", {numeric: true, sensitivity: "base"});

function key(cell, heading) {
  if (cell.dataset.k) return +cell.dataset.k;
  const text = cell.firstChild ? cell.firstChild.textContent.trim() : "";
  if (!text || text === "not known" || text === "nobody") return null;
  if (heading.matches(".c-moved")) {
    const time = cell.querySelector("time");
    return time ? Date.parse(time.dateTime) : null;
  }
  if (heading.matches(".c-was, .c-now, .c-importance") || cell.matches("[class*='s-']")) {
    const rank = RANK.get(text.toLowerCase());
    if (rank !== undefined) return rank;
  }
  return /^-?\d+$/.test(text) ? +text : text;
}

function compare(a, b) {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return collator.compare(a, b);
}

function sort(heading) {
  const table = heading.closest("table"), body = table.tBodies[0];
  const down = heading.getAttribute("aria-sort") === "ascending";
  const keyed = Array.from(body.rows, (row, place) => [key(row.cells[heading.cellIndex], heading), place, row]);
  /* What has no value stays last in both directions. */
  keyed.sort(([a, i], [b, j]) => (down && a !== null && b !== null ? compare(b, a) : compare(a, b)) || i - j);
  const rows = document.createDocumentFragment();
  for (const [, , row] of keyed) rows.append(row);
  for (const other of heading.parentElement.cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", down ? "descending" : "ascending");
  body.append(rows);
}

for (const heading of all("table[data-rows] > thead th, table.numbers > thead th")) {
  if (heading.querySelector("a")) continue;
  const button = document.createElement("button");
  button.type = "button";
  button.append(...heading.childNodes);
  heading.append(button);
}
document.addEventListener("click", event => {
  const button = event.target.closest("thead th > button");
  if (button) sort(button.parentElement);
});

/* ---- filtering ---- */
const form = document.getElementById("filters");
const count = document.getElementById("count");
const tables = all("table[data-rows]").map(table => ({table, part: table.closest("section")}));
if (form && tables.length) {
  let index = null;
  const read = () => index ??= tables.flatMap(({table, part}) => Array.from(table.tBodies[0].rows, row => ({
    row, part, text: row.textContent.toLowerCase(), s: row.dataset.s, a: row.dataset.a, t: row.dataset.t, shown: true,
  })));
  /* What cannot be filtered (charts, folded lives) steps back while a filter is on, so that nothing shown is unfiltered. */
  const field = name => form.elements.namedItem(name);
  const fill = (name, values) => {
    const select = field(name);
    for (const [value, said] of values) select.add(new Option(said, value));
    if (select.options.length < 3) select.closest("label").hidden = true;
  };
  fill("part", all("main > section").filter(part => part.querySelector("table[data-rows]"))
    .map(part => [part.id, part.querySelector("h2").firstChild.textContent]));
  const facts = {s: new Set(), a: new Set(), t: new Set()};
  for (const {table} of tables)
    for (const row of table.tBodies[0].rows)
      for (const name in facts) if (row.dataset[name]) facts[name].add(row.dataset[name]);
  const order = {s: collator.compare, a: collator.compare,
    t: (a, b) => compare(RANK.get(a.toLowerCase()) ?? a, RANK.get(b.toLowerCase()) ?? b)};
  for (const name in facts) fill(name, Array.from(facts[name]).sort(order[name]).map(value => [value, value]));

  const apply = () => {
    const asked = field("q").value.toLowerCase().split(/\s+/).filter(Boolean);
    const part = field("part").value, want = ["s", "a", "t"].map(name => [name, field(name).value]).filter(([, value]) => value);
    const active = Boolean(asked.length || part || want.length);
    const left = new Map();
    let shown = 0;
    for (const entry of read()) {
      const show = (!part || entry.part.id === part) && want.every(([name, value]) => entry[name] === value)
        && asked.every(word => entry.text.includes(word));
      if (show !== entry.shown) { entry.row.hidden = !show; entry.shown = show; }
      shown += show;
      left.set(entry.part, (left.get(entry.part) || 0) + show);
    }
    for (const section of all("main > section")) {
      section.hidden = active && !left.get(section);
      const fold = section.querySelector(":scope > details.fold");
      if (fold && active && !section.hidden) fold.open = true;
    }
    count.textContent = active ? `${shown} of ${index.length} rows` : "";
    form.classList.toggle("active", active);
  };
  let waiting = 0;
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(apply, 80); });
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", event => event.preventDefault());
  form.hidden = false;
  /* A form that the browser filled in again after a reload. */
  form.reset();
}

/* ---- the newest meeting is at the matrix's right: show it first where it does not fit ---- */
const watch = new IntersectionObserver(seen => {
  for (const {target, isIntersecting} of seen) if (isIntersecting) { target.scrollLeft = target.scrollWidth; watch.unobserve(target); }
});
for (const box of all(".matrix .scroll")) watch.observe(box);

/* ---- a link to a folded bug opens it, a link to a part that the filter hides shows it ---- */
const unfold = () => {
  const id = location.hash.slice(1), target = id && document.getElementById(id);
  if (!target || !target.closest("main")) return;
  const part = target.closest("section"), fold = part && part.querySelector(":scope > details.fold");
  for (const box of [target, fold]) if (box && box.matches("details")) box.open = true;
  if (part && part.hidden) { part.hidden = false; target.scrollIntoView(); }
};
addEventListener("hashchange", unfold);
unfold();
})();
