"use strict";
// Search over what the page carries. It only ever sets text, never markup: titles are strangers' words.
(() => {
  const form = document.getElementById("search"), list = document.getElementById("found");
  const count = document.getElementById("count"), lists = document.getElementById("lists");
  const data = document.getElementById("index");
  if (!form || !list || !count || !lists || !data) return;
  const MOST = 200;
  const pages = JSON.parse(data.textContent).pages.map(([path, title, text]) => ({
    path, title, text, low: `${title} ${text} ${path}`.toLowerCase(), head: title.toLowerCase(),
    number: /^[^#]*#(\d+)/.exec(title)?.[1],
  }));

  const wordsOf = (text) => text.toLowerCase().split(/[\s,]+/).map((word) => word.replace(/^#/, "")).filter(Boolean);

  // First the bug of that number, then what has a word of its title exactly so, then what has it in its title at all.
  const rank = (page, words) => {
    let score = 0;
    for (const word of words) {
      if (page.number === word) score += 4;
      else if (page.head.split(/[^\p{L}\p{N}]+/u).includes(word)) score += 2;
      else if (page.head.includes(word)) score += 1;
    }
    return score;
  };

  const find = (words) => pages
    .map((page, place) => ({ page, place }))
    .filter(({ page }) => words.every((word) => page.low.includes(word)))
    .map((each) => ({ ...each, score: rank(each.page, words) }))
    .sort((one, other) => other.score - one.score || one.place - other.place)
    .map(({ page }) => page);

  const line = (page) => {
    const item = document.createElement("li"), link = document.createElement("a");
    link.href = page.path;
    const title = document.createElement("bdi");
    title.textContent = page.title;
    link.append(title);
    const small = document.createElement("small"), said = document.createElement("bdi");
    said.textContent = page.text;
    small.append(said);
    item.append(link, " ", small);
    return item;
  };

  const show = () => {
    const asked = form.elements.q.value, words = wordsOf(asked);
    const found = words.length ? find(words) : [];
    list.replaceChildren(...found.slice(0, MOST).map(line));
    list.hidden = !found.length;
    lists.hidden = Boolean(words.length);
    const most = found.length > MOST ? `, the first ${MOST} shown` : "";
    count.textContent = words.length ? `${found.length} found${most}` : `${pages.length} pages`;
    history.replaceState(null, "", words.length ? `#q=${encodeURIComponent(asked)}` : location.pathname);
  };

  let timer;
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(show, 60); });
  form.addEventListener("submit", (event) => { event.preventDefault(); list.querySelector("a")?.click(); });
  form.hidden = false;
  const given = /^#q=(.*)$/.exec(location.hash);
  if (given) { try { form.elements.q.value = decodeURIComponent(given[1]); } catch { /* a broken address finds nothing */ } }
  show();
  form.elements.q.focus({ preventScroll: true });
})();
