//! Recordings in and out: the only home of ffmpeg, ffprobe and symphonia.
//!
//! A [`Recording`] is opened (probed) once; frames and sound are then pulled from it, each stream decoded once, and clips are
//! cut out of it. It does not know what anything shows or means. ffmpeg and ffprobe are child processes, started in one
//! place (`child`), because a decoder's crash must not be ours.
