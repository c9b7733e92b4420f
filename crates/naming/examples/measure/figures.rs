//! How good the titles of a set are.

use std::error::Error;
use std::fmt;

use stepreel_core::{Name, NameSource};
use stepreel_naming::Namer;
use stepreel_testkit::metrics::{Interval, bootstrap};
use stepreel_testkit::title_metric::TitleScore;

use crate::session::{Half, Procedure, Session};

/// A title that counts; shown as its score beside its reference and the first words of what was said.
pub(crate) struct Titled {
    /// What the namer made.
    pub name: Name,
    /// What was named.
    pub procedure: Procedure,
    /// How close the title comes.
    pub score: TitleScore,
}

impl fmt::Display for Titled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (score, Name { title, source, confidence, .. }) = (self.score.content_f1, &self.name);
        let (reference, first) = (&self.procedure.title, self.procedure.said.first().map_or("", String::as_str));
        write!(f, "{score:.2} {source:?} {confidence:.2} | {title} | {reference} | {first}")
    }
}

/// The titles of one half of a set; shown as one row of means.
pub(crate) struct Figures {
    /// Those that count.
    pub titles: Vec<Titled>,
    /// Whether all titles differ within their sessions.
    pub distinct: bool,
}

impl Figures {
    /// What the figures of a row are.
    pub(crate) const HEADER: &str = "    n  content (90 %)      object   verb  exact ground length announced distinct";

    /// Names that half of the sessions' procedures; whole sessions are named, as their titles have to differ.
    pub(crate) fn of(namer: &dyn Namer, sessions: &[Session], half: Half) -> Result<Self, Box<dyn Error>> {
        let mut figures = Self { titles: Vec::new(), distinct: true };
        for session in sessions.iter().filter(|session| session.procedures.iter().any(|one| one.half == Some(half))) {
            let names = session.names(namer)?;
            let mut titles: Vec<&String> = names.iter().map(|name| &name.title).collect();
            titles.sort_unstable();
            figures.distinct &= titles.windows(2).all(|pair| pair[0] != pair[1]);
            let titled =
                names.into_iter().zip(&session.procedures).filter(|(_, procedure)| procedure.half == Some(half));
            figures.titles.extend(titled.map(|(name, procedure)| Titled {
                score: procedure.score(&name.title),
                procedure: procedure.clone(),
                name,
            }));
        }
        Ok(figures)
    }

    /// The mean content F1, 0-1, and its 90 % interval over titles.
    pub(crate) fn content(&self) -> (f64, Option<Interval>) {
        let mean = |titles: &[usize]| {
            let sum: f64 = titles.iter().map(|&at| self.titles[at].score.content_f1).sum();
            (!titles.is_empty()).then(|| sum / titles.len() as f64)
        };
        (self.mean(|score| score.content_f1), bootstrap(self.titles.len(), 1, mean))
    }

    fn mean(&self, value: fn(&TitleScore) -> f64) -> f64 {
        self.titles.iter().map(|titled| value(&titled.score)).sum::<f64>() / self.titles.len().max(1) as f64
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verbs: Vec<bool> = self.titles.iter().filter_map(|titled| titled.score.verb_ok).collect();
        let verb = verbs.iter().filter(|ok| **ok).count() as f64 / verbs.len().max(1) as f64;
        let announced = self.titles.iter().filter(|titled| titled.name.source == NameSource::Announced).count() as f64;
        let (content, interval) = self.content();
        let interval = interval.map_or_else(String::new, |between| format!("({:.2}-{:.2})", between.low, between.high));
        write!(
            f,
            "{:>5}    {content:.3} {interval:<11}  {:.3}  {verb:.3}  {:.3}  {:.3}  {:.3}     {:.3} {:>8}",
            self.titles.len(),
            self.mean(|score| score.object_f1),
            self.mean(|score| f64::from(u8::from(score.exact))),
            self.mean(|score| score.grounded),
            self.mean(|score| f64::from(u8::from(score.length_ok))),
            announced / self.titles.len().max(1) as f64,
            self.distinct,
        )
    }
}
