#!/usr/bin/env bash
# Makes the speech model that ships, from nothing but this folder and Debian's packages.
#   ./train.sh full  OUT   as what shipped, on 16 cores and a GPU; that had 15 minutes of training, an hour is ample
#   ./train.sh small OUT   the same way in small, in an hour on two cores: it shows that the recipe runs, not how far it goes
# OUT holds text, clips, weights, curve.json, curve.png and ggml-workshop-en.bin afterwards, and OUT/words sessions to measure it on.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

size="${1:-}" out="${2:-}"
case "$size" in
  full) lines=400000 hours=130 seconds=3600 options=() ;;
  small) lines=20000 hours=3 seconds=3600 options=(--layers 3 1 --width 96 --batch 4 --planners 1 --hours 4 --every 300) ;;
  *) sed -n '2,5s/^# //p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac
[ -n "$out" ] || { echo "train.sh: where to?" >&2; exit 2; }
mkdir -p "$out"

need() { dpkg -s "$@" >/dev/null 2>&1 || { echo "train.sh: please install $*" >&2; exit 1; }; }
need libflite1 espeak-ng festival festvox-kallpc16k festvox-kdlpc16k festvox-us-slt-hts wordnet-base

[ -d "$out/venv" ] || python3 -m venv "$out/venv"
python="$out/venv/bin/python"
"$python" -m pip install -q -r requirements.txt
# GPT-2's vocabulary comes with OpenAI's package; nothing else of it is used.
tokens="$out/gpt2.tiktoken"
if [ ! -f "$tokens" ]; then
  "$python" -m pip download -q --no-deps --no-binary :all: -d "$out" openai-whisper==20250625
  tar -xzf "$out"/openai*whisper*.tar.gz -C "$out" --strip-components 3 --wildcards '*/whisper/assets/gpt2.tiktoken'
fi

"$python" text.py --seed 1 --count "$lines" --wordnet /usr/share/wordnet --held-out "$out/held_out.txt" --out "$out/sentences.txt"
"$python" speak.py "$out/held_out.txt" "$out/judge-seen" --hours 0.1 --sentences 12 --seed 77
"$python" speak.py "$out/held_out.txt" "$out/judge-rms" --hours 0.05 --sentences 12 --seed 78 --speaker rms
"$python" speak.py "$out/sentences.txt" "$out/clips" --hours "$hours" --seed 5 &
trap 'kill %1 2>/dev/null || true' EXIT
"$python" train.py "$out/clips" "$out/weights" --tokens "$tokens" --seconds "$seconds" "${options[@]}" \
  --judge "seen=$out/judge-seen" --judge "rms=$out/judge-rms"
"$python" plot.py "$out/weights/curve.json" "$out/curve.png"
"$python" ggml.py "$out/weights" "$out/ggml-workshop-en.bin" --tokens "$tokens"
"$python" sessions.py "$out/held_out.txt" "$out/words"
