//! All guides as documents, and the answers that the product gives.

use std::error::Error;

use stepreel_retrieval::{
    CONSIDERED, CONSIDERED_BY_MEANING, Embedding, Fit, Hit, Index, Question, Ranking, Retriever, TextEncoder,
};

use crate::guide::Guide;

pub(crate) struct Documents<'a> {
    pub guides: Vec<Guide>,
    index: Index,
    meaning: Option<Meaning<'a>>,
}

/// What a text encoder makes of each guide.
struct Meaning<'a> {
    encoder: &'a dyn TextEncoder,
    embeddings: Vec<Vec<Embedding>>,
}

impl<'a> Documents<'a> {
    pub(crate) fn of(
        guides: Vec<Guide>,
        encoder: Option<&'a dyn TextEncoder>,
    ) -> Result<Self, Box<dyn Error + Send + Sync>> {
        let mut index = Index::default();
        for guide in &guides {
            index.put(guide.key, true, &guide.document().terms())?;
        }
        let meaning = match encoder {
            Some(encoder) => Some(Meaning { encoder, embeddings: embeddings(encoder, &guides)? }),
            None => None,
        };
        Ok(Self { guides, index, meaning })
    }

    /// The answers as the product gives them: the best by their words and by the sentence of each that fits best, and by meaning where
    /// that is known.
    pub(crate) fn search(&self, text: &str) -> Result<Vec<&Guide>, Box<dyn Error + Send + Sync>> {
        let question = Question::new(text);
        let found: Vec<_> = match &self.meaning {
            None => {
                let ranking = self.index.search(&Question { limit: CONSIDERED, ..question.clone() });
                let sentences = self.sentences(&ranking);
                ranking.by_sentence(sentences, question.limit)
            }
            Some(meaning) => {
                let ranking = self.index.candidates(&Question { limit: CONSIDERED_BY_MEANING, ..question.clone() });
                let sentences = self.sentences(&ranking);
                let asked = meaning.encoder.encode(&[text])?.pop().unwrap_or_default();
                let nearness = |hit: &Hit| {
                    let own = self.guides.iter().position(|guide| guide.key == hit.key)?;
                    meaning.embeddings[own].iter().map(|one| one.nearness(&asked)).max_by(f32::total_cmp)
                };
                let nearness: Vec<_> = ranking.hits.iter().map(nearness).collect();
                ranking.with_meaning(sentences, &nearness, question.limit)
            }
        };
        Ok(found.iter().filter_map(|found| self.guide(&found.hit)).collect())
    }

    fn guide(&self, hit: &Hit) -> Option<&Guide> {
        self.guides.iter().find(|guide| guide.key == hit.key)
    }

    fn sentences(&self, ranking: &Ranking) -> Vec<Option<(usize, Fit)>> {
        let best = |hit: &Hit| {
            let document = self.guide(hit)?.document();
            let best = |texts: &[&str]| ranking.asked.best(texts.iter().copied());
            best(&document.said).or_else(|| best(&document.steps))
        };
        ranking.hits.iter().map(best).collect()
    }
}

fn embeddings(
    encoder: &dyn TextEncoder,
    guides: &[Guide],
) -> Result<Vec<Vec<Embedding>>, Box<dyn Error + Send + Sync>> {
    let of_guide = |guide: &Guide| {
        let texts = guide.document().passages();
        encoder.encode(&texts.iter().map(String::as_str).collect::<Vec<_>>())
    };
    guides.iter().map(of_guide).collect()
}
