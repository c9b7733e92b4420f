
// Copies the link to a page of this site.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  const text = button.textContent;
  await copy(new URL(button.dataset.copy, location.href).href);
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = text; }, 1500);
});

// Browsers have a clipboard only where the page came by https or from this machine.
async function copy(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text).catch(() => prompt("Copy this link", text));
  prompt("Copy this link", text);
}

const recording = document.getElementById("clip-recording");
const lanes = document.querySelector(".lanes[data-seeks]");

// The transcript follows the recording.
const follow = document.querySelector(".follow");
if (recording && follow) {
  const lines = [...follow.querySelectorAll("li[data-at]")];
  let now = null;
  recording.addEventListener("timeupdate", () => {
    const line = lines.findLast((line) => Number(line.dataset.at) <= recording.currentTime + 0.05);
    if (!line || line === now) return;
    now?.removeAttribute("aria-current");
    line.setAttribute("aria-current", "true");
    now = line;
    follow.scrollTo({ top: line.offsetTop - follow.clientHeight / 3 });
  });
}

// The timeline shows where the recording is, and any place of it plays from there.
if (recording && lanes) {
  const seconds = Number(lanes.dataset.seconds);
  const head = lanes.appendChild(document.createElement("i"));
  head.className = "playhead";
  const place = () => {
    const track = lanes.querySelector(".axis .track").getBoundingClientRect();
    const left = track.left - lanes.getBoundingClientRect().left;
    head.style.left = `${left + (track.width * recording.currentTime) / seconds}px`;
  };
  for (const moment of ["timeupdate", "seeking", "loadedmetadata"]) recording.addEventListener(moment, place);
  addEventListener("resize", place);
  place();
  lanes.addEventListener("click", (event) => {
    const track = event.target.closest(".track");
    if (!track || event.target.closest("a")) return;
    const box = track.getBoundingClientRect();
    recording.currentTime = (seconds * (event.clientX - box.left)) / box.width;
    recording.scrollIntoView({ block: "nearest" });
    recording.play().catch(() => {});
  });
}

// Small pictures of a clip above the bar below it.
for (const bar of document.querySelectorAll(".scrub")) {
  const clip = document.getElementById("clip-" + bar.dataset.clip);
  const picture = bar.appendChild(document.createElement("i"));
  let cues = null;
  const share = (event) => {
    const box = bar.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  };
  bar.addEventListener("pointerenter", async () => { cues ??= await storyboard(bar.dataset.storyboard); });
  bar.addEventListener("pointermove", (event) => {
    if (!cues?.length) return;
    const at = share(event) * cues.at(-1).until;
    const cue = cues.find((cue) => at < cue.until) ?? cues.at(-1);
    const room = bar.clientWidth - cue.width;
    picture.style.cssText = `width:${cue.width}px;height:${cue.height}px;left:${Math.min(room, Math.max(0, share(event) * bar.clientWidth - cue.width / 2))}px;background:url("${cue.url}") -${cue.x}px -${cue.y}px`;
    picture.className = "shown";
  });
  bar.addEventListener("pointerleave", () => { picture.className = ""; });
  bar.addEventListener("click", (event) => {
    const length = clip.duration || cues?.at(-1)?.until;
    if (!length) return;
    clip.currentTime = share(event) * length;
    clip.play().catch(() => {});
  });
}

// The cues of a storyboard: until when which piece of which picture is shown.
async function storyboard(url) {
  const answer = await fetch(url);
  if (!answer.ok) return [];
  const cue = /--> *(?:(\d+):)?(\d+):([\d.]+)\s*\n(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)/g;
  return [...(await answer.text()).matchAll(cue)].map(([, hours, minutes, seconds, sheet, x, y, width, height]) => ({
    until: Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(seconds),
    url: new URL(sheet, new URL(url, location.href)).href,
    x, y, width: Number(width), height: Number(height),
  }));
}
