"""Sentences for the small speech recogniser, from grammars and word lists of our own.

A recogniser that only ever hears natural sentences learns to guess them. Three
kinds of line keep it listening: grammars over wide word lists whose slots are
filled evenly, so that rare words are as frequent as common ones; WordNet's
examples and short definitions, for everyday English; and rows of random words.

A hundredth of the sentences is held out by a hash of the words, so that the
same sentence is never trained on, whatever the seed or the count.
"""

import argparse
import hashlib
import random
import re
from collections import Counter
from functools import cache
from pathlib import Path

LEXICON = Path(__file__).parent / "lexicon"
LONGEST = 25
SHARES = {"wordnet": 0.37, "random": 0.08}
HELD_OUT_ONE_IN = 100


# Reading the lexicon


def sections(path):
    """The file's sections, each a name and its lines without comments."""
    found, name = {}, None
    for line in path.read_text(encoding="utf-8").splitlines():
        line = line.strip()
        if line.startswith("[") and line.endswith("]"):
            name = line[1:-1]
            if name in found:
                raise ValueError(f"{path.name}: section [{name}] stands twice")
            found[name] = []
        elif line and not line.startswith("#"):
            if name is None:
                raise ValueError(f"{path.name}: '{line}' stands before the first [section]")
            found[name].append(line)
    return found


def word_lists(folder):
    """Every list of entries by name; `part.boiler` also joins the list `part`."""
    lists = {}
    for path in sorted(folder.glob("*.txt")):
        for name, lines in sections(path).items():
            entries = [entry.strip() for entry in ",".join(lines).split(",") if entry.strip()]
            lists.setdefault(name, []).extend(entries)
            if "." in name:
                lists.setdefault(name.split(".")[0], []).extend(entries)
    return {name: list(dict.fromkeys(entries)) for name, entries in lists.items()}


def rules(folder):
    """Every grammar rule by name, as its alternatives repeated by their weights."""
    found = {}
    for path in sorted(folder.glob("*.grammar")):
        for name, lines in sections(path).items():
            alternatives = []
            for line in lines:
                weight = re.match(r"(\d+)\* ", line)
                text = line[weight.end():] if weight else line
                alternatives += split_outside_brackets(text) * int(weight[1] if weight else 1)
            found[name] = alternatives
    return found


def split_outside_brackets(text):
    """Splits at each `|` that is not inside a `(this|that)` choice."""
    return [part.strip() for part in re.split(r"\|(?![^(]*\))", text)]


# Inflection

IRREGULAR = sections(LEXICON / "irregular.forms")
VERBS = {line.split()[0]: line.split()[1:] for line in IRREGULAR["verbs"]}
NOUNS = dict(line.split() for line in IRREGULAR["nouns"])
MASS = {noun.strip() for line in IRREGULAR["mass"] for noun in line.split(",")}
SHORT_VERB = re.compile(r"(?:un|re)?[^aeiou]+[aeiou][bdgklmnprt]")


def with_s(word):
    """The -s of a plural and of the third person, which share their spelling."""
    if re.search(r"(s|x|z|ch|sh)$", word):
        return word + "es"
    if re.search(r"[^aeiou]y$", word):
        return word[:-1] + "ies"
    return word + ("es" if word in ("go", "do", "veto", "echo") else "s")


def with_ending(verb, ending):
    """The verb before -ed or -ing: doubled, shortened, or as it is."""
    if ending == "ing" and verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not (ending == "ing" and re.search(r"(ee|oe|ye)$", verb)):
        return verb[:-1] + ending
    if ending == "ed" and re.search(r"[^aeiou]y$", verb):
        return verb[:-1] + "ied"
    return verb + (verb[-1] if SHORT_VERB.fullmatch(verb) else "") + ending


def verb_form(verb, form):
    """One form of a verb: `s`, `ing`, `past` or `part`."""
    if form == "s":
        return {"be": "is", "have": "has"}.get(verb) or with_s(verb)
    past_part_ing = VERBS.get(verb, [])
    if form == "ing":
        return past_part_ing[2] if len(past_part_ing) > 2 else with_ending(verb, "ing")
    if past_part_ing:
        return past_part_ing[0 if form == "past" else 1]
    return with_ending(verb, "ed")


@cache
def inflected(entry, form):
    """An entry of a word list in a form: verbs bend at the first word, nouns at the last."""
    if form == "pl":
        head = re.split(r" (?=per |of |in |Celsius|Fahrenheit)", entry, maxsplit=1)
        before, _, noun = head[0].rpartition(" ")
        plural = noun if entry in MASS or noun in MASS else NOUNS.get(noun) or with_s(noun)
        return " ".join(filter(None, [before, plural, *head[1:]]))
    if form:
        first, _, rest = entry.partition(" ")
        return f"{verb_form(first, form)} {rest}".strip()
    return entry


# Generating


class Bag:
    """Draws every item once before any item again, so that all are equally frequent."""

    def __init__(self, items, rng):
        self.items, self.rng, self.left = list(items), rng, []

    def draw(self):
        if not self.left:
            self.left = self.items[:]
            self.rng.shuffle(self.left)
        return self.left.pop()


