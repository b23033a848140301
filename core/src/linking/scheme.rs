//! What is compared, as data: the fields of a file of people, their comparators, and the keys that bring two people together.
//!
//! The product's own scheme stands in `model.json` beside the weights. Another file of people needs another scheme and no Rust.

use serde::{Deserialize, Serialize};

use super::agreement::{Comparator, MOST_FIELDS};

/// The fields that are compared, and how candidates are found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scheme {
    /// The fields, sixteen at most.
    pub fields: Vec<Field>,
    /// The passes that bring two people together. A pair that no pass brings together is never looked at.
    pub passes: Vec<Pass>,
}

/// A field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// How its values are read and compared.
    pub comparator: Comparator,
    /// The columns of a file that hold it; its name where none is told. Cells of a [`Comparator::Name`] and [`Comparator::Text`] are joined, each
    /// cell of the others is a value of its own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub columns: Vec<String>,
    /// Whether a family has it in common. Without one, the model knows no families.
    #[serde(default, skip_serializing_if = "is_false")]
    pub household: bool,
}

impl Field {
    /// The columns of a file that hold it.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        let named = self.columns.iter().map(String::as_str);
        named.chain(self.columns.is_empty().then_some(self.name.as_str()))
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_false(value: &bool) -> bool {
    !value
}

/// A pass: two people who agree in all of its parts are candidates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pass(pub Vec<Part>);

/// A part of a pass's key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The field.
    pub field: String,
    /// What of it.
    pub by: By,
}

/// What of a field is a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// A value: a phone number, a word of a name.
    Value,
    /// Its coarser form: the end of a number, the sound of a word, the name of an address.
    Core,
    /// The coarser forms of all values together, in any order: a whole name by its sound.
    AllCores,
    /// The first four signs of a value: the year of a date, the beginning of a word.
    Start,
    /// The first eight signs of a value: what a slip at the end of a number leaves as it is.
    Stem,
    /// The last four signs of a value: month and day of a date, what a slip further up in a number leaves as it is.
    End,
}

/// What is wrong with a scheme.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemeError {
    /// No field at all, or more than fit.
    #[error("a scheme has one to {MOST_FIELDS} fields, this one has {0}")]
    Fields(usize),
    /// Two fields of one name.
    #[error("two fields are called “{0}”")]
    Twice(String),
    /// A pass that names a field that is not there.
    #[error("a pass names the field “{0}”, which is not there")]
    Unknown(String),
    /// A pass without a part, or no pass.
    #[error("every pass needs a part, and a scheme needs a pass")]
    Empty,
}

impl Scheme {
    /// Asks whether it can be worked with.
    ///
    /// # Errors
    /// [`SchemeError`] says what stands against it.
    pub fn check(&self) -> Result<(), SchemeError> {
        if !(1..=MOST_FIELDS).contains(&self.fields.len()) {
            return Err(SchemeError::Fields(self.fields.len()));
        }
        for (at, field) in self.fields.iter().enumerate() {
            if self.fields.iter().take(at).any(|earlier| earlier.name == field.name) {
                return Err(SchemeError::Twice(field.name.clone()));
            }
        }
        if self.passes.is_empty() || self.passes.iter().any(|Pass(parts)| parts.is_empty()) {
            return Err(SchemeError::Empty);
        }
        let mut named = self.passes.iter().flat_map(|Pass(parts)| parts);
        match named.find(|part| self.field(&part.field).is_none()) {
            Some(part) => Err(SchemeError::Unknown(part.field.clone())),
            None => Ok(()),
        }
    }

    /// The place of a field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }

    /// The places of the fields that a pass asks for.
    pub(super) fn fields_of(&self, Pass(parts): &Pass) -> Vec<usize> {
        parts.iter().filter_map(|part| self.field(&part.field)).collect()
    }
}

impl Pass {
    /// The pass as a person reads it: `phone core + name core`.
    #[must_use]
    pub fn told(&self) -> String {
        let part = |part: &Part| format!("{} {}", part.field, part.by.as_str());
        self.0.iter().map(part).collect::<Vec<_>>().join(" + ")
    }
}

impl By {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Core => "core",
            Self::AllCores => "all cores",
            Self::Start => "start",
            Self::Stem => "stem",
            Self::End => "end",
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// A scheme of fields and passes, each told as words.
    fn scheme(fields: &str, passes: &[&str]) -> Scheme {
        let field = |name: &str| Field {
            name: name.to_owned(),
            comparator: Comparator::Text,
            columns: Vec::new(),
            household: false,
        };
        let part = |field: &str| Part { field: field.to_owned(), by: By::Value };
        Scheme {
            fields: fields.split_whitespace().map(field).collect(),
            passes: passes.iter().map(|parts| Pass(parts.split_whitespace().map(part).collect())).collect(),
        }
    }

    #[rstest]
    #[case::sound("name", &["name"], Ok(()))]
    #[case::no_field("", &["name"], Err(SchemeError::Fields(0)))]
    #[case::too_many("a b c d e f g h i j k l m n o p q", &["a"], Err(SchemeError::Fields(17)))]
    #[case::twice("x x", &["x"], Err(SchemeError::Twice("x".into())))]
    #[case::unknown("x", &["x", "x y"], Err(SchemeError::Unknown("y".into())))]
    #[case::no_pass("x", &[], Err(SchemeError::Empty))]
    #[case::no_part("x", &["x", ""], Err(SchemeError::Empty))]
    fn a_scheme_is_checked(#[case] fields: &str, #[case] passes: &[&str], #[case] checked: Result<(), SchemeError>) {
        assert_eq!(scheme(fields, passes).check(), checked);
    }
}
