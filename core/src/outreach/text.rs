//! What a template says: plain text with variables in braces, checked when it is kept, filled in when it is sent.

use std::borrow::Cow;

use crate::words::words;

words! {
    /// What stands in braces.
    Variable {
        /// Her calling name: the first word of her name.
        Nama = "nama",
        /// Her whole name.
        NamaLengkap = "nama_lengkap",
        /// The position that she applied for.
        Posisi = "posisi",
        /// The link to finish registering, hers alone and good once.
        Tautan = "tautan",
        /// Who invites.
        Perusahaan = "perusahaan",
    }
}

/// Why a text cannot be used. Places are counted in characters, from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextFault {
    /// Nothing is said.
    #[error("a template says something")]
    Empty,
    /// It is too long.
    #[error("a template has at most {most} characters")]
    TooLong {
        /// The most characters.
        most: usize,
    },
    /// A variable that is not known.
    #[error(
        "{{{name}}} at character {at} is no variable: use {{nama}}, {{nama_lengkap}}, {{posisi}}, {{tautan}}, {{perusahaan}}"
    )]
    Unknown {
        /// What stands in the braces.
        name: String,
        /// Where.
        at: usize,
    },
    /// A brace that is not closed, or was not opened.
    #[error("the brace at character {at} has no partner")]
    Brace {
        /// Where.
        at: usize,
    },
    /// An invitation without its link.
    #[error("an invitation holds {{tautan}}, the candidate's own link")]
    NoLink,
}

impl TextFault {
    /// A stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "outreach.text_empty",
            Self::TooLong { .. } => "outreach.text_too_long",
            Self::Unknown { .. } => "outreach.text_variable",
            Self::Brace { .. } => "outreach.text_brace",
            Self::NoLink => "outreach.text_no_link",
        }
    }
}

/// What the variables stand for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Values {
    /// Her whole name.
    pub full_name: String,
    /// The position that she applied for.
    pub position: Option<String>,
    /// Her link.
    pub link: String,
    /// Who invites.
    pub company: String,
}

impl Values {
    fn of(&self, variable: Variable) -> Cow<'_, str> {
        match variable {
            Variable::Nama => self.full_name.split_whitespace().next().unwrap_or_default().into(),
            Variable::NamaLengkap => self.full_name.split_whitespace().collect::<Vec<_>>().join(" ").into(),
            // Whoever applied for nothing in particular applied for the work that is offered.
            Variable::Posisi => {
                self.position.as_deref().map(str::trim).filter(|it| !it.is_empty()).unwrap_or("mitra asuh").into()
            }
            Variable::Tautan => self.link.as_str().into(),
            Variable::Perusahaan => self.company.as_str().into(),
        }
    }
}

/// A text that was read: its plain pieces and its variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Plain(String),
    Variable(Variable),
}

impl Text {
    /// The most characters of a text: what the WhatsApp Cloud API takes in a template's body.
    pub const MOST: usize = 1024;

    /// Reads a text.
    ///
    /// # Errors
    /// [`TextFault`]; a text without its link is none yet: [`Text::inviting`] asks for it.
    pub fn read(body: &str) -> Result<Self, TextFault> {
        if body.trim().is_empty() {
            return Err(TextFault::Empty);
        }
        if body.chars().count() > Self::MOST {
            return Err(TextFault::TooLong { most: Self::MOST });
        }
        let (mut pieces, mut plain, mut open): (_, _, Option<(usize, String)>) = (Vec::new(), String::new(), None);
        for (at, character) in (1..).zip(body.chars()) {
            match (character, open.take()) {
                ('{', None) => open = Some((at, String::new())),
                ('{', Some((at, _))) => return Err(TextFault::Brace { at }),
                ('}', None) => return Err(TextFault::Brace { at }),
                ('}', Some((at, name))) => {
                    let variable = Variable::from_word(&name).ok_or(TextFault::Unknown { name, at })?;
                    if !plain.is_empty() {
                        pieces.push(Piece::Plain(std::mem::take(&mut plain)));
                    }
                    pieces.push(Piece::Variable(variable));
                }
                (other, None) => plain.push(other),
                (other, Some((at, mut name))) => {
                    name.push(other);
                    open = Some((at, name));
                }
            }
        }
        if let Some((at, _)) = open {
            return Err(TextFault::Brace { at });
        }
        if !plain.is_empty() {
            pieces.push(Piece::Plain(plain));
        }
        Ok(Self(pieces))
    }