@cache
def pieces(template):
    """A template cut into text, `{slot:form}` and `(one|other)` pieces."""
    return re.split(r"(\{[^}]*\}|\([^)]*\))", template)


class Grammar:
    """Expands rules at random and fills the slots evenly from the word lists."""

    def __init__(self, folder, rng):
        self.rng, self.rules = rng, rules(folder)
        lists = word_lists(folder)
        self.bags = {name: Bag(entries, rng) for name, entries in lists.items()}
        self.trades = [name for name in lists if name.startswith("part.") for _ in lists[name]]
        self.parts = "part"

    def expand(self, template, form):
        """The template as text; a slot marked `:*` takes the form of its surroundings."""
        return "".join(self.piece(piece, form) for piece in pieces(template))

    def piece(self, piece, form):
        if piece.startswith("{"):
            name, _, wanted = piece[1:-1].partition(":")
            return self.slot(name, form if wanted == "*" else wanted)
        if piece.startswith("("):
            return self.expand(self.rng.choice(piece[1:-1].split("|")), form)
        return piece

    def slot(self, name, form):
        if name in self.rules:
            return self.expand(self.rng.choice(self.rules[name]), form)
        if name not in self.bags:
            raise ValueError(f"lexicon: no rule and no word list is named '{name}'")
        bag = self.bags[self.parts if name == "part" else name]
        return self.expand(inflected(bag.draw(), form), "")

    def sentence(self):
        """A line whose parts are mostly of one trade, the larger trades more often."""
        self.parts = self.rng.choice(self.trades) if self.rng.random() < 0.6 else "part"
        return tidy(self.slot("line", ""))


LIKE_YOU_OR_ONE = r"one\b|once|uni(?!n)|unanim|us[aeu]|ut[ei]|ur[aei]|ubiq|ewe|eu|U\b"
VOWEL_SOUND = rf"(?!{LIKE_YOU_OR_ONE})(?=[aeiouAEIOU]|hour|honest|[FHLMNRSX]\b)"


def tidy(text):
    """Spaces, commas, `an` before a vowel sound, and the capital at the start."""
    text = re.sub(r"\s+", " ", text).replace(" ,", ",").strip()
    text = re.sub(rf"\ba (?={VOWEL_SOUND})", "an ", text)
    return text[:1].upper() + text[1:]


def random_line(bag, rng):
    """Words without any order, so that only their sound tells them."""
    words = [bag.draw() for _ in range(rng.randint(4, 10))]
    marks = ["," if rng.random() < 0.1 else "" for _ in words[1:]]
    return tidy(" ".join(word + mark for word, mark in zip(words, marks + ["."])))


# WordNet

UNFIT_STEMS = (
    "offensive slur obscen vulgar disparag derogat ethnic racist sexual genital copulat intercourse prostitut "
    "masturbat orgasm penis vagina rape rapist whore feces excre piss shit fuck negro "
    "bitch damn anus testic semen erotic nude nudi suicid retarded buttock breast sex urin nazi"
).split()
ABBREVIATION = re.compile(r"\b(?:etc|eg|ie|esp|usu|cf|vs|viz|approx|ca|mr|mrs|ms|dr|prof|[A-Z]{2,})\b")
TRANSCRIPT = re.compile(r"(?:[A-Za-z]+(?:'[a-z]{1,2})?,? )*[A-Za-z]+(?:'[a-z]{1,2})?")
AMERICAN = {
    "i": "I", "colour": "color", "grey": "gray", "greyish": "grayish", "centre": "center", "metre": "meter",
    "honour": "honor",
}


def glosses(folder):
    """The gloss of every synset that is fit to be said aloud in company.

    Instances are left out, for their glosses are of places and people, and so
    are the kinds of animals and plants, which are Latin to a recogniser.
    """
    for part in ("noun", "verb", "adj", "adv"):
        path = folder / f"data.{part}"
        for line in path.read_text(encoding="utf-8").splitlines():
            entry, _, gloss = line.partition("| ")
            is_living_kind = part == "noun" and entry[9:11] in ("05", "20")
            if gloss and not is_living_kind and " @i " not in entry and is_fit(line.lower()):
                yield gloss


def is_fit(line):
    """Whether no word begins unfitly; a plain search is much faster here than a pattern."""
    spaced = line.replace('"', " ").replace("(", " ")
    return not any(f" {stem}" in spaced for stem in UNFIT_STEMS)


def examples(gloss):
    return re.findall(r'"([^"]+)"', gloss)


def definition(gloss):
    """The first definition without its asides in brackets; none where it has a name."""
    text = re.sub(r"\([^)]*\)", " ", gloss).partition('"')[0].partition(";")[0]
    return "" if re.search(r"[A-Z]", text) else text


