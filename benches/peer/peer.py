"""What somebody would put together in Python: where scenes change, what is said, and clips encoded again. Prints the seconds of each.

PySceneDetect and faster-whisper as their documentation has them, but that words are recognised as Stepreel does: greedily, only where
somebody speaks, without what was said before. Clips are cut where Stepreel cut them, so that both encode the same.
"""

import argparse
import json
import subprocess
import time
from pathlib import Path


def boundaries(recording: Path, _: argparse.Namespace) -> int:
    from scenedetect import ContentDetector, detect

    return len(detect(str(recording), ContentDetector()))


def samples(recording: Path, _: argparse.Namespace) -> int:
    """A frame a second, as small as an embedding takes it: what is made of it is left out."""
    command = ["ffmpeg", "-v", "error", "-i", recording, "-an", "-vf", "fps=1,scale=224:224", "-pix_fmt", "rgb24", "-f", "rawvideo", "-"]
    return len(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout) // (224 * 224 * 3)


def words(recording: Path, options: argparse.Namespace) -> int:
    from faster_whisper import WhisperModel

    model = WhisperModel(str(options.model), device="cpu", compute_type="int8")
    segments, _ = model.transcribe(
        str(recording), language="en", beam_size=1, vad_filter=True, condition_on_previous_text=False
    )
    return sum(len(segment.tokens) for segment in segments)


def clips(recording: Path, options: argparse.Namespace) -> int:
    spans = json.loads(options.spans.read_text())
    for span in spans:
        command = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-ss", str(span["start"]), "-i", str(recording)]
        command += ["-t", str(span["end"] - span["start"]), "-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-c:a", "aac"]
        subprocess.run([*command, str(options.folder / "peer.mp4")], check=True)
    return len(spans)


def timed(stage, options: argparse.Namespace) -> tuple[float, int]:
    began = time.monotonic()
    count = stage(options.recording, options)
    return time.monotonic() - began, count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("recording", type=Path)
    parser.add_argument("model", type=Path, help="folder of a faster-whisper model")
    parser.add_argument("spans", type=Path, help="JSON: a list of {start, end} in seconds")
    parser.add_argument("folder", type=Path, help="for what is written")
    parser.add_argument("--sample", action="store_true", help="sample a frame a second instead of looking for scenes")
    options = parser.parse_args()
    stages = {"boundaries": samples if options.sample else boundaries, "words": words, "clips": clips}
    times, counts = {}, {}
    for name, stage in stages.items():
        times[name], counts[name] = timed(stage, options)
    print(json.dumps(times | {"counts": counts}))


if __name__ == "__main__":
    main()