    /// Reads the text of an invitation or a reminder, which holds her link.
    ///
    /// # Errors
    /// [`TextFault`].
    pub fn inviting(body: &str) -> Result<Self, TextFault> {
        let text = Self::read(body)?;
        if text.variables().any(|one| one == Variable::Tautan) { Ok(text) } else { Err(TextFault::NoLink) }
    }

    /// Its variables, in the order in which they stand: those of an approved template's parameters.
    pub fn variables(&self) -> impl Iterator<Item = Variable> {
        self.0.iter().filter_map(|piece| if let Piece::Variable(variable) = piece { Some(*variable) } else { None })
    }

    /// What an approved template is given, in the order of its variables.
    #[must_use]
    pub fn parameters(&self, values: &Values) -> Vec<String> {
        self.variables().map(|variable| values.of(variable).into_owned()).collect()
    }

    /// The text, filled in.
    #[must_use]
    pub fn fill(&self, values: &Values) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Plain(text) => text.clone(),
            Piece::Variable(variable) => values.of(*variable).into_owned(),
        };
        self.0.iter().map(piece).collect()
    }

    /// The text as it is kept and shown to others: without her link, by which whoever reads it could register in her place.
    #[must_use]
    pub fn fill_without_link(&self, values: &Values) -> String {
        self.fill(&Values { link: "…".to_owned(), ..values.clone() })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn values() -> Values {
        Values {
            full_name: "Siti  Nur Aisyah".to_owned(),
            position: Some(" Nanny ".to_owned()),
            link: "https://daftar.example.com/?u=t".to_owned(),
            company: "Satu".to_owned(),
        }
    }

    #[rstest]
    #[case::her_calling_name("Halo {nama}!", "Halo Siti!")]
    #[case::her_whole_name("{nama_lengkap}", "Siti Nur Aisyah")]
    #[case::the_others("{posisi} {perusahaan} {tautan}", "Nanny Satu https://daftar.example.com/?u=t")]
    #[case::twice("{nama}{nama}", "SitiSiti")]
    #[case::plain("Halo", "Halo")]
    fn a_text_is_filled_in(#[case] body: &str, #[case] expected: &str) {
        assert_eq!(Text::read(body).unwrap().fill(&values()), expected);
    }

    #[test]
    fn a_text_is_kept_without_her_link() {
        let text = Text::read("Halo {nama}, daftar di {tautan}").unwrap();
        assert_eq!(text.fill_without_link(&values()), "Halo Siti, daftar di …");
    }

    #[test]
    fn what_she_wrote_in_her_name_is_no_variable() {
        let values = Values { full_name: "{tautan}".to_owned(), ..values() };
        assert_eq!(Text::read("Halo {nama}").unwrap().fill(&values), "Halo {tautan}");
    }

    #[test]
    fn a_position_that_nobody_gave_is_the_work_that_is_offered() {
        let values = Values { position: Some(" ".to_owned()), ..values() };
        assert_eq!(Text::read("{posisi}").unwrap().fill(&values), "mitra asuh");
    }

    #[rstest]
    #[case::nothing(" \n", TextFault::Empty)]
    #[case::a_name_that_is_none("Halo {name}", TextFault::Unknown { name: "name".to_owned(), at: 6 })]
    #[case::another_case("{Nama}", TextFault::Unknown { name: "Nama".to_owned(), at: 1 })]
    #[case::nothing_in_braces("é{}", TextFault::Unknown { name: String::new(), at: 2 })]
    #[case::not_closed("Halo {nama", TextFault::Brace { at: 6 })]
    #[case::not_opened("Halo nama}", TextFault::Brace { at: 10 })]
    #[case::opened_twice("{{nama}}", TextFault::Brace { at: 1 })]
    fn what_cannot_be_used_is_refused_with_its_place(#[case] body: &str, #[case] expected: TextFault) {
        assert_eq!(Text::read(body), Err(expected));
    }

    #[test]
    fn an_invitation_holds_its_link() {
        assert_eq!(Text::inviting("Halo {nama}"), Err(TextFault::NoLink));
        assert!(Text::inviting("Halo {nama}: {tautan}").is_ok());
        assert_eq!(Text::read(&"a".repeat(1025)), Err(TextFault::TooLong { most: 1024 }));
    }

    #[test]
    fn an_approved_template_is_given_its_parameters_in_order() {
        let text = Text::read("{tautan} {nama} {nama}").unwrap();
        assert_eq!(text.parameters(&values()), ["https://daftar.example.com/?u=t", "Siti", "Siti"]);
    }
}
