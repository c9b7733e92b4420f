//! The closed classes of English, and the few open ones that work is spoken of in.
//!
//! Everything here is general: pronouns, prepositions, tools, fasteners, the kinds of parts that most trades service. No machine or
//! phrase is listed.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A class of words. A word may be in several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Class {
    /// Articles.
    Article,
    /// Possessive determiners.
    Possessive,
    /// Words that open a noun phrase, articles and possessives among them.
    Determiner,
    /// Pronouns that act.
    Subject,
    /// Words that stand for a noun phrase, [`Class::Subject`] among them.
    Pronoun,
    /// Forms of "be".
    Be,
    /// Modal verbs.
    Modal,
    /// Auxiliaries of any kind.
    Auxiliary,
    /// Forms of frequent verbs that are hardly ever nouns.
    Finite,
    /// Prepositions, particles among them.
    Preposition,
    /// Words that may complete a verb: "take it *off*".
    Particle,
    /// Words that join clauses or phrases.
    Conjunction,
    /// Words that place something in a sequence or in time.
    Sequence,
    /// Words that tell when, how or how surely, and never name a thing.
    Adverb,
    /// Words that only open a sentence.
    Discourse,
    /// Words that speak of the work itself, not of what is worked on: "the next *job*".
    AboutWork,
    /// Fasteners, tools and supplies: what work is done with, rarely what it is done to. Singular.
    Means,
    /// Enclosures, supports and connections: what is opened or unplugged on the way to something else, more often than for its own sake.
    /// Singular.
    OnTheWay,
    /// Parts and fluids that wear, fail, or do what a machine is for: what is mostly worked on for its own sake. Singular.
    Serviced,
    /// What is cleaned off, and with what.
    Cleaning,
    /// What is tested with, and read.
    Testing,
    /// Measures and units.
    Measure,
    /// Words that only tell where on a thing, or name it too generally. Singular.
    Place,
    /// Words that describe rather than name.
    Adjective,
    /// Words that tell of wear, or of a spare.
    Age,
    /// Words that tell one of several like things from the others.
    TellsApart,
    /// Words that urge caution.
    Caution,
    /// Words that say that something has come to its end.
    Completion,
    /// Numbers in words.
    Number,
}

/// Whether `word`, in lower case, is in that class.
pub(crate) fn is(word: &str, class: Class) -> bool {
    let listed = |word: &str| CLASSES.get(word).is_some_and(|classes| classes & bit(class) != 0);
    match class {
        Class::Number => word.starts_with(|c: char| c.is_ascii_digit()) || listed(word),
        Class::Adverb => listed(word) || is_manner(word),
        Class::Means | Class::OnTheWay | Class::Serviced | Class::Place => {
            listed(word) || singular(word).is_some_and(listed)
        }
        _ => listed(word),
    }
}

/// Whether `word`, in lower case, is in one of those classes.
pub(crate) fn is_any(word: &str, classes: &[Class]) -> bool {
    classes.iter().any(|&class| is(word, class))
}

/// Whether the word can be part of a noun phrase after its determiner.
pub(crate) fn is_nominal(word: &str) -> bool {
    const CLOSED: &[Class] =
        &[Class::Determiner, Class::Pronoun, Class::Auxiliary, Class::Finite, Class::Preposition, Class::Conjunction];
    let open = !is_any(word, CLOSED) && (!is(word, Class::Adverb) || is(word, Class::TellsApart));
    word.chars().any(char::is_alphanumeric) && (open || is(word, Class::Number))
}

/// The word without the s of the plural.
pub(crate) fn singular(word: &str) -> Option<&str> {
    word.strip_suffix('s').filter(|stem| stem.len() > 2 && !stem.ends_with('s'))
}

/// Adverbs of manner are an open class; nouns that end alike are few.
fn is_manner(word: &str) -> bool {
    word.len() > 4 && word.ends_with("ly") && !LY_NOUNS.contains(&word) && !word.ends_with("assembly")
}

fn bit(class: Class) -> u32 {
    1 << class as u32
}

