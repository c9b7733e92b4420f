//! A session as an HTML page, chapters and JSON
