//! Date clauses: ranges of days as unions of calendar terms.

use std::ops::Bound;

use chrono::NaiveDate;
use tantivy::Term;
use tantivy::query::{BooleanQuery, ConstScoreQuery, Occur, Query, RangeQuery};
use tantivy::schema::Field;

use super::{Compiler, Made};
use crate::index::calendar;
use crate::query::ast::DateField;

impl Compiler<'_> {
    pub(super) fn date(
        &mut self,
        field: DateField,
        first: Option<NaiveDate>,
        last: Option<NaiveDate>,
    ) -> Made {
        let fields = *self.fields;
        match field {
            DateField::Published => self.days(fields.published, calendar::within(first, last)),
            DateField::Mentions => {
                self.mark_dates(first, last);
                self.days(fields.mentions, calendar::within(first, last))
            }
            DateField::MentionsOverlaps => {
                self.mark_dates(first, last);
                let mut terms = calendar::within(first, last);
                terms.extend(calendar::touching(first, last));
                self.days(fields.mentions, terms)
            }
            DateField::When => {
                self.mark_dates(first, last);
                let terms = calendar::within(first, last);
                let published = self.days(fields.published, terms.clone())?;
                let mentions = self.days(fields.mentions, terms)?;
                Ok(Box::new(BooleanQuery::new(vec![(Occur::Should, published), (Occur::Should, mentions)])))
            }
            DateField::Ingested => {
                let at = |day: NaiveDate| {
                    let seconds = day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
                    Term::from_field_i64(fields.ingested, seconds)
                };
                let lower = first.map_or(Bound::Unbounded, |day| Bound::Included(at(day)));
                let upper = last
                    .and_then(|day| day.succ_opt())
                    .map_or(Bound::Unbounded, |day| Bound::Excluded(at(day)));
                if let (Bound::Unbounded, Bound::Unbounded) = (&lower, &upper) {
                    return Ok(self.filter(fields.has, &["id".to_owned()]));
                }
                Ok(Box::new(ConstScoreQuery::new(Box::new(RangeQuery::new(lower, upper)), 0.0)))
            }
        }
    }

    /// The union of those of the terms that the index has: a wide range asks for many that it has not.
    fn days(&self, field: Field, terms: Vec<String>) -> Result<Box<dyn Query>, crate::search::EngineError> {
        let dictionary = self.dictionary(field);
        let mut there = Vec::new();
        for term in terms {
            if dictionary.count(&term)? > 0 {
                there.push(term);
            }
        }
        Ok(self.filter(field, &there))
    }

    fn mark_dates(&mut self, first: Option<NaiveDate>, last: Option<NaiveDate>) {
        if self.hidden == 0 {
            self.highlights.dates.push((first, last));
        }
    }
}
