//! The rules that join two forms of a name, from the most certain on.

use schemars::JsonSchema;
use serde::Serialize;

/// Why a form was joined to a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Rule {
    /// It is the person's name.
    #[default]
    Name,
    /// Case, accents, hyphens or full stops.
    SameKey,
    /// An article or particle, or words written together or apart.
    Apart,
    /// A middle name or initial, or a suffix, is left out.
    Middle,
    /// An initial stands for the given name.
    Initial,
    /// A nickname stands for the given name.
    Nickname,
    /// Another spelling or transliteration.
    Spelling,
    /// The end of the name without the given name.
    Ending,
    /// A slip of one letter.
    Slip,
    /// The family name alone, which one person owns.
    Surname,
    /// The user's `people.toml` says so.
    User,
}

impl Rule {
    const ALL: [Self; 11] = [
        Self::Name,
        Self::SameKey,
        Self::Apart,
        Self::Middle,
        Self::Initial,
        Self::Nickname,
        Self::Spelling,
        Self::Ending,
        Self::Slip,
        Self::Surname,
        Self::User,
    ];

    /// The rule of a number that [`Self::number`] gave.
    pub(super) fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }

    /// A number to keep it by.
    pub(super) fn number(self) -> u8 {
        self as u8
    }

    /// What it says, as it stands behind a form.
    pub fn says(self) -> &'static str {
        match self {
            Self::Name => "the name",
            Self::SameKey => "same but for case, accents or hyphens",
            Self::Apart => "same but for an article or words written together",
            Self::Middle => "middle name, initial or suffix left out",
            Self::Initial => "initial for the given name",
            Self::Nickname => "nickname",
            Self::Spelling => "another spelling",
            Self::Ending => "end of the name",
            Self::Slip => "slip of one letter",
            Self::Surname => "family name that one person owns",
            Self::User => "people.toml",
        }
    }
}

impl std::fmt::Display for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Name => "name",
            Self::SameKey => "same-key",
            Self::Apart => "apart",
            Self::Middle => "middle",
            Self::Initial => "initial",
            Self::Nickname => "nickname",
            Self::Spelling => "spelling",
            Self::Ending => "ending",
            Self::Slip => "slip",
            Self::Surname => "surname",
            Self::User => "people.toml",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_found_by_its_number() {
        for rule in Rule::ALL {
            assert_eq!(Rule::from_number(rule.number()), Some(rule));
        }
        assert_eq!(Rule::from_number(99), None);
    }
}
