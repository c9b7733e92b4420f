//! Media by token, by visit and by signed URL.