def plain(text):
    """The text in the characters of a transcript, or nothing where that fails."""
    text = re.sub(r"(?<=[A-Za-z])-(?=[A-Za-z])", " ", text.strip().replace("!", "."))
    end = "?" if text.endswith("?") else "."
    text = re.sub(r"\s+", " ", text.strip(" .,;?")).replace(" ,", ",")
    if not TRANSCRIPT.fullmatch(text) or ABBREVIATION.search(text):
        return None
    words = [AMERICAN.get(word, word) for word in text.split(" ")]
    return " ".join(words) + end if 3 <= len(words) <= 20 else None


def wordnet_sentences(folder):
    """Plain examples, and plain definitions, whose every word is familiar.

    A word is familiar when other sentences have it too, a name when many have
    it, so that neither oddities nor people of history come through.
    """
    all_glosses = list(glosses(folder))
    kinds = [[text for gloss in all_glosses for text in examples(gloss)], map(definition, all_glosses)]
    kinds = [list(dict.fromkeys(filter(None, map(plain, texts)))) for texts in kinds]
    seen = Counter(word for texts in kinds for text in texts for word in words_of(text)[1:])

    def is_known(word):
        return seen[word] >= (3 if word[0].islower() or re.match(r"I\b", word) else 8)

    def is_familiar(text):
        first, *others = words_of(text)
        return all(map(is_known, others)) and (is_known(first) or is_known(first.lower()))

    return ([tidy(text) for text in texts if is_familiar(text)] for texts in kinds)


def wordnet_words(folder, texts):
    """Short lemmas that at least two of the texts use."""
    used = Counter(word for text in texts for word in set(words_of(text)[1:]))
    lemmas = set()
    for part in ("noun", "verb", "adj", "adv"):
        for line in (folder / f"index.{part}").read_text(encoding="utf-8").splitlines():
            lemmas.add(line.partition(" ")[0])
    return sorted(lemma for lemma in lemmas if 2 <= len(lemma) <= 9 and used[lemma] >= 2)


# Collecting


def words_of(text):
    return re.findall(r"[A-Za-z']+", text)


class Collection:
    """Unique lines by kind, and the held-out ones beside them."""

    def __init__(self):
        self.keys, self.lines, self.held_out = set(), {}, []

    def add(self, kind, text, hold_out=True):
        """Adds a line unless its words are known, too many, or held out."""
        words = words_of(text)
        digest = hashlib.blake2b(" ".join(words).lower().encode(), digest_size=8).digest()
        if len(words) > LONGEST or digest in self.keys:
            return
        self.keys.add(digest)
        if int.from_bytes(digest) % HELD_OUT_ONE_IN:
            self.lines.setdefault(kind, []).append(text)
        elif hold_out:
            self.held_out.append(text)

    def count(self, kind):
        return len(self.lines.get(kind, []))


def collect(count, wordnet, rng):
    """Lines of the three kinds in their shares; grammars fill what WordNet lacks."""
    collection, vocabulary = Collection(), set()
    if wordnet:
        spoken, defined = wordnet_sentences(wordnet)
        vocabulary.update(wordnet_words(wordnet, spoken))
        rng.shuffle(spoken)
        rng.shuffle(defined)
        for text in spoken + defined:
            if collection.count("wordnet") < SHARES["wordnet"] * count:
                collection.add("wordnet", text)
    random_count = int(SHARES["random"] * count)
    grammar_count = count - random_count - collection.count("wordnet")
    grammar = Grammar(LEXICON, rng)
    while collection.count("grammar") < grammar_count:
        collection.add("grammar", grammar.sentence())
    vocabulary.update(word for text in collection.lines["grammar"] for word in words_of(text)[1:])
    vocabulary = (word for word in vocabulary if not word.endswith("'s"))
    bag = Bag(sorted(vocabulary), rng)
    while collection.count("random") < random_count:
        collection.add("random", random_line(bag, rng), hold_out=False)
    return collection


def print_statistics(collection):
    """What a reader of the model card wants to know of the text."""
    lines = [text for texts in collection.lines.values() for text in texts]
    words = Counter(word.lower() for text in lines for word in words_of(text))
    lengths = [len(words_of(text)) for text in lines]
    for kind, texts in collection.lines.items():
        mean = sum(len(words_of(text)) for text in texts) / len(texts)
        print(f"{kind}: {len(texts)} lines ({100 * len(texts) / len(lines):.1f} %), {mean:.2f} words on average")
    print(f"held out: {len(collection.held_out)} lines")
    print(f"distinct words: {len(words)}, of which {sum(n >= 20 for n in words.values())} at least 20 times")
    print(f"words in a line: {sum(lengths) / len(lengths):.2f} on average, {max(lengths)} at most")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=400_000, help="lines to write")
    parser.add_argument("--wordnet", type=Path, help="folder of WordNet 3.0's data and index files")
    parser.add_argument("--held-out", type=Path, required=True, help="file of the held-out sentences")
    parser.add_argument("--out", type=Path, required=True, help="file of the sentences to train on")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    collection = collect(options.count, options.wordnet, rng)
    lines = [text for texts in collection.lines.values() for text in texts]
    rng.shuffle(lines)
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    options.held_out.write_text("\n".join(collection.held_out) + "\n", encoding="utf-8")
    print_statistics(collection)


if __name__ == "__main__":
    main()
