//! The optional namer: a language model puts into words what was said, and is believed only where that can be checked.

mod answer;
mod endpoint;
mod prompt;

use stepreel_core::{Author, Name, Passage, StageProvenance};

use crate::config::{LanguageModelConfig, provenance};
use crate::distinct::make_distinct;
use crate::sentence::sentences;
use crate::{Extractive, NameError, Namer};

use answer::{Answer, Refused};
use endpoint::{Endpoint, NoReply};
use prompt::Conversation;

/// Has titles and descriptions written by a language model behind any endpoint that speaks the chat protocol of `OpenAI`: Ollama, the
/// llama.cpp server, vLLM, or a service.
///
/// What was said is data to it and to the model: it goes in as JSON, and what comes out is a title and steps that cite
/// utterances. Words that nobody said are refused, and so are citations of nothing. The model never sees or writes a time, a score
/// or a status. How sure a name is, what it is taken from and how many steps were told stay as [`Extractive`] found them, so that no score rests on a model's word.
/// A refused answer is asked for once more with the reason; then the extractive name stays.
#[derive(Debug)]
pub struct LanguageModel {
    config: LanguageModelConfig,
    endpoint: Endpoint,
    extractive: Extractive,
}

/// Why a passage was not named by the model.
#[derive(Debug, thiserror::Error)]
enum Unnamed {
    #[error(transparent)]
    NoReply(#[from] NoReply),
    #[error("the answer was refused twice")]
    Refused(#[source] Refused),
}

impl LanguageModel {
    /// A namer with those settings; nothing is asked before there is something to name.
    ///
    /// # Errors
    /// When the address is none, or the variable with the key is not set.
    pub fn new(config: LanguageModelConfig) -> Result<Self, NameError> {
        let endpoint = Endpoint::new(&config)?;
        let extractive = Extractive::new(config.extractive());
        Ok(Self { config, endpoint, extractive })
    }

    fn answer(&self, passage: &Passage<'_>, title: &str) -> Result<Answer, Unnamed> {
        let mut conversation = Conversation::about(passage, title);
        let reply = self.ask(&conversation)?;
        let refused = match Answer::read(&reply, passage) {
            Ok(answer) => return Ok(answer),
            Err(refused) => refused,
        };
        conversation.object(reply, &refused);
        Answer::read(&self.ask(&conversation)?, passage).map_err(Unnamed::Refused)
    }

    /// One question, asked again when nothing comes back the first time.
    fn ask(&self, conversation: &Conversation) -> Result<String, NoReply> {
        let request = conversation.request(&self.config.model);
        self.endpoint.ask(&request).or_else(|_| self.endpoint.ask(&request))
    }

    /// The name as the model words it, else as it was.
    fn worded(&self, name: Name, answer: &Answer, passage: &Passage<'_>) -> Name {
        let evidence = answer.evidence(passage);
        let evidence = if evidence.is_empty() { name.evidence } else { evidence };
        let description = answer.lines(passage, self.config.most_lines);
        let description = if description.is_empty() { name.description } else { description };
        let (title, seen) = (answer.title.clone(), answer.seen(passage));
        Name { title, description, evidence, author: Author::LanguageModel, seen, ..name }
    }
}

impl Namer for LanguageModel {
    fn name(&self, passages: &[Passage<'_>]) -> Result<Vec<Name>, NameError> {
        let mut names = self.extractive.name(passages)?;
        let told = |passage: &Passage<'_>| {
            !passage.stills.is_empty() || passage.utterances.iter().any(|(_, said)| !said.text.trim().is_empty())
        };
        for (name, passage) in names.iter_mut().zip(passages).filter(|(_, passage)| told(passage)) {
            match self.answer(passage, &name.title) {
                Ok(answer) => *name = self.worded(name.clone(), &answer, passage),
                Err(Unnamed::NoReply(silence)) => {
                    // Who does not answer one question will not answer the next.
                    tracing::warn!("the language model gave no answer: {}", crate::whole(&silence));
                    break;
                }
                Err(refused) => tracing::warn!("{:?} keeps its name: {}", name.title, crate::whole(&refused)),
            }
        }
        let sentences: Vec<_> = passages.iter().map(sentences).collect();
        make_distinct(&mut names, &sentences);
        Ok(names)
    }

    fn pictures(&self) -> usize {
        self.config.pictures
    }

    fn provenance(&self) -> StageProvenance {
        let LanguageModelConfig { address, pictures, most_lines, .. } = &self.config;
        let settings = format!("address={address} pictures={pictures} most_lines={most_lines}");
        StageProvenance { model: Some(self.config.model.clone()), ..provenance("language_model", settings) }
    }
}
