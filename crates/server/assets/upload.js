"use strict";
const form = document.getElementById("upload");
const drop = document.getElementById("drop");
const files = document.getElementById("files");
const list = document.getElementById("list");

files.addEventListener("change", () => { for (const file of files.files) begin(file); files.value = ""; });
form.addEventListener("submit", (event) => event.preventDefault());
for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.remove("over"); });
drop.addEventListener("drop", (event) => { for (const file of event.dataTransfer.files) begin(file); });

// What was interrupted before this page was opened.
tus.defaultOptions.urlStorage.findAllUploads().then((uploads) => uploads.forEach(remind));

const rows = new Map();

function line(name) {
  document.getElementById("going").hidden = false;
  const row = document.getElementById("row").content.firstElementChild.cloneNode(true);
  row.querySelector(".name").textContent = name;
  row.querySelector("progress").setAttribute("aria-label", `Sent of ${name}`);
  list.append(row);
  return row;
}

const say = (row, text) => { row.querySelector(".state").textContent = text; };

function remind(upload) {
  const name = upload.metadata?.filename ?? "a recording";
  const row = line(name);
  rows.set(key(name, upload.size), row);
  say(row, `Stopped: choose ${name} again to go on`);
  row.querySelector(".pause").hidden = true;
  row.querySelector(".cancel").addEventListener("click", async () => {
    await tus.Upload.terminate(upload.uploadUrl).catch(() => {});
    await tus.defaultOptions.urlStorage.removeUpload(upload.urlStorageKey);
    row.remove();
  });
}

const key = (name, size) => `${size} ${name}`;

async function begin(file) {
  rows.get(key(file.name, file.size))?.remove();
  const row = line(file.name);
  const [pause, cancel] = [row.querySelector(".pause"), row.querySelector(".cancel")];
  const fields = new FormData(form);
  const upload = new tus.Upload(file, {
    endpoint: form.dataset.endpoint,
    retryDelays: [0, 1000, 3000, 5000, 10000, 20000, 30000, 60000],
    removeFingerprintOnSuccess: true,
    metadata: {
      key: `${file.size} ${file.lastModified} ${file.name}`, filename: file.name, filetype: file.type, title: file.name.replace(/\.[^.]*$/, ""),
      engineer: fields.get("engineer"), role: fields.get("role"),
    },
    onProgress(sent, all) {
      row.querySelector("progress").value = (100 * sent) / all;
      say(row, `${size(sent)} of ${size(all)}`);
    },
    onSuccess() {
      row.querySelector("progress").value = 100;
      say(row, "Arrived: its procedures appear with the sessions");
      pause.hidden = cancel.hidden = true;
      row.querySelector(".open").hidden = false;
    },
    onError(error) { say(row, reason(error)); pause.textContent = "Resume"; going = false; },
  });
  let going = true;
  pause.addEventListener("click", () => {
    going = !going;
    pause.textContent = going ? "Pause" : "Resume";
    if (going) return upload.start();
    upload.abort();
    say(row, "Paused");
  });
  cancel.addEventListener("click", async () => { await upload.abort(true).catch(() => {}); row.remove(); });
  const [earlier] = await upload.findPreviousUploads();
  if (earlier) upload.resumeFromPreviousUpload(earlier);
  if (going) upload.start();
}

// What the server says of what is wrong, or that it can't be reached.
function reason(error) {
  try {
    const problem = JSON.parse(error.originalResponse.getBody());
    return `Stopped: ${problem.detail ?? problem.title}`;
  } catch {
    return "Stopped: the server can't be reached";
  }
}

function size(bytes) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const unit = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${(bytes / 1000 ** unit).toFixed(unit > 1 ? 1 : 0)} ${units[unit]}`;
}
