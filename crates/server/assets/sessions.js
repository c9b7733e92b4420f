"use strict";

// A choice is applied at once.
const filters = document.querySelector(".filters");
filters?.addEventListener("change", (event) => { if (event.target.matches("select")) filters.requestSubmit(); });
filters?.classList.add("lively");

// What goes on is followed: progress is shown in place, and when something ends or arrives, the list is fetched anew.
const live = document.getElementById("live");
const active = () => [...live.querySelectorAll("[data-active]")];
let events = null;

function follow() {
  events?.close();
  const { mark } = live.dataset;
  const watched = active().map((row) => `id=${row.dataset.session}`);
  events = new EventSource(`/live?${watched.join("&")}`);
  events.addEventListener("state", (event) => {
    const state = JSON.parse(event.data);
    state.sessions.forEach(show);
    state.uploads.forEach(receive);
    if (state.mark !== mark || state.sessions.some(moved)) refresh();
  });
}

const row = (session) => active().find((row) => row.dataset.session === session.id);
const moved = (session) => row(session)?.dataset.status !== session.status;

function show(session) {
  const progress = row(session)?.querySelector("progress");
  if (!progress) return;
  progress.value = session.percent;
  row(session).querySelector(".stage").textContent = session.stage;
}

function receive(upload) {
  const row = live.querySelector(`[data-upload="${upload.id}"]`);
  if (!row) return;
  row.querySelector("progress").value = upload.percent;
  row.querySelector(".received").textContent = upload.received;
}

async function refresh() {
  events.close();
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const next = fresh.getElementById("live");
  if (!answer.ok || !next) return location.reload();
  live.dataset.mark = next.dataset.mark;
  live.replaceChildren(...next.childNodes);
  follow();
}

follow();
