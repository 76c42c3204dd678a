//! `dateline help query`: the language on one screen.

/// The query language on one screen.
pub(super) const QUERY: &str = r#"THE QUERY LANGUAGE

WORDS        Blinken Iraq              both words (AND is the blank between them)
             Blinken OR Austin         one of them; AND binds tighter than OR
             Blinken -Iraq             the first without the second; also AND NOT
             (Iraq OR Iran) oil        groups
             "interim government"      the phrase, as written
             "Antony Blinken"~3        the phrase with up to three moves
             terroris! financ*         endings; w?ld one letter; *suf; Blinkin~1 one letter off
             /(o')?brien/              a regular expression on one word
NEAR         Blinken w/5 Iraq          at most 5 words apart; pre/5 in this order; w/s, w/p one sentence, paragraph
             Iraq NOT w/3 veteran!     an Iraq that no veteran stands near
             "crime scene" w/10 PERSON any PERSON, COUNTRY or DATE as a word
             atleast5(Blinken)         five times or more; first50(Iraq) in the first 50 words
WHO          person:"Antony Blinken"   under any form of the name; person:=X only that form
WHERE        country:IQ  country:Iraq  by name, people, cities; country:IQ,IR,SY any of them
             region:"Middle East"      a region or group; where:Baghdad country, place or region
WHEN         published:2024-12         a day, month, year, 2024-Q4, 2024-W50, last-30d, yesterday
             published:2024-12..2025-01   also >=2024-12, <2001-09-11, [2024-12-01 TO 2024-12-31]
             mentions:2003-03          the text speaks of a date within
TEXT         title:oil  lead:oil  hlead:(Iraq oil)  body:oil  byline:Smith
ARTICLE      source:Reuters  section:World  language:en  length:>800  id:X  url:X
COPIES       dup:ID                    an article and its syndicated copies; -dup:ID without them
SAVED        query:oil                 the query kept with `dateline save oil QUERY`
ANY, NONE    country:* NOT person:*    with a country and nobody named
RANK         Iraq^3 oil MAYBE Basra    weight; MAYBE only raises the rank

Stems match bare words (attack, attacks, attacked); quotes match as written. Accents and case never matter.
Every automatic decision is printed as a note; --strict makes notes errors; --explain prints the reading.
"#;