static CLASSES: LazyLock<HashMap<&'static str, u32>> = LazyLock::new(|| {
    let mut classes = HashMap::new();
    for (members, words) in WORDS {
        let bits = members.iter().map(|&class| bit(class)).sum::<u32>();
        for word in words.split_whitespace() {
            *classes.entry(word).or_insert(0) |= bits;
        }
    }
    classes
});

const LY_NOUNS: &[&str] = &["supply", "family", "reply", "belly", "jelly", "apply", "multiply", "anomaly", "early"];

const WORDS: &[(&[Class], &str)] = &[
    (&[Class::Article, Class::Determiner], "a an the"),
    (&[Class::Possessive, Class::Determiner], "my your our his her its their"),
    (
        &[Class::Determiner],
        "this that these those some any both all each every another other either more most no few several
         many much",
    ),
    (&[Class::Subject, Class::Pronoun], "i we you he she they"),
    (
        &[Class::Pronoun],
        "it them me us him this that these those one ones who what which everything something anything
         nothing everyone everybody somebody someone anyone nobody mine yours there here itself yourself
         myself themselves",
    ),
    (&[Class::Be, Class::Auxiliary], "is are am was were be been being"),
    (&[Class::Modal, Class::Auxiliary], "will would can could shall should may might must cannot"),
    (
        &[Class::Finite],
        "goes went gone comes came become needs gets got gives gave given takes took makes made keeps kept looks says said seems sits sat
         stays becomes became runs ran lets knows knew wants",
    ),
    (&[Class::Auxiliary], "have has had having do does did not done"),
    (
        &[Class::Preposition],
        "of at to from with for by into onto under underneath beneath between behind against along across
         through without within inside outside near above below beside besides toward towards until till
         before after during since about around past per via upon despite prior throughout than like except among beyond instead",
    ),
    (&[Class::Particle, Class::Preposition], "off out up down in on over back away apart together aside"),
    (
        &[Class::Conjunction],
        "and or but so because if when while whilst as where whether once unless though although nor plus
         then how why that which who whose",
    ),
    (
        &[Class::Sequence, Class::Adverb],
        "now next first firstly second secondly third thirdly finally lastly last today afterwards then
         straightaway morning afternoon tonight",
    ),
    (
        &[Class::Adverb],
        "just also very too again only even really actually basically still already soon ever never always
         often maybe perhaps quite rather almost well here there ahead straight together apart instead
         anyway though enough once twice further slightly please not clockwise counterclockwise
         anticlockwise upward upwards downward downwards inward inwards outward outwards forward forwards
         backward backwards upright completely later yet tomorrow yesterday tonight somewhere everywhere
         else afterwards beforehand otherwise however therefore probably simply thanks thank alright okay ok",
    ),
    (
        &[Class::Discourse],
        "so okay ok alright right well now and then yeah yes yep oh ah anyway anyhow great good perfect
         lovely nice cool hello hi hey guys everyone everybody folks morning afternoon evening please but
         just also there sorry all fine brilliant excellent super no remember see look",
    ),
    (
        &[Class::AboutWork],
        "mind job jobs task tasks thing things one ones item procedure procedures project video list sheet order
         tutorial section stage topic guide work exercise operation activity session recording chapter
         agenda checklist ticket today guys everyone everybody folks minute minutes second moment while time
         day way stuff bench lesson plan problem process step steps bit lot please thank thanks example
         demonstration start beginning end attention go place care look sure turn instructions",
    ),
    (
        &[Class::Means],
        "screw bolt nut clip washer nail rivet tab staple fastener latch tape adhesive glue screwdriver
         driver wrench spanner spudger plier hammer tweezer socket ratchet drill knife scissor tool pick cutter bit jack stand clamp glove goggle rag cloth towel brush bucket pan multimeter iron
         phillip torx hex allen flathead nipper vise funnel water soap alcohol sandpaper pencil marker ruler
         ladder mallet crowbar hand finger thumb fingernail ",
    ),
    (
        &[Class::OnTheWay],
        "cover panel lid case casing housing door bezel hood shell plate cap trim frame enclosure hatch base bracket mount
         retainer faceplate chassis shroud shield flap cable wire connector ribbon plug harness hose cord lead wiring pin
         socket port terminal line",
    ),
    (
        &[Class::Serviced],
        "battery cell accumulator charger inverter transformer generator alternator starter motor engine turbine compressor pump
         impeller fan blower propeller rotor stator brush bearing bushing belt chain pulley tensioner gear gearbox clutch
         transmission coupling shaft axle hub wheel tire tyre roller caster brake pad caliper shoe drum strut shock absorber spring
         damper suspension muffler exhaust manifold injector carburetor carburettor throttle plug ignition distributor radiator
         thermostat heater boiler furnace burner igniter thermocouple element condenser evaporator coil exchanger refrigerant coolant
         fluid oil filter strainer cartridge membrane valve actuator solenoid regulator gauge meter sensor probe detector alarm
         transmitter controller thermistor encoder relay contactor breaker fuse switch button key keyboard knob lever handle joystick
         trackpad touchpad mouse capacitor resistor diode transistor chip processor board motherboard pcb memory ram drive
         disk ssd card modem antenna radio stereo speaker microphone camera lens mirror screen display lcd monitor digitizer glass
         window windshield wiper blade light headlight taillight lamp bulb led fixture ballast laser head printhead carriage toner
         fuser tray scanner gasket seal o-ring diaphragm piston cylinder nozzle sprinkler faucet tap toilet cistern flapper sink
         shower drain trap outlet receptacle doorbell chime intercom lock hinge seat bumper fender string supply adapter heatsink
         ink",
    ),
    (
        &[Class::Cleaning],
        "alcohol soap soapy cloth dust dusty dirt dirty grime residue sponge detergent stain rinse swab lint toothbrush cleaner",
    ),
    (&[Class::Testing], "multimeter voltmeter tester probes voltage ohms continuity reading readings"),
    (
        &[Class::Measure],
        "millimeter millimeters millimetre millimetres centimeter centimeters inch inches foot feet
         meters mm cm ft lbs lb pounds volt volts amp amps ohm ohms watt watts psi degrees degree newton nm
         hours hour seconds minute minutes days number size amount length width couple pair pairs rest kind
         type times percent gallons gallon cup cups tablespoon teaspoon torque turns quart quarts liter
         liters",
    ),
    (
        &[Class::Place],
        "side top bottom front back rear left right end edge corner middle center centre part piece area
         place position location surface direction point spot inside outside underside interior exterior
         half halve section space hole slot gap opening seam groove thing way bit angle level line notch row
         lip others other rest floor ground table set step work job device unit machine procedure process
         guide sure care damage pressure force motion arrow picture image photo use order reason problem
         amount time",
    ),
    (
        &[Class::Adjective],
        "new old small large big little long short good bad same different first second third fourth last
         next final previous remaining other left right front rear upper lower inner outer top bottom black
         white red blue green yellow silver grey gray orange brown pink gold golden flat round clean dirty
         dry wet hot cold warm loose tight hard soft open closed full empty main whole entire single double
         clear sharp thin thick narrow wide high low deep heavy light visible available able ready sure
         careful easy difficult firm gentle enough proper correct necessary possible certain original
         existing additional extra opposite free bare damaged broken plastic metal rubber various own half
         finished done complete smooth straight safe secure important best better such common normal regular
         nearby following less least stuck",
    ),
    (&[Class::Age], "new replacement spare old broken damaged faulty worn defective burnt used"),
    (
        &[Class::TellsApart],
        "left right front rear back upper lower top bottom inner outer first second third fourth driver
         passenger main auxiliary big large small black white red blue green yellow north south east west
         upstairs downstairs inside outside",
    ),
    (
        &[Class::Caution],
        "careful carefully never avoid caution warning danger dangerous ensure beware hot safety must gently
         otherwise damage important",
    ),
    (
        &[Class::Completion],
        "done finished complete completed sorted ready over fixed back taken completes finishes concludes
         ends dealt wrapped good",
    ),
    (&[Class::Number], "one two three four five six seven eight nine ten eleven twelve"),
];
