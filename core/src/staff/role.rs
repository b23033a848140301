//! What somebody may do who works here. Pure.

use crate::words::words;

words! {
    /// What somebody may do who works here: each role may do what those before it may.
    Role {
        /// Looks: applications, imports, questions, histories. Changes nothing and takes no list away as a file.
        Viewer = "viewer",
        /// Works: imports, decides, moves, merges, invites, exports.
        Recruiter = "recruiter",
        /// Says who else works here, and reads the audit log.
        Admin = "admin",
    }
}

impl Role {
    /// Whether this role may do what needs another one.
    #[must_use]
    pub fn may(self, needed: Self) -> bool {
        self >= needed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_what_those_before_it_may() {
        for (at, role) in Role::ALL.iter().enumerate() {
            for (other, needed) in Role::ALL.iter().enumerate() {
                assert_eq!(role.may(*needed), other <= at, "{role} {needed}");
            }
        }
    }
}
