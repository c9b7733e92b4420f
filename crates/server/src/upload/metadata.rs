//! What a client says about an upload: data, never a path.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use stepreel_core::{Role, plain};

use crate::Problem;

/// Bytes of the header.
const LONGEST_HEADER: usize = 8 << 10;

/// Bytes of one value.
const LONGEST_VALUE: usize = 1_000;

/// The fields of `Upload-Metadata` that mean something here; others are kept with the upload and mean nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Metadata {
    /// What the session is called; the file's name without it.
    pub(super) title: Option<String>,
    /// Who recorded it.
    pub(super) engineer: Option<String>,
    /// What for.
    pub(super) role: Role,
    /// When the recording began.
    pub(super) started_at: Option<DateTime<Utc>>,
    /// The name that the file had.
    pub(super) filename: Option<String>,
    /// The client's name for the upload: sending it again is going on with it.
    pub(super) key: Option<String>,
}

impl Metadata {
    /// Reads the header: pairs of a name and base64, with commas between them; a name without a value is an empty value.
    pub(crate) fn read(header: &str) -> Result<Self, Problem> {
        if header.len() > LONGEST_HEADER {
            return Err(wrong(format!("it has at most {LONGEST_HEADER} bytes")));
        }
        let mut metadata = Self::default();
        let mut names = Vec::new();
        for pair in header.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once(' ').unwrap_or((pair, ""));
            if names.contains(&name) {
                return Err(wrong(format!("{} is there twice", name.escape_default())));
            }
            names.push(name);
            metadata.take(name, decoded(name, value)?)?;
        }
        Ok(metadata)
    }

    fn take(&mut self, name: &str, value: String) -> Result<(), Problem> {
        // What tus-js-client, Uppy and tuspy send by themselves is understood, too.
        match name {
            "title" => self.title = said(&value),
            "engineer" => self.engineer = said(&value),
            "filename" | "name" => self.filename = said(&value).or(self.filename.take()),
            "key" => self.key = Some(value).filter(|key| !key.is_empty()),
            "role" => self.role = role(&value)?,
            "started_at" => self.started_at = Some(moment(&value)?),
            _ => {}
        }
        Ok(())
    }

    /// What the session is called.
    pub(crate) fn title(&self) -> String {
        let named = self.title.clone().or_else(|| self.filename.as_deref().and_then(stem));
        named.unwrap_or_else(|| "Recording".to_owned())
    }
}

/// The file's last part without its ending.
fn stem(filename: &str) -> Option<String> {
    let file = filename.rsplit(['/', '\\']).next()?;
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    said(stem)
}

fn decoded(name: &str, value: &str) -> Result<String, Problem> {
    let bytes = STANDARD.decode(value).ok().filter(|bytes| bytes.len() <= LONGEST_VALUE);
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    text.ok_or_else(|| {
        wrong(format!("{} is no base64 of at most {LONGEST_VALUE} bytes of UTF-8", name.escape_default()))
    })
}

/// Text that can be shown; nothing if nothing of it can.
fn said(text: &str) -> Option<String> {
    let text = plain(text);
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn role(value: &str) -> Result<Role, Problem> {
    match value {
        "trainer" | "" => Ok(Role::Trainer),
        "trainee" => Ok(Role::Trainee),
        _ => Err(wrong("role is trainer or trainee".to_owned())),
    }
}

fn moment(value: &str) -> Result<DateTime<Utc>, Problem> {
    let moment = DateTime::parse_from_rfc3339(value);
    moment.map(Into::into).map_err(|_| wrong("started_at reads 2026-11-26T08:30:00Z (RFC 3339)".to_owned()))
}

fn wrong(detail: String) -> Problem {
    Problem::invalid("Upload-Metadata", detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(pairs: &[(&str, &str)]) -> String {
        let pairs: Vec<String> =
            pairs.iter().map(|(name, value)| format!("{name} {}", STANDARD.encode(value))).collect();
        pairs.join(",")
    }

    #[test]
    fn fields_are_read() {
        let pairs = [
            ("title", "Boiler <b>7</b>"),
            ("engineer", "Ada"),
            ("role", "trainee"),
            ("started_at", "2026-11-26T08:30:00+01:00"),
            ("filename", "../../etc/pass wd.mp4"),
            ("key", "device-7/session-9"),
            ("unknown", "kept"),
        ];
        let metadata = Metadata::read(&header(&pairs)).unwrap();
        assert_eq!(metadata.title(), "Boiler <b>7</b>");
        assert_eq!(metadata.role, Role::Trainee);
        assert_eq!(metadata.started_at.unwrap().to_rfc3339(), "2026-11-26T07:30:00+00:00");
        assert_eq!(metadata.key.as_deref(), Some("device-7/session-9"));
    }

    #[test]
    fn a_session_without_a_title_is_called_as_its_file() {
        for (filename, title) in
            [("a.b.mp4", "a.b"), ("../../etc/passwd", "passwd"), ("C:\\x\\y.mov", "y"), (".mp4", "Recording")]
        {
            assert_eq!(Metadata::read(&header(&[("filename", filename)])).unwrap().title(), title, "{filename}");
        }
        assert_eq!(Metadata::read("").unwrap().title(), "Recording");
        assert_eq!(Metadata::read("title").unwrap().title(), "Recording");
    }

    #[test]
    fn what_is_no_metadata_is_refused() {
        for bad in [
            "title !!!".to_owned(),
            "title YQ".to_owned(),
            format!("title {}", STANDARD.encode([0xff, 0xfe])),
            header(&[("title", "a"), ("title", "b")]),
            header(&[("title", &"x".repeat(1_001))]),
            header(&[("role", "admin")]),
            header(&[("started_at", "yesterday")]),
            "a YQ==,".repeat(2_000),
        ] {
            assert!(Metadata::read(&bad).is_err(), "{}", &bad[..bad.len().min(80)]);
        }
    }
}
