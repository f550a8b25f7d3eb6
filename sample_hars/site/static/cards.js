// Which practitioners does this page show? Asks the site for them and inserts their cards.
"use strict";

const THUMBNAIL = "https://res.cloudinary.com/medirendezvous/image/upload/w_160,h_160,c_fill,g_face/";
const { view, specialty, city } = document.body.dataset;

async function ask(path, question = {}) {
  const answer = await fetch(`${path}?${new URLSearchParams(question)}`.replace(/\?$/, ""));
  return answer.json();
}

function card(practitioner) {
  const link = document.createElement("a");
  link.href = practitioner.link;
  link.className = practitioner.cloudinaryPublicId ? "card with-picture" : "card";
  if (practitioner.cloudinaryPublicId) {
    const picture = new Image();
    picture.src = `${THUMBNAIL}${practitioner.cloudinaryPublicId}.jpg`;
    picture.alt = "";
    link.append(picture);
  }
  link.append(practitioner.name);
  return link;
}

function insert(id, practitioners) {
  document.getElementById(id).append(...practitioners.map(card));
}

function searched() {
  return city ? { specialty, city } : { specialty };
}

async function showResults(page) {
  const answer = await ask("/api/search", { ...searched(), page });
  document.getElementById("total").textContent = `${answer.total} praticiens`;
  insert("cards", answer.results);
  const more = document.getElementById("voir-plus");
  more.hidden = document.querySelectorAll("#cards .card").length >= answer.total;
  more.onclick = () => showResults(page + 1);
}

async function showRecommended() {
  insert("recommended", [(await ask("/api/recommended", searched())).recommended]);
}

async function showFeatured() {
  insert("cards", (await ask("/api/featured")).results);
}

document.getElementById("search").onsubmit = (event) => {
  event.preventDefault();
  const asked = ["specialty", "city"].map((id) => document.getElementById(id).value);
  location.assign(`/${asked.filter(Boolean).join("/")}`);
};

if (view === "home") showFeatured();
if (view === "search") {
  showResults(1);
  showRecommended();
}
