//! Words that say nothing of what somebody looks for.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Whether the word, in lower case and without apostrophes, says nothing.
pub(crate) fn is_stop_word(word: &str) -> bool {
    STOP_WORDS.contains(word)
}

/// Words of a question that only ask, in the order in which they are said; longer ones first.
pub(crate) fn frames() -> &'static [Vec<&'static str>] {
    &FRAMES
}

static STOP_WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| WORDS.split_whitespace().collect());

static FRAMES: LazyLock<Vec<Vec<&str>>> = LazyLock::new(|| {
    let mut frames: Vec<Vec<&str>> = ASKING.lines().map(|frame| frame.split_whitespace().collect()).collect();
    frames.retain(|frame| !frame.is_empty());
    frames.sort_by_key(|frame| std::cmp::Reverse(frame.len()));
    frames
});

/// Closed classes of English, what people say while they think, and what they ask with.
const WORDS: &str = "a an the this that these those it its itself he him his she her hers they them their theirs we us our ours you your
    yours i me my mine myself yourself themselves
    and or but nor so yet if then than because while when where who whom whose which what why how whether as of at by for with
    about against between into through during before after above below to from in out on off over under again further once
    here there all any both each few more most other some such no not only own same too very just also even still
    is am are was were be been being have has had having do does did doing done will would shall should can could may might must
    cannot cant dont doesnt didnt wont wouldnt shouldnt couldnt isnt arent wasnt werent hasnt havent hadnt
    im ive ill id youre youve youll youd hes shes theyre theyve weve were lets thats theres whats wheres hows whos heres
    um uh er erm hmm mm mhm ah oh eh hm huh yeah yep yes nope ok okay well like right actually basically literally really
    sort kind maybe perhaps please thanks thank hey hi hello
    go going gonna goes went gone get gets getting got gotten want wanna wants wanted need needs needed let know knows tell told
    say says said show shows showing shown see look looking looks come comes try tries trying help helps give gives gave given
    thing things stuff something anything everything nothing someone somebody anyone anybody everyone everybody one ones
    way ways bit little lot lots much many another up down upon around across along away back onto per via without within until
    now today always never ever often sometimes already soon later ago usually
    explain describe teach guide instructions instruction tutorial procedure steps
    best easiest quickest good better proper properly correct correctly possible able supposed sure
    use used using uses";

/// One a line.
const ASKING: &str = "
    is there a video of
    is there a clip of
    is there a recording of
    is there any video of
    do we have a video of
    do we have a clip of
    have we got a video of
    have we got a clip of
    have you got a video of
    have you got a clip of
    a video of
    a video on
    a video about
    video of
    videos of
    a clip of
    a clip about
    clip of
    clips of
    recording of
    recordings of
    find me
    find a video
    find the video
    find the clip
    can you find
    what do i do to
    what should i do to
    what is the first step to
    what are the steps to
    what are the steps for
    the right way
    how long does it take to
    a colleague
    my colleague
    one of the guys
    step by step
    at work
    work on
    walk me through
    run me through
    talk me through
    take me through
    remind me
    look for
    looking for
    search for";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_work_are_kept() {
        for word in ["replace", "take", "screen", "clean", "turn", "set", "front", "left", "hot"] {
            assert!(!is_stop_word(word), "{word}");
        }
        for word in ["um", "the", "dont", "how"] {
            assert!(is_stop_word(word), "{word}");
        }
    }

    #[test]
    fn longer_frames_come_first() {
        assert!(frames().windows(2).all(|pair| pair[0].len() >= pair[1].len()));
    }
}
