"use strict";
(function () {
  var byId = function (id) { return document.getElementById(id); };
  var data = JSON.parse(byId("data").textContent);
  var svg = byId("ring"), panel = byId("panel"), said = byId("said");
  var marks = Array.from(svg.querySelectorAll(".mark"));
  var edges = Array.from(svg.querySelectorAll(".edge"));
  var rows = Array.from(document.querySelectorAll("#table tbody tr"));
  var search = byId("search"), party = byId("party"), organisation = byId("organisation");
  var pinned = null;

  // Everything in the data came from a HAR: it is only ever set as text.
  function add(parent, tag, text) {
    var made = document.createElement(tag);
    made.textContent = text;
    parent.appendChild(made);
    return made;
  }

  function neighbours(mark, here, there) {
    return data.edges.filter(function (edge) { return edge[here] === mark; }).map(function (edge) {
      return data.marks[edge[there]].name + ": " + edge[2] + ", " + edge[3];
    });
  }

  function list(heading, texts) {
    add(panel, "h3", heading + " (" + texts.length + ")");
    var made = add(panel, "ul", "");
    texts.slice(0, 25).forEach(function (text) { add(made, "li", text); });
    if (texts.length > 25) { add(made, "li", "and " + (texts.length - 25) + " more"); }
  }

  function describe(mark) {
    panel.textContent = "";
    if (mark === null) { add(panel, "p", data.help); return; }
    var facts = data.marks[mark];
    add(panel, "h2", facts.name);
    facts.lines.forEach(function (line) { add(panel, "p", line); });
    list("Led here", neighbours(mark, 1, 0));
    list("It led to", neighbours(mark, 0, 1));
  }

  function light(mark) {
    var near = new Set(mark === null ? [] : [mark]);
    edges.forEach(function (edge) {
      var from = Number(edge.dataset.s), to = Number(edge.dataset.t), on = from === mark || to === mark;
      edge.classList.toggle("on", on);
      if (on) { near.add(from); near.add(to); }
    });
    marks.forEach(function (each) { each.classList.toggle("on", near.has(Number(each.dataset.n))); });
    svg.classList.toggle("lit", mark !== null);
    describe(mark);
  }

  function fits(row) {
    var wanted = search.value.trim().toLowerCase();
    return (!wanted || row.dataset.find.includes(wanted)) && (!party.value || row.dataset.party === party.value) &&
      (!organisation.value || row.dataset.organisation === organisation.value);
  }

  function filter() {
    var kept = new Set(), count = 0;
    rows.forEach(function (row) {
      var fit = fits(row);
      row.hidden = !fit;
      if (fit) { count += 1; kept.add(Number(row.dataset.n)); }
    });
    var all = count === rows.length;
    marks.forEach(function (mark) {
      var off = !all && !kept.has(Number(mark.dataset.n));
      mark.classList.toggle("off", off);
      mark.setAttribute("tabindex", off ? "-1" : "0");
    });
    edges.forEach(function (edge) { edge.classList.toggle("off", !all && !kept.has(Number(edge.dataset.s)) && !kept.has(Number(edge.dataset.t))); });
    said.textContent = all ? "All " + rows.length + " shown" : count + " of " + rows.length + " fit";
  }

  function pin(mark) {
    pinned = pinned === mark ? null : mark;
    marks.forEach(function (each) { each.setAttribute("aria-pressed", String(Number(each.dataset.n) === pinned)); });
    light(pinned);
  }

  marks.forEach(function (each) {
    var mark = Number(each.dataset.n);
    each.addEventListener("mouseenter", function () { light(mark); });
    each.addEventListener("mouseleave", function () { light(pinned); });
    each.addEventListener("focus", function () { light(mark); });
    each.addEventListener("blur", function () { light(pinned); });
    each.addEventListener("click", function () { pin(mark); });
    each.addEventListener("keydown", function (event) {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); pin(mark); }
    });
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") { pinned = null; pin(null); }
  });
  [search, party, organisation].forEach(function (field) { field.addEventListener("input", filter); });
  byId("filters").addEventListener("submit", function (event) { event.preventDefault(); });
  byId("filters").addEventListener("reset", function () { window.setTimeout(filter, 0); });
  byId("filters").hidden = false;

  // A link can carry a search: map.html#search=example
  var asked = new URLSearchParams(window.location.hash.slice(1));
  if (asked.has("search")) { search.value = asked.get("search"); }
  if (asked.has("party")) { party.value = asked.get("party"); }
  if (asked.has("organisation")) { organisation.value = asked.get("organisation"); }
  describe(null);
  filter();
})();
