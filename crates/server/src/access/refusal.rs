//! Why somebody wasn't let in.

/// Why somebody who wanted to log in wasn't let in, as the page to log in tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// No such user, or not with that password.
    Credentials,
    /// Too many tries came from there, or for that user.
    Often,
    /// The provider gave no answer.
    Silence,
    /// It wasn't this browser that went to the provider, or long ago, or since then another time.
    Lost,
    /// The person or the provider broke it off.
    BrokenOff,
    /// Whom the provider knows is no user here.
    Stranger,
    /// What the provider says can't be used.
    Answer,
}

impl Refusal {
    const ALL: [Self; 7] =
        [Self::Credentials, Self::Often, Self::Silence, Self::Lost, Self::BrokenOff, Self::Stranger, Self::Answer];

    /// As it stands in an address.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Credentials => "credentials",
            Self::Often => "often",
            Self::Silence => "silence",
            Self::Lost => "lost",
            Self::BrokenOff => "broken-off",
            Self::Stranger => "stranger",
            Self::Answer => "answer",
        }
    }

    /// The one that an address tells.
    pub(crate) fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|refusal| refusal.as_str() == word)
    }
}
