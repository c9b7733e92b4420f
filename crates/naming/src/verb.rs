//! Verbs of work: their classes, and which verb a word is a form of.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::inflection::{Inflection, base_of_gerund, forms};
use crate::lexicon::{self, Class};

/// What kind of work a verb is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Work {
    /// Something comes off and another goes on.
    Replace,
    /// A thing comes off or out, as a goal.
    Remove,
    /// A thing comes off or out, as a step on the way.
    Loosen,
    /// A thing is taken to pieces.
    Disassemble,
    /// A thing goes on or in, as a goal.
    Install,
    /// A thing goes on or in, as a step on the way.
    Fasten,
    /// A thing works again.
    Repair,
    /// Dirt goes.
    Clean,
    /// A thing is measured or looked over.
    Test,
    /// A thing is set right.
    Adjust,
    /// A thing comes into being.
    Build,
    /// Some other goal of its own: "sharpen", "bleed", "paint".
    Other,
    /// Hands move: "press", "hold", "turn".
    Motion,
    /// Says nothing of the work: "do", "start", "look".
    Light,
}

impl Work {
    /// Whether a whole procedure can be named by a verb of this kind.
    pub(crate) fn is_goal(self) -> bool {
        !matches!(self, Self::Loosen | Self::Fasten | Self::Motion | Self::Light)
    }

    /// Whether a thing comes off or out.
    pub(crate) fn takes_off(self) -> bool {
        matches!(self, Self::Remove | Self::Loosen | Self::Disassemble)
    }

    /// Whether a thing goes on or in.
    pub(crate) fn puts_on(self) -> bool {
        matches!(self, Self::Install | Self::Fasten)
    }

    /// The plainest verb of this kind, for a title.
    pub(crate) fn plain_verb(self) -> Option<&'static str> {
        match self {
            Self::Replace => Some("replace"),
            Self::Remove | Self::Loosen => Some("remove"),
            Self::Disassemble => Some("disassemble"),
            Self::Install | Self::Fasten => Some("install"),
            Self::Repair => Some("repair"),
            Self::Clean => Some("clean"),
            Self::Test => Some("test"),
            Self::Adjust => Some("adjust"),
            Self::Build => Some("build"),
            Self::Other | Self::Motion | Self::Light => None,
        }
    }
}

/// A word read as a verb.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verb {
    /// Its base form.
    pub base: String,
    /// What kind of work it is; nothing for a verb that is not listed.
    pub work: Option<Work>,
    /// The form it stands in.
    pub inflection: Inflection,
}

impl Verb {
    /// The listed verb that `word`, in lower case, is a form of.
    pub(crate) fn listed(word: &str) -> Option<Self> {
        LISTED.get(word).cloned()
    }

    /// The verb that a noun of action is made of: "replacement", "removal", "a repair", "filter *cleaning*".
    pub(crate) fn nominal(noun: &str) -> Option<Self> {
        let gerund = |verb: &Self| {
            verb.inflection == Inflection::Gerund
                && matches!(verb.work, Some(Work::Clean | Work::Repair | Work::Replace | Work::Test | Work::Adjust))
        };
        let known = NOMINALS.iter().find(|(known, _)| *known == noun).and_then(|(_, verb)| Self::listed(verb));
        known.or_else(|| Self::listed(noun).filter(gerund))
    }

    /// The verb that an unlisted `word` would be if it is a gerund.
    pub(crate) fn unlisted_gerund(word: &str) -> Option<Self> {
        let looks_so = word.len() > 4 && !NO_GERUNDS.contains(&word) && !lexicon::is(word, Class::Preposition);
        let base = base_of_gerund(word).filter(|_| looks_so)?;
        Some(Self { base, work: None, inflection: Inflection::Gerund })
    }

    /// The verb that an unlisted `word` would be if it is a base form.
    pub(crate) fn unlisted_base(word: &str) -> Option<Self> {
        let base = (word.len() > 1 && word.chars().all(|c| c.is_alphabetic() || c == '-') && lexicon::is_nominal(word))
            .then(|| word.to_owned())?;
        Some(Self { base, work: None, inflection: Inflection::Base })
    }

    /// Whether the verb places work in a session: what one *starts* or *wraps up* with.
    pub(crate) fn is_phase(&self) -> bool {
        matches!(self.base.as_str(), "start" | "begin" | "kick" | "finish" | "wrap")
    }

    /// Whether the verb says nothing of the work.
    pub(crate) fn is_light(&self) -> bool {
        self.work == Some(Work::Light)
    }
}

static LISTED: LazyLock<HashMap<String, Verb>> = LazyLock::new(|| {
    let mut listed = HashMap::new();
    for (work, verbs) in VERBS {
        for base in verbs.split_whitespace() {
            for (form, inflection) in forms(base) {
                let verb = Verb { base: base.to_owned(), work: Some(*work), inflection };
                listed.entry(form).or_insert(verb);
            }
        }
    }
    let goals = VERBS.iter().filter(|(work, _)| work.is_goal());
    for base in goals.flat_map(|(_, verbs)| verbs.split_whitespace()) {
        for (form, _) in forms(base) {
            let Some(again) = listed.get(&form).filter(|verb| verb.base == base).cloned() else { continue };
            listed.entry(format!("re{form}")).or_insert(Verb { base: format!("re{base}"), ..again });
        }
    }
    listed
});

