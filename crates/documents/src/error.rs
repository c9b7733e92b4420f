/// Why a document could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DocumentError {
    /// What was given as a font is none.
    #[error("{name} is no font that can be embedded: give a TrueType or OpenType file")]
    Font {
        /// What the caller calls it.
        name: String,
    },
    /// A picture is no JPEG.
    #[error("the picture of step {step} of \"{title}\" is no JPEG")]
    Picture {
        /// The instruction.
        title: String,
        /// The step, from 1.
        step: usize,
    },
    /// The PDF could not be put together.
    #[error("could not make the PDF: {reason}")]
    Pdf {
        /// What its writer says.
        reason: String,
    },
    /// The DOCX could not be put together.
    #[error("could not make the DOCX")]
    Docx(#[source] std::io::Error),
}
