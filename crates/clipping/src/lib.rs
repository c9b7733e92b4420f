//! From spans of a recording to clips, thumbnails and captions; every clip is decoded and measured after it was cut.
//!
//! It does not choose the spans.