/// Nouns of action, with their verbs. Those that name a thing as often ("assembly", "fit", "drain") are left out.
const NOMINALS: &[(&str, &str)] = &[
    ("adjustment", "adjust"),
    ("alignment", "align"),
    ("calibration", "calibrate"),
    ("change", "change"),
    ("check", "check"),
    ("clean", "clean"),
    ("disassembly", "disassemble"),
    ("inspection", "inspect"),
    ("installation", "install"),
    ("lubrication", "lubricate"),
    ("maintenance", "maintain"),
    ("overhaul", "overhaul"),
    ("reassembly", "reassemble"),
    ("rebuild", "rebuild"),
    ("removal", "remove"),
    ("repair", "repair"),
    ("replacement", "replace"),
    ("restoration", "restore"),
    ("service", "service"),
    ("swap", "swap"),
    ("teardown", "disassemble"),
    ("test", "test"),
    ("upgrade", "upgrade"),
];

/// Words in "-ing" that are no gerunds.
const NO_GERUNDS: &[&str] = &[
    "ceiling",
    "during",
    "earring",
    "evening",
    "everything",
    "morning",
    "nothing",
    "pudding",
    "something",
    "anything",
    "spring",
    "string",
    "thing",
    "things",
    "wedding",
    "wing",
    "according",
    "including",
    "regarding",
    "interesting",
    "missing",
];

/// Where a verb is in two lists, the first counts.
const VERBS: &[(Work, &str)] = &[
    (Work::Light, "do have go start begin continue show walk talk see look try want need come know use let tackle handle deal
        call say mean proceed get work keep finish complete move give carry crack happen watch explain cover demonstrate
        teach learn think like plan help focus attend concentrate approach leave come kick"),
    (Work::Replace, "replace change swap exchange renew"),
    (Work::Remove, "remove detach extract uninstall unmount dismount discard eject"),
    (Work::Disassemble, "disassemble dismantle strip gut"),
    (Work::Install, "install fit mount attach add reinstall refit reattach reinsert hang"),
    (Work::Repair, "repair fix mend restore rebuild overhaul refurbish patch recondition reseal unjam unclog unblock rewire resurface
        salvage"),
    (Work::Clean, "clean wash wipe rinse polish dust vacuum scrub degrease descale sanitize declutter sweep launder disinfect"),
    (Work::Test, "test check inspect measure diagnose troubleshoot verify examine probe"),
    (Work::Adjust, "adjust align tune calibrate set configure tension balance reset regulate program level"),
    (Work::Build, "build make assemble construct create reassemble fabricate craft"),
    (Work::Other, "bleed drain flush refill recharge paint stain sew stitch tie sharpen wire insulate seal caulk plant prune weld
        solder desolder splice jump update upgrade winterize service maintain lubricate grease weave knit hem plaster varnish reupholster
        crimp wax remodel convert restring shorten lengthen dye organize commission decommission torque sand trim cut
        operate prepare apply print store load unload"),
    (Work::Loosen, "unscrew unplug unclip unbolt undo disconnect pry peel pop pull release loosen lift unhook unfasten unlatch unsnap
        unwind unwrap unseat prise wiggle strip tear cut"),
    (Work::Fasten, "insert connect reconnect put place position screw bolt plug secure fasten snap clip slot replug rescrew clamp
        tape stick lower seat thread"),
    (Work::Motion, "press push turn twist flip hold grab slide rotate tilt raise squeeze feed tap touch wait take bring pick lay
        spin swing fold drag roll reach grip grasp support spread rest rub shake stand stop repeat follow note remember
        switch close shut click select choose find gather allow cover catch expose separate divide slip draw drop blow
        run pack drive wear heat cool dry soak spray mark line lock light hammer hit break store stretch power
        park jack chock locate access isolate read frame hook label lay pour bend fill drill wrap tighten open tile empty mix
        oil charge grind dig purge pressurize prime glue unlock
        buy purchase obtain gather collect acquire determine decide flatten unfold orient hover"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inflected_words_lead_to_their_verb() {
        for (word, base, work) in [
            ("replacing", "replace", Work::Replace),
            ("swapped", "swap", Work::Replace),
            ("rebuilt", "rebuild", Work::Repair),
            ("unplugged", "unplug", Work::Loosen),
            ("bled", "bleed", Work::Other),
            ("recalibrating", "recalibrate", Work::Adjust),
        ] {
            let verb = Verb::listed(word).unwrap();
            assert_eq!((verb.base.as_str(), verb.work), (base, Some(work)));
        }
    }

    #[test]
    fn unlisted_words_may_still_be_verbs() {
        assert_eq!(Verb::listed("reflowing"), None);
        assert_eq!(Verb::unlisted_gerund("reflowing").unwrap().base, "reflow");
        assert_eq!(Verb::unlisted_gerund("something"), None);
        assert_eq!(Verb::unlisted_base("reball").unwrap().base, "reball");
        assert_eq!(Verb::unlisted_base("the"), None);
    }
}
