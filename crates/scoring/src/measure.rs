/// What a score measures; the order is that of every card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Measure {
    Sharpness,
    Exposure,
    Noise,
    Stability,
    Visibility,
    Speech,
    Snr,
    Dropout,
    Clipping,
    Transcription,
    Segmentation,
    Completeness,
}

impl Measure {
    pub(crate) const ALL: [Self; 12] = [
        Self::Sharpness,
        Self::Exposure,
        Self::Noise,
        Self::Stability,
        Self::Visibility,
        Self::Speech,
        Self::Snr,
        Self::Dropout,
        Self::Clipping,
        Self::Transcription,
        Self::Segmentation,
        Self::Completeness,
    ];

    /// As on a card.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sharpness => "sharpness",
            Self::Exposure => "exposure",
            Self::Noise => "noise",
            Self::Stability => "stability",
            Self::Visibility => "visibility",
            Self::Speech => "speech",
            Self::Snr => "snr",
            Self::Dropout => "dropout",
            Self::Clipping => "clipping",
            Self::Transcription => "transcription",
            Self::Segmentation => "segmentation",
            Self::Completeness => "completeness",
        }
    }

    /// What is measured.
    pub(crate) const fn unit(self) -> &'static str {
        match self {
            Self::Sharpness => "px edge width at 320 px",
            Self::Exposure => "mean luma",
            Self::Noise => "steps of luma",
            Self::Stability => "% of width in 1/30 s",
            Self::Visibility => "share of time unseen",
            Self::Speech => "share of time spoken",
            Self::Snr => "dB",
            Self::Dropout => "share of time unheard",
            Self::Clipping => "share of speech",
            Self::Transcription => "mean log probability",
            Self::Segmentation => "confidence",
            Self::Completeness => "of 5 signs",
        }
    }
}
