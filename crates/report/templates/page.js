"use strict";
const clips = [...document.querySelectorAll("video")];

// One clip speaks at a time.
for (const clip of clips) {
  clip.addEventListener("play", () => clips.filter((other) => other !== clip).forEach((other) => other.pause()));
}

// A time plays its clip from there.
document.addEventListener("click", (event) => {
  const time = event.target.closest("button.time, .bars a[data-clip]");
  const clip = time && document.getElementById("clip-" + time.dataset.clip);
  if (!clip) return;
  event.preventDefault();
  clip.currentTime = Number(time.dataset.at);
  clip.scrollIntoView({ block: "nearest" });
  // Another clip that starts meanwhile ends it.
  clip.play().catch(() => {});
});
